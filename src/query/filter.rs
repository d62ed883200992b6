//! Conditions as a filter.
//!
//! SQL has three truth values, `MongoDB` two. A document is found when its condition is *true*; under a
//! NOT, when the condition is *false*, which is not the same as "not true": on a missing or null field
//! it is unknown. So every condition can be compiled for both, and a negated group hands the question
//! down to its members (De Morgan holds in three-valued logic too).
//!
//! Everything comes in *parts*: filters that must all hold. No parts: everything matches.

use super::description::{Clause, Condition};
use super::like;
use super::reading::{document, is_empty, parts};
use super::tree::{Fields, Given, Value};
use crate::document::element::tag;
use crate::error::{Code, Error, Result};
use std::borrow::Cow;

/// The type of a value that stays in JavaScript, which takes it for its place. No value of JavaScript's
/// is written as the deprecated type that it has.
pub(super) const HELD: u8 = tag::DB_POINTER;

/// The filter of the clauses, and of further filters that must hold too.
///
/// # Errors
/// `E_INVALID_QUERY`, `E_DOCUMENT_TOO_DEEP`.
pub(super) fn filter<'a>(clauses: &[Clause<'a>], more: Option<Fields<'a>>) -> Result<Fields<'a>> {
    let mut all = chain(clauses)?;
    all.extend(more);
    merge(all)
}

/// A filter that finds nothing at all.
pub(super) fn nothing<'a>() -> Fields<'a> {
    Fields::of("_id", Fields::of("$in", Vec::new()))
}

type Parts<'a> = Vec<Fields<'a>>;

/// What a group's parts become when it ends.
#[derive(Debug, Clone, Copy)]
enum Use<'a> {
    Group,
    /// Conditions on one element of the array at this path, which must or must not be there.
    Element {
        field: &'a str,
        truth: bool,
    },
}

/// A group that is open.
#[derive(Debug)]
struct Open<'a> {
    /// Whether the group has to be true, or false.
    wanted: bool,
    /// Joined to what stands before it by OR.
    or: bool,
    used: Use<'a>,
    done: Parts<'a>,
    branches: Vec<Parts<'a>>,
}

impl<'a> Open<'a> {
    fn new(wanted: bool, or: bool, used: Use<'a>) -> Self {
        Self { wanted, or, used, done: Vec::new(), branches: Vec::new() }
    }

    /// AND binds tighter than OR. A group that has to be false is one of ORs, tied by AND.
    fn add(&mut self, or: bool, mut parts: Parts<'a>) -> Result<()> {
        if self.wanted && !or {
            match self.branches.last_mut() {
                Some(branch) => branch.append(&mut parts),
                None => self.branches.push(parts),
            }
            return Ok(());
        }
        if !self.wanted && or {
            let branches = std::mem::take(&mut self.branches);
            self.done.append(&mut any(branches)?);
        }
        self.branches.push(parts);
        Ok(())
    }

    fn end(mut self) -> Result<Parts<'a>> {
        self.done.append(&mut any(self.branches)?);
        Ok(self.done)
    }
}

/// The groups are kept on a stack of their own, so that no depth of them ends the process.
fn chain<'a>(clauses: &[Clause<'a>]) -> Result<Parts<'a>> {
    let mut outer: Vec<Open<'a>> = Vec::new();
    let mut open = Open::new(true, false, Use::Group);
    for clause in clauses {
        let truth = open.wanted != clause.negated;
        let used = match clause.condition {
            Condition::Group => Use::Group,
            Condition::Element => Use::Element { field: clause.field, truth },
            Condition::End => {
                let outside = outer.pop().ok_or_else(unbalanced)?;
                let ended = std::mem::replace(&mut open, outside);
                let (or, used) = (ended.or, ended.used);
                let mut parts = ended.end()?;
                if let Use::Element { field, truth } = used {
                    let element = Fields::of("$elemMatch", merge(parts)?);
                    parts = vec![tested(field, element, truth)];
                }
                open.add(or, parts)?;
                continue;
            }
            _ => {
                let parts = if truth { when_true(clause) } else { when_false(clause) };
                open.add(clause.or, parts?)?;
                continue;
            }
        };
        let wanted = truth || matches!(used, Use::Element { .. });
        outer.push(std::mem::replace(&mut open, Open::new(wanted, clause.or, used)));
    }
    if outer.is_empty() { open.end() } else { Err(unbalanced()) }
}

