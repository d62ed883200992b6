//! From the MongoDB driver's errors to ours. The server's texts, and the driver's, may quote documents
//! (a duplicate key's value, a failed filter), so messages are written here; the text itself goes to
//! who asks for it.

use super::words::{is_name, shortened, words};
use super::{Code, Error, ServerReport};
use bson::{RawBsonRef, RawDocument, RawDocumentBuf};
use mongodb::error::{Error as DriverError, ErrorKind, WriteFailure};

const DUPLICATE_KEY: [i32; 3] = [11000, 11001, 12582];
const DOCUMENT_VALIDATION: i32 = 121;
const MAX_TIME_EXPIRED: i32 = 50;
const OBJECT_TOO_LARGE: [i32; 2] = [10334, 17280];
const AUTHENTICATION: [i32; 2] = [18, 13];
/// The server is stepping down, shutting down, recovering or no primary, or it could not reach another:
/// the driver looks for one that can.
const UNAVAILABLE: [i32; 14] =
    [11600, 11602, 10107, 13435, 13436, 10058, 189, 91, 6, 7, 89, 9001, 134, 262];
const WRITE_CONFLICT: i32 = 112;
const NOT_IN_A_TRANSACTION: i32 = 263;
const ILLEGAL_OPERATION: i32 = 20;
/// The server's word for a document or command nested too deeply.
const OVERFLOW: i32 = 15;

impl From<DriverError> for Error {
    fn from(error: DriverError) -> Self {
        let labels = error.labels().iter().filter(|label| is_name(label));
        let mut labels: Vec<String> = labels.cloned().collect();
        labels.sort_unstable();
        let response = error.server_response().cloned();
        let mut mapped = map_kind(&error.kind, response.as_deref());
        if !labels.is_empty() {
            mapped.server.get_or_insert_default().labels = labels;
        }
        mapped
    }
}

fn map_kind(kind: &ErrorKind, response: Option<&RawDocument>) -> Error {
    match kind {
        ErrorKind::Command(command) => {
            let mut error =
                server_error(command.code, Some(&command.code_name), &command.message, response);
            let details = response.and_then(|reply| reply.get_document("errInfo").ok());
            if let (Some(details), Some(report)) = (details, error.server.as_mut()) {
                report.details = Some(details.to_owned());
            }
            error
        }
        ErrorKind::Write(WriteFailure::WriteError(write)) => {
            let entry = response.and_then(|reply| write_error_at(reply, 0));
            let mut error =
                server_error(write.code, write.code_name.as_deref(), &write.message, entry);
            if let (Some(details), Some(report)) = (&write.details, error.server.as_mut()) {
                report.details = RawDocumentBuf::try_from(details).ok();
            }
            error
        }
        ErrorKind::Write(WriteFailure::WriteConcernError(concern)) => Error::reported(
            Code::WriteConcern,
            "the write was applied but the write concern was not met",
            ServerReport {
                code: Some(concern.code),
                code_name: Some(concern.code_name.clone()).filter(|name| is_name(name)),
                text: Some(shortened(&concern.message)),
                ..ServerReport::default()
            },
        ),
        ErrorKind::InsertMany(failure) => {
            let items: Vec<Error> = failure
                .write_errors
                .iter()
                .flatten()
                .map(|write| {
                    let entry = response.and_then(|reply| write_error_for(reply, write.index));
                    let mut error =
                        server_error(write.code, write.code_name.as_deref(), &write.message, entry);
                    let report = error.server.get_or_insert_default();
                    report.position = u32::try_from(write.index).ok();
                    if let Some(details) = &write.details {
                        report.details = RawDocumentBuf::try_from(details).ok();
                    }
                    error
                })
                .collect();
            several(items, failure.write_concern_error.as_ref().map(|concern| concern.code))
        }
        ErrorKind::Authentication { .. } => Error::new(
            Code::AuthenticationFailed,
            "the server refused the credentials of this connection",
        ),
        ErrorKind::ServerSelection { message, .. } => selection(message),
        ErrorKind::Io(io) => {
            if matches!(io.kind(), std::io::ErrorKind::TimedOut) {
                Error::new(Code::ConnectionFailed, "the network operation timed out")
            } else {
                Error::new(Code::ConnectionFailed, format!("the connection broke: {}", io.kind()))
            }
        }
        ErrorKind::ConnectionPoolCleared { .. } => Error::new(
            Code::ConnectionFailed,
            "the connection pool was cleared because the server could not be reached",
        ),
        ErrorKind::DnsResolve { .. } => {
            Error::new(Code::ConnectionFailed, "the host name in the url could not be resolved")
        }
        ErrorKind::InvalidTlsConfig { .. } => {
            Error::new(Code::Configuration, "the TLS settings of this connection are not usable")
        }
        ErrorKind::InvalidArgument { message, .. }
            if message.contains("insert document must be") =>
        {
            Error::new(Code::DocumentTooLarge, "the document is over the limit of 16 MiB")
        }
        ErrorKind::InvalidArgument { message, .. } => Error::reported(
            Code::InvalidQuery,
            "the driver refused an argument of the command",
            ServerReport { text: Some(shortened(message)), ..ServerReport::default() },
        ),
        ErrorKind::Shutdown => Error::new(Code::ConnectionClosed, "the connection was closed"),
        ErrorKind::SessionsNotSupported => transactions_unsupported(),
        ErrorKind::Transaction { message, .. } => transaction(message),
        ErrorKind::IncompatibleServer { .. } => {
            Error::new(Code::Unsupported, "the server does not support the operation")
        }
        ErrorKind::InvalidResponse { .. } | ErrorKind::Bson(_) => unreadable_reply(),
        _ => Error::new(Code::ServerError, "the driver failed the operation"),
    }
}

