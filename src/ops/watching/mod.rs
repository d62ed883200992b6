//! What looks at documents before a command and after it: counts, and histories.
//!
//! Every write of a watched model that may concern one of them comes here, whoever built it. What a command did
//! is found by looking at the documents, so that nothing depends on what it says it does.

mod made;
mod notes;
mod outcome;
mod seen;
mod watch;
mod watched;

pub(super) use outcome::has_failures;
pub(super) use watch::watch;
pub(super) use watched::Watched;
