//! Counts that rows elsewhere have of the documents that a command writes: by how much they change.

mod delta;
mod keys;
mod moves;

pub(super) use delta::Delta;
pub(super) use moves::moves;
