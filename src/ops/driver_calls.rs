//! Changes by the driver's own calls, which it numbers and sends again itself.

use super::Reply;
use super::reading::Output;
use super::turn::Turn;
use crate::document::element::tag;
use crate::error::{Error, Result};
use crate::request::{Change, Command, Kind};
use bson::{RawBson, RawDocumentBuf, cstr, rawdoc};
use mongodb::Collection;
use mongodb::options::ReturnDocument;

/// What an update did.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) matched: u64,
    pub(super) modified: u64,
    pub(super) upserted: Option<RawBson>,
}

impl Outcome {
    pub(super) fn to_document(&self) -> RawDocumentBuf {
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

/// Changes one document, or all that match.
pub(super) async fn update(
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
        comment = change.shared.comment(),
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

/// The options that all three calls have.
macro_rules! common {
    ($call:expr, $command:expr, $change:expr, $turn:expr) => {
        options!(
            $call,
            sort = if $change.narrowed { None } else { $command.sort()? },
            projection = $command.projection()?,
            max_time = $turn.max_time($command.head)?,
            comment = $command.head.comment(),
            hint = $change.hint()?,
            collation = $command.head.collation()?,
            let_vars = $command.head.document("let")?,
            session = $turn.begin().await?,
        )
    };
}

/// Changes, replaces or deletes one document, and answers it.
pub(super) async fn find_and_modify(
    out: &Output<'_>,
    collection: &Collection<RawDocumentBuf>,
    (command, change): (&Command<'_>, &Change<'_>),
    turn: &mut Turn<'_>,
) -> Result<Reply> {
    let head = command.head;
    let filter = change.filter()?;
    let shown = if command.kind == Kind::InsertUnlessFound || head.flag("returnNew")? {
        ReturnDocument::After
    } else {
        ReturnDocument::Before
    };
    let upsert = change.upsert;
    turn.hold().await?;
    let found = match &change.update {
        Some(replacement) if head.has("replacement") && replacement.tag == tag::DOCUMENT => {
            let replacement = replacement.to_document()?;
            let call = collection.find_one_and_replace(filter, replacement);
            common!(call.return_document(shown).upsert(upsert), command, change, turn).await?
        }
        Some(update) => {
            let call = options!(
                collection.find_one_and_update(filter, update.to_driver()?),
                array_filters = head.documents("arrayFilters")?,
            );
            common!(call.return_document(shown).upsert(upsert), command, change, turn).await?
        }
        None => common!(collection.find_one_and_delete(filter), command, change, turn).await?,
    };
    let Some(found) = found else { return Ok(Reply::Chunks(Vec::new())) };
    out.layout.document(&found, out.flow)
}
