//! Changes by operators.

use super::{Due, Value, overlap};
use crate::document::build::Builder;
use crate::document::element::{Element, elements, tag, value_of};
use crate::error::Result;

/// The stamped change. One that says nothing of documents that are there changes none.
pub(super) fn stamped(update: &[u8], due: &Due<'_>, upsert: bool) -> Result<Option<Vec<u8>>> {
    let operators = elements(update)?;
    let changes = operators.iter().any(|one| one.name(update) != b"$setOnInsert");
    if !upsert && !changes {
        return Ok(None);
    }
    let touched = touched(update, &operators)?;
    let untouched = |name: &[u8]| !touched.iter().any(|path| overlap(path, name));
    let pick = |values: &[Value<'_>]| -> Vec<u8> {
        let mut out = Builder::default();
        values.iter().filter(|one| untouched(one.name)).for_each(|one| one.write(&mut out));
        out.into_bytes()
    };
    let mut count = Builder::default();
    if let Some(version) = due.version.filter(|version| untouched(version)) {
        count.name(tag::INT32, version);
        count.copy(&1_i32.to_le_bytes());
    }
    let made = if upsert { pick(&due.made) } else { Vec::new() };
    let additions: [(&[u8], Vec<u8>); 3] =
        [(b"$set", pick(&due.always)), (b"$inc", count.into_bytes()), (b"$setOnInsert", made)];
    Ok(Some(added(update, &operators, &additions)))
}

/// The paths that a change names.
pub(in crate::steps) fn touched<'a>(
    update: &'a [u8],
    operators: &[Element],
) -> Result<Vec<&'a [u8]>> {
    let mut paths = Vec::new();
    for operator in operators.iter().filter(|one| one.tag == tag::DOCUMENT) {
        let fields = value_of(update, operator);
        for field in elements(fields)? {
            paths.push(field.name(fields));
            if operator.name(update) == b"$rename" && field.tag == tag::STRING {
                let target = value_of(fields, &field);
                paths.push(&target[4..target.len() - 1]);
            }
        }
    }
    Ok(paths)
}

/// The change with elements in its operators, which are made where they are not there.
pub(in crate::steps) fn added(
    update: &[u8],
    operators: &[Element],
    additions: &[(&[u8], Vec<u8>); 3],
) -> Vec<u8> {
    let room: usize = additions.iter().map(|(_, elements)| elements.len() + 24).sum();
    let mut out = Builder::with_capacity(update.len() + room);
    let start = out.begin();
    for operator in operators {
        let addition = additions.iter().find(|(name, _)| *name == operator.name(update));
        match addition.filter(|_| operator.tag == tag::DOCUMENT) {
            Some((name, elements)) => {
                let fields = value_of(update, operator);
                let begin = out.begin_document(name);
                out.copy(&fields[4..fields.len() - 1]);
                out.copy(elements);
                out.end(begin);
            }
            None => out.element(update, operator),
        }
    }
    for (name, elements) in additions {
        let is_there = operators.iter().any(|one| one.name(update) == *name);
        if !is_there && !elements.is_empty() {
            let begin = out.begin_document(name);
            out.copy(elements);
            out.end(begin);
        }
    }
    out.end(start);
    out.into_bytes()
}
