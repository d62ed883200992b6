//! Pipelines: each stage is checked and sealed by what the stages before it made of the collection's
//! documents.

use super::notes::Notes;
use super::rows::Rows;
use super::stages::is_switch;
use super::{elements, for_each, value_of};
use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::{Element, find, invalid, tag};
use crate::document::validate::MAX_DEPTH;
use crate::error::Result;
use crate::model::fields::{Origin, Tree};

/// A pipeline as it is sent.
#[derive(Debug)]
pub struct SealedPipeline {
    /// The stages, as a BSON array.
    pub stages: Vec<u8>,
    /// What rows are in the end.
    pub rows: Origin,
    /// They are stored documents that have their blind index entries.
    pub intact: bool,
    /// Whether `_id` is only there for opening, and the rows are to be without it.
    pub without_id: bool,
}

impl Vault {
    /// Seals the stages of a pipeline that starts with this collection's documents.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY`.
    pub fn seal_pipeline(&self, stages: &[u8]) -> Result<SealedPipeline> {
        self.seal_pipeline_noting(stages, &Notes::default())
    }

    /// As [`seal_pipeline`](Self::seal_pipeline); what it asks of blind indexes goes to the notes.
    ///
    /// # Errors
    /// As [`seal_pipeline`](Self::seal_pipeline).
    pub fn seal_pipeline_noting(&self, stages: &[u8], notes: &Notes<'_>) -> Result<SealedPipeline> {
        let mut rows = Rows::stored(self, notes);
        let (stages, without_id) = self.stages(stages, &mut rows, 0)?;
        let origin = rows.tree.origin;
        let complete = !rows.lost.iter().any(|name| self.fields().is_blind(name));
        let intact = origin == Origin::Stored && complete;
        Ok(SealedPipeline { stages, rows: origin, intact, without_id })
    }

    /// The stages as they are sent, and whether `_id` is only there for opening. `rows` are those
    /// before the first stage, and then those behind the last.
    fn stages(&self, stages: &[u8], rows: &mut Rows<'_>, depth: usize) -> Result<(Vec<u8>, bool)> {
        if depth > MAX_DEPTH {
            return Err(invalid("a pipeline is nested too deeply", 0));
        }
        let mut out = Builder::with_capacity(stages.len() + 64);
        let start = out.begin();
        let all = elements(stages)?;
        let dropping = if depth == 0 { last_without_id(stages, &all)? } else { None };
        let mut without_id = false;
        for (place, entry) in all.iter().enumerate() {
            let stage = value_of(stages, entry);
            let operator = match entry.tag {
                tag::DOCUMENT => elements(stage)?.into_iter().next(),
                _ => None,
            };
            let Some(operator) = operator else {
                out.element(stages, entry);
                continue;
            };
            let begin = out.begin_document(entry.name(stages));
            if dropping == Some(place) && rows.tree.origin != Origin::Made {
                self.project_with_id(&rows.tree, value_of(stage, &operator), &mut out)?;
                without_id = true;
            } else {
                self.stage(stage, &operator, (rows, depth), &mut out)?;
            }
            out.end(begin);
        }
        out.end(start);
        Ok((out.into_bytes(), without_id))
    }

