//! Conditions that every command on a model has, whoever built it: those of the model, and those that
//! stand in the head. Pipelines have them too, also on the collections of other models.

mod held;

pub use held::{Lift, lift, lift_by_context, values};

use super::Context;
use crate::document::build::{Builder, joined};
use crate::document::element::{EMPTY, EMPTY_DOCUMENT, elements, find, tag, value_of};
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::request::{Body, Command, Head, Write};
use held::{Reach, own, ranged};
use std::borrow::Cow;

/// Stages that must come first, and make rows of documents all the same.
const FIRST: [&[u8]; 4] = [b"$rankFusion", b"$scoreFusion", b"$search", b"$vectorSearch"];
/// Stages that come first and read no documents of the collection.
const APART: [&[u8]; 9] = [
    b"$collStats",
    b"$currentOp",
    b"$documents",
    b"$indexStats",
    b"$listLocalSessions",
    b"$listSearchIndexes",
    b"$listSessions",
    b"$planCacheStats",
    b"$queryStats",
];
/// Stages that come first and tell of documents in rows that no condition can be asked of.
const BEYOND: [&[u8]; 2] = [b"$changeStream", b"$searchMeta"];

/// Adds the conditions.
///
/// # Errors
/// `E_INVALID_QUERY`, `E_INVALID_DOCUMENT`.
pub(super) fn apply(command: &mut Command<'_>, context: &Context<'_>) -> Result<()> {
    let reach = Reach { model: context.model, head: command.head, ruled: context.ruled };
    let own = own(context.model, command.head)?;
    if own.is_empty() && reach.is_free() {
        return Ok(());
    }
    let own: Vec<&[u8]> = own.iter().map(|one| &**one).collect();
    let own = own.as_slice();
    match &mut command.body {
        Body::Read(filter) => narrow(filter, own),
        Body::Change(statements) => {
            for statement in statements {
                if let Write::Change(change) = &mut statement.write {
                    if change.upsert {
                        let ranged = ranged(context.model, own)?;
                        let own: Vec<&[u8]> = ranged.iter().map(|one| &**one).collect();
                        narrow(&mut change.filter, &own);
                    } else {
                        narrow(&mut change.filter, own);
                    }
                }
            }
        }
        Body::Pipeline(stages) => {
            let own = if command.head.flag("onDatabase")? { &[] } else { own };
            let made = pipeline(stages, own, reach)?;
            put(stages, made);
        }
        Body::Raw(raw) => {
            let own = if command.head.flag("unscoped")? { &[] } else { own };
            let made = explained(raw, own, reach)?;
            put(raw, made);
        }
        Body::Insert(_) | Body::Other(_) => {}
    }
    Ok(())
}

/// What is as it was stays the request's own: other steps look only at what was made here.
fn put(part: &mut Cow<'_, [u8]>, made: Vec<u8>) {
    if **part != *made {
        *part = made.into();
    }
}

/// As one filter.
pub(super) fn filter(model: &Model, head: Head<'_>) -> Result<Vec<u8>> {
    let mut filter = Cow::Borrowed(EMPTY);
    let own = own(model, head)?;
    narrow(&mut filter, &own.iter().map(|one| &**one).collect::<Vec<_>>());
    Ok(filter.into_owned())
}

fn narrow(filter: &mut Cow<'_, [u8]>, own: &[&[u8]]) {
    if !own.is_empty() {
        *filter = both(filter, own).into();
    }
}

/// A filter with conditions.
fn both(filter: &[u8], own: &[&[u8]]) -> Vec<u8> {
    let filter = Some(filter).filter(|filter| filter.len() > EMPTY_DOCUMENT);
    joined(b"$and", filter.into_iter().chain(own.iter().copied()))
}

/// The text of a string's value.
pub(super) fn text(value: &[u8]) -> &[u8] {
    value.get(4..value.len().saturating_sub(1)).unwrap_or_default()
}

