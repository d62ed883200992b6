//! Deletes of models that keep what is deleted: they are changes that say when.

use super::Context;
use crate::document::build::Builder;
use crate::document::element::{EMPTY, elements, find, tag};
use crate::error::{Code, Error, Result};
use crate::request::{Command, Modifications};
use bson::RawDocument;

/// Puts a change in the place of each delete that does not say `force`. What it sets stands in the moment.
///
/// # Errors
/// `E_INVALID_QUERY`, `E_INVALID_DOCUMENT`.
pub(super) fn apply(command: &mut Command<'_>, context: &Context<'_>) -> Result<()> {
    let Some(rule) = context.model.rules.iter().find(|rule| !rule.remove.is_empty()) else {
        return Ok(());
    };
    let head = command.head;
    let dates = &context.model.stamps.on_update;
    for change in command.changes_mut() {
        if change.update.is_some() || head.flag("force")? {
            continue;
        }
        let own = change.options.raw("moment")?;
        let moment = own.or(head.raw("moment")?).map_or(EMPTY, RawDocument::as_bytes);
        if rule.remove.first().is_none_or(|name| !matches!(find(moment, name), Ok(Some(_)))) {
            return Err(without_moment(&context.model.name));
        }
        let mut out = Builder::with_capacity(moment.len() + 16);
        let start = out.begin();
        let set = out.begin_document(b"$set");
        for found in elements(moment)? {
            let name = found.name(moment);
            if rule.remove.iter().chain(dates).any(|one| **one == *name) {
                out.element(moment, &found);
            }
        }
        out.end(set);
        out.end(start);
        change.update = Some(Modifications { tag: tag::DOCUMENT, bytes: out.into_bytes().into() });
        change.removes = true;
    }
    Ok(())
}

fn without_moment(model: &str) -> Error {
    let what = format!(
        "{model} keeps what is deleted, and the request does not say of which moment it is"
    );
    Error::new(Code::InvalidQuery, what)
}
