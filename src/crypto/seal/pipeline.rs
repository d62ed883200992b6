//! Pipelines: what reads a collection's documents as they are stored is checked; from the first
//! stage on that gives them another shape, nothing is known of the names.

use super::document::Typed;
use super::expression::COMPUTE;
use super::{elements, for_each, value_of};
use crate::crypto::envelope::Binding;
use crate::crypto::field::{Relation, Tree};
use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::{Element, invalid, tag};
use crate::document::validate::MAX_DEPTH;
use crate::error::Result;

/// A pipeline as it is sent.
#[derive(Debug)]
pub struct SealedPipeline {
    /// The stages, as a BSON array.
    pub stages: Vec<u8>,
    /// Whether rows are documents as they are stored, with more or fewer fields.
    pub whole: bool,
    /// Whether `_id` is only there for opening, and the rows are to be without it.
    pub without_id: bool,
}

impl Vault {
    /// Seals the stages of a pipeline that starts with this collection's documents.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY`.
    pub fn seal_pipeline(&self, stages: &[u8]) -> Result<SealedPipeline> {
        self.stages(stages, 0)
    }

    fn stages(&self, stages: &[u8], depth: usize) -> Result<SealedPipeline> {
        if depth > MAX_DEPTH {
            return Err(invalid("a pipeline is nested too deeply", 0));
        }
        let mut out = Builder::with_capacity(stages.len() + 64);
        let start = out.begin();
        let mut whole = true;
        let all = elements(stages)?;
        let dropping = if depth == 0 { last_without_id(stages, &all)? } else { None };
        let mut without_id = false;
        for (place, entry) in all.iter().enumerate() {
            let stage = value_of(stages, entry);
            let operator = if entry.tag == tag::DOCUMENT && whole {
                elements(stage)?.into_iter().next()
            } else {
                None
            };
            let Some(operator) = operator else {
                out.element(stages, entry);
                continue;
            };
            let begin = out.begin_document(entry.name(stages));
            if dropping == Some(place) {
                self.project_with_id(value_of(stage, &operator), &mut out)?;
                without_id = true;
            } else {
                whole = self.stage(stage, &operator, depth, &mut out)?;
            }
            out.end(begin);
        }
        out.end(start);
        Ok(SealedPipeline { stages: out.into_bytes(), whole, without_id })
    }

    /// Writes a `$project` without its `_id: 0`: values that are bound to their document are opened
    /// with it.
    fn project_with_id(&self, projection: &[u8], out: &mut Builder) -> Result<()> {
        self.check_fields(b"$project", (tag::DOCUMENT, projection))?;
        let fields = elements(projection)?;
        // A projection of nothing is none.
        let name: &[u8] = if fields.len() == 1 { b"$match" } else { b"$project" };
        let begin = out.begin_document(name);
        for one in fields.iter().filter(|one| one.name(projection) != b"_id") {
            out.element(projection, one);
        }
        out.end(begin);
        Ok(())
    }

