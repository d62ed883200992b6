//! A command as the caller wrote it. None is sent again; the reply is the server's. One that writes
//! gets the connection's write concern.

use super::Request;
use super::head::Head;
use super::turn::Turn;
use super::write::{self, Again};
use crate::document::validate;
use crate::error::{Code, Error, Result};
use crate::guard;
use bson::RawDocumentBuf;
use mongodb::Database;

pub(super) async fn run(
    request: &Request,
    database: &Database,
    head: Head<'_>,
    turn: &mut Turn<'_>,
) -> Result<RawDocumentBuf> {
    let command = head
        .raw_document("command")?
        .filter(|command| !command.is_empty())
        .ok_or_else(|| Error::new(Code::InvalidQuery, "there is no command"))?;
    if !request.connection.allows_server_javascript() {
        guard::refuse_javascript_command(&command)?;
    }
    let admin = head.flag("admin")?.then(|| database.client().database("admin"));
    let database = admin.as_ref().unwrap_or(database);
    if head.flag("write")? {
        let reply = write::send(database, command, Again::Forbidden, turn).await?;
        return match write::concern(&reply) {
            Some(error) => Err(error),
            None => Ok(reply),
        };
    }
    let call = database.run_raw_command(command);
    let reply = options!(
        call,
        selection_criteria = head.read_preference()?,
        session = turn.begin().await?,
    )
    .await?;
    let reply = RawDocumentBuf::try_from(&reply)
        .map_err(|_| Error::new(Code::InvalidDocument, "the server's reply could not be read"))?;
    validate::document(reply.as_bytes(), 0)?;
    Ok(reply)
}
