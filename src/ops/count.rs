//! Counting documents.

use super::head::Head;
use crate::error::Result;
use bson::{RawDocumentBuf, rawdoc};
use mongodb::Collection;

pub(super) async fn run(
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
) -> Result<RawDocumentBuf> {
    let mut count = collection.count_documents(head.filter()?);
    if let Some(limit) = head.count("limit")?.filter(|limit| *limit > 0) {
        count = count.limit(limit);
    }
    if let Some(skip) = head.count("skip")? {
        count = count.skip(skip);
    }
    if let Some(limit) = head.max_time()? {
        count = count.max_time(limit);
    }
    if let Some(comment) = head.comment() {
        count = count.comment(comment);
    }
    if let Some(hint) = head.hint()? {
        count = count.hint(hint);
    }
    if let Some(collation) = head.collation()? {
        count = count.collation(collation);
    }
    let total = i64::try_from(count.await?).unwrap_or(i64::MAX);
    Ok(rawdoc! { "count": total })
}
