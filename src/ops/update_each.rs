//! Several updates by `_id` in one unordered command, or in as few as hold them, each with an outcome
//! of its own.

use super::Reply;
use super::change::{self, Options};
use super::divide::commands;
use super::insert::too_large;
use super::measured::Measured;
use super::missing::{missing, named};
use super::operation::{Call, Operation, Running};
use super::tally::Tally;
use crate::error::{Error, Result};
use crate::protocol::limit::DOCUMENT_BYTES;
use crate::request::Statement;
use crate::steps;
use bson::{RawArrayBuf, RawBson, cstr, rawdoc};
use std::collections::HashSet;

pub(super) struct UpdateEach;

impl Operation for UpdateEach {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, vault, turn, out, .. } = call;
    let statements = command.statements();
    for statement in statements {
        named(statement)?;
    }
    let mut tally = Tally::default();
    let (fitting, over): (Vec<_>, Vec<_>) =
        statements.iter().map(Measured::of).partition(|one| one.bytes <= DOCUMENT_BYTES);
    tally.failed.extend(over.iter().map(|one| too_large(one.position, one.bytes)));
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
        let all: Vec<_> = statements.iter().collect();
        let conditions = steps::conditions(&out.layout.model, command.head, vault)?;
        missing(collection, (&conditions, &all), matched, turn).await?
    } else {
        Vec::new()
    };
    let mut out = rawdoc! { "matched": i64::try_from(matched).unwrap_or(i64::MAX) };
    let failed: RawArrayBuf =
        tally.failed.iter().map(|error| RawBson::Document(error.to_document())).collect();
    let missed: RawArrayBuf =
        missed.into_iter().map(|place| RawBson::Int64(i64::from(place))).collect();
    out.append(cstr!("items"), RawBson::Array(failed));
    out.append(cstr!("missed"), RawBson::Array(missed));
    Ok(Reply::Document(out))
}

/// What was applied and not acknowledged as the connection wants it has failed.
fn acknowledged(mut done: Tally, statements: &[Measured<'_, '_>]) -> Result<Tally> {
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
