//! Deleting one document, or all that match.

use super::head::Head;
use crate::error::Result;
use bson::{RawDocumentBuf, rawdoc};
use mongodb::Collection;

pub(super) async fn run(
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
) -> Result<RawDocumentBuf> {
    let filter = head.filter()?;
    let mut action = if head.flag("multi")? {
        collection.delete_many(filter)
    } else {
        collection.delete_one(filter)
    };
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
    Ok(rawdoc! { "deleted": i64::try_from(result.deleted_count).unwrap_or(i64::MAX) })
}
