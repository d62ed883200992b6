//! Deleting one document, or all that match.

use super::operation::{Call, Operation, Running};
use super::{Reply, driver_calls, sequence};
use crate::error::Result;
use bson::rawdoc;

pub(super) struct Delete;

impl Operation for Delete {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, turn, .. } = call;
    let head = command.head;
    let change = command.change()?;
    if change.removes {
        let matched = driver_calls::update(collection, change, turn).await?.matched;
        let deleted = i64::try_from(matched).unwrap_or(i64::MAX);
        return Ok(Reply::Document(rawdoc! { "deleted": deleted }));
    }
    let filter = change.filter()?;
    let delete =
        if change.many { collection.delete_many(filter) } else { collection.delete_one(filter) };
    let delete = options!(
        delete,
        comment = head.comment(),
        hint = head.hint()?,
        collation = head.collation()?,
        session = turn.begin().await?,
    );
    let deleted = i64::try_from(delete.await?.deleted_count).unwrap_or(i64::MAX);
    if head.flag("restart")? {
        sequence::restart(database, collection, turn).await?;
    }
    Ok(Reply::Document(rawdoc! { "deleted": deleted }))
}
