//! Filters: equality on encrypted columns becomes equality of blind index entries, anything else
//! on them is refused.

use super::condition::Condition;
use super::expression::AS_A_WHOLE;
use super::notes::Notes;
use super::{elements, for_each, value_of};
use crate::crypto::canonical::canonical_of;
use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::{Element, invalid, tag};
use crate::document::validate::MAX_DEPTH;
use crate::error::Result;
use crate::model::fields::{Field, Origin, Relation, Tree};

/// Where something encrypted is in what a filter is about, and whether blind index entries are there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) tree: &'a Tree,
    /// What is searched are documents as they are stored.
    pub(super) origin: Origin,
    /// Blind index entries that a stage left out.
    pub(super) lost: &'a [Box<[u8]>],
    /// The only names that there are, where that is known.
    pub(super) named: Option<&'a [Box<[u8]>]>,
    pub(super) notes: &'a Notes<'a>,
}

impl<'a> Names<'a> {
    /// Documents as they are stored.
    fn stored(tree: &'a Tree, notes: &'a Notes<'a>) -> Self {
        Self { tree, origin: Origin::Stored, lost: &[], named: None, notes }
    }

    /// Whether the field's entries are beside what has this name.
    fn find(&self, field: &Field, name: &[u8]) -> bool {
        let Some(blind) = &field.blind else { return true };
        self.origin == Origin::Stored
            && field.path.as_bytes() == name
            && !self.lost.contains(&blind.name)
    }

    /// Whether a stage that made the rows left out what has this name.
    fn is_gone(&self, name: &[u8]) -> bool {
        let first = name.split(|byte| *byte == b'.').next().unwrap_or_default();
        self.named.is_some_and(|named| !named.iter().any(|one| **one == *first))
    }

    fn why_not(&self, name: &[u8]) -> &'static str {
        if self.origin == Origin::Stored && self.tree.child(name).is_some() {
            "a stage before left its blind index out; put the condition before that stage"
        } else {
            "the stages before made other rows, in which it cannot be searched; put the condition \
             before them"
        }
    }
}

const INSIDE: &str = "it is encrypted as a whole, so nothing can be asked of what is inside";

impl Vault {
    /// A filter as it is sent.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY`, `E_INVALID_DOCUMENT`.
    pub fn seal_filter(&self, filter: &[u8]) -> Result<Vec<u8>> {
        self.seal_filter_noting(filter, &Notes::default())
    }

    /// As [`seal_filter`](Self::seal_filter); what it asks of blind indexes goes to the notes.
    ///
    /// # Errors
    /// As [`seal_filter`](Self::seal_filter).
    pub fn seal_filter_noting(&self, filter: &[u8], notes: &Notes<'_>) -> Result<Vec<u8>> {
        self.seal_conditions(filter, Names::stored(self.fields().tree(), notes))
    }

    /// A filter on rows of a pipeline, as it is sent.
    ///
    /// # Errors
    /// As [`seal_filter`](Self::seal_filter).
    pub(super) fn seal_conditions(&self, filter: &[u8], names: Names<'_>) -> Result<Vec<u8>> {
        let mut out = Builder::with_capacity(filter.len() + 64);
        self.filter(filter, (names, 0), &mut out)?;
        Ok(out.into_bytes())
    }

