//! Several updates by `_id` in one unordered command, or in as few as hold them, each with an outcome
//! of its own.

use super::Reply;
use super::change::{self, Options};
use super::divide::commands;
use super::insert::too_large;
use super::operation::{Call, Operation, Running};
use super::reading::Batches;
use super::tally::Tally;
use super::turn::Turn;
use crate::crypto::canonical::id_of;
use crate::error::{Code, Error, Result};
use crate::protocol::limit::DOCUMENT_BYTES;
use crate::request::head::misplaced;
use crate::request::{Statement, Write};
use bson::{RawArrayBuf, RawBson, RawDocument, RawDocumentBuf, cstr, rawdoc};
use mongodb::Collection;
use mongodb::bson::{Bson, doc};
use std::collections::HashSet;

pub(super) struct UpdateEach;

impl Operation for UpdateEach {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, vault, turn, .. } = call;
    let statements = command.statements();
    let named = statements.iter().map(named).collect::<Result<Vec<_>>>()?;
    let mut tally = Tally::default();
    let (fitting, over): (Vec<_>, Vec<_>) =
        statements.iter().partition(|one| one.size() <= DOCUMENT_BYTES);
    tally.failed.extend(over.iter().map(|one| too_large(one.position, one.size())));
    let commands = commands(fitting, false);
    let alone = commands.len() == 1 && tally.failed.is_empty();
    for statements in commands {
        let comment = command.head.raw_comment();
        let options = Options { comment, ..Options::default() };
        let sent = change::send((database, collection), &statements, options, turn).await;
        match sent.and_then(|done| acknowledged(done, &statements)) {
            Ok(done) => tally.add(done),
            Err(error) if alone => return Err(error),
            // Statements of other commands may have been carried out.
            Err(error) => tally.failed.extend(statements.iter().map(|one| at(&error, one))),
        }
    }
    tally.name_columns(vault);
    let matched = usize::try_from(tally.matched).unwrap_or(usize::MAX);
    let missed = if tally.failed.len().saturating_add(matched) < statements.len() {
        missing(collection, &named, turn).await?
    } else {
        Vec::new()
    };
    let mut out = rawdoc! { "matched": i64::try_from(matched).unwrap_or(i64::MAX) };
    let failed: RawArrayBuf =
        tally.failed.iter().map(|error| RawBson::Document(error.to_document())).collect();
    let missed: RawArrayBuf = missed.into_iter().map(RawBson::Int32).collect();
    out.append(cstr!("items"), RawBson::Array(failed));
    out.append(cstr!("missed"), RawBson::Array(missed));
    Ok(Reply::Document(out))
}

/// What was applied and not acknowledged as the connection wants it has failed.
fn acknowledged(mut done: Tally, statements: &[&Statement<'_>]) -> Result<Tally> {
    if let Some(concern) = done.concern.take() {
        if done.failed.is_empty() {
            return Err(concern);
        }
        let failed: HashSet<u32> = done.failed.iter().filter_map(position).collect();
        let others = statements.iter().filter(|one| !failed.contains(&one.position));
        done.failed.extend(others.map(|one| at(&concern, one)).collect::<Vec<_>>());
    }
    Ok(done)
}

fn position(error: &Error) -> Option<u32> {
    error.server.as_ref()?.position
}

/// The error of a whole command, for one of its statements.
fn at(error: &Error, statement: &Statement<'_>) -> Error {
    let mut error = error.clone();
    error.server.get_or_insert_default().position = Some(statement.position);
    error
}

/// The document that a statement is of.
fn named<'a>(statement: &Statement<'a>) -> Result<&'a RawDocument> {
    let Write::Change(change) = &statement.write else { return Err(misplaced()) };
    let filter = change.options.raw("q")?.filter(|one| one.get("_id").is_ok_and(|id| id.is_some()));
    filter.ok_or_else(|| Error::new(Code::InvalidQuery, "a coalesced update has no _id"))
}

/// Which statements' documents are not there. Asked only when the matched total falls short.
async fn missing(
    collection: &Collection<RawDocumentBuf>,
    named: &[&RawDocument],
    turn: &mut Turn<'_>,
) -> Result<Vec<i32>> {
    let list = named
        .iter()
        .filter_map(|one| one.get("_id").ok().flatten())
        .map(Bson::try_from)
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|_| Error::new(Code::InvalidQuery, "an _id could not be read"))?;
    let find = collection.find(doc! { "_id": { "$in": list } }).projection(doc! { "_id": 1 });
    let mut present = HashSet::new();
    for id in Batches::open(find, turn).await?.ids(turn).await? {
        present.insert(id_of(rawdoc! { "_id": id }.as_bytes())?);
    }
    let mut missed = Vec::new();
    for (place, one) in (0_i32..).zip(named) {
        if !present.contains(&id_of(one.as_bytes())?) {
            missed.push(place);
        }
    }
    Ok(missed)
}
