//! Whole documents, and values with encrypted fields somewhere inside.

use super::{elements, value_of};
use crate::crypto::blind::ENTRY;
use crate::crypto::canonical::id_of;
use crate::crypto::envelope::ENVELOPE;
use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::{Element, Typed, invalid, tag};
use crate::document::validate::MAX_DEPTH;
use crate::error::Result;
use crate::model::fields::{Blind, Tree};

impl Vault {
    /// Seals a document that is stored as it is. `id` is the canonical `_id` where the document
    /// does not hold it itself.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY` without an `_id`, `E_ENCRYPTION_LIMIT`, `E_INVALID_DOCUMENT`.
    pub fn seal_document(&self, document: &[u8], id: Option<&[u8]>) -> Result<Vec<u8>> {
        let own = if id.is_none() { id_of(document)? } else { None };
        let id = own.as_deref().or(id);
        let mut out = Builder::with_capacity(document.len() * 2);
        let start = out.begin();
        let all = elements(document)?;
        for found in &all {
            let name = found.name(document);
            if self.fields().blind(name).is_some() {
                continue;
            }
            let Some(tree) = self.fields().tree().child(name) else {
                out.element(document, found);
                continue;
            };
            self.seal_element(tree, (name, document, found), id, 1, &mut out)?;
            if let Some((field, blind)) = self.blind_of(tree) {
                let value = self.blind_value((field, blind), document, found, &all)?;
                self.write_entries(field, blind, value, &mut out)?;
            }
        }
        out.end(start);
        Ok(out.into_bytes())
    }

    /// The blind index of the field at a tree's root, if it is written.
    pub(in crate::crypto) fn blind_of(&self, tree: &Tree) -> Option<(usize, &Blind)> {
        let field = tree.field?;
        let spec = self.field(field);
        if spec.seals() { spec.blind.as_ref().map(|blind| (field, blind)) } else { None }
    }

    /// What a blind index entry is made of: the value, or what the application's own normaliser
    /// made of it, which stands under the entry's name.
    pub(in crate::crypto) fn blind_value<'a>(
        &self,
        (field, blind): (usize, &Blind),
        source: &'a [u8],
        found: &Element,
        all: &[Element],
    ) -> Result<Typed<'a>> {
        if !blind.normalizer.custom || found.tag == tag::NULL {
            return Ok((found.tag, value_of(source, found)));
        }
        all.iter()
            .find(|one| one.name(source) == &*blind.name)
            .map(|one| (one.tag, value_of(source, one)))
            .ok_or_else(|| self.refuse(field, "its normaliser runs when the model writes it"))
    }

    /// Writes the entries beside a value. Null has none, so that a unique index allows many.
    pub(in crate::crypto) fn write_entries(
        &self,
        field: usize,
        blind: &Blind,
        value: Typed<'_>,
        out: &mut Builder,
    ) -> Result<()> {
        if value.0 == tag::NULL {
            return Ok(());
        }
        let entries = self.entries(field, blind, value, blind.unique)?;
        if let [entry] = &entries[..] {
            out.name(tag::BINARY, &blind.name);
            out.binary(ENTRY, entry);
            return Ok(());
        }
        let start = out.begin_array(&blind.name);
        for (place, entry) in entries.iter().enumerate() {
            out.name(tag::BINARY, place.to_string().as_bytes());
            out.binary(ENTRY, entry);
        }
        out.end(start);
        Ok(())
    }

    /// Writes an element under `name`, sealing what is encrypted at and below it.
    pub(super) fn seal_element(
        &self,
        tree: &Tree,
        (name, source, found): (&[u8], &[u8], &Element),
        id: Option<&[u8]>,
        depth: usize,
        out: &mut Builder,
    ) -> Result<()> {
        let value = value_of(source, found);
        match tree.field {
            Some(field) if self.field(field).seals() => {
                out.name(tag::BINARY, name);
                self.seal_value(field, id, (found.tag, value), out)
            }
            Some(_) => {
                out.renamed(name, source, found);
                Ok(())
            }
            None => {
                out.name(found.tag, name);
                self.seal_inside(tree, (found.tag, value), id, depth, out)
            }
        }
    }

    fn seal_value(
        &self,
        field: usize,
        id: Option<&[u8]>,
        value: Typed<'_>,
        out: &mut Builder,
    ) -> Result<()> {
        let start = out.len();
        out.copy(&[0, 0, 0, 0, ENVELOPE]);
        self.seal(field, id, value, out.buffer())?;
        let length = out.len() - start - 5;
        let length = i32::try_from(length).map_err(|_| invalid("a value is too long", 0))?;
        out.buffer()[start..start + 4].copy_from_slice(&length.to_le_bytes());
        Ok(())
    }

    /// Writes a value, sealing what is encrypted below it.
    fn seal_inside(
        &self,
        tree: &Tree,
        (tag, value): Typed<'_>,
        id: Option<&[u8]>,
        depth: usize,
        out: &mut Builder,
    ) -> Result<()> {
        if !matches!(tag, tag::DOCUMENT | tag::ARRAY) {
            out.copy(value);
            return Ok(());
        }
        if depth == MAX_DEPTH {
            return Err(invalid("a value is nested too deeply", 0));
        }
        let start = out.begin();
        for found in &elements(value)? {
            let name = found.name(value);
            let child = if tag == tag::ARRAY { Some(tree) } else { tree.child(name) };
            match child {
                Some(child) => {
                    self.seal_element(child, (name, value, found), id, depth + 1, out)?;
                }
                None => out.element(value, found),
            }
        }
        out.end(start);
        Ok(())
    }
}
