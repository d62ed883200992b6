//! Histories of a model's documents: rows of other collections that say what became of them.

use super::counters::{Condition, conditions};
use crate::error::{Code, Error, Result};
use bson::{RawBsonRef, RawDocument};

/// A field's stored name.
type Name = Box<[u8]>;

/// What a history keeps of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// The columns that changed, before and after.
    Changes,
    /// The document as it was, with a number.
    Versions,
}

/// One history.
#[derive(Debug, Clone)]
pub struct History {
    /// What it is lifted by.
    pub name: Box<str>,
    /// Where its rows are.
    pub collection: Box<str>,
    /// What a row has.
    pub keeps: Keeps,
    /// Rows of a document at most; the oldest go.
    pub limit: Option<i64>,
    /// Fields of which it keeps nothing.
    pub omitted: Vec<Name>,
    /// Fields of which it says that they changed, and not how.
    pub redacted: Vec<Name>,
    /// Fields that rows have beside their own, as the document has them.
    pub carried: Vec<Name>,
    /// What the application calls fields that are stored under another name.
    pub names: Vec<(Name, Name)>,
    /// Values of the caller's context, and the fields that have them.
    pub context: Vec<(Box<str>, Name)>,
    /// Which documents have it.
    pub when: Vec<Condition>,
}

impl History {
    /// What the application calls a field.
    #[must_use]
    pub fn name_of<'a>(&'a self, field: &'a [u8]) -> &'a [u8] {
        let known = self.names.iter().find(|(stored, _)| **stored == *field);
        known.map_or(field, |(_, name)| name)
    }
}

/// Reads the list `histories` of a model's descriptor.
///
/// # Errors
/// `E_MODEL_DEFINITION`.
pub(super) fn from_raw(list: &bson::RawArray) -> Result<Vec<History>> {
    list.into_iter()
        .map(|one| one.ok().and_then(RawBsonRef::as_document).and_then(read).ok_or_else(wrong))
        .collect()
}

fn read(given: &RawDocument) -> Option<History> {
    let text = |key| given.get_str(key).ok();
    let keeps = match text("keeps")? {
        "changes" => Keeps::Changes,
        "versions" => Keeps::Versions,
        _ => return None,
    };
    let when = given.get_document("when").ok().map_or_else(|| Ok(Vec::new()), conditions);
    Some(History {
        name: text("name")?.into(),
        collection: text("collection")?.into(),
        keeps,
        limit: given.get_i32("limit").ok().map(i64::from),
        omitted: list(given, "omitted")?,
        redacted: list(given, "redacted")?,
        carried: list(given, "carried")?,
        names: pairs(given, "names", |name| name.as_bytes().into())?,
        context: pairs(given, "context", |name| name.into())?,
        when: when.ok()?,
    })
}

fn list(given: &RawDocument, key: &str) -> Option<Vec<Name>> {
    let names = given.get_array(key).ok()?.into_iter();
    names.map(|name| Some(name.ok()?.as_str()?.as_bytes().into())).collect()
}

fn pairs<T>(given: &RawDocument, key: &str, first: impl Fn(&str) -> T) -> Option<Vec<(T, Name)>> {
    let pairs = given.get_document(key).ok()?.iter().map(|entry| {
        let (name, value) = entry.ok()?;
        Some((first(name.as_str()), value.as_str()?.as_bytes().into()))
    });
    pairs.collect()
}

fn wrong() -> Error {
    Error::new(Code::ModelDefinition, "descriptor: histories are off")
}
