//! Changes by a pipeline.

use super::Due;
use crate::document::build::Builder;
use crate::document::element::{Element, Typed, elements, find, tag, value_of};
use crate::error::Result;

/// The stages with one more that stamps. Those that make a document anew take the version along.
pub(super) fn stamped(stages: &[u8], due: &Due<'_>) -> Result<Option<Vec<u8>>> {
    let dates: Vec<_> = due
        .always
        .iter()
        .filter_map(|one| match any(stages, |name, stage| sets(name, stage, one.name)) {
            Ok(said) => (!said).then_some(Ok(one)),
            Err(error) => Some(Err(error)),
        })
        .collect::<Result<_>>()?;
    let mut version = due.version;
    if let Some(name) = version
        && any(stages, |operator, stage| says(operator, stage, name))?
    {
        version = None;
    }
    if dates.is_empty() && version.is_none() {
        return Ok(None);
    }
    let mut out = Builder::with_capacity(stages.len() + 256);
    let list = out.begin();
    let all = elements(stages)?;
    for found in &all {
        match version {
            Some(version) if found.tag == tag::DOCUMENT => {
                let begin = out.begin_document(found.name(stages));
                carrying(value_of(stages, found), version, &mut out)?;
                out.end(begin);
            }
            _ => out.element(stages, found),
        }
    }
    let stage = out.begin_document(all.len().to_string().as_bytes());
    let set = out.begin_document(b"$set");
    for one in dates {
        let value = out.begin_document(one.name);
        out.name(one.tag, b"$literal");
        out.copy(one.bytes);
        out.end(value);
    }
    if let Some(version) = version {
        count(version, &mut out);
    }
    for open in [set, stage, list] {
        out.end(open);
    }
    Ok(Some(out.into_bytes()))
}

/// `<version>: { $add: [{ $ifNull: ["$<version>", 0] }, 1] }`.
pub(super) fn count(version: &[u8], out: &mut Builder) {
    let value = out.begin_document(version);
    let sum = out.begin_array(b"$add");
    let known = out.begin_document(b"0");
    let either = out.begin_array(b"$ifNull");
    path(b"0", version, out);
    number(b"1", 0, out);
    out.end(either);
    out.end(known);
    number(b"1", 1, out);
    out.end(sum);
    out.end(value);
}

fn number(name: &[u8], value: i32, out: &mut Builder) {
    out.name(tag::INT32, name);
    out.copy(&value.to_le_bytes());
}

fn string(name: &[u8], value: &[u8], out: &mut Builder) {
    out.name(tag::STRING, name);
    out.copy(&i32::try_from(value.len() + 1).unwrap_or(i32::MAX).to_le_bytes());
    out.copy(value);
    out.copy(&[0]);
}

/// `<name>: "$<field>"`.
fn path(name: &[u8], field: &[u8], out: &mut Builder) {
    string(name, &[b"$", field].concat(), out);
}

