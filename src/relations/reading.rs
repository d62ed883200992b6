//! Reading legs from a request's head. They come from outside: names are checked before they are written into
//! conditions, and there are so many legs at most.

use super::calculation::{Calculation, Count};
use super::keys::{KnownTypes, When};
use super::leg::{Cut, Has, Inside, Leg, Source, Through, With};
use super::tree::Tree;
use crate::client::destination::Destination;
use crate::crypto::canonical;
use crate::crypto::key_ring::KeyRing;
use crate::document::build::Builder;
use crate::document::element::{self, EMPTY_DOCUMENT, Element, Typed, elements, tag, value_of};
use crate::document::json::{JsonPlan, quoted};
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::protocol::limit::{LEG_DEPTH, LEGS};
use crate::request::Head;
use bson::{RawDocument, cstr};
use std::sync::Arc;

/// The parts of a head, and of legs, that speak of related rows.
const LEGS_OF: &[u8] = b"with";
const COUNTS: &[u8] = b"counts";
const INSIDE: &[u8] = b"inside";
const HAS: &[u8] = b"has";

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
    b"lift",
    b"timeoutMS",
];

/// What the handles of legs stand for.
pub trait Handles {
    /// A model.
    ///
    /// # Errors
    /// For a handle that nobody gave out.
    fn model(&self, handle: u32) -> Result<Arc<Model>>;
    /// A database of a connection.
    ///
    /// # Errors
    /// For a handle that nobody gave out, or that was closed.
    fn destination(&self, handle: u32) -> Result<Destination>;
    /// Keys of encrypted columns.
    ///
    /// # Errors
    /// For a handle that nobody gave out.
    fn ring(&self, handle: u32) -> Result<Arc<KeyRing>>;
}

/// What a head says of related rows, and the request without it.
#[derive(Debug, Default)]
pub struct Taken {
    /// What is read with the rows.
    pub with: With,
    /// What conditions over related rows ask.
    pub has: Vec<Has>,
    /// The request without all that.
    pub body: Vec<u8>,
}

/// Takes what the head of a request says of related rows; `None` where it says nothing. Rows have legs
/// where the operation answers with rows.
///
/// # Errors
/// `E_INVALID_QUERY`, `E_INVALID_DOCUMENT`, and those of `handles`.
pub fn take_legs(body: &[u8], has_rows: bool, handles: &dyn Handles) -> Result<Option<Taken>> {
    let is_taken = |name: &[u8]| name == HAS || (has_rows && READ_WITH.contains(&name));
    // What is no document is refused where it is read.
    let Ok(end) = element::document_end(body, 0) else { return Ok(None) };
    let (mut at, mut some) = (4, false);
    while let Ok(Some(found)) = element::read(body, at, end) {
        at = found.end;
        some |= is_taken(found.name(body));
    }
    if !some {
        return Ok(None);
    }
    let head = Parts::of(&body[..end])?;
    let mut reader = Reader { handles, left: LEGS };
    let mut rest = Builder::with_capacity(body.len());
    let start = rest.begin();
    for found in head.elements.iter().filter(|found| !is_taken(found.name(body))) {
        rest.element(body, found);
    }
    rest.end(start);
    rest.copy(&body[end..]);
    let with = if has_rows { reader.with(&head, LEG_DEPTH)? } else { With::default() };
    let has = reader.has(&head, LEG_DEPTH)?;
    Ok(Some(Taken { with, has, body: rest.into_bytes() }))
}

struct Reader<'a> {
    handles: &'a dyn Handles,
    /// How many legs there may be still.
    left: usize,
}

