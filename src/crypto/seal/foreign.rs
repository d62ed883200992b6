//! Pipelines that read or write the collections of models with encrypted columns, whose model they may
//! not be.

use super::filter::operators;
use super::stages::is_switch;
use super::{elements, for_each, value_of};
use crate::document::element::{self, Element, find, tag};
use crate::document::validate::MAX_DEPTH;
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::model::fields::{Relation, Tree};
use std::sync::Arc;

/// Whose pipeline it is.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// Its collection, if conditions on it were sealed.
    pub sealed: Option<&'a str>,
    /// Rows are documents of that collection, with their blind index entries.
    pub intact: bool,
}

const ASKED: &str = "a condition on it can only be asked of its own collection; find the keys of what \
                     matches there first";
const WRITTEN: &str = "rows of a pipeline would be stored in its place as they are; leave it out of \
                       them, or write through its model";

/// Checks a pipeline against the models that are known to have encrypted columns.
///
/// # Errors
/// `E_ENCRYPTED_COLUMN_QUERY` for conditions that would compare plain values with encrypted columns,
/// and for rows that would be stored in their place.
pub fn check(stages: &[u8], models: &[Arc<Model>], owner: Owner<'_>) -> Result<()> {
    if models.is_empty() {
        return Ok(());
    }
    Check { models, owner }.stages(stages, 0)
}

/// Checks a command that no model stands behind: conditions on the collection of one that has encrypted
/// columns.
///
/// # Errors
/// As [`check`].
pub fn check_command(command: &[u8], models: &[Arc<Model>]) -> Result<()> {
    let Some(first) = elements(command)?.into_iter().next().filter(|one| one.tag == tag::STRING)
    else {
        return Ok(());
    };
    let collection = command.get(first.value_at + 4..first.end - 1).unwrap_or_default();
    for model in models.iter().filter(|one| one.collection.as_bytes() == collection) {
        for_each(command, |found, value| match (found.name(command), found.tag) {
            (b"filter" | b"query", tag::DOCUMENT) => asked(model, model.encrypted.tree(), value),
            (b"pipeline", tag::ARRAY) => asked_in(model, value),
            (b"deletes" | b"updates", tag::ARRAY) => for_each(value, |one, statement| {
                match if one.tag == tag::DOCUMENT { find(statement, b"q")? } else { None } {
                    Some(filter) if filter.tag == tag::DOCUMENT => {
                        asked(model, model.encrypted.tree(), value_of(statement, &filter))
                    }
                    _ => Ok(()),
                }
            }),
            _ => Ok(()),
        })?;
    }
    Ok(())
}

struct Check<'a> {
    models: &'a [Arc<Model>],
    owner: Owner<'a>,
}

