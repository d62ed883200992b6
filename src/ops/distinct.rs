//! The different values of one field.

use super::Reply;
use super::operation::{Call, Operation, Running};
use crate::error::{Code, Error, Result};
use bson::{RawArrayBuf, RawBson, RawDocumentBuf, cstr};

pub(super) struct Distinct;

impl Operation for Distinct {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, collection, turn, .. } = call;
    let head = command.head;
    let key = head
        .text("key")?
        .ok_or_else(|| Error::new(Code::InvalidQuery, "distinct needs the name of a field"))?;
    turn.hold().await?;
    let distinct = options!(
        collection.distinct(key, command.filter()?),
        max_time = turn.max_time(head)?,
        comment = head.comment(),
        hint = head.hint()?,
        collation = head.collation()?,
        read_concern = head.read_concern()?,
        selection_criteria = turn.reads_from(head)?,
        session = turn.begin().await?,
    );
    let values: RawArrayBuf = distinct
        .await?
        .into_iter()
        .map(|value| RawBson::try_from(value).map_err(|_| unreadable()))
        .collect::<Result<_>>()?;
    let mut reply = RawDocumentBuf::new();
    reply.append(cstr!("values"), values);
    Ok(Reply::Document(reply))
}

fn unreadable() -> Error {
    Error::new(Code::InvalidDocument, "a value in the server's reply could not be read")
}
