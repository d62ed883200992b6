//! Changing, replacing or deleting one document and answering it, as it was or as it is now.

use super::Reply;
use super::head::Head;
use super::reading::Output;
use super::turn::Turn;
use crate::error::{Code, Error, Result};
use bson::RawDocumentBuf;
use mongodb::Collection;
use mongodb::options::ReturnDocument;

/// The options that all three calls have.
macro_rules! common {
    ($call:expr, $head:expr, $turn:expr) => {
        options!(
            $call,
            sort = $head.document("sort")?,
            projection = $head.document("projection")?,
            max_time = $turn.max_time($head)?,
            comment = $head.comment(),
            hint = $head.hint()?,
            collation = $head.collation()?,
            let_vars = $head.document("let")?,
            session = $turn.begin().await?,
        )
    };
}

pub(super) async fn run<S>(
    out: &Output<'_, S>,
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    turn: &mut Turn<'_>,
) -> Result<Reply> {
    let filter = head.filter()?;
    let update = head.modifications("update")?;
    let replacement = head.raw_document("replacement")?;
    let shown =
        if head.flag("returnNew")? { ReturnDocument::After } else { ReturnDocument::Before };
    let upsert = head.flag("upsert")?;
    turn.hold().await?;
    let found = match (update, replacement, head.flag("remove")?) {
        (Some(update), None, false) => {
            let call = options!(
                collection.find_one_and_update(filter, update),
                array_filters = head.documents("arrayFilters")?,
            );
            common!(call.return_document(shown).upsert(upsert), head, turn).await?
        }
        (None, Some(replacement), false) => {
            let call = collection.find_one_and_replace(filter, replacement);
            common!(call.return_document(shown).upsert(upsert), head, turn).await?
        }
        (None, None, true) => common!(collection.find_one_and_delete(filter), head, turn).await?,
        _ => {
            return Err(Error::new(
                Code::InvalidQuery,
                "findAndModify takes one of update, replacement and remove",
            ));
        }
    };
    let Some(found) = found else { return Ok(Reply::Chunks(Vec::new())) };
    out.layout.document(&found)
}