/// The stages of a pipeline over documents that have conditions. The server wants some stages first, and a
/// `$match` with a text search too: that one takes the conditions along.
fn pipeline(stages: &[u8], own: &[&[u8]], reach: Reach<'_>) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let condition = || single(b"$match", (tag::DOCUMENT, &both(EMPTY, own)));
    let mut pending = (!own.is_empty()).then(condition);
    for found in elements(stages)? {
        let stage = value_of(stages, &found);
        let first = elements(stage)?.into_iter().next();
        let Some(first) = first.filter(|_| found.tag == tag::DOCUMENT) else {
            out.push((found.tag, stage.to_vec()));
            continue;
        };
        let name = first.name(stage);
        let (tag, mut inner) = inside(name, (first.tag, value_of(stage, &first)), reach)?;
        if matches!(name, b"$out" | b"$merge") && !reach.takes_rows(target((tag, &inner))?)? {
            return Err(written(name));
        }
        match name {
            b"$match" if tag == tag::DOCUMENT && pending.take().is_some() => {
                inner = both(&inner, own);
            }
            b"$geoNear" if pending.take().is_some() => {
                inner = with(&inner, b"query", |query| Ok(both(query, own)))?;
            }
            _ if APART.contains(&name) => pending = None,
            _ if pending.is_some() && is_beyond(name, (tag, &inner))? => return Err(beyond(name)),
            _ if FIRST.contains(&name) => {}
            _ => out.extend(pending.take().map(|one| (tag::DOCUMENT, one))),
        }
        out.push((tag::DOCUMENT, single(name, (tag, &inner))));
    }
    out.extend(pending.map(|one| (tag::DOCUMENT, one)));
    let mut list = Builder::default();
    let start = list.begin();
    for (place, (tag, stage)) in out.iter().enumerate() {
        list.name(*tag, place.to_string().as_bytes());
        list.copy(stage);
    }
    list.end(start);
    Ok(list.into_bytes())
}

/// Whether conditions behind a stage would be asked of something else than the documents.
fn is_beyond(stage: &[u8], (tag, inner): (u8, &[u8])) -> Result<bool> {
    Ok(BEYOND.contains(&stage)
        || FIRST.contains(&stage) && tag == tag::DOCUMENT && reads_stored_source(inner)?)
}

