//! What JavaScript asks of the core, read from its bytes.

mod kind;

pub use kind::Kind;
