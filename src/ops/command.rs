//! A command as the caller wrote it. The driver retries none; the reply is the server's.

use super::Request;
use super::head::Head;
use super::turn::Turn;
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
