//! Deleting one document, or all that match.

use super::head::Head;
use super::turn::Turn;
use crate::error::Result;
use bson::{RawDocumentBuf, rawdoc};
use mongodb::Collection;

pub(super) async fn run(
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    turn: &mut Turn<'_>,
) -> Result<RawDocumentBuf> {
    let filter = head.filter()?;
    let delete = if head.flag("multi")? {
        collection.delete_many(filter)
    } else {
        collection.delete_one(filter)
    };
    let delete = options!(
        delete,
        comment = head.comment(),
        hint = head.hint()?,
        collation = head.collation()?,
        session = turn.begin().await?,
    );
    let result = delete.await?;
    Ok(rawdoc! { "deleted": i64::try_from(result.deleted_count).unwrap_or(i64::MAX) })
}
