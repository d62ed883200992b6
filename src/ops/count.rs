//! Counting documents.

use super::Reply;
use super::operation::{Call, Operation, Running};
use crate::error::Result;
use bson::rawdoc;

pub(super) struct Count;

impl Operation for Count {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, collection, turn, .. } = call;
    let head = command.head;
    turn.hold().await?;
    let count = options!(
        collection.count_documents(command.filter()?),
        limit = head.count("limit")?.filter(|limit| *limit > 0),
        skip = head.count("skip")?,
        max_time = turn.max_time(head)?,
        comment = head.comment(),
        hint = head.hint()?,
        collation = head.collation()?,
        read_concern = head.read_concern()?,
        selection_criteria = turn.reads_from(head)?,
        session = turn.begin().await?,
    );
    let total = i64::try_from(count.await?).unwrap_or(i64::MAX);
    Ok(Reply::Document(rawdoc! { "count": total }))
}