/// What a search index keeps of a document may lack what the conditions are about.
fn reads_stored_source(search: &[u8]) -> Result<bool> {
    for found in elements(search)? {
        let value = value_of(search, &found);
        let reads = match (found.name(search), found.tag) {
            (b"returnStoredSource", tag) => tag != tag::BOOLEAN || value == [1],
            (_, tag::DOCUMENT | tag::ARRAY) => reads_stored_source(value)?,
            _ => false,
        };
        if reads {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The collection that a stage writes to.
fn target((tag, value): (u8, &[u8])) -> Result<&[u8]> {
    if tag == tag::STRING {
        return Ok(text(value));
    }
    for key in [b"into", &b"coll"[..]] {
        let found = if tag == tag::DOCUMENT { find(value, key)? } else { None };
        if let Some(found) = found {
            return target((found.tag, value_of(value, &found)));
        }
    }
    Ok(&[])
}

fn written(stage: &[u8]) -> Error {
    let stage = String::from_utf8_lossy(stage);
    let message = "would write past the rules of a model in that collection: lift them by name, or write \
                   what the pipeline answers by the model";
    Error::new(Code::RuleViolated, format!("{stage} {message}"))
}

fn beyond(stage: &[u8]) -> Error {
    let stage = String::from_utf8_lossy(stage);
    let message =
        "would show what conditions of the model hide: leave it out, or ask for whole documents";
    Error::new(Code::InvalidQuery, format!("{stage} {message}"))
}

/// A document of one element.
fn single(name: &[u8], (tag, value): (u8, &[u8])) -> Vec<u8> {
    let mut out = Builder::default();
    let start = out.begin();
    out.name(tag, name);
    out.copy(value);
    out.end(start);
    out.into_bytes()
}

/// What a stage does, with the conditions of what it reads itself.
fn inside(stage: &[u8], (tag, value): (u8, &[u8]), reach: Reach<'_>) -> Result<(u8, Vec<u8>)> {
    if stage == b"$unionWith" && tag == tag::STRING {
        let whole = single(b"coll", (tag, value));
        let changed = inside(stage, (tag::DOCUMENT, &whole), reach)?;
        return Ok(if changed.1 == whole { (tag, value.to_vec()) } else { changed });
    }
    let scope = |key: &[u8]| -> Result<Option<Vec<u8>>> {
        match find(value, key)?.filter(|one| one.tag == tag::STRING) {
            Some(found) => reach.of_collection(text(value_of(value, &found))),
            None => Ok(None),
        }
    };
    let changed = match (stage, tag) {
        (b"$facet", tag::DOCUMENT) => {
            let mut out = Builder::default();
            let start = out.begin();
            for found in elements(value)? {
                let part = value_of(value, &found);
                out.name(found.tag, found.name(value));
                match found.tag {
                    tag::ARRAY => out.copy(&pipeline(part, &[], reach)?),
                    _ => out.copy(part),
                }
            }
            out.end(start);
            out.into_bytes()
        }
        (b"$lookup", tag::DOCUMENT) => foreign(value, scope(b"from")?.as_deref(), reach)?,
        (b"$unionWith", tag::DOCUMENT) => foreign(value, scope(b"coll")?.as_deref(), reach)?,
        (b"$graphLookup", tag::DOCUMENT) => match scope(b"from")? {
            Some(scope) => {
                with(value, b"restrictSearchWithMatch", |known| Ok(both(known, &[&scope])))?
            }
            None => value.to_vec(),
        },
        _ => value.to_vec(),
    };
    Ok((tag, changed))
}

/// A stage that runs a pipeline over another collection.
fn foreign(value: &[u8], scope: Option<&[u8]>, reach: Reach<'_>) -> Result<Vec<u8>> {
    let own: Vec<&[u8]> = scope.into_iter().collect();
    if own.is_empty() && find(value, b"pipeline")?.is_none() {
        return Ok(value.to_vec());
    }
    with(value, b"pipeline", |stages| pipeline(stages, &own, reach))
}

/// A document in which the value under `key` is another one; it is added where there is none.
fn with(
    document: &[u8],
    key: &[u8],
    change: impl FnOnce(&[u8]) -> Result<Vec<u8>>,
) -> Result<Vec<u8>> {
    let tag = if key == b"pipeline" { tag::ARRAY } else { tag::DOCUMENT };
    let known = find(document, key)?.filter(|found| found.tag == tag);
    let changed = change(known.map_or(EMPTY, |found| value_of(document, &found)))?;
    let mut out = Builder::with_capacity(document.len() + changed.len());
    let start = out.begin();
    for found in elements(document)? {
        if known == Some(found) {
            out.name(tag, key);
            out.copy(&changed);
        } else {
            out.element(document, &found);
        }
    }
    if known.is_none() {
        out.name(tag, key);
        out.copy(&changed);
    }
    out.end(start);
    Ok(out.into_bytes())
}

/// A command that explains another one: what it explains has the conditions. There is no telling where
/// any other one would have them.
fn explained(command: &[u8], own: &[&[u8]], reach: Reach<'_>) -> Result<Vec<u8>> {
    let explains = find(command, b"explain")?.is_some_and(|one| one.tag == tag::DOCUMENT);
    if !explains {
        return if own.is_empty() { Ok(command.to_vec()) } else { Err(unscoped()) };
    }
    with(command, b"explain", |inner| {
        let mut changed = inner.to_vec();
        let verb = elements(inner)?.first().map(|one| one.name(inner));
        let key = match verb {
            Some(b"find") => Some(&b"filter"[..]),
            Some(b"count" | b"distinct" | b"findAndModify" | b"findandmodify") => {
                Some(&b"query"[..])
            }
            Some(b"aggregate") => None,
            _ if own.is_empty() => None,
            _ => return Err(unscoped()),
        };
        if let Some(key) = key.filter(|_| !own.is_empty()) {
            changed = with(&changed, key, |filter| Ok(both(filter, own)))?;
        }
        if find(inner, b"pipeline")?.is_some() {
            changed = with(&changed, b"pipeline", |stages| pipeline(stages, own, reach))?;
        }
        Ok(changed)
    })
}

fn unscoped() -> Error {
    let what = "the conditions of the model cannot be added to a command that is written by hand; \
                say `unscoped` if it is to go without them";
    Error::new(Code::InvalidQuery, what)
}

#[cfg(test)]
mod tests;
