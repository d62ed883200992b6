//! Updating one document, or all that match.

use super::head::Head;
use super::turn::Turn;
use crate::error::{Code, Error, Result};
use bson::{RawBson, RawDocumentBuf, cstr, rawdoc};
use mongodb::Collection;

pub(super) async fn run(
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    turn: &mut Turn<'_>,
) -> Result<RawDocumentBuf> {
    let filter = head.filter()?;
    let update = head
        .modifications("update")?
        .ok_or_else(|| Error::new(Code::InvalidQuery, "an update needs its modifications"))?;
    let update = if head.flag("multi")? {
        collection.update_many(filter, update)
    } else {
        collection.update_one(filter, update)
    };
    let update = options!(
        update,
        upsert = head.flag("upsert")?.then_some(true),
        array_filters = head.documents("arrayFilters")?,
        let_vars = head.document("let")?,
        comment = head.comment(),
        hint = head.hint()?,
        collation = head.collation()?,
        session = turn.begin().await?,
    );
    let result = update.await?;
    let mut reply = rawdoc! {
        "matched": i64::try_from(result.matched_count).unwrap_or(i64::MAX),
        "modified": i64::try_from(result.modified_count).unwrap_or(i64::MAX),
    };
    if let Some(id) = result.upserted_id.and_then(|id| RawBson::try_from(id).ok()) {
        reply.append(cstr!("upsertedId"), id);
    }
    Ok(reply)
}
