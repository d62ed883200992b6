//! What JavaScript asks of the core, read from its bytes once: a command, and the parts of it that
//! steps change.

pub mod command;
mod expects;
pub mod head;
mod modifications;
pub mod statement;

pub use crate::protocol::Kind;
pub use command::{Body, Command};
pub use expects::Expects;
pub use head::Head;
pub use modifications::Modifications;
pub use statement::{Change, Statement, Write};