/// What the driver says of a transaction before it asks the server.
fn transaction(message: &str) -> Error {
    if message.contains("not supported by this deployment") {
        transactions_unsupported()
    } else if message.contains("after calling") || message.contains("twice") {
        Error::new(
            Code::TransactionCompleted,
            "the transaction was committed or rolled back already",
        )
    } else {
        Error::reported(
            Code::InvalidQuery,
            "the driver refused a step of the transaction",
            ServerReport { text: Some(shortened(message)), ..ServerReport::default() },
        )
    }
}

fn transactions_unsupported() -> Error {
    Error::new(
        Code::TransactionsUnsupported,
        "the server has no transactions: it is not a member of a replica set",
    )
}

/// Whether the server refused a transaction, or what the driver made of the refusal.
fn refuses_transactions(code: i32, message: &str) -> bool {
    code == ILLEGAL_OPERATION
        && (message.starts_with("Transaction numbers")
            || message.contains("does not support retryable writes"))
}

/// Whether the server refused a write because it had a number.
pub(crate) fn refuses_numbers(error: &DriverError) -> bool {
    match &*error.kind {
        ErrorKind::Command(command) => refuses_transactions(command.code, &command.message),
        _ => false,
    }
}

/// One error for a command that carried several writes; the first failure speaks for all.
pub(crate) fn several(items: Vec<Error>, write_concern: Option<i32>) -> Error {
    let Some(first) = items.first() else {
        return Error::reported(
            Code::WriteConcern,
            "the writes were applied but the write concern was not met",
            ServerReport { code: write_concern, ..ServerReport::default() },
        );
    };
    let mut report = first.server.as_deref().cloned().unwrap_or_default();
    let message = first_and_more(first, items.len());
    let code = first.code;
    report.items = items;
    Error::reported(code, message, report)
}

/// The message for several failures.
pub(crate) fn first_and_more(first: &Error, count: usize) -> String {
    match count {
        0 | 1 => first.message.clone(),
        many => format!("{} (and {} more)", first.message, many - 1),
    }
}

/// A failure entry of a reply's `writeErrors`, mapped.
pub(crate) fn write_error(entry: &RawDocument) -> Error {
    let number = |key: &str| entry.get(key).ok().flatten().and_then(whole_number);
    let code = number("code").and_then(|code| i32::try_from(code).ok()).unwrap_or_default();
    let mut error = server_error(
        code,
        entry.get_str("codeName").ok(),
        entry.get_str("errmsg").unwrap_or_default(),
        Some(entry),
    );
    let report = error.server.get_or_insert_default();
    report.position = number("index").and_then(|index| u32::try_from(index).ok());
    report.details = entry.get_document("errInfo").ok().map(ToOwned::to_owned);
    error
}

/// A reply that cannot mean what it says.
pub(crate) fn unreadable_reply() -> Error {
    Error::new(
        Code::InvalidDocument,
        "the server's reply could not be read; if it was to a write, it may have been carried out",
    )
}

/// A whole number in whichever type a server has put it.
pub(crate) fn whole_number(value: RawBsonRef<'_>) -> Option<i64> {
    match value {
        RawBsonRef::Int32(number) => Some(number.into()),
        RawBsonRef::Int64(number) => Some(number),
        #[allow(
            clippy::cast_possible_truncation,
            reason = "the guard admits whole numbers that fit"
        )]
        RawBsonRef::Double(number) if number.fract() == 0.0 && number.abs() < 9.1e15 => {
            Some(number as i64)
        }
        _ => None,
    }
}