impl Check<'_> {
    fn of<'a>(&'a self, collection: &'a [u8]) -> impl Iterator<Item = &'a Model> {
        self.models
            .iter()
            .map(|one| &**one)
            .filter(move |one| one.collection.as_bytes() == collection)
    }

    fn is_sealed(&self, collection: &[u8]) -> bool {
        self.owner.sealed.is_some_and(|own| own.as_bytes() == collection)
    }

    fn stages(&self, stages: &[u8], depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            return Ok(());
        }
        for_each(stages, |entry, stage| {
            if entry.tag != tag::DOCUMENT {
                return Ok(());
            }
            for_each(stage, |found, value| match (found.name(stage), found.tag) {
                (b"$facet", tag::DOCUMENT) => for_each(value, |one, inner| match one.tag {
                    tag::ARRAY => self.stages(inner, depth + 1),
                    _ => Ok(()),
                }),
                (b"$lookup" | b"$graphLookup", tag::DOCUMENT) => {
                    self.reads(text(value, b"from")?, value, depth)
                }
                (b"$unionWith", tag::DOCUMENT) => self.reads(text(value, b"coll")?, value, depth),
                (b"$out" | b"$merge", tag) => self.writes(stages, found.name(stage), (tag, value)),
                _ => Ok(()),
            })
        })
    }

    /// A stage that reads another collection.
    fn reads(&self, collection: Option<&[u8]>, options: &[u8], depth: usize) -> Result<()> {
        let collection = collection.unwrap_or_default();
        let inner = find(options, b"pipeline")?.filter(|one| one.tag == tag::ARRAY);
        let restricted = find(options, b"restrictSearchWithMatch")?;
        for model in self.of(collection).filter(|_| !self.is_sealed(collection)) {
            if let Some(inner) = &inner {
                asked_in(model, value_of(options, inner))?;
            }
            if let Some(filter) = restricted.as_ref().filter(|one| one.tag == tag::DOCUMENT) {
                asked(model, model.encrypted.tree(), value_of(options, filter))?;
            }
        }
        match &inner {
            Some(inner) => self.stages(value_of(options, inner), depth + 1),
            None => Ok(()),
        }
    }

    /// A stage that writes rows into a collection.
    fn writes(&self, stages: &[u8], stage: &[u8], (tag, options): (u8, &[u8])) -> Result<()> {
        let into = match (stage, tag) {
            (b"$merge", tag::DOCUMENT) => match find(options, b"into")? {
                Some(into) if into.tag == tag::DOCUMENT => text(value_of(options, &into), b"coll")?,
                _ => text(options, b"into")?,
            },
            (_, tag::DOCUMENT) => text(options, b"coll")?,
            (_, tag::STRING) => options.get(4..options.len() - 1),
            _ => None,
        };
        let into = into.unwrap_or_default();
        let on_id = tag != tag::DOCUMENT
            || find(options, b"on")?.is_none_or(|_| text(options, b"on") == Ok(Some(b"_id")));
        for model in self.of(into) {
            let option = |name: &[u8]| match (stage, tag) {
                (b"$merge", tag::DOCUMENT) => find(options, name),
                _ => Ok(None),
            };
            let matched = option(b"whenMatched")?;
            let is = |one: &Option<Element>, words: &[&[u8]]| {
                one.as_ref().is_some_and(|one| {
                    one.tag == tag::STRING
                        && words.contains(&&options[one.value_at + 4..one.end - 1])
                })
            };
            let changes = match &matched {
                Some(list) if list.tag == tag::ARRAY => {
                    changed_in(model, value_of(options, list))?;
                    false
                }
                one => !is(one, &[b"keepExisting", b"fail"]),
            };
            let inserts = !is(&option(b"whenNotMatched")?, &[b"discard", b"fail"]);
            if !changes && !inserts {
                continue;
            }
            // What a document has already is written to itself.
            if self.is_sealed(into) && self.owner.intact && on_id {
                continue;
            }
            let field = match names(stages)? {
                None => model.encrypted.tree().fields().next(),
                Some(names) => names.iter().find_map(|name| written(model, name)),
            };
            if let Some(field) = field {
                return Err(refuse(model, field, WRITTEN));
            }
        }
        Ok(())
    }
}

/// The encrypted field that a name leads to, holds, or is the blind index of.
fn written(model: &Model, name: &[u8]) -> Option<usize> {
    match model.encrypted.tree().relate(name) {
        Relation::Apart => model.encrypted.blind(name),
        Relation::Above(tree) => tree.fields().next(),
        Relation::Field(field) | Relation::Inside(field) => Some(field),
    }
}

/// A pipeline that changes what is there.
fn changed_in(model: &Model, stages: &[u8]) -> Result<()> {
    for_each(stages, |entry, stage| {
        if entry.tag != tag::DOCUMENT {
            return Ok(());
        }
        for_each(stage, |found, value| {
            let field = match (found.name(stage), found.tag) {
                (b"$set" | b"$addFields", tag::DOCUMENT) => {
                    elements(value)?.iter().find_map(|one| written(model, one.name(value)))
                }
                (b"$unset", tag::STRING) => written(model, &value[4..value.len() - 1]),
                (b"$unset", tag::ARRAY) => elements(value)?.iter().find_map(|one| match one.tag {
                    tag::STRING => written(model, &value[one.value_at + 4..one.end - 1]),
                    _ => None,
                }),
                _ => model.encrypted.tree().fields().next(),
            };
            field.map_or(Ok(()), |field| Err(refuse(model, field, WRITTEN)))
        })
    })
}

