//! Reading the documents that match.

use super::head::Head;
use super::reading::{BATCH, Batches, Output};
use super::turn::Turn;
use super::{Reply, Sink};
use crate::error::Result;
use bson::RawDocumentBuf;
use mongodb::Collection;

pub(super) async fn run(
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    turn: &mut Turn<'_>,
    out: &Output<'_, impl Sink>,
) -> Result<Reply> {
    let limit = i64::try_from(head.count("limit")?.unwrap_or(0)).unwrap_or(i64::MAX);
    let batch = head.batch_size()?.unwrap_or(BATCH);
    // A negative limit asks for one batch and no cursor; without a size it would end at 101.
    let limit = if limit <= i64::from(batch) { -limit } else { limit };
    turn.hold().await?;
    let find = options!(
        collection.find(head.filter()?).limit(limit).batch_size(batch),
        sort = head.document("sort")?,
        projection = head.document("projection")?,
        skip = head.count("skip")?,
        max_time = turn.max_time(head)?,
        comment = head.comment(),
        hint = head.hint()?,
        collation = head.collation()?,
        allow_disk_use = head.switch("allowDiskUse")?,
        min = head.document("min")?,
        max = head.document("max")?,
        let_vars = head.document("let")?,
        read_concern = head.read_concern()?,
        selection_criteria = head.read_preference()?,
    );
    Batches::open(find, turn).await?.deliver(turn, out).await
}
