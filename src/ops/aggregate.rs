//! Reading what a pipeline makes of a collection.

use super::Reply;
use super::operation::{Call, Operation, Running};
use super::reading::{BATCH, Batches};
use crate::error::Result;
use crate::request::Body;
use crate::request::head::misplaced;
use crate::request::head::parsed_list;

pub(super) struct Aggregate;

impl Operation for Aggregate {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, turn, out, .. } = call;
    let head = command.head;
    let Body::Pipeline(stages) = &command.body else { return Err(misplaced()) };
    let pipeline = parsed_list("pipeline", stages)?;
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
        selection_criteria = turn.reads_from(head)?,
    );
    Batches::open(aggregate, turn).await?.deliver(turn, out).await
}
