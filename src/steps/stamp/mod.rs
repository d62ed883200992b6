//! Dates and versions of what is changed, on every way of changing it. Which columns are stamped is the
//! model's; the values of the moment come with the request.

mod operators;
mod pipeline;
mod replacement;
#[cfg(test)]
mod tests;

pub(super) use operators::{added, touched};
pub use replacement::count_replaced;

use super::Context;
use crate::document::build::Builder;
use crate::document::element::{elements, tag, value_of};
use crate::error::Result;
use crate::model::stamps::Stamps;
use crate::request::{Command, Modifications};
use bson::RawDocument;

/// Stamps the changes of a command whose head says of which moment they are. What a change says of a
/// column itself goes first.
///
/// # Errors
/// `E_INVALID_DOCUMENT`, `E_INVALID_QUERY`.
pub(super) fn apply(command: &mut Command<'_>, context: &Context<'_>) -> Result<()> {
    let Some(moment) = command.head.raw("moment")? else { return Ok(()) };
    let due = Due::of(&context.model.stamps, moment)?;
    for change in command.changes_mut() {
        let Some(update) = &mut change.update else { continue };
        if update.replaces()? {
            change.counted = due.version.map(Into::into);
        }
        if let Some(stamped) = due.stamped(update, change.upsert)? {
            update.bytes = stamped.into();
        }
    }
    Ok(())
}

/// What a change is stamped with.
#[derive(Debug)]
struct Due<'a> {
    /// Values of every change.
    always: Vec<Value<'a>>,
    /// Values of documents that are made by it, beside those.
    made: Vec<Value<'a>>,
    version: Option<&'a [u8]>,
}

/// A column's value.
#[derive(Debug, Clone, Copy)]
struct Value<'a> {
    name: &'a [u8],
    tag: u8,
    bytes: &'a [u8],
}

impl Value<'_> {
    fn write(&self, out: &mut Builder) {
        out.name(self.tag, self.name);
        out.copy(self.bytes);
    }
}

impl<'a> Due<'a> {
    /// Columns whose value the moment has.
    fn of(stamps: &'a Stamps, moment: &'a RawDocument) -> Result<Self> {
        let moment = moment.as_bytes();
        let mut due =
            Self { always: Vec::new(), made: Vec::new(), version: stamps.version.as_deref() };
        for found in elements(moment)? {
            let name = found.name(moment);
            let value = Value { name, tag: found.tag, bytes: value_of(moment, &found) };
            if stamps.on_update.iter().any(|one| **one == *name) {
                due.always.push(value);
            } else if stamps.on_insert.iter().any(|one| **one == *name) {
                due.made.push(value);
            }
        }
        Ok(due)
    }

    fn stamped(&self, update: &Modifications<'_>, upsert: bool) -> Result<Option<Vec<u8>>> {
        if update.tag == tag::ARRAY {
            pipeline::stamped(&update.bytes, self)
        } else if update.replaces()? {
            replacement::stamped(&update.bytes, self)
        } else {
            operators::stamped(&update.bytes, self, upsert)
        }
    }
}

/// Whether two paths are one, or one leads into the other.
pub(super) fn overlap(one: &[u8], other: &[u8]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"."))
}
