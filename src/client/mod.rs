//! Connections to MongoDB and the thread they live on.

pub mod connection;
pub mod destination;
pub mod gate;
pub mod numbered;
pub mod options;
pub mod progress;
pub mod runtime;
pub mod session;
mod url;
