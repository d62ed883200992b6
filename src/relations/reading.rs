//! Reading legs from a request's head. They come from outside: names are checked before they are written into
//! conditions, and there are so many legs at most.

use super::leg::{Cut, Leg, Source, Through, When};
use crate::client::connection::Connection;
use crate::crypto::canonical;
use crate::crypto::key_ring::KeyRing;
use crate::document::build::Builder;
use crate::document::element::{self, EMPTY_DOCUMENT, Element, Typed, elements, tag, value_of};
use crate::document::json::{JsonPlan, quoted};
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::protocol::limit::{LEG_DEPTH, LEGS};
use crate::request::Head;
use bson::RawDocument;
use std::sync::Arc;

/// The part of a head that has legs.
const NAME: &[u8] = b"with";

/// What a related read may be told beside its query. Time limits are those of the whole request.
const OPTIONS: &[&[u8]] = &[
    b"scope",
    b"collation",
    b"hint",
    b"comment",
    b"maxTimeMS",
    b"readConcern",
    b"readPreference",
    b"batchSize",
    b"allowDiskUse",
    b"let",
    b"timeoutMS",
];

/// What the handles of legs stand for.
pub trait Handles {
    /// A model.
    ///
    /// # Errors
    /// For a handle that nobody gave out.
    fn model(&self, handle: u32) -> Result<Arc<Model>>;
    /// A connection.
    ///
    /// # Errors
    /// For a handle that nobody gave out, or that was closed.
    fn connection(&self, handle: u32) -> Result<Arc<Connection>>;
    /// Keys of encrypted columns.
    ///
    /// # Errors
    /// For a handle that nobody gave out.
    fn ring(&self, handle: u32) -> Result<Arc<KeyRing>>;
}

/// The legs in the head of a request, and the request without them; `None` where there are none.
///
/// # Errors
/// `E_INVALID_QUERY`, `E_INVALID_DOCUMENT`, and those of `handles`.
pub fn legs_in(body: &[u8], handles: &dyn Handles) -> Result<Option<(Vec<Leg>, Vec<u8>)>> {
    // What is no document is refused where it is read.
    let Ok(Some(found)) = element::find(body, NAME) else { return Ok(None) };
    let end = element::document_end(body, 0)?;
    let legs = Reader { handles, left: LEGS }.legs(body, &found, LEG_DEPTH)?;
    let mut rest = Builder::with_capacity(body.len());
    let start = rest.begin();
    rest.copy(&body[4..found.name_at - 1]);
    rest.copy(&body[found.end..end]);
    rest.close(start);
    rest.copy(&body[end..]);
    Ok(Some((legs, rest.into_bytes())))
}

struct Reader<'a> {
    handles: &'a dyn Handles,
    /// How many legs there may be still.
    left: usize,
}

impl Reader<'_> {
    fn legs(&mut self, source: &[u8], found: &Element, depth: usize) -> Result<Vec<Leg>> {
        if found.tag != tag::ARRAY {
            return Err(malformed());
        }
        let list = value_of(source, found);
        let depth = depth.checked_sub(1).ok_or_else(too_many)?;
        let legs = elements(list)?;
        self.left = self.left.checked_sub(legs.len()).ok_or_else(too_many)?;
        legs.iter().map(|one| self.leg(document(list, one)?, depth)).collect()
    }

    fn leg(&mut self, leg: &[u8], depth: usize) -> Result<Leg> {
        let parts = Parts::of(leg)?.only(&[SOURCE, LEG])?;
        let mut cut = Cut::default();
        if let Some(each) = parts.document(b"each")? {
            let each = Parts::of(each)?.only(&[EACH])?;
            cut = Cut { skip: each.count(b"skip")?.unwrap_or(0), limit: each.count(b"limit")? };
        }
        let one = parts.flag(b"one")?;
        if one {
            cut.limit = Some(cut.limit.unwrap_or(1).min(1));
        }
        let through = parts.document(b"through")?.map(|through| {
            let parts = Parts::of(through)?.only(&[SOURCE])?;
            Ok::<_, Error>(Through { source: self.source(&parts)?, key: parts.name(b"key")? })
        });
        let when = parts.document(b"when")?.map(|when| {
            let parts = Parts::of(when)?.only(&[WHEN])?;
            let (tag, value) = parts.value(b"is").ok_or_else(malformed)?;
            let mut form = Vec::new();
            canonical::write(tag, value, &mut form)?;
            Ok::<_, Error>(When { key: parts.name(b"key")?, form })
        });
        let source = self.source(&parts)?;
        let json = parts.document(b"json")?.map(|json| {
            let json = RawDocument::from_bytes(json).ok();
            json.and_then(|json| JsonPlan::from_raw(json, source.model.columns.len()))
                .ok_or_else(malformed)
        });
        Ok(Leg {
            key: parts.name(b"key")?,
            source,
            one,
            name: parts.value(b"as").map(shown_as).transpose()?,
            json: json.transpose()?,
            when: when.transpose()?,
            through: through.transpose()?,
            cut,
            legs: match parts.find(NAME) {
                Some(found) => self.legs(leg, &found, depth)?,
                None => Vec::new(),
            },
        })
    }

    fn source(&self, parts: &Parts<'_>) -> Result<Source> {
        let head = parts.document(b"head")?.unwrap_or(element::EMPTY);
        Parts::of(head)?.only(&[OPTIONS])?;
        let query = parts.document(b"query")?.ok_or_else(malformed)?;
        let order = Parts::of(query)?.find(b"o");
        Ok(Source {
            model: self.handles.model(parts.handle(b"model")?.ok_or_else(malformed)?)?,
            connection: self
                .handles
                .connection(parts.handle(b"connection")?.ok_or_else(malformed)?)?,
            ring: parts.handle(b"ring")?.map(|ring| self.handles.ring(ring)).transpose()?,
            matches: parts.name(b"match")?,
            head: head.to_vec(),
            query: query.to_vec(),
            ordered: order.is_some_and(|it| it.end - it.value_at > EMPTY_DOCUMENT),
        })
    }
}

