//! Updating one document, or all that match.

use super::operation::{Call, Operation, Running};
use super::turn::Turn;
use super::{Reply, targets};
use crate::error::{Error, Result};
use crate::request::Change;
use bson::{RawBson, RawDocumentBuf, cstr, rawdoc};
use mongodb::Collection;

pub(super) struct Update;

impl Operation for Update {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, vault, turn, .. } = call;
    let change = command.change()?;
    let outcome = match vault.filter(|_| change.unbound) {
        Some(vault) => targets::update(vault, (database, collection), change, turn).await?,
        None => send(collection, change, turn).await?,
    };
    Ok(Reply::Document(outcome.to_document()))
}

/// What an update did.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) matched: u64,
    pub(super) modified: u64,
    pub(super) upserted: Option<RawBson>,
}

impl Outcome {
    fn to_document(&self) -> RawDocumentBuf {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let mut reply =
            rawdoc! { "matched": count(self.matched), "modified": count(self.modified) };
        if let Some(id) = &self.upserted {
            reply.append(cstr!("upsertedId"), id.clone());
        }
        reply
    }

    /// The error of an update that ended half-way, with what it had done before.
    pub(super) fn interrupted(&self, mut error: Error) -> Error {
        if self.matched > 0 {
            error.message = format!(
                "{} (half-way: {} documents matched and {} modified before)",
                error.message, self.matched, self.modified
            );
            error.server.get_or_insert_default().done = Some(self.to_document());
        }
        error
    }

    /// From what [`interrupted`](Self::interrupted) put into an error.
    pub(super) fn of(done: &RawDocumentBuf) -> Self {
        let count = |key: &str| done.get_i64(key).ok().and_then(|n| u64::try_from(n).ok());
        let upserted = done.get("upsertedId").ok().flatten().map(RawBson::from);
        let (matched, modified) = (count("matched"), count("modified"));
        Self { matched: matched.unwrap_or(0), modified: modified.unwrap_or(0), upserted }
    }
}

/// Sends the change of one document, or of all that match, by the driver's own call.
pub(super) async fn send(
    collection: &Collection<RawDocumentBuf>,
    change: &Change<'_>,
    turn: &mut Turn<'_>,
) -> Result<Outcome> {
    let options = change.options;
    let update = change.modifications()?;
    let update = if change.many {
        collection.update_many(change.filter()?, update)
    } else {
        collection.update_one(change.filter()?, update)
    };
    let update = options!(
        update,
        upsert = change.upsert.then_some(true),
        array_filters = options.documents("arrayFilters")?,
        let_vars = options.document("let")?,
        comment = options.comment(),
        hint = change.hint()?,
        collation = options.collation()?,
        session = turn.begin().await?,
    );
    let result = update.await?;
    Ok(Outcome {
        matched: result.matched_count,
        modified: result.modified_count,
        upserted: result.upserted_id.and_then(|id| RawBson::try_from(id).ok()),
    })
}
