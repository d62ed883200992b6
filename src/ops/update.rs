//! Updating one document, or all that match.

use super::head::Head;
use crate::error::{Code, Error, Result};
use bson::{RawBson, RawDocumentBuf, cstr, rawdoc};
use mongodb::Collection;

pub(super) async fn run(
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
) -> Result<RawDocumentBuf> {
    let filter = head.filter()?;
    let update = head
        .document("update")?
        .ok_or_else(|| Error::new(Code::InvalidQuery, "an update needs its modifications"))?;
    let mut action = if head.flag("multi")? {
        collection.update_many(filter, update)
    } else {
        collection.update_one(filter, update)
    };
    if head.flag("upsert")? {
        action = action.upsert(true);
    }
    if let Some(comment) = head.comment() {
        action = action.comment(comment);
    }
    if let Some(hint) = head.hint()? {
        action = action.hint(hint);
    }
    if let Some(collation) = head.collation()? {
        action = action.collation(collation);
    }
    let result = action.await?;
    let mut reply = rawdoc! {
        "matched": i64::try_from(result.matched_count).unwrap_or(i64::MAX),
        "modified": i64::try_from(result.modified_count).unwrap_or(i64::MAX),
    };
    if let Some(id) = result.upserted_id.and_then(|id| RawBson::try_from(id).ok()) {
        reply.append(cstr!("upsertedId"), id);
    }
    Ok(reply)
}