    /// Writes one stage. Answers whether its rows still are stored documents.
    fn stage(
        &self,
        stage: &[u8],
        found: &Element,
        depth: usize,
        out: &mut Builder,
    ) -> Result<bool> {
        let name = found.name(stage);
        let value = value_of(stage, found);
        match (name, found.tag) {
            (b"$match", tag::DOCUMENT) => {
                out.name(tag::DOCUMENT, name);
                let sealed = self.seal_filter(value)?;
                out.copy(&sealed);
                return Ok(true);
            }
            (b"$geoNear", tag::DOCUMENT) => {
                let begin = out.begin_document(name);
                for one in &elements(value)? {
                    if one.name(value) == b"query" && one.tag == tag::DOCUMENT {
                        out.name(tag::DOCUMENT, b"query");
                        let sealed = self.seal_filter(value_of(value, one))?;
                        out.copy(&sealed);
                    } else {
                        out.element(value, one);
                    }
                }
                out.end(begin);
                return Ok(true);
            }
            (b"$facet", tag::DOCUMENT) => {
                let begin = out.begin_document(name);
                for one in &elements(value)? {
                    out.name(one.tag, one.name(value));
                    if one.tag == tag::ARRAY {
                        let inner = self.stages(value_of(value, one), depth + 1)?;
                        out.copy(&inner.stages);
                    } else {
                        out.copy(value_of(value, one));
                    }
                }
                out.end(begin);
                return Ok(false);
            }
            (b"$sort", tag::DOCUMENT) => {
                self.check_keys(self.fields().tree(), value, "it cannot be sorted by")?;
            }
            (b"$lookup", tag::DOCUMENT) => {
                self.check_lookup(value)?;
                let begin = out.begin_document(name);
                let own = self.is_own(value, b"from")?;
                for one in &elements(value)? {
                    self.nested((value, one), own, depth, out)?;
                }
                out.end(begin);
                return Ok(true);
            }
            (b"$unionWith", tag::STRING) => {
                out.element(stage, found);
                return Ok(self.names_own(value));
            }
            (b"$unionWith", tag::DOCUMENT) => {
                let begin = out.begin_document(name);
                let own = self.is_own(value, b"coll")?;
                let mut whole = own;
                for one in &elements(value)? {
                    whole &= self.nested((value, one), own, depth, out)?;
                }
                out.end(begin);
                return Ok(whole);
            }
            (b"$graphLookup", tag::DOCUMENT) if self.is_own(value, b"from")? => {
                let begin = out.begin_document(name);
                self.graph_lookup(value, out)?;
                out.end(begin);
                return Ok(true);
            }
            (b"$out" | b"$merge" | b"$limit" | b"$skip" | b"$sample", _) => {}
            (b"$addFields" | b"$set" | b"$project" | b"$unset", _) => {
                self.check_shape(name, (found.tag, value))?;
            }
            (b"$densify" | b"$fill", tag::DOCUMENT) => {
                self.check_filled(value)?;
                self.check_expression((found.tag, value))?;
            }
            (b"$group" | b"$sortByCount", tag) => self.check_groups((tag, value))?,
            _ => self.check_expression((found.tag, value))?,
        }
        out.element(stage, found);
        Ok(matches!(
            name,
            b"$sort"
                | b"$graphLookup"
                | b"$out"
                | b"$merge"
                | b"$limit"
                | b"$skip"
                | b"$sample"
                | b"$addFields"
                | b"$set"
                | b"$project"
                | b"$unset"
                | b"$redact"
        ))
    }

    /// Whether a stage's option names the collection itself.
    fn is_own(&self, options: &[u8], name: &[u8]) -> Result<bool> {
        let found = elements(options)?.into_iter().find(|one| one.name(options) == name);
        Ok(found
            .is_some_and(|one| one.tag == tag::STRING && self.names_own(value_of(options, &one))))
    }

    fn names_own(&self, text: &[u8]) -> bool {
        text.get(4..text.len() - 1) == Some(self.collection().as_bytes())
    }

    /// Writes an option of a stage that reads a collection; `own`: it is this one, so an inner
    /// pipeline is sealed as well. Answers whether the rows of one are stored documents.
    fn nested(
        &self,
        (options, one): (&[u8], &Element),
        own: bool,
        depth: usize,
        out: &mut Builder,
    ) -> Result<bool> {
        if !own || one.tag != tag::ARRAY || one.name(options) != b"pipeline" {
            out.element(options, one);
            return Ok(true);
        }
        let inner = self.stages(value_of(options, one), depth + 1)?;
        out.name(tag::ARRAY, b"pipeline");
        out.copy(&inner.stages);
        Ok(inner.whole)
    }

    /// Writes the options of a `$graphLookup` in the collection itself.
    fn graph_lookup(&self, options: &[u8], out: &mut Builder) -> Result<()> {
        for_each(options, |one, inner| {
            match (one.name(options), one.tag) {
                (b"restrictSearchWithMatch", tag::DOCUMENT) => {
                    out.name(tag::DOCUMENT, b"restrictSearchWithMatch");
                    out.copy(&self.seal_filter(inner)?);
                    return Ok(());
                }
                (b"connectFromField" | b"connectToField", tag::STRING) if inner.len() > 5 => {
                    self.check_path(&inner[4..inner.len() - 1])?;
                }
                _ => self.check_expression((one.tag, inner))?,
            }
            out.element(options, one);
            Ok(())
        })
    }

