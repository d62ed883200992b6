//! What is declared against what servers list, without a server.

mod declarations;
mod differences;
mod properties;
