//! Errors as data: a code of the table shared with JavaScript, a message without values, and
//! what the server said in a form that a caller can act on.

pub(crate) mod driver;
pub(crate) mod validation;
mod words;

use bson::{RawArrayBuf, RawBson, RawDocumentBuf, cstr};

/// Declares [`Code`] and its names; `codes.json` is the source and a test holds both equal.
macro_rules! codes {
    ($($variant:ident = $name:literal,)*) => {
        /// A code of the error table. JavaScript has a class for each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the table's `summary` says what each means")]
        pub enum Code { $($variant,)* }

        impl Code {
            /// Every code that the core itself can answer with.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The code's text, such as `E_DUPLICATE_KEY`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }
        }
    };
}

codes! {
    Configuration = "E_CONFIGURATION",
    UnknownConnection = "E_UNKNOWN_CONNECTION",
    ConnectionFailed = "E_CONNECTION_FAILED",
    ConnectionClosed = "E_CONNECTION_CLOSED",
    ServerSelectionTimeout = "E_SERVER_SELECTION_TIMEOUT",
    AuthenticationFailed = "E_AUTHENTICATION_FAILED",
    Timeout = "E_TIMEOUT",
    Aborted = "E_ABORTED",
    ServerError = "E_SERVER_ERROR",
    WriteConcern = "E_WRITE_CONCERN",
    DuplicateKey = "E_DUPLICATE_KEY",
    DocumentValidation = "E_DOCUMENT_VALIDATION",
    DocumentTooLarge = "E_DOCUMENT_TOO_LARGE",
    DocumentTooDeep = "E_DOCUMENT_TOO_DEEP",
    InvalidDocument = "E_INVALID_DOCUMENT",
    InvalidValue = "E_INVALID_VALUE",
    InvalidQuery = "E_INVALID_QUERY",
    UnknownMorphType = "E_UNKNOWN_MORPH_TYPE",
    InvalidCursor = "E_INVALID_CURSOR",
    UnsafeOperator = "E_UNSAFE_OPERATOR",
    EmptyFilter = "E_EMPTY_FILTER",
    TenantRequired = "E_TENANT_REQUIRED",
    ContextRequired = "E_CONTEXT_REQUIRED",
    RuleViolated = "E_RULE_VIOLATED",
    ModelDefinition = "E_MODEL_DEFINITION",
    WriteConflict = "E_WRITE_CONFLICT",
    TransactionsUnsupported = "E_TRANSACTIONS_UNSUPPORTED",
    TransactionCompleted = "E_TRANSACTION_COMPLETED",
    Unsupported = "E_UNSUPPORTED",
    UnknownKey = "E_UNKNOWN_KEY",
    DecryptionFailed = "E_DECRYPTION_FAILED",
    EncryptedColumnQuery = "E_ENCRYPTED_COLUMN_QUERY",
    EncryptionLimit = "E_ENCRYPTION_LIMIT",
    NativePanic = "E_NATIVE_PANIC",
}

/// The result of everything in the core.
pub type Result<T> = std::result::Result<T, Error>;

/// What failed. Never carries a value of a document: values may be secrets.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct Error {
    /// The table's code.
    pub code: Code,
    /// One sentence for a person.
    pub message: String,
    /// The column that it is about, as the application calls it.
    pub column: Option<Box<str>>,
    /// What the server said, if it was the server.
    pub server: Option<Box<ServerReport>>,
}

/// What the server said about a failure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServerReport {
    /// The server's numeric code, such as 11000.
    pub code: Option<i32>,
    /// The server's name for the code.
    pub code_name: Option<String>,
    /// What the server said, or the driver. It may quote values, so no message has it.
    pub text: Option<String>,
    /// Labels such as `TransientTransactionError`.
    pub labels: Vec<String>,
    /// Stored names of a unique index's fields.
    pub keys: Vec<String>,
    /// The unique index's name.
    pub index: Option<String>,
    /// Which document or statement of several failed.
    pub position: Option<u32>,
    /// The account of a failed collection validator.
    pub details: Option<RawDocumentBuf>,
    /// Each failure, where one command carried several writes.
    pub items: Vec<Error>,
    /// How many documents of the command were written all the same.
    pub written: Option<u32>,
    /// What a bulk write had done before it failed half-way, in the form of its reply.
    pub done: Option<RawDocumentBuf>,
}

