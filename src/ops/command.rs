//! A command as the caller wrote it. None is sent again; the reply is the server's. One that writes
//! gets the connection's write concern.

use super::operation::{Call, Operation, Running};
use super::write::{self, Again};
use super::{Reply, reply};
use crate::document::validate;
use crate::error::{Code, Error, Result};
use crate::request::Body;
use crate::request::head::misplaced;
use bson::RawDocumentBuf;

pub(super) struct Raw;

impl Operation for Raw {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, turn, .. } = call;
    let head = command.head;
    let Body::Raw(raw) = &command.body else { return Err(misplaced()) };
    let raw = RawDocumentBuf::from_bytes(raw.to_vec()).ok().filter(|raw| !raw.is_empty());
    let raw = raw.ok_or_else(|| Error::new(Code::InvalidQuery, "there is no command"))?;
    let admin = head.flag("admin")?.then(|| database.client().database("admin"));
    let database = admin.as_ref().unwrap_or(database);
    if head.flag("write")? {
        let reply = write::send(database, raw, Again::Forbidden, turn).await?;
        return match write::concern(&reply) {
            Some(error) => Err(error),
            None => Ok(Reply::Document(reply)),
        };
    }
    let call = database.run_raw_command(raw);
    let reply = options!(
        call,
        selection_criteria = head.read_preference()?,
        session = turn.begin().await?,
    )
    .await?;
    let reply = reply::raw(&reply)?;
    validate::document(reply.as_bytes(), 0)?;
    Ok(Reply::Document(reply))
}
