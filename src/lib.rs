//! The core of lucent-odm: connections, operations, the model lifecycle and raw BSON.
//!
//! [`bridge`] alone knows Node-API; everything else builds and is tested without Node
//! (`cargo test --no-default-features`). `docs/internal/boundary.md` describes what crosses.

pub mod client;
pub mod crypto;
pub mod document;
pub mod error;
pub mod indexes;

pub mod lifecycle;
pub mod model;
pub mod ops;
pub mod protocol;
pub mod query;
pub mod relations;
mod request;
pub mod steps;
pub mod telemetry;

#[cfg(feature = "node")]
pub mod bridge;
