//! Documents that are being made: names and values in their order, values of the request as they came.

use crate::document::build::Builder;
use crate::document::element::tag;
use crate::document::validate::MAX_DEPTH;
use crate::error::{Code, Error, Result};
use std::borrow::Cow;
use std::collections::HashMap;

/// A value of a document that is being made.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// A value of the request.
    Given(Given<'a>),
    Document(Fields<'a>),
    Array(Vec<Value<'a>>),
    Text(Cow<'a, str>),
    Int(i32),
    Null,
    /// A regular expression in which a dot is any character, line breaks too.
    Regex {
        pattern: String,
        fold: bool,
    },
}

/// A value of the request: its BSON type, and its bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Given<'a> {
    pub(super) tag: u8,
    pub(super) bytes: &'a [u8],
}

impl<'a> Value<'a> {
    /// `{ name: value }`.
    pub(super) fn field(name: impl Into<Cow<'a, str>>, value: impl Into<Value<'a>>) -> Self {
        Value::Document(Fields::of(name, value))
    }

    /// Levels of documents and arrays that were made here.
    fn depth(&self) -> usize {
        match self {
            Value::Document(fields) => fields.depth,
            Value::Array(items) => 1 + items.iter().map(Value::depth).max().unwrap_or(0),
            _ => 0,
        }
    }

    fn tag(&self) -> u8 {
        match self {
            Value::Given(given) => given.tag,
            Value::Document(_) => tag::DOCUMENT,
            Value::Array(_) => tag::ARRAY,
            Value::Text(_) => tag::STRING,
            Value::Int(_) => tag::INT32,
            Value::Null => tag::NULL,
            Value::Regex { .. } => tag::REGEX,
        }
    }
}

impl<'a> From<Given<'a>> for Value<'a> {
    fn from(given: Given<'a>) -> Self {
        Value::Given(given)
    }
}

impl<'a> From<Fields<'a>> for Value<'a> {
    fn from(fields: Fields<'a>) -> Self {
        Value::Document(fields)
    }
}

impl<'a> From<Vec<Value<'a>>> for Value<'a> {
    fn from(items: Vec<Value<'a>>) -> Self {
        Value::Array(items)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(text.into())
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Value::Int(number)
    }
}

/// From this size on names are looked up by an index.
const INDEXED: usize = 16;

/// A document's fields. Each name is there once.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields<'a> {
    entries: Vec<(Cow<'a, str>, Value<'a>)>,
    places: HashMap<Cow<'a, str>, usize>,
    depth: usize,
}

impl PartialEq for Fields<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl<'a> Fields<'a> {
    /// `{ name: value }`.
    pub(super) fn of(name: impl Into<Cow<'a, str>>, value: impl Into<Value<'a>>) -> Self {
        Self::default().with(name, value)
    }

    /// The same with another field.
    pub(super) fn with(
        mut self,
        name: impl Into<Cow<'a, str>>,
        value: impl Into<Value<'a>>,
    ) -> Self {
        self.set(name.into(), value.into());
        self
    }

    /// Sets a field. One that is there keeps its place.
    pub(super) fn set(&mut self, name: Cow<'a, str>, value: Value<'a>) {
        self.depth = self.depth.max(1 + value.depth());
        if let Some(place) = self.place(&name) {
            self.entries[place].1 = value;
            return;
        }
        if self.entries.len() == INDEXED {
            let known = self.entries.iter().enumerate();
            self.places = known.map(|(place, (name, _))| (name.clone(), place)).collect();
        }
        if self.entries.len() >= INDEXED {
            self.places.insert(name.clone(), self.entries.len());
        }
        self.entries.push((name, value));
    }

    fn place(&self, name: &str) -> Option<usize> {
        if self.entries.len() > INDEXED {
            return self.places.get(name).copied();
        }
        self.entries.iter().position(|(known, _)| known == name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    /// Takes fields away, all but those that `keep` is true for.
    pub(super) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        for (name, value) in std::mem::take(self).entries {
            if keep(&name) {
                self.set(name, value);
            }
        }
    }

    /// The document under a name, to be set again; null stays in its place.
    pub(super) fn take_document(&mut self, name: &str) -> Option<Self> {
        let place = self.place(name)?;
        match std::mem::replace(&mut self.entries[place].1, Value::Null) {
            Value::Document(fields) => Some(fields),
            _ => None,
        }
    }

    /// Whether a field is this number.
    pub(super) fn is(&self, name: &str, number: i32) -> bool {
        self.place(name).is_some_and(|place| self.entries[place].1 == Value::Int(number))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &Cow<'a, str>> {
        self.entries.iter().map(|(name, _)| name)
    }

    /// The fields, with those of `other` behind them.
    pub(super) fn extend(&mut self, other: Self) {
        for (name, value) in other.entries {
            self.set(name, value);
        }
    }

    /// The same, unless it is deeper than a document may be.
    ///
    /// # Errors
    /// `E_DOCUMENT_TOO_DEEP`.
    pub(super) fn bounded(self) -> Result<Self> {
        if self.depth > MAX_DEPTH { Err(too_deep()) } else { Ok(self) }
    }

    /// Appends the fields to the document that is open.
    ///
    /// # Errors
    /// `E_DOCUMENT_TOO_DEEP`; `E_INVALID_QUERY` for a name with a NUL.
    pub(super) fn write(&self, out: &mut Builder) -> Result<()> {
        if self.depth > MAX_DEPTH {
            return Err(too_deep());
        }
        self.put(out)
    }

    fn put(&self, out: &mut Builder) -> Result<()> {
        self.entries.iter().try_for_each(|(name, value)| put(name, value, out))
    }
}

fn put(name: &str, value: &Value<'_>, out: &mut Builder) -> Result<()> {
    if name.as_bytes().contains(&0) {
        return Err(Error::new(Code::InvalidQuery, "a name must not contain NUL"));
    }
    out.name(value.tag(), name.as_bytes());
    match value {
        Value::Given(given) => out.copy(given.bytes),
        Value::Document(fields) => {
            let start = out.begin();
            fields.put(out)?;
            out.end(start);
        }
        Value::Array(items) => {
            let start = out.begin();
            for (index, item) in items.iter().enumerate() {
                put(itoa::Buffer::new().format(index), item, out)?;
            }
            out.end(start);
        }
        Value::Text(text) => out.text(text),
        Value::Int(number) => out.copy(&number.to_le_bytes()),
        Value::Null => {}
        Value::Regex { pattern, fold } => {
            out.copy(pattern.as_bytes());
            out.copy(if *fold { b"\0is\0" } else { b"\0s\0" });
        }
    }
    Ok(())
}

fn too_deep() -> Error {
    Error::new(Code::DocumentTooDeep, "the conditions are nested deeper than 100 levels")
}
