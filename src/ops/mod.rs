//! The operations: one file each, from a request's bytes to a reply's bytes.

#[macro_use]
mod options;

mod aggregate;
mod atomic;
mod bulk;
mod change;
mod command;
mod conditions;
mod count;
mod counting;
mod deadline;
mod delete;
mod distinct;
mod divide;
mod driver_calls;
mod execute;
mod executor;
mod find;
mod find_and_lock;
mod find_and_modify;
mod flow;
mod histories;
mod indexes;
mod insert;
mod insert_unless_found;
mod json;
mod layout;
mod lost_race;
mod measured;
mod missing;
mod operation;
mod page;
mod ping;
mod preview;
mod reading;
mod reads;
mod related;
mod reply;
mod request;
mod rotate;
mod run;
mod sequence;
mod strangers;
mod tally;
mod targets;
mod transaction;
mod turn;
mod unique;
mod update;
mod update_each;
mod watching;
mod write;

#[cfg(test)]
mod tests;

pub use flow::{Flow, Reply, Sink};
pub use preview::preview;
pub use request::Request;
pub use run::run;