/// What `each` and `when` have.
const EACH: &[&[u8]] = &[b"limit", b"skip"];
const WHEN: &[&[u8]] = &[b"key", b"is"];

/// What a source has, and what a leg has besides.
const SOURCE: &[&[u8]] = &[b"model", b"connection", b"ring", b"head", b"query", b"key", b"match"];
const LEG: &[&[u8]] = &[b"as", b"json", b"each", b"one", b"when", b"through", NAME];

/// The elements of a document.
struct Parts<'a> {
    source: &'a [u8],
    elements: Vec<Element>,
}

impl<'a> Parts<'a> {
    fn of(source: &'a [u8]) -> Result<Self> {
        Ok(Self { source, elements: elements(source)? })
    }

    /// Refuses what is not among these names.
    fn only(self, names: &[&[&[u8]]]) -> Result<Self> {
        let is_known =
            |one: &Element| names.iter().any(|list| list.contains(&one.name(self.source)));
        if self.elements.iter().all(is_known) { Ok(self) } else { Err(malformed()) }
    }

    fn find(&self, name: &[u8]) -> Option<Element> {
        self.elements.iter().find(|one| one.name(self.source) == name).copied()
    }

    fn value(&self, name: &[u8]) -> Option<Typed<'a>> {
        self.find(name).map(|found| (found.tag, value_of(self.source, &found)))
    }

    fn document(&self, name: &[u8]) -> Result<Option<&'a [u8]>> {
        self.find(name).map(|found| document(self.source, &found)).transpose()
    }

    fn flag(&self, name: &[u8]) -> Result<bool> {
        match self.value(name) {
            None => Ok(false),
            Some((tag::BOOLEAN, [value])) => Ok(*value == 1),
            Some(_) => Err(malformed()),
        }
    }

    fn count(&self, name: &[u8]) -> Result<Option<usize>> {
        let count = Head::of(self.source)?.count(std::str::from_utf8(name).unwrap_or_default())?;
        Ok(count.map(|count| usize::try_from(count).unwrap_or(usize::MAX)))
    }

    /// A handle; 0 is none.
    fn handle(&self, name: &[u8]) -> Result<Option<u32>> {
        let handle = self.count(name)?.map(|handle| u32::try_from(handle).map_err(|_| malformed()));
        Ok(handle.transpose()?.filter(|handle| *handle != 0))
    }

    /// The stored name of a column, which becomes the name of an element.
    fn name(&self, name: &[u8]) -> Result<Box<[u8]>> {
        let Some((tag::STRING, text)) = self.value(name) else { return Err(malformed()) };
        let text = text.get(4..text.len() - 1).unwrap_or_default();
        let is_name = !text.is_empty() && !text.starts_with(b"$") && !text.contains(&0);
        if is_name { Ok(text.into()) } else { Err(malformed()) }
    }
}

fn document<'a>(source: &'a [u8], found: &Element) -> Result<&'a [u8]> {
    if found.tag == tag::DOCUMENT { Ok(value_of(source, found)) } else { Err(malformed()) }
}

/// A name in JSON, quoted, and the colon.
fn shown_as((tag, value): Typed<'_>) -> Result<Vec<u8>> {
    let text = if tag == tag::STRING { value.get(4..value.len() - 1) } else { None };
    let text = text.filter(|text| std::str::from_utf8(text).is_ok()).ok_or_else(malformed)?;
    let mut name = Vec::with_capacity(text.len() + 3);
    quoted(&mut name, text);
    name.push(b':');
    Ok(name)
}

fn malformed() -> Error {
    Error::new(Code::InvalidQuery, "the description of a relation is malformed")
}

fn too_many() -> Error {
    let what = format!("a read has {LEGS} relations, {LEG_DEPTH} below each other, at most");
    Error::new(Code::InvalidQuery, what)
}
