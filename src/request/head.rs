//! A request's head: one validated document with the command's parts.

use crate::document::build::Builder;
use crate::document::element::{self, EMPTY, tag};
use crate::error::{Code, Error, Result};
use crate::model::reads_from::read_preference;
use bson::{Document, RawBson, RawBsonRef, RawDocument, RawDocumentBuf};
use mongodb::bson::Bson;
use mongodb::options::{
    Acknowledgment, Collation, Hint, ReadConcern, ReadConcernLevel, ReadPreferenceOptions,
    SelectionCriteria, TagSet, WriteConcern,
};
use std::time::Duration;

/// The documents of a payload, one after the other.
pub fn documents(payload: &[u8]) -> impl Iterator<Item = Result<&[u8]>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= payload.len() {
            return None;
        }
        let start = at;
        Some(element::document_end(payload, start).inspect_err(|_| at = payload.len()).map(|end| {
            at = end;
            &payload[start..end]
        }))
    })
}

/// A head and what stands behind it, with the caller's context in the head.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub fn with_context(bytes: &[u8], context: &[u8]) -> Result<Vec<u8>> {
    let end = element::document_end(bytes, 0)?;
    let mut out = Builder::with_capacity(bytes.len() + context.len() + 16);
    let start = out.begin();
    out.copy(&bytes[4..end - 1]);
    out.name(tag::DOCUMENT, b"context");
    out.copy(context);
    out.end(start);
    out.copy(&bytes[end..]);
    Ok(out.into_bytes())
}

/// Typed access to a head's parts.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a>(&'a RawDocument);

impl<'a> Head<'a> {
    /// The head in these bytes, which were validated or built here.
    pub fn of(bytes: &'a [u8]) -> Result<Self> {
        RawDocument::from_bytes(bytes).map(Self).map_err(|_| malformed("not a document"))
    }

