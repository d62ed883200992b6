//! What stages of a pipeline may say of rows in which something is encrypted.

use super::expression::COMPUTE;
use super::{elements, for_each, value_of};
use crate::crypto::vault::Vault;
use crate::document::element::Typed;
use crate::document::element::tag;
use crate::error::Result;
use crate::model::fields::Binding;
use crate::model::fields::{Origin, Relation, Tree};

impl Vault {
    /// The names of fields in a stage that fills gaps: what it goes by, and what it fills.
    pub(super) fn check_filled(&self, tree: &Tree, options: &[u8]) -> Result<()> {
        for_each(options, |found, value| match (found.name(options), found.tag) {
            (b"field", tag::STRING) => self.check_path(tree, &value[4..value.len() - 1]),
            (b"partitionByFields", tag::ARRAY) => for_each(value, |one, path| match one.tag {
                tag::STRING => self.check_path(tree, &path[4..path.len() - 1]),
                _ => Ok(()),
            }),
            (b"output", tag::DOCUMENT) => {
                for_each(value, |one, _| self.check_path(tree, one.name(value)))
            }
            _ => Ok(()),
        })
    }

    pub(super) fn check_lookup(&self, tree: &Tree, lookup: &[u8]) -> Result<()> {
        for_each(lookup, |found, value| match found.name(lookup) {
            b"localField" if value.len() > 5 => self.check_path(tree, &value[4..value.len() - 1]),
            b"let" => self.parts(tree, (found.tag, value)).map(drop),
            b"as" if value.len() > 5 => {
                self.check_replaced(tree, &value[4..value.len() - 1], "the stage would replace it")
            }
            _ => Ok(()),
        })
    }

    /// A path that is written anew: nothing encrypted may be at it or below it.
    pub(super) fn check_replaced(&self, tree: &Tree, path: &[u8], why: &str) -> Result<()> {
        let related = match tree.relate(path) {
            Relation::Apart => self.fields().blind(path),
            Relation::Above(tree) => tree.fields().next(),
            Relation::Field(field) | Relation::Inside(field) => Some(field),
        };
        related.map_or(Ok(()), |field| Err(self.refuse(field, why)))
    }

    /// Stages that name fields: which stay, which go, and what others are computed from.
    pub(super) fn check_shape(
        &self,
        tree: &Tree,
        stage: &[u8],
        (tag, value): Typed<'_>,
    ) -> Result<()> {
        if tree.origin != Origin::Made {
            self.check_id(stage, (tag, value))?;
        }
        self.check_fields(tree, stage, (tag, value))
    }

    /// [`check_shape`](Self::check_shape), whatever becomes of `_id`.
    pub(super) fn check_fields(
        &self,
        tree: &Tree,
        stage: &[u8],
        (tag, value): Typed<'_>,
    ) -> Result<()> {
        if tag != tag::DOCUMENT {
            return Ok(());
        }
        self.check_names(tree, stage, value)?;
        for_each(value, |found, inner| {
            if is_switch(found.tag) && stage == b"$project" {
                return Ok(());
            }
            self.parts(tree, (found.tag, inner)).map(drop)
        })
    }

    /// The names that a stage gives values to, of nested documents as well.
    fn check_names(&self, tree: &Tree, stage: &[u8], value: &[u8]) -> Result<()> {
        for_each(value, |found, inner| {
            let plain = is_switch(found.tag) && stage == b"$project";
            match tree.relate(found.name(value)) {
                Relation::Inside(field) => Err(self.refuse(field, COMPUTE)),
                Relation::Field(field) if !plain => Err(self.refuse(field, COMPUTE)),
                Relation::Apart if !plain && tree.origin != Origin::Made => match self
                    .fields()
                    .blind(found.name(value))
                {
                    Some(field) => Err(self.refuse(field, "its blind index is made from it alone")),
                    None => Ok(()),
                },
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

    pub(super) fn check_path(&self, tree: &Tree, path: &[u8]) -> Result<()> {
        match tree.relate(path) {
            Relation::Field(field) | Relation::Inside(field) => Err(self.refuse(field, COMPUTE)),
            Relation::Apart | Relation::Above(_) => Ok(()),
        }
    }
}

/// Whether a projection's value says that a field stays or goes, and nothing else.
pub(super) fn is_switch(tag: u8) -> bool {
    matches!(tag, tag::BOOLEAN | tag::INT32 | tag::INT64 | tag::DOUBLE)
}
