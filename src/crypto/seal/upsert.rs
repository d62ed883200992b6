//! Upserts: what a filter asks for is stored in the document that is inserted.

use super::condition::forms;
use super::filter::operators;
use super::mark::unmarked;
use super::{elements, for_each, value_of};
use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::Typed;
use crate::document::element::tag;
use crate::error::Result;
use crate::model::fields::Relation;

/// What an upsert inserts beside its change: the values that a filter fixes encrypted fields to. The
/// server does so for the fields that it can read.
type Seeds<'a> = Vec<(usize, Typed<'a>)>;

impl Vault {
    fn seeds<'a>(&self, filter: &'a [u8], seeds: &mut Seeds<'a>) -> Result<()> {
        for found in &elements(filter)? {
            let value = value_of(filter, found);
            if matches!(found.name(filter), b"$and" | b"$or") && found.tag == tag::ARRAY {
                let all = elements(value)?;
                // The server takes an alternative of one for what must hold.
                if found.name(filter) == b"$and" || all.len() == 1 {
                    for one in all.iter().filter(|one| one.tag == tag::DOCUMENT) {
                        self.seeds(value_of(value, one), seeds)?;
                    }
                }
                continue;
            }
            let Relation::Field(field) = self.fields().tree().relate(found.name(filter)) else {
                continue;
            };
            let operators = operators(filter, found)?;
            if operators.is_empty() {
                seeds.push((field, unmarked((found.tag, value))?));
            }
            for one in &operators {
                let inner = value_of(value, one);
                match (one.name(value), one.tag) {
                    (b"$eq", _) => seeds.push((field, unmarked((one.tag, inner))?)),
                    // The server takes a list of one for the one.
                    (b"$in", tag::ARRAY) => {
                        if let [only] = &elements(inner)?[..] {
                            seeds.push((field, unmarked((only.tag, value_of(inner, only)))?));
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// The change of an upsert, with what its filter fixes encrypted fields to.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY` when the change is a pipeline, or when a condition lacks what the
    /// application's own normaliser is for.
    pub fn seed_upsert(&self, filter: &[u8], (tag, update): Typed<'_>) -> Result<Option<Vec<u8>>> {
        let mut seeds = Vec::new();
        self.seeds(filter, &mut seeds)?;
        let all = elements(update)?;
        if tag == tag::DOCUMENT {
            if !all.first().is_some_and(|first| first.name(update).starts_with(b"$")) {
                return Ok(None);
            }
            for one in &all {
                for_each(value_of(update, one), |found, _| {
                    let name = found.name(value_of(update, one));
                    seeds.retain(|(field, _)| self.field(*field).path.as_bytes() != name);
                    Ok(())
                })?;
            }
        }
        let Some((first, _)) = seeds.first() else { return Ok(None) };
        if tag == tag::ARRAY {
            return Err(self.refuse(*first, "an upsert by a pipeline cannot insert it"));
        }
        let mut out = Builder::with_capacity(update.len() + 128);
        let start = out.begin();
        let inserting = all.iter().find(|one| one.name(update) == b"$setOnInsert");
        for one in all.iter().filter(|one| one.name(update) != b"$setOnInsert") {
            out.element(update, one);
        }
        let begin = out.begin_document(b"$setOnInsert");
        if let Some(found) = inserting {
            let value = value_of(update, found);
            for one in &elements(value)? {
                out.element(value, one);
            }
        }
        for (field, (tag, value)) in seeds {
            let spec = self.field(field);
            let given = match &spec.blind {
                Some(blind) => forms(blind, (tag, value))?,
                None => ((tag, value), (tag, value)),
            };
            out.name(given.0.0, spec.path.as_bytes());
            out.copy(given.0.1);
            let custom = spec.blind.as_ref().filter(|blind| blind.normalizer.custom);
            let Some(blind) = custom.filter(|_| tag != tag::NULL) else { continue };
            if tag != tag::DOCUMENT {
                // What it is stored as is not known.
                return Err(self.refuse(field, "its normaliser runs when the model writes it"));
            }
            out.name(given.1.0, &blind.name);
            out.copy(given.1.1);
        }
        out.end(begin);
        out.end(start);
        Ok(Some(out.into_bytes()))
    }
}
