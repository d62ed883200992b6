//! What JavaScript asks of the core, read from its bytes.

pub use crate::protocol::Kind;