    /// The bytes.
    pub fn as_bytes(self) -> &'a [u8] {
        self.0.as_bytes()
    }

    fn get(self, key: &str) -> Option<RawBsonRef<'a>> {
        self.0.get(key).ok().flatten()
    }

    /// Whether it has this part.
    pub fn has(self, key: &str) -> bool {
        self.get(key).is_some()
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

    /// A nested document as its bytes.
    pub fn raw_document(self, key: &str) -> Result<Option<RawDocumentBuf>> {
        self.get(key)
            .map(|value| {
                value.as_document().map(ToOwned::to_owned).ok_or_else(|| wrong(key, "a document"))
            })
            .transpose()
    }

    /// An array of documents.
    pub fn documents(self, key: &str) -> Result<Option<Vec<Document>>> {
        let list = self.get(key).map(|value| value.as_array().ok_or_else(|| wrong_list(key)));
        list.transpose()?.map(|list| parsed_list(key, list.as_bytes())).transpose()
    }

    /// A nested document as it is.
    pub fn raw(self, key: &str) -> Result<Option<&'a RawDocument>> {
        self.get(key)
            .map(|value| value.as_document().ok_or_else(|| wrong(key, "a document")))
            .transpose()
    }

    /// The filter; an absent one matches everything.
    pub fn filter(self) -> Result<&'a [u8]> {
        Ok(self.raw("filter")?.map_or(EMPTY, RawDocument::as_bytes))
    }

    /// A flag, false when absent.
    pub fn flag(self, key: &str) -> Result<bool> {
        Ok(self.switch(key)?.unwrap_or(false))
    }

    /// A flag whose absence means something of its own.
    pub fn switch(self, key: &str) -> Result<Option<bool>> {
        self.get(key)
            .map(|value| value.as_bool().ok_or_else(|| wrong(key, "a boolean")))
            .transpose()
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

    /// A time in milliseconds.
    pub fn duration(self, key: &str) -> Result<Option<Duration>> {
        Ok(self.count(key)?.map(Duration::from_millis))
    }

    /// Documents a batch.
    pub fn batch_size(self) -> Result<Option<u32>> {
        Ok(self.count("batchSize")?.and_then(|size| u32::try_from(size).ok()))
    }

    /// The server's time limit.
    pub fn max_time(self) -> Result<Option<Duration>> {
        self.duration("maxTimeMS")
    }

    /// The longest time that the request gives the server, in its head or in its command.
    pub fn server_time(self) -> Option<Duration> {
        let inner = self.raw("command").ok().flatten().map(Head);
        [Some(self), inner].into_iter().flatten().filter_map(|head| head.max_time().ok()?).max()
    }

    /// A comment for the server's log and profiler.
    pub fn comment(self) -> Option<Bson> {
        self.get("comment").and_then(|value| Bson::try_from(value).ok())
    }

    /// A part as it is.
    pub fn raw_value(self, key: &str) -> Option<RawBson> {
        self.get(key).map(RawBson::from)
    }

    /// The comment for a command that is written here.
    pub fn raw_comment(self) -> Option<RawBson> {
        self.get("comment").map(RawBson::from)
    }

    /// An index to use: its name or its keys.
    pub fn hint(self) -> Result<Option<Hint>> {
        match self.get("hint") {
            None => Ok(None),
            Some(RawBsonRef::String(name)) => Ok(Some(Hint::Name(name.to_owned()))),
            Some(_) => Ok(self.document("hint")?.map(Hint::Keys)),
        }
    }

    /// A text.
    pub fn text(self, key: &str) -> Result<Option<&'a str>> {
        self.get(key).map(|value| value.as_str().ok_or_else(|| wrong(key, "a string"))).transpose()
    }

    /// How isolated and how durable what is read must be.
    pub fn read_concern(self) -> Result<Option<ReadConcern>> {
        Ok(self.text("readConcern")?.map(|level| {
            let level = match level {
                "local" => ReadConcernLevel::Local,
                "available" => ReadConcernLevel::Available,
                "majority" => ReadConcernLevel::Majority,
                "linearizable" => ReadConcernLevel::Linearizable,
                "snapshot" => ReadConcernLevel::Snapshot,
                other => ReadConcernLevel::Custom(other.to_owned()),
            };
            ReadConcern::from(level)
        }))
    }

    /// Which members of a replica set are read from.
    pub fn read_preference(self) -> Result<Option<SelectionCriteria>> {
        let key = "readPreference";
        let (mode, options) = match self.get(key) {
            None => return Ok(None),
            Some(RawBsonRef::String(mode)) => (mode, None),
            Some(RawBsonRef::Document(document)) => {
                let inner = Head(document);
                let mode = inner.text("mode")?.unwrap_or_default();
                (mode, inner.read_preference_options()?)
            }
            Some(_) => return Err(wrong(key, "a mode or a document with one")),
        };
        let preference = read_preference(mode, options)
            .ok_or_else(|| wrong(key, "a mode such as secondaryPreferred"))?;
        Ok(Some(SelectionCriteria::ReadPreference(preference)))
    }

    fn read_preference_options(self) -> Result<Option<ReadPreferenceOptions>> {
        let mut sets = Vec::new();
        for set in self.documents("tags")?.unwrap_or_default() {
            let tags = set
                .into_iter()
                .map(|(name, value)| match value {
                    Bson::String(value) => Ok((name, value)),
                    _ => Err(wrong("tags", "text by name")),
                })
                .collect::<Result<TagSet>>()?;
            sets.push(tags);
        }
        let staleness = self.count("maxStalenessSeconds")?.map(Duration::from_secs);
        if sets.is_empty() && staleness.is_none() {
            return Ok(None);
        }
        let mut options = ReadPreferenceOptions::default();
        options.tag_sets = (!sets.is_empty()).then_some(sets);
        options.max_staleness = staleness;
        Ok(Some(options))
    }

    /// What acknowledges a write: `{ w, journal, wtimeoutMS }`.
    pub fn write_concern(self) -> Result<Option<WriteConcern>> {
        let key = "writeConcern";
        let Some(value) = self.get(key) else { return Ok(None) };
        let inner = Head(value.as_document().ok_or_else(|| wrong(key, "a document"))?);
        let mut concern = WriteConcern::default();
        concern.w = match inner.get("w") {
            None => None,
            Some(RawBsonRef::String(text)) => Some(Acknowledgment::from(text)),
            Some(_) => inner.count("w")?.and_then(|n| u32::try_from(n).ok()).map(Into::into),
        };
        concern.journal = inner.get("journal").map(|_| inner.flag("journal")).transpose()?;
        concern.w_timeout = inner.duration("wtimeoutMS")?;
        Ok(Some(concern))
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

/// A document, parsed.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub fn parsed(bytes: &[u8]) -> Result<Document> {
    let raw = RawDocument::from_bytes(bytes).map_err(|_| malformed("not a document"))?;
    Document::try_from(raw).map_err(|_| malformed("not a document"))
}

/// The documents of an array, parsed.
///
/// # Errors
/// `E_INVALID_QUERY`.
pub fn parsed_list(key: &str, bytes: &[u8]) -> Result<Vec<Document>> {
    let list = RawDocument::from_bytes(bytes).map_err(|_| malformed("not an array"))?;
    let documents = list.iter().map(|entry| {
        let document = entry.ok().and_then(|(_, value)| value.as_document());
        document.and_then(|one| Document::try_from(one).ok()).ok_or_else(|| wrong_list(key))
    });
    documents.collect()
}

fn wrong_list(key: &str) -> Error {
    wrong(key, "an array of documents")
}

fn malformed(what: &str) -> Error {
    Error::new(Code::InvalidDocument, format!("request: {what}"))
}

/// The error of a part that is of the wrong kind.
pub(super) fn wrong(key: &str, expected: &str) -> Error {
    Error::new(Code::InvalidQuery, format!("{key} must be {expected}"))
}

/// The error of a command whose body is another one's.
#[must_use]
pub fn misplaced() -> Error {
    Error::new(Code::InvalidQuery, "the request is of another kind than its operation")
}
