//! Stored documents brought up to date: the primary key, the declared binding and blind index, plain
//! values encrypted and others decrypted.

use super::canonical;
use super::envelope::KeyId;
use super::open::{Opening, envelope_in};
use super::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::{self, Element, find, tag};
use crate::document::validate::MAX_DEPTH;
use crate::error::Result;
use crate::model::fields::Tree;
use std::collections::BTreeMap;

/// Values that are not as they should be: by key, and plain ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stale {
    /// Envelopes by the key that they were made with.
    pub keys: BTreeMap<KeyId, u64>,
    /// Values that are to be encrypted.
    pub plain: u64,
}

impl Stale {
    /// Whether everything is as it should be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plain == 0 && self.keys.is_empty()
    }

    /// Adds what was found elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.plain += other.plain;
        for (key, count) in &other.keys {
            *self.keys.entry(*key).or_default() += count;
        }
    }
}

/// What a document needs.
#[derive(Debug, Default)]
pub struct Renewal {
    /// What is stale in it.
    pub stale: Stale,
    /// The change, under conditions that hold only while the document is as it was read: the
    /// statement `{ q, u }`. `None` when nothing is to be written.
    pub statement: Option<Vec<u8>>,
}

/// What the application's own normalisers made of a document's values, for what value each.
#[derive(Debug, Default)]
pub struct Normalized<'a> {
    /// `{ name: { of, is } }` by the blind index's name.
    pub entries: Option<&'a [u8]>,
}

impl Vault {
    /// What a stored document needs. `document` has its `_id` and at least the encrypted columns and
    /// blind indexes as they are stored. `Ok(None)`: the values that were normalised are not those
    /// that are stored now.
    ///
    /// # Errors
    /// `E_UNKNOWN_KEY`, `E_DECRYPTION_FAILED`, `E_ENCRYPTION_LIMIT`, `E_INVALID_DOCUMENT`.
    pub fn renew(&self, document: &[u8], normalized: &Normalized<'_>) -> Result<Option<Renewal>> {
        // What is not encrypted, or bound otherwise, may have been put there by somebody who must not
        // have it sealed: it is taken from columns in transition alone.
        let opened = self.open_document(document, Opening::default())?;
        let Some(prepared) = self.with_normalized(&opened, normalized)? else { return Ok(None) };
        let mut renewal = Renewal::default();
        let mut changes: Vec<(Element, Option<&[u8]>)> = Vec::new();
        let limit = element::document_end(document, 0)?;
        let mut at = 4;
        while let Some(found) = element::read(document, at, limit)? {
            at = found.end;
            let name = found.name(document);
            let Some(tree) = self.fields().tree().child(name) else { continue };
            let mut stale = Stale::default();
            let value = &document[found.value_at..found.end];
            self.inspect(tree, (found.tag, value), 0, &mut stale)?;
            let blind = tree.field.and_then(|field| self.field(field).blind.as_ref());
            let entry = blind.map(|blind| &*blind.name);
            let indexed = match entry {
                Some(entry) => {
                    part(document, entry)? == self.expected_entry(tree, name, &prepared)?
                }
                None => true,
            };
            if stale.is_empty() && indexed {
                continue;
            }
            if stale.is_empty() {
                // The entry alone is off: another normaliser or length, or other keys.
                match envelope_in(found.tag, value) {
                    Some(envelope) => *stale.keys.entry(envelope.key).or_default() += 1,
                    None => stale.plain += 1,
                }
            }
            renewal.stale.add(&stale);
            changes.push((found, entry));
        }
        if !changes.is_empty() {
            let fresh = self.seal_document(&prepared, None)?;
            renewal.statement = Some(statement(document, &fresh, &changes)?);
        }
        Ok(Some(renewal))
    }

    /// The blind index entry that a column's value should have.
    fn expected_entry(&self, tree: &Tree, name: &[u8], prepared: &[u8]) -> Result<Option<Part>> {
        let Some((field, blind)) = self.blind_of(tree) else { return Ok(None) };
        let all = super::seal::elements(prepared)?;
        let Some(found) = all.iter().rfind(|one| one.name(prepared) == name) else {
            return Ok(None);
        };
        let value = self.blind_value((field, blind), prepared, found, &all)?;
        let mut out = Builder::default();
        let start = out.begin();
        self.write_entries(field, blind, value, &mut out)?;
        out.end(start);
        part(&out.into_bytes(), &blind.name)
    }

