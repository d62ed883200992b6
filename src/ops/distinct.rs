//! The different values of one field.

use super::head::Head;
use super::turn::Turn;
use crate::error::{Code, Error, Result};
use bson::{RawArrayBuf, RawBson, RawDocumentBuf, cstr};
use mongodb::Collection;

pub(super) async fn run(
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    turn: &mut Turn<'_>,
) -> Result<RawDocumentBuf> {
    let key = head
        .text("key")?
        .ok_or_else(|| Error::new(Code::InvalidQuery, "distinct needs the name of a field"))?;
    turn.hold().await?;
    let distinct = options!(
        collection.distinct(key, head.filter()?),
        max_time = turn.max_time(head)?,
        comment = head.comment(),
        hint = head.hint()?,
        collation = head.collation()?,
        read_concern = head.read_concern()?,
        selection_criteria = head.read_preference()?,
        session = turn.begin().await?,
    );
    let values: RawArrayBuf = distinct
        .await?
        .into_iter()
        .map(|value| RawBson::try_from(value).map_err(|_| unreadable()))
        .collect::<Result<_>>()?;
    let mut reply = RawDocumentBuf::new();
    reply.append(cstr!("values"), values);
    Ok(reply)
}

fn unreadable() -> Error {
    Error::new(Code::InvalidDocument, "a value in the server's reply could not be read")
}