fn unbalanced() -> Error {
    Error::new(Code::InvalidQuery, "the description of a query has a group without its end")
}

fn any(branches: Vec<Parts<'_>>) -> Result<Parts<'_>> {
    if branches.len() <= 1 {
        return Ok(branches.into_iter().next().unwrap_or_default());
    }
    if branches.iter().any(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let filters = branches.into_iter().map(|branch| merge(branch).map(Value::from));
    Ok(vec![Fields::of("$or", filters.collect::<Result<Vec<_>>>()?).bounded()?])
}

/// One filter out of parts that must all hold. A key that is taken never gets overwritten.
fn merge(mut parts: Parts<'_>) -> Result<Fields<'_>> {
    if parts.len() == 1 {
        return Ok(parts.pop().unwrap_or_default());
    }
    let mut merged = Fields::default();
    let mut rest = Vec::new();
    for part in parts {
        if part.names().any(|name| name == "$and" || merged.has(name)) {
            rest.push(Value::Document(part));
        } else {
            merged.extend(part);
        }
    }
    if !rest.is_empty() {
        merged.set("$and".into(), rest.into());
    }
    merged.bounded()
}

fn when_true<'a>(clause: &Clause<'a>) -> Result<Parts<'a>> {
    let field = clause.field;
    Ok(vec![match clause.condition {
        Condition::Compare { operator, value } => {
            let bare = operator == "$eq" && matches!(kind_of(value)?, Kind::Null | Kind::Single);
            if bare {
                Fields::of(field, value)
            } else {
                Fields::of(field, Fields::of(operator, value))
            }
        }
        Condition::In(values) => return one_of(field, values),
        Condition::Between { from, to } => Fields::of(field, range(from, to)),
        Condition::Like { pattern, fold } => Fields::of(field, matching(pattern, fold)),
        Condition::Exists => Fields::of(field, Fields::of("$exists", TRUE)),
        Condition::Test(operators) => Fields::of(field, operators),
        Condition::Either { holds, .. } => all_of(holds)?,
        Condition::Text(search) => Fields::of("$text", search),
        Condition::Raw(filter) if is_empty(filter) => return Ok(Vec::new()),
        Condition::Raw(filter) => fields_of(filter)?,
        Condition::Group | Condition::Element | Condition::End => return Err(unbalanced()),
    }])
}

fn when_false<'a>(clause: &Clause<'a>) -> Result<Parts<'a>> {
    let field = clause.field;
    Ok(vec![match clause.condition {
        Condition::Compare { operator, value } => match kind_of(value)? {
            Kind::Null => Fields::of(field, Fields::of("$ne", Value::Null)),
            Kind::Single if operator == "$eq" => {
                Fields::of(field, Fields::of("$nin", vec![value.into(), Value::Null]))
            }
            _ => not(field, Fields::of(operator, value)),
        },
        Condition::In(values) => return none_of(field, values),
        Condition::Between { from, to } => not(field, range(from, to)),
        Condition::Like { pattern, fold } => not(field, matching(pattern, fold)),
        Condition::Exists => Fields::of(field, Fields::of("$exists", FALSE)),
        Condition::Test(operators) => not(field, operators),
        Condition::Either { fails, .. } => all_of(fails)?,
        Condition::Text(search) => Fields::of("$nor", vec![Value::field("$text", search)]),
        Condition::Raw(filter) => Fields::of("$nor", vec![filter.into()]),
        Condition::Group | Condition::Element | Condition::End => return Err(unbalanced()),
    }])
}

pub(super) const TRUE: Given<'static> = Given { tag: tag::BOOLEAN, bytes: &[1] };
const FALSE: Given<'static> = Given { tag: tag::BOOLEAN, bytes: &[0] };

fn range<'a>(from: Given<'a>, to: Given<'a>) -> Fields<'a> {
    Fields::of("$gte", from).with("$lte", to)
}

fn matching(pattern: &str, fold: bool) -> Fields<'static> {
    Fields::of("$regex", like::regex(pattern, fold))
}

