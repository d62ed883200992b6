//! Changing, replacing or deleting one document and answering it, as it was or as it is now.

use super::operation::{Call, Operation, Running};
use super::reading::Output;
use super::turn::Turn;
use super::{Reply, targets};
use crate::error::Result;
use crate::request::{Change, Command};
use bson::RawDocumentBuf;
use mongodb::Collection;
use mongodb::options::ReturnDocument;

pub(super) struct FindAndModify;

impl Operation for FindAndModify {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
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

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, collection, vault, turn, out, .. } = call;
    let change = command.change()?;
    match vault.filter(|_| change.unbound) {
        Some(vault) => targets::find_and_modify(vault, out, collection, command, turn).await,
        None => send(out, collection, (command, change), turn).await,
    }
}

/// Sends the change by the driver's own call.
pub(super) async fn send(
    out: &Output<'_>,
    collection: &Collection<RawDocumentBuf>,
    (command, change): (&Command<'_>, &Change<'_>),
    turn: &mut Turn<'_>,
) -> Result<Reply> {
    let head = command.head;
    let filter = change.filter()?;
    let shown =
        if head.flag("returnNew")? { ReturnDocument::After } else { ReturnDocument::Before };
    let upsert = change.upsert;
    turn.hold().await?;
    let found = match &change.update {
        Some(replacement) if head.has("replacement") => {
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
