//! Sending a write whose command is written here, because the driver has no call for it: with the
//! connection's write concern, and once more after a failure that the drivers' rules call retryable.

use super::reply;
use super::turn::Turn;
use crate::client::numbered::{Lent, is_network};
use crate::error::driver::{refuses_numbers, several};
use crate::error::{Code, Error, Result};
use bson::{RawBsonRef, RawDocument, RawDocumentBuf, cstr};
use mongodb::Database;
use mongodb::bson::Document;
use mongodb::error::{Error as DriverError, ErrorKind, NO_WRITES_PERFORMED, RETRYABLE_WRITE_ERROR};

/// Whether the same command may be sent once more. The server keeps account of statements that
/// change one document each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// Each statement changes one document at most.
    Allowed,
    /// A statement may change any number of documents.
    Forbidden,
}

/// What an attempt came to, before it is ours.
type Attempt = std::result::Result<Document, DriverError>;

/// Sends the command and answers the server's reply, whose `writeErrors` and `writeConcernError` are
/// the caller's to look at.
///
/// # Errors
/// Those of the command as a whole. One after which another attempt may succeed has the label
/// `RetryableWriteError`.
pub(super) async fn send(
    database: &Database,
    mut command: RawDocumentBuf,
    again: Again,
    turn: &mut Turn<'_>,
) -> Result<RawDocumentBuf> {
    let in_transaction = turn.hold().await?.is_some_and(|held| held.in_transaction());
    if !in_transaction && let Some(concern) = database.write_concern() {
        let concern = bson::serialize_to_raw_document_buf(concern)
            .map_err(|_| Error::new(Code::Configuration, "the write concern cannot be written"))?;
        if !concern.is_empty() {
            command.append(cstr!("writeConcern"), concern);
        }
    }
    if let Some(limit) = turn.time_left() {
        command.append(cstr!("maxTimeMS"), i64::try_from(limit.as_millis()).unwrap_or(i64::MAX));
    }
    if turn.has_session() {
        let call = database.run_raw_command(command);
        return read(&options!(call, session = turn.begin().await?).await?);
    }
    let numbers = turn.connection().numbered();
    if again == Again::Forbidden || numbers.is_off() {
        return read(&database.run_raw_command(command).await?);
    }
    let mut lent = numbers.lend(database.client()).await?;
    let plain = command.as_bytes().len();
    command.append(cstr!("txnNumber"), lent.number());
    let attempt = twice(database, &command, &mut lent).await?;
    match attempt {
        Err(error) if refuses_numbers(&error) => {
            numbers.turn_off();
            let command = without_last(command, plain)?;
            read(&database.run_raw_command(command).await?)
        }
        Err(error) => Err(labelled(error)),
        Ok(reply) => read(&reply),
    }
}

/// A document as it was before an element was appended.
fn without_last(document: RawDocumentBuf, length: usize) -> Result<RawDocumentBuf> {
    let mut bytes = document.into_bytes();
    bytes.truncate(length - 1);
    bytes.push(0);
    bytes[..4].copy_from_slice(&i32::try_from(length).unwrap_or(i32::MAX).to_le_bytes());
    RawDocumentBuf::from_bytes(bytes)
        .map_err(|_| Error::new(Code::InvalidDocument, "a command could not be written"))
}

/// The first attempt, or the second where the first failed in a way that a second may mend.
async fn twice(
    database: &Database,
    command: &RawDocumentBuf,
    lent: &mut Lent<'_>,
) -> Result<Attempt> {
    let first = lent.send(database, command).await?;
    if !is_retryable(&first) {
        return Ok(first);
    }
    let second = lent.send(database, command).await?;
    // An attempt that changed nothing does not say what became of the one before it.
    let says_nothing = second.as_ref().is_err_and(|error| {
        error.contains_label(NO_WRITES_PERFORMED)
            || matches!(&*error.kind, ErrorKind::ServerSelection { .. })
    });
    Ok(if says_nothing { first } else { second })
}

fn is_retryable(attempt: &Attempt) -> bool {
    match attempt {
        Err(error) => is_network(error) || error.contains_label(RETRYABLE_WRITE_ERROR),
        Ok(reply) => reply.get_array("errorLabels").is_ok_and(|labels| {
            labels.iter().any(|label| label.as_str() == Some(RETRYABLE_WRITE_ERROR))
        }),
    }
}

fn labelled(error: DriverError) -> Error {
    let network = is_network(&error);
    let mut mapped = Error::from(error);
    if network {
        let labels = &mut mapped.server.get_or_insert_default().labels;
        if !labels.iter().any(|label| label == RETRYABLE_WRITE_ERROR) {
            labels.push(RETRYABLE_WRITE_ERROR.into());
        }
    }
    mapped
}

fn read(reply: &Document) -> Result<RawDocumentBuf> {
    reply::raw(reply)
}

/// The error of a write that was applied and not acknowledged as the connection wants it.
pub(super) fn concern(reply: &RawDocument) -> Option<Error> {
    let concern = reply.get_document("writeConcernError").ok()?;
    let mut error = several(Vec::new(), concern.get_i32("code").ok());
    let labels = reply.get_array("errorLabels").into_iter().flatten().flatten();
    error.server.get_or_insert_default().labels =
        labels.filter_map(RawBsonRef::as_str).map(ToOwned::to_owned).collect();
    Some(error)
}