fn tested<'a>(field: &'a str, operators: Fields<'a>, truth: bool) -> Fields<'a> {
    if truth { Fields::of(field, operators) } else { not(field, operators) }
}

/// Has a value, and one that the operators do not hold for.
fn not<'a>(field: &'a str, operators: impl Into<Value<'a>>) -> Fields<'a> {
    Fields::of(field, Fields::of("$not", operators).with("$ne", Value::Null))
}

/// The documents of an array as one.
fn all_of(documents: Given<'_>) -> Result<Fields<'_>> {
    merge(parts(documents.bytes)?.map(|part| fields_of(part?.1)).collect::<Result<_>>()?)
}

/// The fields of a document of the request.
fn fields_of(given: Given<'_>) -> Result<Fields<'_>> {
    let mut fields = Fields::default();
    for part in parts(document(Some(given))?.bytes)? {
        let (name, value) = part?;
        fields.set(name_of(name)?, value.into());
    }
    Ok(fields)
}

fn name_of(name: &[u8]) -> Result<Cow<'_, str>> {
    std::str::from_utf8(name)
        .map(Cow::Borrowed)
        .map_err(|_| Error::new(Code::InvalidDocument, "a name is not UTF-8"))
}

fn one_of<'a>(field: &'a str, values: Given<'a>) -> Result<Parts<'a>> {
    let (listed, single) = split(values)?;
    let list = |listed: Vec<Value<'a>>| Fields::of(field, Fields::of("$in", listed));
    if single.is_empty() {
        return Ok(vec![list(listed)]);
    }
    let mut branches = Vec::new();
    if !listed.is_empty() {
        branches.push(vec![list(listed)]);
    }
    branches.extend(single.into_iter().map(|value| vec![equal(field, value)]));
    any(branches)
}

fn none_of<'a>(field: &'a str, values: Given<'a>) -> Result<Parts<'a>> {
    if is_empty(values) {
        return Ok(Vec::new());
    }
    let (mut listed, single) = split(values)?;
    if !listed.iter().any(is_null) {
        listed.push(Value::Null);
    }
    let mut found = vec![Fields::of(field, Fields::of("$nin", listed))];
    if !single.is_empty() {
        let others: Vec<Value<'a>> =
            single.into_iter().map(|value| equal(field, value).into()).collect();
        found.push(Fields::of("$nor", others));
    }
    Ok(found)
}

fn equal<'a>(field: &'a str, value: Value<'a>) -> Fields<'a> {
    Fields::of(field, Fields::of("$eq", value))
}

fn is_null(value: &Value<'_>) -> bool {
    matches!(value, Value::Given(given) if given.tag == tag::NULL)
}

/// `$in` takes regular expressions for patterns, and refuses objects that look like operators.
fn split(values: Given<'_>) -> Result<(Vec<Value<'_>>, Vec<Value<'_>>)> {
    let (mut listed, mut single) = (Vec::new(), Vec::new());
    for part in parts(values.bytes)? {
        let (_, value) = part?;
        match kind_of(value)? {
            Kind::Alone => single.push(value.into()),
            _ => listed.push(value.into()),
        }
    }
    Ok((listed, single))
}

/// What `MongoDB` could take a value for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    /// For nothing but itself when it stands alone.
    Single,
    /// In a list for something else than itself.
    Alone,
    Other,
}

fn kind_of(value: Given<'_>) -> Result<Kind> {
    Ok(match value.tag {
        tag::NULL => Kind::Null,
        tag::STRING
        | tag::DOUBLE
        | tag::INT32
        | tag::INT64
        | tag::BOOLEAN
        | tag::DATE
        | tag::OBJECT_ID => Kind::Single,
        tag::REGEX => Kind::Alone,
        tag::DOCUMENT => {
            let mut alone = false;
            for part in parts(value.bytes)? {
                alone |= part?.0.starts_with(b"$");
            }
            if alone { Kind::Alone } else { Kind::Other }
        }
        // The first byte of its identifier, behind an empty name.
        HELD => match value.bytes.get(5) {
            Some(1) => Kind::Single,
            Some(2) => Kind::Alone,
            _ => Kind::Other,
        },
        _ => Kind::Other,
    })
}