    /// The names of fields in a stage that fills gaps: what it goes by, and what it fills.
    fn check_filled(&self, options: &[u8]) -> Result<()> {
        for_each(options, |found, value| match (found.name(options), found.tag) {
            (b"field", tag::STRING) => self.check_path(&value[4..value.len() - 1]),
            (b"partitionByFields", tag::ARRAY) => for_each(value, |one, path| match one.tag {
                tag::STRING => self.check_path(&path[4..path.len() - 1]),
                _ => Ok(()),
            }),
            (b"output", tag::DOCUMENT) => {
                for_each(value, |one, _| self.check_path(one.name(value)))
            }
            _ => Ok(()),
        })
    }

    fn check_lookup(&self, lookup: &[u8]) -> Result<()> {
        for_each(lookup, |found, value| match found.name(lookup) {
            b"localField" if value.len() > 5 => self.check_path(&value[4..value.len() - 1]),
            b"let" => self.check_expression((found.tag, value)),
            b"as" if value.len() > 5 => {
                self.check_replaced(&value[4..value.len() - 1], "the stage would replace it")
            }
            _ => Ok(()),
        })
    }

    /// A path that is written anew: nothing encrypted may be at it or below it.
    fn check_replaced(&self, path: &[u8], why: &str) -> Result<()> {
        let related = match self.fields().tree().relate(path) {
            Relation::Apart => None,
            Relation::Above(tree) => tree.fields().next(),
            Relation::Field(field) | Relation::Inside(field) => Some(field),
        };
        related.map_or(Ok(()), |field| Err(self.refuse(field, why)))
    }

    /// Stages that name fields: which stay, which go, and what others are computed from.
    fn check_shape(&self, stage: &[u8], (tag, value): Typed<'_>) -> Result<()> {
        self.check_id(stage, (tag, value))?;
        self.check_fields(stage, (tag, value))
    }

    /// [`check_shape`](Self::check_shape), whatever becomes of `_id`.
    fn check_fields(&self, stage: &[u8], (tag, value): Typed<'_>) -> Result<()> {
        if tag != tag::DOCUMENT {
            return Ok(());
        }
        self.check_names(self.fields().tree(), stage, value)?;
        for_each(value, |found, inner| {
            if is_switch(found.tag) && stage == b"$project" {
                return Ok(());
            }
            self.check_expression((found.tag, inner))
        })
    }

    /// The names that a stage gives values to, of nested documents as well.
    fn check_names(&self, tree: &Tree, stage: &[u8], value: &[u8]) -> Result<()> {
        for_each(value, |found, inner| {
            let plain = is_switch(found.tag) && stage == b"$project";
            match tree.relate(found.name(value)) {
                Relation::Inside(field) => Err(self.refuse(field, COMPUTE)),
                Relation::Field(field) if !plain => Err(self.refuse(field, COMPUTE)),
                Relation::Above(below) if found.tag == tag::DOCUMENT => {
                    self.check_names(below, stage, inner)
                }
                _ => Ok(()),
            }
        })
    }

