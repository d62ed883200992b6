//! Reading what a pipeline makes of a collection.

use super::head::Head;
use super::reading::{BATCH, Batches, Output};
use super::turn::Turn;
use super::{Reply, Sink};
use crate::error::{Code, Error, Result};
use bson::RawDocumentBuf;
use mongodb::{Collection, Database};

pub(super) async fn run(
    database: &Database,
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    turn: &mut Turn<'_>,
    out: &Output<'_, impl Sink>,
) -> Result<Reply> {
    let pipeline = head
        .documents("pipeline")?
        .ok_or_else(|| Error::new(Code::InvalidQuery, "an aggregation needs its pipeline"))?;
    let start = if head.flag("onDatabase")? {
        database.aggregate(pipeline)
    } else {
        collection.aggregate(pipeline)
    };
    turn.hold().await?;
    let aggregate = options!(
        start.batch_size(head.batch_size()?.unwrap_or(BATCH)),
        allow_disk_use = head.switch("allowDiskUse")?,
        max_time = turn.max_time(head)?,
        comment = head.comment(),
        hint = head.hint()?,
        collation = head.collation()?,
        let_vars = head.document("let")?,
        read_concern = head.read_concern()?,
        selection_criteria = head.read_preference()?,
    );
    Batches::open(aggregate, turn).await?.deliver(turn, out).await
}