    fn filter(
        &self,
        filter: &[u8],
        (names, depth): (Names<'_>, usize),
        out: &mut Builder,
    ) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(invalid("a filter is nested too deeply", 0));
        }
        let mut apart = Vec::new();
        let mut plain = Builder::with_capacity(filter.len() + 64);
        let start = plain.begin();
        for found in &elements(filter)? {
            self.filter_element(filter, found, (names, depth), &mut apart, &mut plain)?;
        }
        plain.end(start);
        let plain = plain.into_bytes();
        if apart.is_empty() {
            out.copy(&plain);
            return Ok(());
        }
        let both = out.begin();
        let all = out.begin_array(b"$and");
        for (place, one) in std::iter::once(&plain).chain(&apart).enumerate() {
            out.name(tag::DOCUMENT, place.to_string().as_bytes());
            out.copy(one);
        }
        out.end(all);
        out.end(both);
        Ok(())
    }

    fn filter_element(
        &self,
        filter: &[u8],
        found: &Element,
        (names, depth): (Names<'_>, usize),
        apart: &mut Vec<Vec<u8>>,
        out: &mut Builder,
    ) -> Result<()> {
        let name = found.name(filter);
        match name {
            b"$and" | b"$or" | b"$nor" if found.tag == tag::ARRAY => {
                let list = out.begin_array(name);
                let inner = value_of(filter, found);
                for one in &elements(inner)? {
                    out.name(one.tag, one.name(inner));
                    if one.tag == tag::DOCUMENT {
                        self.filter(value_of(inner, one), (names, depth + 1), out)?;
                    } else {
                        out.copy(value_of(inner, one));
                    }
                }
                out.end(list);
                return Ok(());
            }
            b"$expr" => {
                self.parts(names.tree, (found.tag, value_of(filter, found)))?;
            }
            b"$jsonSchema" if found.tag == tag::DOCUMENT => {
                self.check_schema(names.tree, value_of(filter, found))?;
            }
            _ => {}
        }
        match names.tree.relate(name) {
            Relation::Apart => {
                if names.is_gone(name)
                    && let Relation::Field(field) | Relation::Inside(field) =
                        self.fields().tree().relate(name)
                {
                    return Err(self.refuse(field, names.why_not(name)));
                }
                out.element(filter, found);
            }
            Relation::Inside(field) => return Err(self.refuse(field, INSIDE)),
            Relation::Above(tree) => {
                self.check_above(tree, filter, found)?;
                out.element(filter, found);
            }
            Relation::Field(field) => {
                self.filter_field(field, (filter, found), (names, depth), apart, out)?;
            }
        }
        Ok(())
    }

    fn filter_field(
        &self,
        field: usize,
        (filter, found): (&[u8], &Element),
        (names, depth): (Names<'_>, usize),
        apart: &mut Vec<Vec<u8>>,
        out: &mut Builder,
    ) -> Result<()> {
        let operators = operators(filter, found)?;
        let mut own = Vec::new();
        let mut written = false;
        for condition in self.conditions(field, filter, found, &operators)? {
            match condition {
                Condition::Field(one) => own.push(one),
                Condition::Not(one) => {
                    self.filter_not(filter, (found, one), (names, depth), apart)?;
                }
                Condition::Equal { .. } if !names.find(self.field(field), found.name(filter)) => {
                    return Err(self.refuse(field, names.why_not(found.name(filter))));
                }
                Condition::Equal { values, negated } if written => {
                    // A name stands once in a document.
                    let mut alone = Builder::default();
                    let start = alone.begin();
                    let how = (negated, names.notes);
                    self.write_equality(field, &values, how, apart, &mut alone)?;
                    alone.end(start);
                    apart.push(alone.into_bytes());
                }
                Condition::Equal { values, negated } => {
                    self.write_equality(field, &values, (negated, names.notes), apart, out)?;
                    written = true;
                }
            }
        }
        if !own.is_empty() {
            let value = value_of(filter, found);
            let condition = out.begin_document(found.name(filter));
            for one in own {
                out.element(value, one);
            }
            out.end(condition);
        }
        Ok(())
    }

    /// `{ field: { $not: … } }` is none of what is inside.
    fn filter_not(
        &self,
        filter: &[u8],
        (found, not): (&Element, &Element),
        (names, depth): (Names<'_>, usize),
        apart: &mut Vec<Vec<u8>>,
    ) -> Result<()> {
        let inner = value_of(value_of(filter, found), not);
        let mut alone = Builder::default();
        let start = alone.begin();
        alone.name(tag::DOCUMENT, found.name(filter));
        alone.copy(inner);
        alone.end(start);
        let mut sealed = Builder::default();
        self.filter(&alone.into_bytes(), (names, depth + 1), &mut sealed)?;
        let mut none = Builder::default();
        let start = none.begin();
        let list = none.begin_array(b"$nor");
        none.name(tag::DOCUMENT, b"0");
        none.copy(&sealed.into_bytes());
        none.end(list);
        none.end(start);
        apart.push(none.into_bytes());
        Ok(())
    }

    /// A condition on a document or an array in which something is encrypted.
    pub(super) fn check_above(&self, tree: &Tree, source: &[u8], found: &Element) -> Result<()> {
        let operators = operators(source, found)?;
        if operators.is_empty() {
            return self.check_literal(tree, found.tag);
        }
        let value = value_of(source, found);
        for one in &operators {
            let inner = value_of(value, one);
            match (one.name(value), one.tag) {
                (b"$elemMatch", tag::DOCUMENT) => self.check_conditions(tree, inner)?,
                (b"$not", tag::DOCUMENT) => self.check_above(tree, value, one)?,
                (b"$all" | b"$in" | b"$nin", tag::ARRAY) => {
                    for each in &elements(inner)? {
                        self.check_above(tree, inner, each)?;
                    }
                }
                (b"$exists" | b"$type" | b"$size", _) => {}
                (_, tag) => self.check_literal(tree, tag)?,
            }
        }
        Ok(())
    }

    fn check_literal(&self, tree: &Tree, tag: u8) -> Result<()> {
        match tree.fields().next() {
            Some(field) if matches!(tag, tag::DOCUMENT | tag::ARRAY) => {
                Err(self.refuse(field, AS_A_WHOLE))
            }
            _ => Ok(()),
        }
    }

    /// Conditions on an element of an array, whose names start at `tree`.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY`.
    pub(crate) fn check_conditions(&self, tree: &Tree, conditions: &[u8]) -> Result<()> {
        for_each(conditions, |found, inner| {
            let name = found.name(conditions);
            if matches!(name, b"$and" | b"$or" | b"$nor") && found.tag == tag::ARRAY {
                return for_each(inner, |one, each| match one.tag {
                    tag::DOCUMENT => self.check_conditions(tree, each),
                    _ => Ok(()),
                });
            }
            match tree.relate(name) {
                Relation::Apart => Ok(()),
                Relation::Above(below) => self.check_above(below, conditions, found),
                Relation::Field(field) | Relation::Inside(field) => {
                    let presence = operators(conditions, found)?;
                    let only = |one: &Element| matches!(one.name(inner), b"$exists" | b"$type");
                    if !presence.is_empty() && presence.iter().all(only) {
                        return Ok(());
                    }
                    Err(self.refuse(field, "inside of another value it cannot be searched"))
                }
            }
        })
    }

    /// A schema: it may ask whether encrypted columns are there, not what they are.
    fn check_schema(&self, tree: &Tree, schema: &[u8]) -> Result<()> {
        let why = "a schema cannot describe it";
        for_each(schema, |found, inner| match (found.name(schema), found.tag) {
            (b"properties", tag::DOCUMENT) => for_each(inner, |one, each| {
                let Some(below) = tree.child(one.name(inner)) else { return Ok(()) };
                match below.field {
                    Some(field) => Err(self.refuse(field, why)),
                    None if one.tag == tag::DOCUMENT => self.check_schema(below, each),
                    None => Ok(()),
                }
            }),
            (b"items" | b"not", tag::DOCUMENT) => self.check_schema(tree, inner),
            (b"items" | b"allOf" | b"anyOf" | b"oneOf", tag::ARRAY) => {
                for_each(inner, |one, each| match one.tag {
                    tag::DOCUMENT => self.check_schema(tree, each),
                    _ => Ok(()),
                })
            }
            (b"patternProperties" | b"dependencies" | b"additionalProperties", tag::DOCUMENT)
            | (b"enum", _) => {
                tree.fields().next().map_or(Ok(()), |field| Err(self.refuse(field, why)))
            }
            _ => Ok(()),
        })
    }

    /// Keys of a sort order, or of another document whose names are paths.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY`.
    pub fn check_keys(&self, tree: &Tree, keys: &[u8], why: &str) -> Result<()> {
        for_each(keys, |found, _| {
            let name = found.name(keys);
            let related = match tree.relate(name) {
                Relation::Apart => self.fields().blind(name),
                Relation::Above(below) => below.fields().next(),
                Relation::Field(field) | Relation::Inside(field) => Some(field),
            };
            related.map_or(Ok(()), |field| Err(self.refuse(field, why)))
        })
    }
}

/// The operators of a condition; none when it is a value to compare with.
pub(super) fn operators(source: &[u8], found: &Element) -> Result<Vec<Element>> {
    if found.tag != tag::DOCUMENT {
        return Ok(Vec::new());
    }
    let value = value_of(source, found);
    let all = elements(value)?;
    let operates = all.first().is_some_and(|first| {
        let name = first.name(value);
        name.starts_with(b"$") && !matches!(name, b"$ref" | b"$id" | b"$db")
    });
    Ok(if operates { all } else { Vec::new() })
}

/// The `_id` that a filter asks for, if it asks for one: its canonical form.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub fn id_in(filter: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut id = None;
    for found in &elements(filter)? {
        let value = value_of(filter, found);
        match (found.name(filter), found.tag) {
            (b"_id", tag::REGEX) => {}
            (b"_id", _) => {
                let operators = operators(filter, found)?;
                if operators.is_empty() {
                    id = Some(canonical_of(filter, found)?);
                } else if let Some(one) = operators.iter().find(|one| one.name(value) == b"$eq") {
                    id = Some(canonical_of(value, one)?);
                }
            }
            (b"$and", tag::ARRAY) => {
                for one in elements(value)?.iter().filter(|one| one.tag == tag::DOCUMENT) {
                    if id.is_none() {
                        id = id_in(value_of(value, one))?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(id)
}