/// The names that rows have behind the last stage; `None` when they may have others too.
fn names(stages: &[u8]) -> Result<Option<Vec<Box<[u8]>>>> {
    let mut names: Option<Vec<Box<[u8]>>> = None;
    for entry in elements(stages)?.iter().filter(|one| one.tag == tag::DOCUMENT) {
        let stage = value_of(stages, entry);
        let Some(found) = elements(stage)?.into_iter().next() else { continue };
        let value = value_of(stage, &found);
        let document = found.tag == tag::DOCUMENT;
        let all = |document: &[u8]| -> Result<Vec<Box<[u8]>>> {
            Ok(elements(document)?.iter().map(|one| one.name(document).into()).collect())
        };
        names = match found.name(stage) {
            b"$group" if document => Some(all(value)?),
            b"$sortByCount" => Some(vec![b"_id"[..].into(), b"count"[..].into()]),
            b"$bucket" | b"$bucketAuto" if document => {
                let mut known: Vec<Box<[u8]>> = vec![b"_id"[..].into(), b"count"[..].into()];
                if let Some(output) = find(value, b"output")?.filter(|one| one.tag == tag::DOCUMENT)
                {
                    known.extend(all(value_of(value, &output))?);
                }
                Some(known)
            }
            b"$project" if document => {
                let keeps = |one: &Element| {
                    let value = value_of(value, one);
                    !is_switch(one.tag) || !value.iter().all(|byte| *byte == 0)
                };
                let fields = elements(value)?;
                if fields.iter().any(|one| keeps(one) && one.name(value) != b"_id") {
                    Some(
                        fields
                            .iter()
                            .filter(|one| keeps(one))
                            .map(|one| one.name(value).into())
                            .collect(),
                    )
                } else {
                    names
                }
            }
            b"$replaceWith" if document => literal(value)?,
            b"$replaceRoot" if document => match find(value, b"newRoot")? {
                Some(root) if root.tag == tag::DOCUMENT => literal(value_of(value, &root))?,
                _ => None,
            },
            b"$addFields" | b"$set" if document => match names {
                Some(mut known) => {
                    known.extend(all(value)?);
                    Some(known)
                }
                None => None,
            },
            b"$match" | b"$sort" | b"$limit" | b"$skip" | b"$sample" | b"$unset" | b"$unwind"
            | b"$out" | b"$merge" => names,
            _ => None,
        };
    }
    Ok(names)
}

/// The names of a document that is written out.
fn literal(document: &[u8]) -> Result<Option<Vec<Box<[u8]>>>> {
    let fields = elements(document)?;
    if fields.iter().any(|one| one.name(document).starts_with(b"$")) {
        return Ok(None);
    }
    Ok(Some(fields.iter().map(|one| one.name(document).into()).collect()))
}

/// Conditions in a pipeline over the documents of another model. Names that stages before gave another
/// meaning are taken for the model's.
fn asked_in(model: &Model, stages: &[u8]) -> Result<()> {
    for_each(stages, |entry, stage| {
        if entry.tag != tag::DOCUMENT {
            return Ok(());
        }
        for_each(stage, |found, value| match (found.name(stage), found.tag) {
            (b"$match", tag::DOCUMENT) => asked(model, model.encrypted.tree(), value),
            (b"$geoNear", tag::DOCUMENT) => match find(value, b"query")? {
                Some(query) if query.tag == tag::DOCUMENT => {
                    asked(model, model.encrypted.tree(), value_of(value, &query))
                }
                _ => Ok(()),
            },
            (b"$facet", tag::DOCUMENT) => for_each(value, |one, inner| match one.tag {
                tag::ARRAY => asked_in(model, inner),
                _ => Ok(()),
            }),
            _ => Ok(()),
        })
    })
}

/// A filter of another model's documents: of what is encrypted it may ask for presence alone.
fn asked(model: &Model, tree: &Tree, filter: &[u8]) -> Result<()> {
    for_each(filter, |found, inner| {
        let name = found.name(filter);
        if matches!(name, b"$and" | b"$or" | b"$nor") && found.tag == tag::ARRAY {
            return for_each(inner, |one, each| match one.tag {
                tag::DOCUMENT => asked(model, tree, each),
                _ => Ok(()),
            });
        }
        let field = match tree.relate(name) {
            Relation::Apart => return Ok(()),
            Relation::Above(below) => {
                let operators = operators(filter, found)?;
                for one in &operators {
                    if one.name(inner) == b"$elemMatch" && one.tag == tag::DOCUMENT {
                        asked(model, below, value_of(inner, one))?;
                    }
                }
                if !operators.is_empty() || !matches!(found.tag, tag::DOCUMENT | tag::ARRAY) {
                    return Ok(());
                }
                below.fields().next()
            }
            Relation::Field(field) | Relation::Inside(field) => {
                let operators = operators(filter, found)?;
                let presence = |one: &Element| matches!(one.name(inner), b"$exists" | b"$type");
                if !operators.is_empty() && operators.iter().all(presence) {
                    return Ok(());
                }
                Some(field)
            }
        };
        field.map_or(Ok(()), |field| Err(refuse(model, field, ASKED)))
    })
}

fn refuse(model: &Model, field: usize, why: &str) -> Error {
    let spec = &model.encrypted.list()[field];
    let message = format!("{}: the encrypted column \"{}\": {why}", model.name, spec.path);
    Error::new(Code::EncryptedColumnQuery, message).of(&spec.column)
}

/// The text under a name.
fn text<'a>(options: &'a [u8], name: &[u8]) -> Result<Option<&'a [u8]>> {
    let found = element::find(options, name)?.filter(|one| one.tag == tag::STRING);
    Ok(found.and_then(|one| options.get(one.value_at + 4..one.end - 1)))
}
