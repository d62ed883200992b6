//! Changes: operators on stored paths.

use super::{elements, for_each, value_of};
use crate::crypto::canonical::canonical_of;
use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::Typed;
use crate::document::element::{Element, tag};
use crate::error::{Code, Error, Result};
use crate::model::fields::{Relation, Tree};

const WHOLE: &str = "it is encrypted as a whole; read it, change it and save it";

impl Vault {
    /// Whether a change can only be sealed once the `_id` of what it changes is known. What an
    /// upsert inserts has an `_id` of its own in `$setOnInsert`.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn needs_id(&self, (tag, update): Typed<'_>) -> Result<bool> {
        if tag == tag::ARRAY {
            return Ok(false);
        }
        let bound = |tree: &Tree| tree.fields().any(|field| self.field(field).needs_id());
        let mut needed = false;
        for_each(update, |found, value| {
            let name = found.name(update);
            if !name.starts_with(b"$") {
                needed |= self.fields().tree().child(name).is_some_and(bound);
            } else if matches!(name, b"$set" | b"$push" | b"$setOnInsert") {
                if name == b"$setOnInsert"
                    && elements(value)?.iter().any(|one| one.name(value) == b"_id")
                {
                    return Ok(());
                }
                for_each(value, |one, _| {
                    needed |= match self.fields().tree().relate(one.name(value)) {
                        Relation::Field(field) => self.field(field).needs_id(),
                        Relation::Above(tree) => bound(tree),
                        Relation::Apart | Relation::Inside(_) => false,
                    };
                    Ok(())
                })?;
            }
            Ok(())
        })?;
        Ok(needed)
    }

    /// Seals a change: a document of operators, one that replaces another, or a pipeline. `id` is
    /// the canonical `_id` of the one document that it changes.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY` for an operator that encrypted columns cannot take, and those of
    /// [`seal_document`](Self::seal_document).
    pub fn seal_update(&self, (tag, update): Typed<'_>, id: Option<&[u8]>) -> Result<Vec<u8>> {
        if tag == tag::ARRAY {
            self.check_update_pipeline(update)?;
            return Ok(update.to_vec());
        }
        let all = elements(update)?;
        if !all.first().is_some_and(|first| first.name(update).starts_with(b"$")) {
            return self.seal_document(update, id);
        }
        let mut out = Builder::with_capacity(update.len() * 2);
        let start = out.begin();
        // Entries that go: those of columns that are unset, or set to null.
        let mut gone: Vec<&[u8]> = Vec::new();
        for found in &all {
            let value = value_of(update, found);
            match found.name(update) {
                operator @ (b"$set" | b"$setOnInsert") if found.tag == tag::DOCUMENT => {
                    let begin = out.begin_document(operator);
                    self.seal_set(operator, value, id, &mut gone, &mut out)?;
                    out.end(begin);
                }
                b"$push" if found.tag == tag::DOCUMENT => {
                    let begin = out.begin_document(b"$push");
                    for one in &elements(value)? {
                        self.seal_push(value, one, id, &mut out)?;
                    }
                    out.end(begin);
                }
                b"$unset" => self.note_unset(value, &mut gone)?,
                name if !name.starts_with(b"$") => {
                    return Err(Error::new(
                        Code::InvalidQuery,
                        "an update has operators or fields, not both",
                    ));
                }
                operator => {
                    self.check_operator(operator, (found.tag, value))?;
                    out.element(update, found);
                }
            }
        }
        let unset = all.iter().find(|one| one.name(update) == b"$unset");
        gone.sort_unstable();
        gone.dedup();
        if unset.is_some() || !gone.is_empty() {
            let begin = out.begin_document(b"$unset");
            if let Some(unset) = unset {
                let value = value_of(update, unset);
                for one in &elements(value)? {
                    gone.retain(|name| *name != one.name(value));
                    out.element(value, one);
                }
            }
            for name in gone {
                out.name(tag::STRING, name);
                out.copy(&[1, 0, 0, 0, 0]);
            }
            out.end(begin);
        }
        out.end(start);
        Ok(out.into_bytes())
    }

    fn seal_set<'a>(
        &'a self,
        operator: &[u8],
        set: &[u8],
        id: Option<&[u8]>,
        gone: &mut Vec<&'a [u8]>,
        out: &mut Builder,
    ) -> Result<()> {
        let inserting = operator == b"$setOnInsert";
        let all = elements(set)?;
        let own = if inserting { all.iter().find(|one| one.name(set) == b"_id") } else { None };
        let own = own.map(|one| canonical_of(set, one)).transpose()?;
        let id = own.as_deref().or(id);
        for found in &all {
            let name = found.name(set);
            if self.fields().blind(name).is_some() {
                continue;
            }
            let tree = match self.fields().tree().relate(name) {
                Relation::Apart => {
                    out.element(set, found);
                    continue;
                }
                Relation::Inside(field) => return Err(self.refuse(field, WHOLE)),
                Relation::Field(_) | Relation::Above(_) => self.fields().tree().descend(name),
            };
            let Some(tree) = tree else { continue };
            self.seal_element(tree, (name, set, found), id, 1, out)?;
            let Some((field, blind)) = self.blind_of(tree) else {
                // On its way to plain: an entry that is left would tell of the value before.
                let plain = tree.field.and_then(|field| self.field(field).blind.as_ref());
                gone.extend(plain.filter(|_| !inserting).map(|blind| &*blind.name));
                continue;
            };
            let value = self.blind_value((field, blind), set, found, &all)?;
            if value.0 == tag::NULL && !inserting {
                gone.push(&blind.name);
            }
            self.write_entries(field, blind, value, out)?;
        }
        Ok(())
    }

    /// One path of `$push`: elements of an array in which something is encrypted are sealed.
    fn seal_push(
        &self,
        push: &[u8],
        found: &Element,
        id: Option<&[u8]>,
        out: &mut Builder,
    ) -> Result<()> {
        let name = found.name(push);
        let tree = match self.fields().tree().relate(name) {
            Relation::Apart => {
                out.element(push, found);
                return Ok(());
            }
            Relation::Field(field) | Relation::Inside(field) => {
                return Err(self.refuse(field, WHOLE));
            }
            Relation::Above(tree) => tree,
        };
        let value = value_of(push, found);
        let modifiers = if found.tag == tag::DOCUMENT { elements(value)? } else { Vec::new() };
        if !modifiers.iter().any(|one| one.name(value) == b"$each") {
            return self.seal_element(tree, (name, push, found), id, 1, out);
        }
        let begin = out.begin_document(name);
        for one in &modifiers {
            if one.name(value) == b"$each" {
                self.seal_element(tree, (b"$each", value, one), id, 1, out)?;
                continue;
            }
            if one.name(value) == b"$sort" && one.tag == tag::DOCUMENT {
                self.check_keys(tree, value_of(value, one), "it cannot be sorted by")?;
            }
            out.element(value, one);
        }
        out.end(begin);
        Ok(())
    }

    fn note_unset<'a>(&'a self, unset: &[u8], gone: &mut Vec<&'a [u8]>) -> Result<()> {
        for_each(unset, |found, _| {
            match self.fields().tree().relate(found.name(unset)) {
                Relation::Inside(field) => return Err(self.refuse(field, WHOLE)),
                Relation::Field(field) => {
                    gone.extend(self.field(field).blind.as_ref().map(|blind| &*blind.name));
                }
                Relation::Apart | Relation::Above(_) => {}
            }
            Ok(())
        })
    }

    /// An operator that computes, moves or compares: not on encrypted columns.
    fn check_operator(&self, operator: &[u8], (tag, value): Typed<'_>) -> Result<()> {
        if tag != tag::DOCUMENT {
            return Ok(());
        }
        let shown = String::from_utf8_lossy(operator);
        let refused = |field| self.refuse(field, &format!("{shown} cannot change it"));
        for_each(value, |found, inner| {
            match self.fields().tree().relate(found.name(value)) {
                Relation::Field(field) | Relation::Inside(field) => return Err(refused(field)),
                Relation::Above(_) if operator == b"$pop" => {}
                Relation::Above(tree) if operator == b"$pull" && found.tag == tag::DOCUMENT => {
                    self.check_conditions(tree, inner)?;
                }
                Relation::Above(tree) => {
                    if let Some(field) = tree.fields().next() {
                        return Err(refused(field));
                    }
                }
                Relation::Apart => {}
            }
            // What a field is renamed to is a path as well.
            if operator == b"$rename" && found.tag == tag::STRING && inner.len() > 5 {
                match self.fields().tree().relate(&inner[4..inner.len() - 1]) {
                    Relation::Field(field) | Relation::Inside(field) => return Err(refused(field)),
                    Relation::Above(tree) => {
                        if let Some(field) = tree.fields().next() {
                            return Err(refused(field));
                        }
                    }
                    Relation::Apart => {}
                }
            }
            Ok(())
        })
    }
}
