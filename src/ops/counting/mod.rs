//! Counts that rows elsewhere have of the documents that a command writes.
//!
//! Every write of a counted model that may change a count comes here, whoever built it. What a command did is
//! found by looking at the documents before and after it, so that nothing depends on what it says it does.

mod concerns;
mod delta;
mod documents;
mod keep;

pub(super) use concerns::concerns;
pub(super) use keep::{has_failures, keep};