    /// A stage that leaves `_id` out, or gives it another value: what is bound to it could not be
    /// opened any more.
    fn check_id(&self, stage: &[u8], (tag, value): Typed<'_>) -> Result<()> {
        let mut changed = false;
        // Whether fields that are named stay, or those that are not.
        let mut inclusive = false;
        let mut named = Vec::new();
        let mut name = |path: &[u8]| match self.fields().tree().relate(path) {
            Relation::Field(field) => named.push(field),
            Relation::Above(tree) => named.extend(tree.fields()),
            Relation::Apart | Relation::Inside(_) => {}
        };
        match (stage, tag) {
            (b"$unset", tag::STRING | tag::ARRAY) => {
                let paths = if tag == tag::ARRAY { elements(value)? } else { Vec::new() };
                let paths = paths.iter().map(|one| (one.tag, value_of(value, one)));
                for (tag, path) in paths.chain([(tag, value)]) {
                    if tag == tag::STRING {
                        let path = &path[4..path.len() - 1];
                        changed |= path == b"_id";
                        name(path);
                    }
                }
            }
            (b"$project", tag::DOCUMENT) => {
                for one in &elements(value)? {
                    let switch = is_switch(one.tag);
                    let off = switch && value_of(value, one).iter().all(|byte| *byte == 0);
                    if one.name(value) == b"_id" {
                        changed |= off || !switch;
                    } else {
                        inclusive |= !off;
                        name(one.name(value));
                    }
                }
            }
            (b"$addFields" | b"$set", tag::DOCUMENT) => {
                changed = elements(value)?.iter().any(|one| one.name(value) == b"_id");
            }
            _ => {}
        }
        let lost = self.fields().list().iter().enumerate().position(|(field, spec)| {
            spec.binding == Binding::Document && named.contains(&field) == inclusive
        });
        match lost {
            Some(field) if changed => Err(self.refuse(
                field,
                "it is bound to the document's _id and cannot be read without; keep _id, or leave \
                 both out",
            )),
            _ => Ok(()),
        }
    }

    fn check_path(&self, path: &[u8]) -> Result<()> {
        match self.fields().tree().relate(path) {
            Relation::Field(field) | Relation::Inside(field) => Err(self.refuse(field, COMPUTE)),
            Relation::Apart | Relation::Above(_) => Ok(()),
        }
    }

    /// An update's pipeline: it must neither write encrypted columns nor read them.
    pub(super) fn check_update_pipeline(&self, stages: &[u8]) -> Result<()> {
        let Some(any) = self.fields().tree().fields().next() else { return Ok(()) };
        for_each(stages, |_, stage| {
            for_each(stage, |found, value| match found.name(stage) {
                b"$set" | b"$addFields" => {
                    self.check_untouched(value)?;
                    self.check_expression((found.tag, value))
                }
                b"$unset" => self.check_unset((found.tag, value)),
                other => {
                    let shown = String::from_utf8_lossy(other);
                    let why = format!("{shown} in an update could change it");
                    Err(self.refuse(any, &why))
                }
            })
        })
    }

    fn check_untouched(&self, paths: &[u8]) -> Result<()> {
        for_each(paths, |found, _| {
            self.check_replaced(found.name(paths), "an update's pipeline cannot set it")
        })
    }

    fn check_unset(&self, (tag, value): Typed<'_>) -> Result<()> {
        match tag {
            tag::STRING if value.len() > 5 => {
                let path = &value[4..value.len() - 1];
                self.check_replaced(path, "an update's pipeline cannot remove it")
            }
            tag::ARRAY => for_each(value, |found, inner| self.check_unset((found.tag, inner))),
            _ => Ok(()),
        }
    }
}

/// Whether a projection's value says that a field stays or goes, and nothing else.
fn is_switch(tag: u8) -> bool {
    matches!(tag, tag::BOOLEAN | tag::INT32 | tag::INT64 | tag::DOUBLE)
}

/// The place of a `$project` that leaves `_id` out, when only stages that neither read nor write
/// fields come behind it.
fn last_without_id(stages: &[u8], all: &[Element]) -> Result<Option<usize>> {
    for (place, entry) in all.iter().enumerate().rev() {
        let stage = value_of(stages, entry);
        let operator =
            if entry.tag == tag::DOCUMENT { elements(stage)?.into_iter().next() } else { None };
        let Some(operator) = operator else { return Ok(None) };
        match operator.name(stage) {
            b"$limit" | b"$skip" | b"$sample" => {}
            b"$project" if operator.tag == tag::DOCUMENT => {
                let projection = value_of(stage, &operator);
                let hides = elements(projection)?.iter().any(|one| {
                    let value = value_of(projection, one);
                    one.name(projection) == b"_id"
                        && is_switch(one.tag)
                        && value.iter().all(|byte| *byte == 0)
                });
                return Ok(hides.then_some(place));
            }
            _ => return Ok(None),
        }
    }
    Ok(None)
}
