//! Which rules a model has: conditions of all that is read and changed, fields that have one value, and what
//! a delete sets in place of deleting.

use super::template::Template;
use crate::document::build::Builder;
use crate::document::element::{EMPTY, Typed, elements, find, tag, value_of};
use crate::error::{Code, Error, Result};
use bson::oid::ObjectId;
use bson::{RawArray, RawBsonRef, RawDocument, Uuid};
use std::borrow::Cow;

/// The element that says which value of the caller's context stands in its place.
const VALUE: &[u8] = b"$context";

/// What no condition may have in the place of a value: nothing, and what could be an operator.
const NO_VALUES: [u8; 6] =
    [tag::NULL, tag::UNDEFINED, tag::DOCUMENT, tag::REGEX, tag::CODE, tag::CODE_WITH_SCOPE];

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What it is lifted by.
    pub name: Box<str>,
    /// What holds for each document that commands find.
    condition: Option<Filter>,
    /// What holds in its place, where a call asks for what it hides.
    only: Option<Filter>,
    /// The field whose value in the condition is that of each document that is written.
    pub pin: Option<Box<[u8]>>,
    /// The database that the documents are in.
    database: Option<Template>,
    /// What a delete sets, by stored name.
    pub remove: Vec<Box<[u8]>>,
}

/// A filter, and whether values of the context stand in it.
#[derive(Debug, Clone)]
struct Filter {
    bytes: Box<[u8]>,
    asks: bool,
}

impl Rule {
    /// The condition for a caller.
    ///
    /// # Errors
    /// `E_TENANT_REQUIRED`, `E_CONTEXT_REQUIRED` where the context lacks a value.
    pub fn condition(&self, values: Option<&RawDocument>) -> Result<Option<Cow<'_, [u8]>>> {
        self.condition.as_ref().map(|filter| self.filled(filter, values)).transpose()
    }

    /// What holds for what the rule hides, if that can be asked for.
    ///
    /// # Errors
    /// As [`condition`](Self::condition).
    pub fn only(&self, values: Option<&RawDocument>) -> Result<Option<Cow<'_, [u8]>>> {
        self.only.as_ref().map(|filter| self.filled(filter, values)).transpose()
    }

    /// Whether it says which database the documents are in.
    #[must_use]
    pub const fn places(&self) -> bool {
        self.database.is_some()
    }

    /// The database that a caller's documents are in; `own` is that of the connection.
    ///
    /// # Errors
    /// As [`condition`](Self::condition); `E_INVALID_VALUE` for what can be no part of a name.
    pub fn database(&self, values: Option<&RawDocument>, own: &str) -> Result<Option<String>> {
        let Some(template) = &self.database else { return Ok(None) };
        let value = self.known(&template.asks, values)?;
        let name = template.name(value, own).ok_or_else(|| {
            let what = format!(
                "the rule \"{}\" makes the name of a database of \"{}\" in the context, whose value can be no \
                 part of one: letters, digits, _ and -, 63 with the rest of the name",
                self.name, template.asks
            );
            Error::new(Code::InvalidValue, what)
        })?;
        Ok(Some(name))
    }

    /// The error of a call that lifts the rule and names no database in its place.
    #[must_use]
    pub fn nowhere(&self) -> Error {
        let what = format!(
            "without the rule \"{}\" nothing says which database is meant: name one, \
             {{ connection: '<connection>/<database>' }}, or run it for each in context.run(…)",
            self.name
        );
        Error::new(self.lacks(), what)
    }

    /// Whether it has a part in what is written.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.pin.is_some() || !self.remove.is_empty()
    }

    fn filled<'a>(
        &self,
        filter: &'a Filter,
        values: Option<&RawDocument>,
    ) -> Result<Cow<'a, [u8]>> {
        if !filter.asks {
            return Ok(Cow::Borrowed(&filter.bytes));
        }
        let mut out = Builder::with_capacity(filter.bytes.len() + 32);
        self.fill(&filter.bytes, values, &mut out)?;
        Ok(Cow::Owned(out.into_bytes()))
    }

    /// Writes a document or an array, with the context's values in their places. Validation has bounded
    /// the depth.
    fn fill(&self, source: &[u8], values: Option<&RawDocument>, out: &mut Builder) -> Result<()> {
        let start = out.begin();
        for found in elements(source)? {
            let inner = value_of(source, &found);
            match found.tag {
                tag::DOCUMENT if asks(inner)? => {
                    let (tag, value) = self.value(inner, values)?;
                    out.name(tag, found.name(source));
                    out.copy(&value);
                }
                tag::DOCUMENT | tag::ARRAY => {
                    out.name(found.tag, found.name(source));
                    self.fill(inner, values, out)?;
                }
                _ => out.element(source, &found),
            }
        }
        out.end(start);
        Ok(())
    }

    /// The value that `{ $context: <name>, as? }` stands for.
    fn value<'v>(
        &self,
        asked: &[u8],
        values: Option<&'v RawDocument>,
    ) -> Result<(u8, Cow<'v, [u8]>)> {
        let asked = RawDocument::from_bytes(asked).map_err(|_| wrong())?;
        let name = asked.get_str("$context").map_err(|_| wrong())?;
        Ok(as_kind(self.known(name, values)?, asked.get_str("as").ok()))
    }

    /// A value of the context, which must be there.
    fn known<'v>(&self, name: &str, values: Option<&'v RawDocument>) -> Result<Typed<'v>> {
        let values = values.map_or(EMPTY, RawDocument::as_bytes);
        let known = find(values, name.as_bytes())?;
        let known = known.map(|found| (found.tag, value_of(values, &found)));
        known.filter(|(tag, _)| !NO_VALUES.contains(tag)).ok_or_else(|| self.lacking(name))
    }

    fn lacks(&self) -> Code {
        if &*self.name == "tenant" { Code::TenantRequired } else { Code::ContextRequired }
    }

    fn lacking(&self, name: &str) -> Error {
        let what = format!(
            "the rule \"{}\" needs \"{name}\" in the context; run it in context.run({{ {name} }}, …), or \
             lift the rule by name",
            self.name
        );
        Error::new(self.lacks(), what)
    }
}

