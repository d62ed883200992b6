//! Counting documents.

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
    turn.hold().await?;
    let count = options!(
        collection.count_documents(head.filter()?),
        limit = head.count("limit")?.filter(|limit| *limit > 0),
        skip = head.count("skip")?,
        max_time = turn.max_time(head)?,
        comment = head.comment(),
        hint = head.hint()?,
        collation = head.collation()?,
        read_concern = head.read_concern()?,
        selection_criteria = head.read_preference()?,
        session = turn.begin().await?,
    );
    let total = i64::try_from(count.await?).unwrap_or(i64::MAX);
    Ok(rawdoc! { "count": total })
}