fn server_error(
    code: i32,
    code_name: Option<&str>,
    message: &str,
    entry: Option<&RawDocument>,
) -> Error {
    let mut report = ServerReport {
        code: Some(code),
        code_name: code_name.filter(|name| is_name(name)).map(Into::into),
        text: (!message.is_empty()).then(|| shortened(message)),
        ..ServerReport::default()
    };
    if DUPLICATE_KEY.contains(&code) {
        report.index = index_name(message);
        return duplicate_key(report, entry.map(key_names).unwrap_or_default());
    }
    if refuses_transactions(code, message) {
        return Error { server: Some(Box::new(report)), ..transactions_unsupported() };
    }
    let kind = match code {
        WRITE_CONFLICT => Code::WriteConflict,
        NOT_IN_A_TRANSACTION => Code::Unsupported,
        DOCUMENT_VALIDATION => Code::DocumentValidation,
        MAX_TIME_EXPIRED => Code::Timeout,
        OVERFLOW => Code::DocumentTooDeep,
        code if OBJECT_TOO_LARGE.contains(&code) => Code::DocumentTooLarge,
        code if AUTHENTICATION.contains(&code) => Code::AuthenticationFailed,
        code if UNAVAILABLE.contains(&code) => Code::ConnectionFailed,
        _ => Code::ServerError,
    };
    let text = match kind {
        Code::DocumentValidation => "the document breaks the collection's validator".into(),
        Code::Timeout => "the server stopped the operation at its time limit".into(),
        Code::DocumentTooLarge => "the document is over the limit of 16 MiB".into(),
        Code::DocumentTooDeep => "the document is nested too deeply for the server".into(),
        Code::AuthenticationFailed => "the server refused access".into(),
        Code::ConnectionFailed => {
            "the server cannot serve: it is stepping down, shutting down, or waits for another"
                .into()
        }
        Code::WriteConflict => {
            "another operation changed the same document at the same time".into()
        }
        _ => {
            let name = report.code_name.as_deref().map(|name| format!("{name}, "));
            let name = name.unwrap_or_default();
            format!("the server refused the command: {} ({name}code {code})", words(code))
        }
    };
    Error::reported(kind, text, report)
}

/// Another document has the same values under a unique index, of the fields `keys`.
pub(crate) fn duplicate_key(mut report: ServerReport, keys: Vec<String>) -> Error {
    report.keys = keys;
    let fields = if report.keys.is_empty() {
        report.index.clone().unwrap_or_else(|| "a unique index".into())
    } else {
        report.keys.join(", ")
    };
    let message = format!("another document has the same value for {fields}");
    Error::reported(Code::DuplicateKey, message, report)
}

fn key_names(entry: &RawDocument) -> Vec<String> {
    let Ok(pattern) = entry.get_document("keyPattern") else { return Vec::new() };
    pattern.iter().flatten().map(|(name, _)| name.as_str().to_owned()).collect()
}

/// `E11000 duplicate key error collection: db.users index: email_1 dup key: …`
fn index_name(message: &str) -> Option<String> {
    let (_, rest) = message.split_once(" index: ")?;
    let (name, _) = rest.split_once(" dup key").unwrap_or((rest, ""));
    Some(name.trim().to_owned())
}

fn write_error_at(reply: &RawDocument, place: usize) -> Option<&RawDocument> {
    reply.get_array("writeErrors").ok()?.into_iter().flatten().nth(place)?.as_document()
}

fn write_error_for(reply: &RawDocument, index: usize) -> Option<&RawDocument> {
    reply
        .get_array("writeErrors")
        .ok()?
        .into_iter()
        .flatten()
        .filter_map(RawBsonRef::as_document)
        .find(|entry| {
            entry.get_i32("index").ok().and_then(|found| usize::try_from(found).ok()) == Some(index)
        })
}

fn selection(message: &str) -> Error {
    let unreachable = ["refused", "unreachable", "resolve", "lookup", "reset by peer", "No route"];
    if message.contains("uthentication") {
        return Error::new(
            Code::AuthenticationFailed,
            "the server refused the credentials of this connection",
        );
    }
    if has_answered(message) {
        return Error::new(
            Code::ServerSelectionTimeout,
            "servers of this connection answer, and none of them is suitable: there is no primary at \
             the moment, or none that fits the read preference",
        );
    }
    let hosts = addresses(message);
    let at = if hosts.is_empty() { String::new() } else { format!(" at {hosts}") };
    if unreachable.iter().any(|word| message.contains(word)) {
        return Error::new(
            Code::ConnectionFailed,
            format!("no server could be reached{at}; is MongoDB running there?"),
        );
    }
    Error::new(
        Code::ServerSelectionTimeout,
        format!("no suitable server{at} answered within serverSelectionTimeoutMS"),
    )
}

/// The servers that the driver's description of the set names, separated by commas; three at most.
fn addresses(message: &str) -> String {
    const MOST: usize = 3;
    const LONGEST: usize = 128;
    let found: Vec<&str> = message
        .split("Address: ")
        .skip(1)
        .filter_map(|rest| rest.split([',', ' ', '}']).next())
        .filter(|host| !host.is_empty() && host.len() <= LONGEST)
        .collect();
    let mut text = found.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    if found.len() > MOST {
        text.push_str(", …");
    }
    text
}

/// Whether there are servers that answer, as during an election.
fn has_answered(message: &str) -> bool {
    message.contains("None of the available servers")
}

/// Whether the error says that no server answers at all, after all the time that may take.
pub(crate) fn is_deserted(error: &DriverError) -> bool {
    matches!(&*error.kind, ErrorKind::ServerSelection { message, .. } if !has_answered(message))
}

#[cfg(test)]
mod tests;