    /// Writes a `$project` without its `_id: 0`: values that are bound to their document are opened
    /// with it.
    fn project_with_id(&self, tree: &Tree, projection: &[u8], out: &mut Builder) -> Result<()> {
        self.check_fields(tree, b"$project", (tag::DOCUMENT, projection))?;
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

    /// Writes one stage. `rows` become those behind it.
    fn stage(
        &self,
        stage: &[u8],
        found: &Element,
        (rows, depth): (&mut Rows<'_>, usize),
        out: &mut Builder,
    ) -> Result<()> {
        let name = found.name(stage);
        let value = value_of(stage, found);
        match (name, found.tag) {
            (b"$match", tag::DOCUMENT) => {
                out.name(tag::DOCUMENT, name);
                out.copy(&self.seal_conditions(value, rows.names())?);
                return Ok(());
            }
            (b"$geoNear", tag::DOCUMENT) => return self.geo_near(value, rows, out),
            (b"$facet", tag::DOCUMENT) => return self.facet(value, (rows, depth), out),
            (b"$lookup" | b"$graphLookup", tag::DOCUMENT) => {
                let begin = out.begin_document(name);
                let inside = if name == b"$lookup" {
                    self.lookup(value, (rows, depth), out)?
                } else {
                    self.graph_lookup(value, rows, out)?
                };
                out.end(begin);
                if let Some(path) = text(value, b"as")? {
                    rows.name(path);
                    if let Some(mut inside) = inside {
                        inside.forget_origins();
                        rows.tree.put(path, inside);
                    }
                }
                return Ok(());
            }
            (b"$unionWith", _) => return self.union_with(value, found.tag, (rows, depth), out),
            (b"$sort", tag::DOCUMENT) => {
                self.check_keys(&rows.tree, value, "it cannot be sorted by")?;
            }
            (b"$out" | b"$merge" | b"$limit" | b"$skip" | b"$sample", _) => {}
            (b"$redact", _) => {
                self.parts(&rows.tree, (found.tag, value))?;
            }
            (b"$addFields" | b"$set" | b"$project" | b"$unset", _) => {
                self.check_shape(&rows.tree, name, (found.tag, value))?;
                self.shape(rows, name, (found.tag, value))?;
            }
            (b"$unwind", _) => {
                self.parts(&rows.tree, (found.tag, value))?;
                if found.tag == tag::DOCUMENT {
                    self.check_written(&rows.tree, value, b"includeArrayIndex")?;
                    if let Some(place) = text(value, b"includeArrayIndex")? {
                        rows.name(place);
                    }
                }
            }
            (b"$densify" | b"$fill", tag::DOCUMENT) => {
                self.check_filled(&rows.tree, value)?;
                self.parts(&rows.tree, (found.tag, value))?;
                rows.make_anything();
            }
            (b"$group", tag::DOCUMENT) => {
                self.check_groups(&rows.tree, (found.tag, value))?;
                self.group(rows, value)?;
            }
            (b"$sortByCount", tag) => {
                self.check_groups(&rows.tree, (tag, value))?;
                let made = self.made(rows, (tag, value))?;
                let mut tree = Tree::default();
                tree.put(b"_id", made);
                rows.make(tree, [b"_id"[..].into(), b"count"[..].into()]);
            }
            (b"$bucket" | b"$bucketAuto", tag::DOCUMENT) => {
                self.parts(&rows.tree, (found.tag, value))?;
                let output = find(value, b"output")?.filter(|one| one.tag == tag::DOCUMENT);
                match output {
                    Some(output) => self.group(rows, value_of(value, &output))?,
                    None => rows.make(Tree::default(), [b"count"[..].into()]),
                }
                rows.name(b"_id");
            }
            (b"$count", tag::STRING) => {
                rows.make(Tree::default(), [value[4..value.len() - 1].into()]);
            }
            (b"$replaceRoot" | b"$replaceWith", tag) => {
                self.parts(&rows.tree, (tag, value))?;
                let root = match (name, find_in(tag, value, b"newRoot")?) {
                    (b"$replaceRoot", Some(root)) => (root.tag, value_of(value, &root)),
                    _ => (tag, value),
                };
                rows.tree = self.made(rows, root)?;
                rows.named = None;
            }
            (_, tag) => {
                self.parts(&rows.tree, (tag, value))?;
                rows.make_anything();
            }
        }
        out.element(stage, found);
        Ok(())
    }

    fn geo_near(&self, options: &[u8], rows: &Rows<'_>, out: &mut Builder) -> Result<()> {
        let begin = out.begin_document(b"$geoNear");
        for one in &elements(options)? {
            if one.name(options) == b"query" && one.tag == tag::DOCUMENT {
                out.name(tag::DOCUMENT, b"query");
                out.copy(&self.seal_conditions(value_of(options, one), rows.names())?);
            } else {
                out.element(options, one);
            }
        }
        out.end(begin);
        self.check_written(&rows.tree, options, b"distanceField")?;
        self.check_written(&rows.tree, options, b"includeLocs")
    }

    fn facet(
        &self,
        facets: &[u8],
        (rows, depth): (&mut Rows<'_>, usize),
        out: &mut Builder,
    ) -> Result<()> {
        let begin = out.begin_document(b"$facet");
        let mut tree = Tree::default();
        for one in &elements(facets)? {
            out.name(one.tag, one.name(facets));
            if one.tag == tag::ARRAY {
                let mut inside = rows.clone();
                out.copy(&self.stages(value_of(facets, one), &mut inside, depth + 1)?.0);
                inside.make_anything();
                tree.put(one.name(facets), inside.tree);
            } else {
                out.copy(value_of(facets, one));
            }
        }
        out.end(begin);
        rows.make(tree, elements(facets)?.iter().map(|one| one.name(facets).into()));
        Ok(())
    }

    fn union_with(
        &self,
        value: &[u8],
        tag: u8,
        (rows, depth): (&mut Rows<'_>, usize),
        out: &mut Builder,
    ) -> Result<()> {
        let mut others = Rows::stored(self, rows.notes);
        let own = match tag {
            tag::STRING => {
                out.name(tag, b"$unionWith");
                out.copy(value);
                self.names_own(value)
            }
            tag::DOCUMENT => {
                let begin = out.begin_document(b"$unionWith");
                let own = self.is_own(value, b"coll")?;
                for one in &elements(value)? {
                    self.nested((value, one), own.then_some(&mut others), depth, out)?;
                }
                out.end(begin);
                own
            }
            _ => {
                out.name(tag, b"$unionWith");
                out.copy(value);
                false
            }
        };
        if own {
            rows.join(others);
        } else {
            rows.named = None;
            rows.tree.origin = rows.tree.origin.min(Origin::Mixed);
        }
        Ok(())
    }

    /// Whether a stage's option names the collection itself.
    fn is_own(&self, options: &[u8], name: &[u8]) -> Result<bool> {
        Ok(text(options, name)? == Some(self.collection().as_bytes()))
    }

    fn names_own(&self, text: &[u8]) -> bool {
        text.get(4..text.len() - 1) == Some(self.collection().as_bytes())
    }

    /// Writes an option of a stage that reads a collection. `rows` are those of the inner pipeline
    /// where it is this collection, so that it is sealed as well.
    fn nested(
        &self,
        (options, one): (&[u8], &Element),
        rows: Option<&mut Rows<'_>>,
        depth: usize,
        out: &mut Builder,
    ) -> Result<()> {
        match rows {
            Some(rows) if one.tag == tag::ARRAY && one.name(options) == b"pipeline" => {
                let inner = self.stages(value_of(options, one), rows, depth + 1)?.0;
                out.name(tag::ARRAY, b"pipeline");
                out.copy(&inner);
            }
            _ => out.element(options, one),
        }
        Ok(())
    }

    /// Writes the options of a `$lookup`. Answers what its documents hold.
    fn lookup(
        &self,
        options: &[u8],
        (rows, depth): (&mut Rows<'_>, usize),
        out: &mut Builder,
    ) -> Result<Option<Tree>> {
        self.check_lookup(&rows.tree, options)?;
        let own = self.is_own(options, b"from")?;
        let mut inside = Rows::stored(self, rows.notes);
        for one in &elements(options)? {
            self.nested((options, one), own.then_some(&mut inside), depth, out)?;
        }
        Ok(own.then_some(inside.tree))
    }

    /// Writes the options of a `$graphLookup`. Answers what its documents hold.
    fn graph_lookup(
        &self,
        options: &[u8],
        rows: &Rows<'_>,
        out: &mut Builder,
    ) -> Result<Option<Tree>> {
        let own = self.is_own(options, b"from")?;
        let inside = Rows::stored(self, rows.notes);
        for_each(options, |one, inner| {
            match (one.name(options), one.tag) {
                (b"restrictSearchWithMatch", tag::DOCUMENT) if own => {
                    out.name(tag::DOCUMENT, b"restrictSearchWithMatch");
                    out.copy(&self.seal_filter_noting(inner, rows.notes)?);
                    return Ok(());
                }
                (b"connectFromField" | b"connectToField", tag::STRING)
                    if own && inner.len() > 5 =>
                {
                    self.check_path(&inside.tree, &inner[4..inner.len() - 1])?;
                }
                (b"startWith", _) => {
                    self.parts(&rows.tree, (one.tag, inner))?;
                }
                _ => {}
            }
            out.element(options, one);
            Ok(())
        })?;
        self.check_written(&rows.tree, options, b"as")?;
        Ok(own.then_some(inside.tree))
    }

    /// A name that an option gives to something new.
    fn check_written(&self, tree: &Tree, options: &[u8], option: &[u8]) -> Result<()> {
        match text(options, option)? {
            Some(path) => self.check_replaced(tree, path, "the stage would replace it"),
            None => Ok(()),
        }
    }
}

fn find_in(tag: u8, document: &[u8], name: &[u8]) -> Result<Option<Element>> {
    if tag == tag::DOCUMENT { find(document, name) } else { Ok(None) }
}

/// The text under a name.
fn text<'a>(options: &'a [u8], name: &[u8]) -> Result<Option<&'a [u8]>> {
    let found = find(options, name)?.filter(|one| one.tag == tag::STRING);
    Ok(found.and_then(|one| value_of(options, &one).get(4..one.end - one.value_at - 1)))
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