impl Reader<'_> {
    fn with(&mut self, parts: &Parts<'_>, depth: usize) -> Result<With> {
        let legs = self.list(parts.value(LEGS_OF), depth, |reader, leg, depth| {
            reader.leg(&Parts::of(leg)?.only(&[SOURCE, LEG, READ_WITH])?, depth)
        })?;
        let counts = self.counts(parts, depth)?;
        let inside = self.list(parts.value(INSIDE), depth, |reader, inside, depth| {
            let parts = Parts::of(inside)?.only(&[FIELD, READ_WITH])?;
            Ok(Inside { name: parts.name(b"name")?, with: reader.with(&parts, depth)? })
        })?;
        Ok(With { legs, counts, inside })
    }

    fn counts(&mut self, parts: &Parts<'_>, depth: usize) -> Result<Vec<Leg>> {
        self.list(parts.value(COUNTS), depth, |reader, leg, depth| {
            let parts = Parts::of(leg)?.only(&[SOURCE, COUNT_OF_LEG])?;
            let calculation = match parts.document(b"a")? {
                Some(asked) => calculation(&Parts::of(asked)?.only(&[CALCULATION])?)?,
                None => Calculation::ROWS,
            };
            let leg = reader.leg(&parts, depth)?;
            let is_rows = calculation.operator.is_none() && calculation.field.is_none();
            if leg.through.is_some() && !is_rows {
                let what = "of rows that are related through others nothing but their number is calculated";
                return Err(Error::new(Code::InvalidQuery, what));
            }
            Ok(Leg { calculation: Some(calculation), ..leg })
        })
    }

    fn has(&mut self, parts: &Parts<'_>, depth: usize) -> Result<Vec<Has>> {
        self.list(parts.value(HAS), depth, |reader, has, depth| {
            let parts = Parts::of(has)?.only(&[SOURCE, CONDITION])?;
            let count = parts.document(b"count")?.map(|count| {
                let count = Parts::of(count)?.only(&[COMPARISON])?;
                let operator = count.text(b"op")?.ok_or_else(malformed)?;
                #[allow(clippy::cast_precision_loss, reason = "rows are not that many")]
                let number = count.count(b"n")?.ok_or_else(malformed)? as f64;
                Count::of(operator, number).ok_or_else(malformed)
            });
            let through = reader.through(&parts, depth)?;
            if through.as_ref().is_some_and(|through| through.tree.is_some()) {
                return Err(malformed());
            }
            Ok(Has { source: reader.source(&parts, depth)?, through, count: count.transpose()? })
        })
    }

    /// What each document of a list says, which may have lists of its own.
    fn list<T>(
        &mut self,
        list: Option<Typed<'_>>,
        depth: usize,
        read: impl Fn(&mut Self, &[u8], usize) -> Result<T>,
    ) -> Result<Vec<T>> {
        let list = match list {
            None => return Ok(Vec::new()),
            Some((tag::ARRAY, list)) => list,
            Some(_) => return Err(malformed()),
        };
        let depth = depth.checked_sub(1).ok_or_else(too_many)?;
        let all = elements(list)?;
        self.left = self.left.checked_sub(all.len()).ok_or_else(too_many)?;
        all.iter().map(|one| read(self, document(list, one)?, depth)).collect()
    }

    fn leg(&mut self, parts: &Parts<'_>, depth: usize) -> Result<Leg> {
        let mut cut = Cut::default();
        if let Some(each) = parts.document(b"each")? {
            let each = Parts::of(each)?.only(&[EACH])?;
            cut = Cut { skip: each.count(b"skip")?.unwrap_or(0), limit: each.count(b"limit")? };
        }
        let one = parts.flag(b"one")?;
        if one {
            cut.limit = Some(cut.limit.unwrap_or(1).min(1));
        }
        let when = parts.document(b"when")?.map(|when| {
            let parts = Parts::of(when)?.only(&[WHEN])?;
            let (tag, value) = parts.value(b"is").ok_or_else(malformed)?;
            let known = match parts.value(b"known") {
                None => None,
                Some((tag::ARRAY, names)) => Some(KnownTypes {
                    forms: forms(names)?,
                    otherwise: parts.text(b"otherwise")?.ok_or_else(malformed)?.to_owned(),
                }),
                Some(_) => return Err(malformed()),
            };
            Ok::<_, Error>(When { key: parts.name(b"key")?, form: form((tag, value))?, known })
        });
        let source = self.source(parts, depth)?;
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
            through: self.through(parts, depth)?,
            cut,
            with: self.with(parts, depth)?,
            calculation: None,
        })
    }

    fn through(&mut self, parts: &Parts<'_>, depth: usize) -> Result<Option<Through>> {
        let Some(through) = parts.document(b"through")? else { return Ok(None) };
        let parts = Parts::of(through)?.only(&[SOURCE, THROUGH])?;
        let source = self.source(&parts, depth)?;
        let tree = parts.document(b"tree")?.map(tree).transpose()?;
        Ok(Some(Through { source, key: parts.name(b"key")?, tree }))
    }

    fn source(&mut self, parts: &Parts<'_>, depth: usize) -> Result<Source> {
        let head = parts.document(b"head")?.unwrap_or(element::EMPTY);
        Parts::of(head)?.only(&[OPTIONS])?;
        let query = parts.document(b"query")?.ok_or_else(malformed)?;
        let order = Parts::of(query)?.find(b"o");
        Ok(Source {
            model: self.handles.model(parts.handle(b"model")?.ok_or_else(malformed)?)?,
            destination: self
                .handles
                .destination(parts.handle(b"connection")?.ok_or_else(malformed)?)?,
            ring: parts.handle(b"ring")?.map(|ring| self.handles.ring(ring)).transpose()?,
            matches: parts.name(b"match")?,
            head: head.to_vec(),
            query: query.to_vec(),
            has: self.has(parts, depth)?,
            ordered: order.is_some_and(|it| it.end - it.value_at > EMPTY_DOCUMENT),
        })
    }
}