    /// Counts what is not as it should be.
    fn inspect(
        &self,
        tree: &Tree,
        (tag, value): (u8, &[u8]),
        depth: usize,
        stale: &mut Stale,
    ) -> Result<()> {
        if let Some(field) = tree.field {
            let spec = self.field(field);
            match envelope_in(tag, value) {
                Some(envelope) => {
                    let ring = self.ring();
                    let current = spec.seals()
                        && envelope.binding == spec.binding
                        && envelope.key == ring.id(ring.primary());
                    if !current {
                        *stale.keys.entry(envelope.key).or_default() += 1;
                    }
                }
                None => stale.plain += u64::from(spec.seals()),
            }
            return Ok(());
        }
        if !matches!(tag, tag::DOCUMENT | tag::ARRAY) || depth == MAX_DEPTH {
            return Ok(());
        }
        let limit = element::document_end(value, 0)?;
        let mut at = 4;
        while let Some(found) = element::read(value, at, limit)? {
            at = found.end;
            let child = if tag == tag::ARRAY { Some(tree) } else { tree.child(found.name(value)) };
            if let Some(child) = child {
                let inner = &value[found.value_at..found.end];
                self.inspect(child, (found.tag, inner), depth + 1, stale)?;
            }
        }
        Ok(())
    }

    /// The opened document with what blind indexes of the application's own normalisers are made of.
    /// `None` when a value is another than the one that was normalised.
    fn with_normalized(
        &self,
        opened: &[u8],
        normalized: &Normalized<'_>,
    ) -> Result<Option<Vec<u8>>> {
        let custom: Vec<_> = self
            .fields()
            .list()
            .iter()
            .filter(|field| field.seals())
            .filter_map(|field| Some((field, field.blind.as_ref()?)))
            .filter(|(_, blind)| blind.normalizer.custom)
            .collect();
        if custom.is_empty() {
            return Ok(Some(opened.to_vec()));
        }
        let mut out = Builder::with_capacity(opened.len() + 64);
        let start = out.begin();
        out.copy(&opened[4..opened.len() - 1]);
        for (field, blind) in custom {
            let Some(value) = find(opened, field.path.as_bytes())? else { continue };
            if value.tag == tag::NULL {
                continue;
            }
            let Some(entries) = normalized.entries else { return Ok(None) };
            let Some(entry) = find(entries, &blind.name)?.filter(|one| one.tag == tag::DOCUMENT)
            else {
                return Ok(None);
            };
            let entry = &entries[entry.value_at..entry.end];
            let (Some(of), Some(is)) = (find(entry, b"of")?, find(entry, b"is")?) else {
                return Ok(None);
            };
            if canonical_of(entry, &of)? != canonical_of(opened, &value)? {
                return Ok(None);
            }
            out.renamed(&blind.name, entry, &is);
        }
        out.end(start);
        Ok(Some(out.into_bytes()))
    }
}

fn canonical_of(source: &[u8], found: &Element) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    canonical::write(found.tag, &source[found.value_at..found.end], &mut out)?;
    Ok(out)
}

/// A value and its type.
type Part = (u8, Vec<u8>);

/// The value of a field.
fn part(document: &[u8], name: &[u8]) -> Result<Option<Part>> {
    let found = find(document, name)?;
    Ok(found.map(|found| (found.tag, document[found.value_at..found.end].to_vec())))
}

/// `{ q, u }`: new values where the document still has the old ones.
fn statement(
    document: &[u8],
    fresh: &[u8],
    changes: &[(Element, Option<&[u8]>)],
) -> Result<Vec<u8>> {
    let mut conditions = Builder::default();
    let mut set = Builder::default();
    let mut unset = Builder::default();
    let filter = conditions.begin();
    if let Some(id) = find(document, b"_id")? {
        equals(b"_id", document, &id, &mut conditions);
    }
    for (found, entry) in changes {
        let name = found.name(document);
        equals(name, document, found, &mut conditions);
        if let Some(new) = find(fresh, name)? {
            set.element(fresh, &new);
        }
        let Some(entry) = *entry else { continue };
        if let Some(old) = find(document, entry)? {
            equals(entry, document, &old, &mut conditions);
        } else {
            let begin = conditions.begin_document(entry);
            conditions.name(tag::BOOLEAN, b"$exists");
            conditions.copy(&[0]);
            conditions.end(begin);
        }
        if let Some(new) = find(fresh, entry)? {
            set.element(fresh, &new);
        } else {
            unset.name(tag::BOOLEAN, entry);
            unset.copy(&[1]);
        }
    }
    conditions.end(filter);
    let mut out = Builder::default();
    let start = out.begin();
    out.name(tag::DOCUMENT, b"q");
    out.copy(&conditions.into_bytes());
    let update = out.begin_document(b"u");
    for (operator, fields) in [(&b"$set"[..], set), (&b"$unset"[..], unset)] {
        if !fields.is_empty() {
            let begin = out.begin_document(operator);
            out.copy(&fields.into_bytes());
            out.end(begin);
        }
    }
    out.end(update);
    out.end(start);
    Ok(out.into_bytes())
}

/// `name: { $eq: value }`; null only where it is stored, not where the field is missing.
fn equals(name: &[u8], source: &[u8], found: &Element, out: &mut Builder) {
    let begin = out.begin_document(name);
    if found.tag == tag::NULL {
        out.name(tag::INT32, b"$type");
        out.copy(&i32::from(tag::NULL).to_le_bytes());
    } else {
        out.renamed(b"$eq", source, found);
    }
    out.end(begin);
}
