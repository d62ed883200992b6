//! What JavaScript asks of the core, read from its bytes once: a command, and the parts of it that
//! steps change.

pub mod command;
pub mod head;
mod modifications;
pub mod statement;

pub use crate::protocol::Kind;
pub use command::{Body, Command};
pub use head::Head;
pub use modifications::Modifications;
pub use statement::{Change, Expects, Statement, Write};
