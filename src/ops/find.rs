//! Reading the documents that match.

use super::Reply;
use super::operation::{Call, Operation, Running};
use super::reading::{BATCH, Batches};
use super::turn::Turn;
use crate::error::Result;
use crate::request::Command;
use bson::RawDocumentBuf;
use mongodb::Collection;

pub(super) struct Find;

impl Operation for Find {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, collection, paging, turn, out, .. } = call;
    let batches = open(command, collection, turn).await?;
    match paging {
        Some(paging) => batches.deliver_page(turn, out, paging).await,
        None => batches.deliver(turn, out).await,
    }
}

/// Begins to read.
pub(super) async fn open(
    command: &Command<'_>,
    collection: &Collection<RawDocumentBuf>,
    turn: &mut Turn<'_>,
) -> Result<Batches> {
    let head = command.head;
    let limit = i64::try_from(head.count("limit")?.unwrap_or(0)).unwrap_or(i64::MAX);
    let batch = head.batch_size()?.unwrap_or(BATCH);
    // A negative limit asks for one batch and no cursor; without a size it would end at 101.
    let limit = if limit <= i64::from(batch) { -limit } else { limit };
    turn.hold().await?;
    let find = options!(
        collection.find(command.filter()?).limit(limit).batch_size(batch),
        sort = command.sort()?,
        projection = command.projection()?,
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
        selection_criteria = turn.reads_from(head)?,
    );
    Batches::open(find, turn).await
}
