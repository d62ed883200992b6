//! Which keys documents have, before a command and after it.

use crate::crypto::canonical;
use crate::document::element::{find, tag, value_of};
use crate::error::Result;
use crate::model::counters::Counter;
use crate::ops::reading::Batches;
use crate::ops::turn::Turn;
use bson::{RawBson, RawDocumentBuf};
use mongodb::Collection;
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::{ReadPreference, SelectionCriteria};
use std::collections::HashMap;

/// Documents that are asked for at a time.
const AT_ONCE: usize = 10_000;

/// A value: its type and its bytes.
pub(super) type Value = (u8, Vec<u8>);

/// For each counter, the key of the row that counts a document, in its canonical form and as it is stored.
pub(super) type Keys = Vec<Option<(Vec<u8>, Value)>>;

/// Documents by the canonical form of their `_id`.
#[derive(Debug, Default)]
pub(super) struct Seen(pub(super) HashMap<Vec<u8>, (RawBson, Keys)>);

/// What is read of documents.
pub(super) fn projection(counters: &[Counter]) -> Document {
    let mut out = doc! { "_id": 1 };
    for field in counters.iter().flat_map(Counter::fields) {
        out.insert(field, 1);
    }
    out
}

/// The keys of a document.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub(super) fn keys_of(counters: &[Counter], document: &[u8]) -> Result<Keys> {
    counters.iter().map(|counter| key_of(counter, document)).collect()
}

fn key_of(counter: &Counter, document: &[u8]) -> Result<Option<(Vec<u8>, Value)>> {
    let Some(key) = canonical_at(document, &counter.foreign)? else { return Ok(None) };
    if matches!(key.1.0, tag::NULL | tag::UNDEFINED) {
        return Ok(None);
    }
    for (name, values) in &counter.when {
        // What is missing is null, as conditions have it.
        let missing = || canonical_of(tag::NULL, &[]);
        let found = canonical_at(document, name)?.map_or_else(missing, |(found, _)| Ok(found))?;
        let mut is = false;
        for value in values.into_iter().flatten() {
            let one = bson::rawdoc! { "v": RawBson::from(value) };
            is |= canonical_at(one.as_bytes(), "v")?.is_some_and(|(value, _)| value == found);
        }
        if !is {
            return Ok(None);
        }
    }
    Ok(Some(key))
}

fn canonical_at(document: &[u8], name: &str) -> Result<Option<(Vec<u8>, Value)>> {
    let Some(found) = find(document, name.as_bytes())? else { return Ok(None) };
    let value = value_of(document, &found);
    Ok(Some((canonical_of(found.tag, value)?, (found.tag, value.to_vec()))))
}

fn canonical_of(tag: u8, value: &[u8]) -> Result<Vec<u8>> {
    let mut form = Vec::with_capacity(16);
    canonical::write(tag, value, &mut form)?;
    Ok(form)
}

/// Calls `each` with every document.
pub(super) async fn visit(
    mut batches: Batches,
    turn: &mut Turn<'_>,
    mut each: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    while let Some(batch) = batches.next(turn).await? {
        for entry in batch.doc_slices()?.into_iter().flatten() {
            if let Some(document) = entry.as_document() {
                each(document.as_bytes())?;
            }
        }
    }
    Ok(())
}

impl Seen {
    /// The `_id`s.
    pub(super) fn ids(&self) -> impl Iterator<Item = &RawBson> {
        self.0.values().map(|(id, _)| id)
    }

    pub(super) fn take(&mut self, counters: &[Counter], document: &[u8]) -> Result<()> {
        let Some(form) = canonical::id_of(document)? else { return Ok(()) };
        let id =
            bson::RawDocument::from_bytes(document).ok().and_then(|one| one.get("_id").ok()?);
        self.0
            .insert(form, (id.map_or(RawBson::Null, RawBson::from), keys_of(counters, document)?));
        Ok(())
    }

    /// Adds what a read answers.
    pub(super) async fn take_all(
        &mut self,
        counters: &[Counter],
        batches: Batches,
        turn: &mut Turn<'_>,
    ) -> Result<()> {
        visit(batches, turn, |document| self.take(counters, document)).await
    }

    /// Adds the documents with these `_id`s, whatever conditions hide.
    pub(super) async fn find_ids(
        &mut self,
        collection: &Collection<RawDocumentBuf>,
        counters: &[Counter],
        ids: &[RawBson],
        turn: &mut Turn<'_>,
    ) -> Result<()> {
        for some in ids.chunks(AT_ONCE) {
            let list: Vec<Bson> =
                some.iter().filter_map(|id| Bson::try_from(id.clone()).ok()).collect();
            self.find(collection, counters, doc! { "_id": { "$in": list } }, turn).await?;
        }
        Ok(())
    }

    /// Adds what a filter finds.
    pub(super) async fn find(
        &mut self,
        collection: &Collection<RawDocumentBuf>,
        counters: &[Counter],
        filter: Document,
        turn: &mut Turn<'_>,
    ) -> Result<()> {
        turn.hold().await?;
        // In a transaction all reads are of the primary.
        let outside = (!turn.has_session())
            .then_some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
        let find = options!(
            collection.find(filter).projection(projection(counters)),
            selection_criteria = outside,
            max_time = turn.time_left(),
        );
        let batches = Batches::open(find, turn).await?;
        self.take_all(counters, batches, turn).await
    }
}