/// Whether something holds for any operator of any stage.
fn any(stages: &[u8], holds: impl Fn(&[u8], Typed<'_>) -> Result<bool>) -> Result<bool> {
    for found in elements(stages)?.iter().filter(|one| one.tag == tag::DOCUMENT) {
        let stage = value_of(stages, found);
        for operator in elements(stage)? {
            let argument = (operator.tag, value_of(stage, &operator));
            if holds(operator.name(stage), argument)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn has(document: Typed<'_>, field: &[u8]) -> Result<Option<Element>> {
    let (tag, bytes) = document;
    if tag != tag::DOCUMENT {
        return Ok(None);
    }
    find(bytes, field)
}

/// Whether a stage sets the field.
fn sets(operator: &[u8], argument: Typed<'_>, field: &[u8]) -> Result<bool> {
    Ok(matches!(operator, b"$set" | b"$addFields") && has(argument, field)?.is_some())
}

/// Whether a stage says itself what becomes of the field.
fn says(operator: &[u8], (tag, argument): Typed<'_>, field: &[u8]) -> Result<bool> {
    Ok(match operator {
        b"$unset" if tag == tag::STRING => text(argument) == field,
        b"$unset" if tag == tag::ARRAY => elements(argument)?
            .iter()
            .any(|one| one.tag == tag::STRING && text(value_of(argument, one)) == field),
        b"$replaceWith" => has((tag, argument), field)?.is_some(),
        b"$replaceRoot" => match has((tag, argument), b"newRoot")? {
            Some(root) => has((root.tag, value_of(argument, &root)), field)?.is_some(),
            None => false,
        },
        b"$project" => match has((tag, argument), field)? {
            Some(found) => shown((found.tag, value_of(argument, &found)))? != Some(true),
            None => false,
        },
        _ => sets(operator, (tag, argument), field)?,
    })
}

fn text(value: &[u8]) -> &[u8] {
    value.get(4..value.len().saturating_sub(1)).unwrap_or_default()
}

/// Whether a part of a projection keeps a field or leaves it out; `None` where it computes one.
fn shown((tag, value): Typed<'_>) -> Result<Option<bool>> {
    Ok(match tag {
        tag::BOOLEAN | tag::INT32 | tag::INT64 => Some(value.iter().any(|byte| *byte != 0)),
        tag::DOUBLE => Some(value.iter().take(7).any(|byte| *byte != 0) || value[7] & 0x7F != 0),
        tag::DOCUMENT => match elements(value)?.first() {
            Some(first) if !first.name(value).starts_with(b"$") => {
                shown((first.tag, value_of(value, first)))?
            }
            _ => None,
        },
        _ => None,
    })
}

/// The stage, which takes the version along where it makes a document anew.
fn carrying(stage: &[u8], version: &[u8], out: &mut Builder) -> Result<()> {
    for operator in elements(stage)? {
        let argument = (operator.tag, value_of(stage, &operator));
        match operator.name(stage) {
            b"$replaceWith" => kept(b"$replaceWith", argument, version, out),
            b"$replaceRoot" if operator.tag == tag::DOCUMENT => {
                let begin = out.begin_document(b"$replaceRoot");
                for found in elements(argument.1)? {
                    match found.name(argument.1) {
                        b"newRoot" => {
                            let root = (found.tag, value_of(argument.1, &found));
                            kept(b"newRoot", root, version, out);
                        }
                        _ => out.element(argument.1, &found),
                    }
                }
                out.end(begin);
            }
            b"$project" if leaves_out(argument, version)? => {
                let begin = out.begin_document(b"$project");
                out.copy(&argument.1[4..argument.1.len() - 1]);
                number(version, 1, out);
                out.end(begin);
            }
            _ => out.element(stage, &operator),
        }
    }
    Ok(())
}

/// Whether a projection keeps what it names, and does not name the field.
fn leaves_out((tag, fields): Typed<'_>, field: &[u8]) -> Result<bool> {
    if tag != tag::DOCUMENT || has((tag, fields), field)?.is_some() {
        return Ok(false);
    }
    let fields_of = elements(fields)?;
    let deciding = fields_of.iter().find(|one| one.name(fields) != b"_id").or(fields_of.first());
    match deciding {
        Some(found) => Ok(shown((found.tag, value_of(fields, found)))? != Some(false)),
        None => Ok(false),
    }
}

/// What makes a document, with the version in it. What is none is the server's to refuse.
fn kept(name: &[u8], (tag, made): Typed<'_>, version: &[u8], out: &mut Builder) {
    const MADE: &[u8] = b"lucentMade";
    let whole = out.begin_document(name);
    let bind = out.begin_document(b"$let");
    let variables = out.begin_document(b"vars");
    out.name(tag, MADE);
    out.copy(made);
    out.end(variables);
    let body = out.begin_document(b"in");
    let choice = out.begin_array(b"$cond");
    let is_document = out.begin_document(b"0");
    let equal = out.begin_array(b"$eq");
    let kind = out.begin_document(b"0");
    string(b"$type", b"$$lucentMade", out);
    out.end(kind);
    string(b"1", b"object", out);
    out.end(equal);
    out.end(is_document);
    let both = out.begin_document(b"1");
    let list = out.begin_array(b"$mergeObjects");
    string(b"0", b"$$lucentMade", out);
    let known = out.begin_document(b"1");
    path(version, version, out);
    for open in [known, list, both] {
        out.end(open);
    }
    string(b"2", b"$$lucentMade", out);
    for open in [choice, body, bind, whole] {
        out.end(open);
    }
}
