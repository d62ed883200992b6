//! Several updates by `_id` in one unordered command, or in as few as hold them, each with an outcome
//! of its own.
//!
//! The driver has no call for this below server 8, so the command is written here.

use super::bulk::place;
use super::bulk::statement::{Statement, Verb, commands};
use super::head::{self, Head};
use super::insert::too_large;
use super::reading::Batches;
use super::turn::Turn;
use super::write::{self, Again};
use super::{Request, reply, sealing};
use crate::crypto::vault::Vault;
use crate::error::driver::{unreadable_reply, write_error};
use crate::error::{Code, Error, Result};
use crate::protocol::limit::DOCUMENT_BYTES;
use bson::{RawArrayBuf, RawBson, RawDocument, RawDocumentBuf, cstr, rawdoc};
use mongodb::Collection;
use mongodb::bson::doc;
use std::collections::HashSet;

pub(super) async fn run(
    request: &Request,
    vault: Option<&Vault>,
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    payload: &[u8],
    turn: &mut Turn<'_>,
) -> Result<RawDocumentBuf> {
    let statements = head::documents(payload)?;
    if !request.connection.allows_server_javascript() {
        for statement in &statements {
            crate::guard::refuse_server_javascript(statement.as_bytes())?;
        }
    }
    let total = statements.len();
    let ids = statements.iter().map(|one| id_of(one)).collect::<Result<Vec<_>>>()?;
    let mut failures = Vec::new();
    let mut fitting = Vec::with_capacity(total);
    for (position, statement) in (0_u32..).zip(&statements) {
        let body = statement.as_bytes();
        if body.len() > DOCUMENT_BYTES {
            failures.push(too_large(position, body.len()));
        } else {
            fitting.push(Statement { position, verb: Verb::Update, body });
        }
    }
    let mut matched = 0_usize;
    let commands = commands(fitting, false);
    let alone = commands.len() == 1 && failures.is_empty();
    for command in commands {
        match send(request, collection, head, &command, turn).await {
            Ok(outcome) => {
                matched = outcome.matched.saturating_add(matched);
                failures.extend(outcome.failures);
            }
            Err(error) if alone => return Err(error),
            // Statements of other commands may have been carried out.
            Err(error) => failures.extend(command.iter().map(|one| at(&error, one.position))),
        }
    }
    if let Some(vault) = vault {
        failures = failures.into_iter().map(|one| sealing::name_columns(vault, one)).collect();
    }
    let missed = if failures.len().saturating_add(matched) < total {
        missing(collection, &ids, turn).await?
    } else {
        Vec::new()
    };
    let mut out = rawdoc! { "matched": i64::try_from(matched).unwrap_or(i64::MAX) };
    let failed: RawArrayBuf =
        failures.iter().map(|error| RawBson::Document(error.to_document())).collect();
    let missed: RawArrayBuf = missed.into_iter().map(RawBson::Int32).collect();
    out.append(cstr!("items"), RawBson::Array(failed));
    out.append(cstr!("missed"), RawBson::Array(missed));
    Ok(out)
}

/// What became of one command.
struct Outcome {
    matched: usize,
    failures: Vec<Error>,
}

async fn send(
    request: &Request,
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    statements: &[Statement<'_>],
    turn: &mut Turn<'_>,
) -> Result<Outcome> {
    let updates: RawArrayBuf = statements
        .iter()
        .map(|one| RawDocumentBuf::from_bytes(one.body.to_vec()).map(RawBson::Document))
        .collect::<std::result::Result<_, _>>()
        .map_err(|_| Error::new(Code::InvalidDocument, "request: a statement is not valid"))?;
    let mut command = rawdoc! { "update": collection.name() };
    command.append(cstr!("updates"), RawBson::Array(updates));
    command.append(cstr!("ordered"), false);
    if let Some(comment) = head.raw_comment() {
        command.append(cstr!("comment"), comment);
    }
    let database = &request.connection.link().await?.database;
    let reply = write::send(database, command, Again::Allowed, turn).await?;
    let mut failures: Vec<Error> = reply::entries(&reply, "writeErrors").map(write_error).collect();
    reply::check_places(&failures, statements.len())?;
    place(&mut failures, statements);
    if let Some(concern) = write::concern(&reply) {
        if failures.is_empty() {
            return Err(concern);
        }
        let failed: HashSet<u32> = failures.iter().filter_map(position).collect();
        let others = statements.iter().filter(|one| !failed.contains(&one.position));
        failures.extend(others.map(|one| at(&concern, one.position)).collect::<Vec<_>>());
    }
    let matched = usize::try_from(reply::count(&reply, "n")?).unwrap_or(usize::MAX);
    if matched > statements.len() - failures.len().min(statements.len()) {
        return Err(unreadable_reply());
    }
    Ok(Outcome { matched, failures })
}

fn position(error: &Error) -> Option<u32> {
    error.server.as_ref()?.position
}

/// The error of a whole command, for one of its statements.
fn at(error: &Error, position: u32) -> Error {
    let mut error = error.clone();
    error.server.get_or_insert_default().position = Some(position);
    error
}

fn id_of(statement: &RawDocument) -> Result<RawBson> {
    statement
        .get_document("q")
        .ok()
        .and_then(|filter| filter.get("_id").ok().flatten())
        .map(RawBson::from)
        .ok_or_else(|| Error::new(Code::InvalidQuery, "a coalesced update has no _id"))
}

/// Which statements' documents are not there. Asked only when the matched total falls short.
async fn missing(
    collection: &Collection<RawDocumentBuf>,
    ids: &[RawBson],
    turn: &mut Turn<'_>,
) -> Result<Vec<i32>> {
    let list = ids
        .iter()
        .map(|id| mongodb::bson::Bson::try_from(id.clone()))
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|_| Error::new(Code::InvalidQuery, "an _id could not be read"))?;
    let find = collection.find(doc! { "_id": { "$in": list } }).projection(doc! { "_id": 1 });
    let mut batches = Batches::open(find, turn).await?;
    let mut present = HashSet::new();
    while let Some(batch) = batches.next(turn).await? {
        for entry in batch.doc_slices()?.into_iter().flatten() {
            let id = entry.as_document().and_then(|one| one.get("_id").ok().flatten());
            if let Some(id) = id {
                present.insert(key(&RawBson::from(id)));
            }
        }
    }
    Ok((0_i32..).zip(ids).filter(|(_, id)| !present.contains(&key(id))).map(|(at, _)| at).collect())
}

/// Ids are compared by their bytes; numbers by value, as the server compares them.
fn key(id: &RawBson) -> Vec<u8> {
    let number = match id {
        RawBson::Int32(number) => Some(f64::from(*number)),
        #[allow(clippy::cast_precision_loss, reason = "beyond 2^53 only equal bytes matter")]
        RawBson::Int64(number) => Some(*number as f64),
        RawBson::Double(number) => Some(*number),
        _ => None,
    };
    let mut one = RawDocumentBuf::new();
    match number {
        Some(number) => one.append(cstr!("_id"), number),
        None => one.append(cstr!("_id"), id.clone()),
    }
    one.into_bytes()
}
