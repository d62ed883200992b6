//! Documents as they are before a command, or after it.

use super::Watched;
use crate::crypto::canonical;
use crate::error::Result;
use crate::ops::reading::Batches;
use crate::ops::turn::Turn;
use bson::{RawBson, RawDocument, RawDocumentBuf};
use mongodb::Collection;
use mongodb::bson::{Bson, Document, doc};
use std::collections::HashMap;

/// Documents that are asked for at a time.
const AT_ONCE: usize = 10_000;

/// What is needed of documents, by the canonical form of their `_id`.
#[derive(Debug, Default)]
pub(super) struct Seen(pub(super) HashMap<Vec<u8>, Box<[u8]>>);

/// The `_id` of a document.
pub(super) fn id_in(document: &[u8]) -> Option<RawBson> {
    let raw = RawDocument::from_bytes(document).ok();
    raw.and_then(|one| one.get("_id").ok().flatten()).map(RawBson::from)
}

impl Seen {
    /// The `_id`s.
    pub(super) fn ids(&self) -> impl Iterator<Item = RawBson> {
        self.0.values().filter_map(|document| id_in(document))
    }

    /// Adds what a read answers.
    pub(super) async fn take_all(&mut self, batches: Batches, turn: &mut Turn<'_>) -> Result<()> {
        let each = |document: &[u8]| {
            if let Some(form) = canonical::id_of(document)? {
                self.0.insert(form, document.into());
            }
            Ok(())
        };
        batches.visit(turn, each).await
    }

    /// Adds the documents with these `_id`s, whatever conditions hide.
    pub(super) async fn find_ids(
        &mut self,
        collection: &Collection<RawDocumentBuf>,
        watched: &Watched<'_>,
        ids: &[RawBson],
        turn: &mut Turn<'_>,
    ) -> Result<()> {
        for some in ids.chunks(AT_ONCE) {
            let list: Vec<Bson> =
                some.iter().filter_map(|id| Bson::try_from(id.clone()).ok()).collect();
            self.find(collection, watched, doc! { "_id": { "$in": list } }, turn).await?;
        }
        Ok(())
    }

    /// Adds what a filter finds.
    pub(super) async fn find(
        &mut self,
        collection: &Collection<RawDocumentBuf>,
        watched: &Watched<'_>,
        filter: Document,
        turn: &mut Turn<'_>,
    ) -> Result<()> {
        turn.hold().await?;
        let find = options!(
            collection.find(filter).projection(watched.projection()),
            selection_criteria = turn.primary(),
            max_time = turn.time_left(),
        );
        let batches = Batches::open(find, turn).await?;
        self.take_all(batches, turn).await
    }
}
