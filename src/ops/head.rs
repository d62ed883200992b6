//! A request's head: one validated document with the command's parts.

use crate::document::{element, validate};
use crate::error::{Code, Error, Result};
use crate::guard;
use bson::{Document, RawBsonRef, RawDocument, RawDocumentBuf};
use mongodb::bson::Bson;
use mongodb::options::{Collation, Hint};
use std::time::Duration;

/// The head, and where the payload's documents begin.
pub fn split(body: &[u8], allow_javascript: bool) -> Result<(Head<'_>, &[u8])> {
    let end = element::document_end(body, 0)?;
    let bytes = &body[..end];
    validate::document(bytes, 0)?;
    if !allow_javascript {
        guard::refuse_server_javascript(bytes)?;
    }
    let document = RawDocument::from_bytes(bytes).map_err(|_| malformed("not a document"))?;
    Ok((Head(document), &body[end..]))
}

/// The payload's documents, one after the other. Nothing in the core looks into them deeper than
/// one level, and the server checks what it stores, so only their lengths are checked.
pub fn documents(payload: &[u8]) -> Result<Vec<RawDocumentBuf>> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < payload.len() {
        let end = element::document_end(payload, at)?;
        let document = RawDocumentBuf::from_bytes(payload[at..end].to_vec());
        out.push(document.map_err(|_| malformed("a payload document is not valid"))?);
        at = end;
    }
    Ok(out)
}

/// Typed access to a head's parts.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a>(&'a RawDocument);

impl<'a> Head<'a> {
    fn get(self, key: &str) -> Option<RawBsonRef<'a>> {
        self.0.get(key).ok().flatten()
    }

    /// A nested document, parsed. Validation has bounded its depth.
    pub fn document(self, key: &str) -> Result<Option<Document>> {
        self.get(key)
            .map(|value| {
                let raw = value.as_document().ok_or_else(|| wrong(key, "a document"))?;
                Document::try_from(raw).map_err(|_| wrong(key, "a document"))
            })
            .transpose()
    }

    /// A nested document as it is.
    pub fn raw(self, key: &str) -> Result<Option<&'a RawDocument>> {
        self.get(key)
            .map(|value| value.as_document().ok_or_else(|| wrong(key, "a document")))
            .transpose()
    }

    /// The filter; an absent one matches everything.
    pub fn filter(self) -> Result<Document> {
        Ok(self.document("filter")?.unwrap_or_default())
    }

    /// A flag, false when absent.
    pub fn flag(self, key: &str) -> Result<bool> {
        self.get(key)
            .map_or(Ok(false), |value| value.as_bool().ok_or_else(|| wrong(key, "a boolean")))
    }

    /// A whole number that is not negative.
    pub fn count(self, key: &str) -> Result<Option<u64>> {
        self.get(key)
            .map(|value| {
                match value {
                    RawBsonRef::Int32(number) => u64::try_from(number).ok(),
                    RawBsonRef::Int64(number) => u64::try_from(number).ok(),
                    // JavaScript's numbers beyond 32 bits arrive as doubles.
                    #[allow(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "the guard admits whole numbers that fit"
                    )]
                    RawBsonRef::Double(number)
                        if number >= 0.0 && number.fract() == 0.0 && number < 9.1e15 =>
                    {
                        Some(number as u64)
                    }
                    _ => None,
                }
                .ok_or_else(|| wrong(key, "a non-negative integer"))
            })
            .transpose()
    }

    /// A time limit in milliseconds.
    pub fn max_time(self) -> Result<Option<Duration>> {
        Ok(self.count("maxTimeMS")?.map(Duration::from_millis))
    }

    /// A comment for the server's log and profiler.
    pub fn comment(self) -> Option<Bson> {
        self.get("comment").and_then(|value| Bson::try_from(value).ok())
    }

    /// An index to use: its name or its keys.
    pub fn hint(self) -> Result<Option<Hint>> {
        match self.get("hint") {
            None => Ok(None),
            Some(RawBsonRef::String(name)) => Ok(Some(Hint::Name(name.to_owned()))),
            Some(_) => Ok(self.document("hint")?.map(Hint::Keys)),
        }
    }

    /// Rules for comparing text.
    pub fn collation(self) -> Result<Option<Collation>> {
        self.document("collation")?
            .map(|document| {
                bson::deserialize_from_document(document)
                    .map_err(|_| wrong("collation", "a collation"))
            })
            .transpose()
    }
}

fn malformed(what: &str) -> Error {
    Error::new(Code::InvalidDocument, format!("request: {what}"))
}

fn wrong(key: &str, expected: &str) -> Error {
    Error::new(Code::InvalidQuery, format!("{key} must be {expected}"))
}