/// What the parts of a leg have.
const EACH: &[&[u8]] = &[b"limit", b"skip"];
const THROUGH: &[&[u8]] = &[b"tree"];
const TREE: &[&[u8]] = &[b"from", b"to", b"own", b"most"];
const WHEN: &[&[u8]] = &[b"key", b"is", b"known", b"otherwise"];
const CALCULATION: &[&[u8]] = &[b"k", b"f", b"d"];
const COMPARISON: &[&[u8]] = &[b"op", b"n"];

/// What every source has, and what stands beside it.
const SOURCE: &[&[u8]] =
    &[b"model", b"connection", b"ring", b"head", b"query", b"key", b"match", HAS];
const LEG: &[&[u8]] = &[b"as", b"json", b"each", b"one", b"when", b"through"];
const READ_WITH: &[&[u8]] = &[LEGS_OF, COUNTS, INSIDE];
const FIELD: &[&[u8]] = &[b"name"];
const COUNT_OF_LEG: &[&[u8]] = &[b"when", b"through", b"a"];
const CONDITION: &[&[u8]] = &[b"through", b"count"];

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

    fn text(&self, name: &[u8]) -> Result<Option<&'a str>> {
        Head::of(self.source)?.text(std::str::from_utf8(name).unwrap_or_default())
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

/// The canonical form of a value.
fn form((tag, value): Typed<'_>) -> Result<Vec<u8>> {
    let mut form = Vec::new();
    canonical::write(tag, value, &mut form)?;
    Ok(form)
}

/// The canonical forms of what an array holds.
fn forms(list: &[u8]) -> Result<Vec<Vec<u8>>> {
    elements(list)?.iter().map(|one| form((one.tag, value_of(list, one)))).collect()
}

/// How documents of a tree lead to each other.
fn tree(tree: &[u8]) -> Result<Tree> {
    let parts = Parts::of(tree)?.only(&[TREE])?;
    let text =
        |name: &[u8]| parts.name(name).map(|name| String::from_utf8_lossy(&name).into_owned());
    let most = parts.count(b"most")?.map(|most| i64::try_from(most).unwrap_or(i64::MAX));
    Ok(Tree { from: text(b"from")?, to: text(b"to")?, own: parts.flag(b"own")?, most })
}

/// What is calculated, in the numbers that descriptions have for it.
fn calculation(parts: &Parts<'_>) -> Result<Calculation> {
    let operator = match parts.count(b"k")? {
        Some(0) => None,
        Some(1) => Some(cstr!("$min")),
        Some(2) => Some(cstr!("$max")),
        Some(3) => Some(cstr!("$sum")),
        Some(4) => Some(cstr!("$avg")),
        _ => return Err(malformed()),
    };
    let field = match parts.find(b"f") {
        Some(_) => Some(String::from_utf8_lossy(&parts.name(b"f")?).into_owned()),
        None => None,
    };
    let distinct = parts.flag(b"d")?;
    if field.is_none() && (operator.is_some() || distinct) {
        return Err(malformed());
    }
    Ok(Calculation { operator, field, distinct })
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