impl Error {
    /// An error of the core's own.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), column: None, server: None }
    }

    /// The same error, about a column.
    #[must_use]
    pub fn of(self, column: &str) -> Self {
        Self { column: Some(column.into()), ..self }
    }

    /// An error with the server's account of it.
    pub fn reported(code: Code, message: impl Into<String>, report: ServerReport) -> Self {
        Self { server: Some(Box::new(report)), ..Self::new(code, message) }
    }

    /// The document that crosses to JavaScript.
    #[must_use]
    pub fn to_document(&self) -> RawDocumentBuf {
        let mut out = RawDocumentBuf::new();
        out.append(cstr!("code"), self.code.as_str());
        out.append(cstr!("message"), words::shortened(&self.message));
        if let Some(column) = &self.column {
            out.append(cstr!("column"), &**column);
        }
        let Some(report) = self.server.as_deref() else { return out };
        if let Some(code) = report.code {
            out.append(cstr!("serverCode"), code);
        }
        if let Some(name) = &report.code_name {
            out.append(cstr!("serverCodeName"), name.as_str());
        }
        if let Some(text) = &report.text {
            out.append(cstr!("serverMessage"), text.as_str());
        }
        if !report.labels.is_empty() {
            out.append(cstr!("errorLabels"), strings(&report.labels));
        }
        if !report.keys.is_empty() {
            out.append(cstr!("keys"), strings(&report.keys));
        }
        if let Some(index) = &report.index {
            out.append(cstr!("index"), index.as_str());
        }
        if let Some(position) = report.position {
            out.append(cstr!("position"), i64::from(position));
        }
        if let Some(details) = &report.details {
            out.append(cstr!("errInfo"), RawBson::Document(details.clone()));
        }
        if let Some(written) = report.written {
            out.append(cstr!("written"), i64::from(written));
        }
        if let Some(done) = &report.done {
            out.append(cstr!("done"), RawBson::Document(done.clone()));
        }
        if !report.items.is_empty() {
            let items: RawArrayBuf =
                report.items.iter().map(|item| RawBson::Document(item.to_document())).collect();
            out.append(cstr!("items"), RawBson::Array(items));
        }
        out
    }
}

fn strings(list: &[String]) -> RawBson {
    RawBson::Array(list.iter().map(|text| RawBson::String(text.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_in_the_shared_table() {
        let table: serde_json::Value = serde_json::from_str(include_str!("codes.json")).unwrap();
        let listed: Vec<&str> =
            table.as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap()).collect();
        for code in Code::ALL {
            assert!(listed.contains(&code.as_str()), "{} is not in codes.json", code.as_str());
        }
    }

    #[test]
    fn crosses_as_a_document() {
        let report = ServerReport {
            code: Some(11000),
            labels: vec!["RetryableWriteError".into()],
            keys: vec!["email".into()],
            position: Some(3),
            ..ServerReport::default()
        };
        let document = Error::reported(Code::DuplicateKey, "taken", report).to_document();
        assert_eq!(document.get_str("code").unwrap(), "E_DUPLICATE_KEY");
        assert_eq!(document.get_i32("serverCode").unwrap(), 11000);
        assert_eq!(document.get_i64("position").unwrap(), 3);
        assert_eq!(document.get("column").unwrap(), None);
        let document = Error::new(Code::UnknownKey, "which").of("address.street").to_document();
        assert_eq!(document.get_str("column").unwrap(), "address.street");
    }
}