/// The value as the field is stored: ids and UUIDs may be text in the context.
fn as_kind<'a>((tag, value): Typed<'a>, kind: Option<&str>) -> (u8, Cow<'a, [u8]>) {
    let text = match value.get(4..value.len().saturating_sub(1)) {
        Some(text) if tag == tag::STRING => std::str::from_utf8(text).ok(),
        _ => None,
    };
    match (kind, text) {
        (Some("objectId"), Some(text)) => match ObjectId::parse_str(text) {
            Ok(id) => (tag::OBJECT_ID, Cow::Owned(id.bytes().to_vec())),
            Err(_) => (tag, Cow::Borrowed(value)),
        },
        (Some("uuid"), Some(text)) => match Uuid::parse_str(text) {
            Ok(id) => {
                let mut out = Builder::default();
                out.binary(4, &id.bytes());
                (tag::BINARY, Cow::Owned(out.into_bytes()))
            }
            Err(_) => (tag, Cow::Borrowed(value)),
        },
        _ => (tag, Cow::Borrowed(value)),
    }
}

/// Whether a document stands for a value of the context.
fn asks(document: &[u8]) -> Result<bool> {
    Ok(elements(document)?.first().is_some_and(|first| first.name(document) == VALUE))
}

/// Whether one does, at any depth.
fn asks_inside(source: &[u8]) -> Result<bool> {
    for found in elements(source)? {
        let inner = value_of(source, &found);
        let is_nested = matches!(found.tag, tag::DOCUMENT | tag::ARRAY);
        if is_nested && ((found.tag == tag::DOCUMENT && asks(inner)?) || asks_inside(inner)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads the list `rules` of a model's descriptor.
///
/// # Errors
/// `E_MODEL_DEFINITION`.
pub(super) fn from_raw(list: &RawArray) -> Result<Vec<Rule>> {
    let document = |one: bson::error::Result<RawBsonRef<'_>>| {
        one.ok().and_then(RawBsonRef::as_document).ok_or_else(wrong).and_then(read)
    };
    list.into_iter().map(document).collect()
}

fn read(given: &RawDocument) -> Result<Rule> {
    let filter = |key| match given.get_document(key) {
        Ok(filter) => {
            let bytes: Box<[u8]> = filter.as_bytes().into();
            let asks = asks_inside(&bytes)?;
            Ok(Some(Filter { bytes, asks }))
        }
        Err(_) => Ok::<_, Error>(None),
    };
    let remove = match given.get_array("remove") {
        Ok(names) => names
            .into_iter()
            .map(|name| Some(name.ok()?.as_str()?.as_bytes().into()))
            .collect::<Option<_>>()
            .ok_or_else(wrong)?,
        Err(_) => Vec::new(),
    };
    Ok(Rule {
        name: given.get_str("name").map_err(|_| wrong())?.into(),
        condition: filter("condition")?,
        only: filter("only")?,
        database: given
            .get_str("database")
            .ok()
            .map(|text| Template::read(text).ok_or_else(|| no_template(text)))
            .transpose()?,
        pin: given.get_str("pin").ok().map(|name| name.as_bytes().into()),
        remove,
    })
}

fn no_template(text: &str) -> Error {
    let what = format!(
        "\"{}\" names no database for each value of the context: letters, digits, _ and -, one {{<name>}} of \
         the context, and {{database}} for that of the connection",
        text.escape_debug()
    );
    Error::new(Code::ModelDefinition, what)
}

fn wrong() -> Error {
    Error::new(Code::ModelDefinition, "descriptor: rules are off")
}
