//! Indexes and options of collections: what models declare, what a server has, how they differ, and what
//! brings the one in line with the other. Without I/O; `src/ops/indexes.rs` asks and carries out.

pub mod collection;
pub mod declared;
pub mod diff;
pub mod index;
pub mod plan;

mod forms;
mod span;
mod validator;

#[cfg(test)]
mod tests;
