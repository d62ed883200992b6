//! Conditions on one encrypted column: equality, by its blind index.

use super::mark::unmarked;
use super::notes::{Asked, Notes};
use super::{elements, value_of};
use crate::crypto::blind::ENTRY;
use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::Typed;
use crate::document::element::{Element, invalid, tag};
use crate::error::Result;
use crate::model::fields::Blind;
use bson::{RawArrayBuf, RawBson};

/// What can be asked of an encrypted column.
pub(super) enum Condition<'a> {
    /// Whether the field is there, or of what type it is: asked of the field itself.
    Field(&'a Element),
    /// None of the conditions inside holds.
    Not(&'a Element),
    /// Whether the value is one of some; `negated`: none of them.
    Equal { values: Vec<Typed<'a>>, negated: bool },
}

impl Vault {
    /// Takes the condition on a field apart.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY` for anything but equality and presence.
    pub(super) fn conditions<'a>(
        &self,
        field: usize,
        source: &'a [u8],
        found: &'a Element,
        operators: &'a [Element],
    ) -> Result<Vec<Condition<'a>>> {
        let literal = |one: Typed<'a>| self.comparable(field, unmarked(one)?);
        let value = value_of(source, found);
        if operators.is_empty() {
            let values = vec![literal((found.tag, value))?];
            return Ok(vec![Condition::Equal { values, negated: false }]);
        }
        let mut out = Vec::with_capacity(operators.len());
        for one in operators {
            let inner = value_of(value, one);
            let name = one.name(value);
            out.push(match name {
                b"$exists" | b"$type" => Condition::Field(one),
                b"$not" if one.tag == tag::DOCUMENT => Condition::Not(one),
                b"$eq" | b"$ne" => {
                    let values = vec![literal((one.tag, inner))?];
                    Condition::Equal { values, negated: name == b"$ne" }
                }
                b"$in" | b"$nin" if one.tag == tag::ARRAY => {
                    let values = elements(inner)?
                        .iter()
                        .map(|each| literal((each.tag, value_of(inner, each))))
                        .collect::<Result<_>>()?;
                    Condition::Equal { values, negated: name == b"$nin" }
                }
                other => {
                    let shown = String::from_utf8_lossy(other);
                    let why = format!("{shown} cannot be asked of it, only equality can");
                    return Err(self.refuse(field, &why));
                }
            });
        }
        Ok(out)
    }

    fn comparable<'a>(&self, field: usize, value: Typed<'a>) -> Result<Typed<'a>> {
        if value.0 == tag::REGEX {
            return Err(self.refuse(field, "a pattern cannot be matched against it"));
        }
        Ok(value)
    }

    /// Writes a condition of equality as elements of a filter. During a transition both forms are
    /// asked for, as alternatives, which go to `apart`: documents that must hold as well.
    pub(super) fn write_equality(
        &self,
        field: usize,
        values: &[Typed<'_>],
        (negated, notes): (bool, &Notes<'_>),
        apart: &mut Vec<Vec<u8>>,
        out: &mut Builder,
    ) -> Result<()> {
        let spec = self.field(field);
        let Some(blind) = &spec.blind else {
            let why = if values.iter().all(|value| value.0 == tag::NULL) {
                "without a blind index null cannot be told from other values; ask whether the \
                 field is there (whereExists, whereMissing)"
            } else {
                "it has no blind index, so it cannot be searched; declare `blind` on the column"
            };
            return Err(self.refuse(field, why));
        };
        let operator: &[u8] = if negated { b"$nin" } else { b"$in" };
        let values = values.iter().map(|value| forms(blind, *value)).collect::<Result<Vec<_>>>()?;
        if spec.transition.is_none() {
            let values = &values.iter().map(|(_, normal)| *normal).collect::<Vec<_>>();
            let asked = self.asked(field, blind, values)?;
            let strangers = notes.ask(asked.clone());
            if strangers.is_empty() {
                write_entries_in(blind, operator, values, &asked.entries, out);
            } else if negated {
                apart.push(unless(blind, values, &asked.entries, strangers));
            } else {
                write_entries_in(blind, operator, values, &asked.entries, out);
                let mut others = Builder::default();
                let start = others.begin();
                write_ids(b"$nin", strangers, &mut others);
                others.end(start);
                apart.push(others.into_bytes());
            }
            return Ok(());
        }
        let null = values.iter().any(|(value, _)| value.0 == tag::NULL);
        let mut both = Builder::default();
        let start = both.begin();
        let alternatives = both.begin_array(if negated { b"$nor" } else { b"$or" });
        let first = both.begin_document(b"0");
        let known: Vec<_> =
            values.iter().map(|(_, normal)| *normal).filter(|(tag, _)| *tag != tag::NULL).collect();
        let asked = self.asked(field, blind, &known)?;
        let strangers = notes.ask(asked.clone());
        write_entries_in(blind, b"$in", &known, &asked.entries, &mut both);
        if !strangers.is_empty() {
            write_ids(b"$nin", strangers, &mut both);
        }
        both.end(first);
        let second = both.begin_document(b"1");
        write_values(spec.path.as_bytes(), &values, &mut both);
        both.end(second);
        if null {
            // An envelope without an entry holds null.
            let third = both.begin_document(b"2");
            both.name(tag::NULL, &blind.name);
            let kind = both.begin_document(spec.path.as_bytes());
            both.name(tag::INT32, b"$type");
            both.copy(&i32::from(tag::BINARY).to_le_bytes());
            both.end(kind);
            both.end(third);
        }
        both.end(alternatives);
        both.end(start);
        apart.push(both.into_bytes());
        Ok(())
    }

    /// What values ask of the index: entries made with every key of the ring, for documents that were
    /// not rotated yet.
    fn asked(&self, field: usize, blind: &Blind, values: &[Typed<'_>]) -> Result<Asked> {
        let mut asked = Asked { field, entries: Vec::new(), forms: Vec::new() };
        for value in values.iter().filter(|value| value.0 != tag::NULL) {
            asked.entries.extend(self.entries(field, blind, *value, true)?);
            if self.field(field).is_short() && !blind.normalizer.custom {
                asked.forms.push(self.form(blind, *value)?);
            }
        }
        Ok(asked)
    }
}

/// `{ entry: { $in: […] } }`. Null is a missing entry.
fn write_entries_in(
    blind: &Blind,
    operator: &[u8],
    values: &[Typed<'_>],
    entries: &[Vec<u8>],
    out: &mut Builder,
) {
    let condition = out.begin_document(&blind.name);
    let list = out.begin_array(operator);
    let mut place = 0_usize;
    let known = values.iter().filter(|value| value.0 != tag::NULL).count();
    let mut entries = entries.chunks(entries.len().checked_div(known).unwrap_or(0).max(1));
    for value in values {
        if value.0 == tag::NULL {
            out.name(tag::NULL, place.to_string().as_bytes());
            place += 1;
            continue;
        }
        for entry in entries.next().into_iter().flatten() {
            out.name(tag::BINARY, place.to_string().as_bytes());
            out.binary(ENTRY, entry);
            place += 1;
        }
    }
    out.end(list);
    out.end(condition);
}

/// None of the entries, or a document that has one for another value's sake.
fn unless(
    blind: &Blind,
    values: &[Typed<'_>],
    entries: &[Vec<u8>],
    strangers: &[RawBson],
) -> Vec<u8> {
    let mut out = Builder::default();
    let start = out.begin();
    let list = out.begin_array(b"$or");
    let first = out.begin_document(b"0");
    write_entries_in(blind, b"$nin", values, entries, &mut out);
    out.end(first);
    let second = out.begin_document(b"1");
    write_ids(b"$in", strangers, &mut out);
    out.end(second);
    out.end(list);
    out.end(start);
    out.into_bytes()
}

/// `{ _id: { $in: […] } }`.
fn write_ids(operator: &[u8], ids: &[RawBson], out: &mut Builder) {
    let condition = out.begin_document(b"_id");
    let all: RawArrayBuf = ids.iter().cloned().collect();
    out.name(tag::ARRAY, operator);
    out.copy(all.as_bytes());
    out.end(condition);
}

/// A value that is asked for, as it is stored, and as entries are made of it. Where the application
/// normalises, conditions have both: `{ of, is }`.
pub(super) fn forms<'a>(blind: &Blind, (tag, value): Typed<'a>) -> Result<(Typed<'a>, Typed<'a>)> {
    if !blind.normalizer.custom || tag != tag::DOCUMENT {
        return Ok(((tag, value), (tag, value)));
    }
    let both = elements(value)?;
    let named = |name: &[u8]| {
        let one = both.iter().find(|one| one.name(value) == name);
        one.map(|one| (one.tag, value_of(value, one)))
    };
    match (named(b"of"), named(b"is")) {
        (Some(of), Some(is)) => Ok((of, is)),
        _ => Err(invalid("a condition lacks a value or what a normaliser made of it", 0)),
    }
}

fn write_values(path: &[u8], values: &[(Typed<'_>, Typed<'_>)], out: &mut Builder) {
    let condition = out.begin_document(path);
    let list = out.begin_array(b"$in");
    for (place, ((tag, value), _)) in values.iter().enumerate() {
        out.name(*tag, place.to_string().as_bytes());
        out.copy(value);
    }
    out.end(list);
    out.end(condition);
}
