//! The last look at what is sent: whatever the steps before did, no plain value stands where one is
//! stored encrypted.

use super::{elements, for_each, value_of};
use crate::crypto::blind::ENTRY;
use crate::crypto::envelope::ENVELOPE;
use crate::crypto::vault::Vault;
use crate::document::element::Typed;
use crate::document::element::{Element, tag};
use crate::document::validate::MAX_DEPTH;
use crate::error::Result;
use crate::model::fields::{Relation, Tree};

const LEFT: &str = "its value was not encrypted, so nothing was sent";

impl Vault {
    /// A document that is stored as it is.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY`, `E_INVALID_DOCUMENT`.
    pub fn verify_document(&self, document: &[u8]) -> Result<()> {
        for_each(document, |found, _| {
            let name = found.name(document);
            if let Some(field) = self.fields().blind(name) {
                return self.verify_entries(field, document, found);
            }
            match self.fields().tree().child(name) {
                Some(tree) => self.verify_element(tree, document, found, 0),
                None => Ok(()),
            }
        })
    }

    /// A change: operators, a document that replaces another, or a pipeline, which writes nothing
    /// encrypted.
    ///
    /// # Errors
    /// As [`verify_document`](Self::verify_document).
    pub fn verify_update(&self, (tag, update): Typed<'_>) -> Result<()> {
        if tag != tag::DOCUMENT {
            return Ok(());
        }
        let all = elements(update)?;
        if !all.first().is_some_and(|first| first.name(update).starts_with(b"$")) {
            return self.verify_document(update);
        }
        for operator in &all {
            let name = operator.name(update);
            if operator.tag != tag::DOCUMENT
                || !matches!(name, b"$set" | b"$setOnInsert" | b"$push" | b"$addToSet")
            {
                continue;
            }
            let value = value_of(update, operator);
            for_each(value, |found, _| {
                let name = found.name(value);
                if let Some(field) = self.fields().blind(name) {
                    return self.verify_entries(field, value, found);
                }
                match self.fields().tree().relate(name) {
                    Relation::Apart => Ok(()),
                    Relation::Inside(field) => Err(self.refuse(field, LEFT)),
                    Relation::Field(_) | Relation::Above(_) => {
                        match self.fields().tree().descend(name) {
                            Some(tree) => self.verify_element(tree, value, found, 0),
                            None => Ok(()),
                        }
                    }
                }
            })?;
        }
        Ok(())
    }

    fn verify_entries(&self, field: usize, source: &[u8], found: &Element) -> Result<()> {
        let value = value_of(source, found);
        let entry = |tag, value: &[u8]| tag == tag::BINARY && value.get(4) == Some(&ENTRY);
        let whole = match found.tag {
            tag::ARRAY => elements(value)?.iter().all(|one| entry(one.tag, value_of(value, one))),
            tag => entry(tag, value),
        };
        if whole { Ok(()) } else { Err(self.refuse(field, LEFT)) }
    }

    fn verify_element(
        &self,
        tree: &Tree,
        source: &[u8],
        found: &Element,
        depth: usize,
    ) -> Result<()> {
        let value = value_of(source, found);
        if let Some(field) = tree.field {
            let sealed = found.tag == tag::BINARY && value.get(4) == Some(&ENVELOPE);
            return if sealed || !self.field(field).seals() {
                Ok(())
            } else {
                Err(self.refuse(field, LEFT))
            };
        }
        if !matches!(found.tag, tag::DOCUMENT | tag::ARRAY) || depth > MAX_DEPTH {
            return Ok(());
        }
        for_each(value, |one, _| {
            let name = one.name(value);
            // Modifiers of `$push` stand for the array itself.
            let passes = found.tag == tag::ARRAY || name == b"$each";
            match if passes { Some(tree) } else { tree.child(name) } {
                Some(child) => self.verify_element(child, value, one, depth + 1),
                None => Ok(()),
            }
        })
    }
}
