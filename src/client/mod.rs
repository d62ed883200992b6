//! Connections to MongoDB and the thread they live on.

pub mod connection;
pub mod options;
pub mod runtime;
pub mod session;
