//! The one writer of commands that change documents, and the one reader of their replies.
//!
//! The driver has no call for several updates or deletes in one command below server 8. One that may
//! change any number of documents is not sent again after a failure; the others are, once.

use super::divide::{Verb, deletes, verb};
use super::measured::Measured;
use super::reply;
use super::tally::Tally;
use super::turn::Turn;
use super::write::{self, Again};
use crate::document::build::Builder;
use crate::document::element::tag;
use crate::error::driver::{unreadable_reply, whole_number, write_error};
use crate::error::{Error, Result};
use crate::request::Write;
use crate::request::head::misplaced;
use bson::{RawBson, RawDocument, RawDocumentBuf, cstr};
use mongodb::{Collection, Database};

/// Where commands go.
pub(super) type Place<'a> = (&'a Database, &'a Collection<RawDocumentBuf>);

/// What a command has beside its statements.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    pub(super) ordered: bool,
    pub(super) comment: Option<RawBson>,
    pub(super) variables: Option<RawDocumentBuf>,
}

/// Sends statements, all updates or all deletes, as one command. Failures and ids have the places of
/// their statements in the whole payload.
///
/// # Errors
/// Those of the command as a whole.
pub(super) async fn send(
    (database, collection): Place<'_>,
    statements: &[Measured<'_, '_>],
    options: Options,
    turn: &mut Turn<'_>,
) -> Result<Tally> {
    let deletes = statements.first().is_some_and(|one| deletes(one));
    let command = command(collection.name(), statements, deletes, options)?;
    let many = statements.iter().any(|one| matches!(&one.write, Write::Change(one) if one.many));
    let again = if many { Again::Forbidden } else { Again::Allowed };
    let reply = write::send(database, command, again, turn).await?;
    let mut tally = Tally::default();
    let touched = reply::count(&reply, "n")?;
    tally.upserted = upserted(&reply, statements);
    if deletes || statements.first().is_some_and(|one| verb(one) == Verb::Remove) {
        tally.deleted = touched;
    } else {
        tally.matched = touched.saturating_sub(tally.upserted.len() as u64);
        tally.modified = reply::count(&reply, "nModified")?;
    }
    tally.failed = reply::entries(&reply, "writeErrors").map(write_error).collect();
    reply::check_places(&tally.failed, statements.len())?;
    place(&mut tally.failed, statements);
    tally.concern = write::concern(&reply);
    // What failed matched nothing.
    let most = statements.len().saturating_sub(tally.failed.len()) as u64;
    if !many && touched > most {
        return Err(unreadable_reply());
    }
    Ok(tally)
}

fn command(
    collection: &str,
    statements: &[Measured<'_, '_>],
    deletes: bool,
    options: Options,
) -> Result<RawDocumentBuf> {
    let room: usize = statements.iter().map(|one| one.bytes + 16).sum();
    let (name, list) =
        if deletes { (cstr!("delete"), "deletes") } else { (cstr!("update"), "updates") };
    let mut head = RawDocumentBuf::new();
    head.append(name, collection);
    head.append(cstr!("ordered"), options.ordered);
    if let Some(variables) = options.variables {
        head.append(cstr!("let"), variables);
    }
    if let Some(comment) = options.comment {
        head.append(cstr!("comment"), comment);
    }
    let head = head.as_bytes();
    let mut out = Builder::with_capacity(head.len() + room + 32);
    let start = out.begin();
    out.copy(&head[4..head.len() - 1]);
    let begin = out.begin_array(list.as_bytes());
    for (place, statement) in statements.iter().enumerate() {
        let Write::Change(change) = &statement.write else { return Err(misplaced()) };
        out.name(tag::DOCUMENT, place.to_string().as_bytes());
        change.write(&mut out);
    }
    out.end(begin);
    out.end(start);
    RawDocumentBuf::from_bytes(out.into_bytes()).map_err(|_| misplaced())
}

/// From places in the command to places in the whole payload.
pub(super) fn place(failed: &mut [Error], statements: &[Measured<'_, '_>]) {
    for report in failed.iter_mut().filter_map(|error| error.server.as_mut()) {
        report.position = report.position.and_then(|index| position(statements, index));
    }
}

fn position(statements: &[Measured<'_, '_>], index: u32) -> Option<u32> {
    statements.get(usize::try_from(index).ok()?).map(|statement| statement.position)
}

fn upserted(reply: &RawDocument, statements: &[Measured<'_, '_>]) -> Vec<(u32, RawBson)> {
    reply::entries(reply, "upserted")
        .filter_map(|entry| {
            let index = entry.get("index").ok().flatten().and_then(whole_number)?;
            let index = u32::try_from(index).ok()?;
            let id = entry.get("_id").ok().flatten()?;
            Some((position(statements, index)?, RawBson::from(id)))
        })
        .collect()
}
