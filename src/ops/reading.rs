//! Batches of documents: raw off the wire, laid out as chunks while the next one is fetched.

use super::deadline::Deadline;
use super::json::Form;
use super::turn::Turn;
use super::{Flow, Reply, Sink};
use crate::crypto::open::Opening;
use crate::crypto::vault::Vault;
use crate::document::chunk;
use crate::error::{Code, Error, Result};
use crate::model::Model;
use futures_util::{FutureExt, StreamExt};
use mongodb::action::{Aggregate, Find};
use mongodb::raw_batch_cursor::{RawBatch, RawBatchCursor, SessionRawBatchCursor};
use std::pin::pin;

/// Documents a batch: large enough that a round trip is cheap beside it, small enough that the
/// reader's event loop is held for about a millisecond.
pub(super) const BATCH: u32 = 1000;

/// Opens the encrypted columns of rows, in the way that the request needs.
pub(super) type Opener<'a> = (&'a Vault, Opening);

/// Where a read's documents go.
#[derive(Debug)]
pub(super) struct Output<'a, S> {
    pub(super) model: &'a Model,
    pub(super) form: &'a Form,
    /// Opens encrypted columns.
    pub(super) opener: Option<Opener<'a>>,
    pub(super) flow: &'a Flow,
    pub(super) deadline: &'a Deadline,
    pub(super) sink: &'a S,
}

/// A cursor. One of a session takes the session for each batch and leaves it to others in between,
/// so that whoever works through the batches may use the session too.
pub(super) enum Batches {
    Plain(RawBatchCursor),
    InSession(SessionRawBatchCursor),
}

/// A driver call that answers with a cursor.
pub(super) trait Open {
    async fn open(self, turn: &mut Turn<'_>) -> Result<Batches>;
}

impl Open for Find<'_, bson::RawDocumentBuf> {
    async fn open(self, turn: &mut Turn<'_>) -> Result<Batches> {
        Ok(match turn.begin().await? {
            Some(session) => Batches::InSession(self.session(session).batch().await?),
            None => Batches::Plain(self.batch().await?),
        })
    }
}

impl Open for Aggregate<'_> {
    async fn open(self, turn: &mut Turn<'_>) -> Result<Batches> {
        Ok(match turn.begin().await? {
            Some(session) => Batches::InSession(self.session(session).batch().await?),
            None => Batches::Plain(self.batch().await?),
        })
    }
}

impl Batches {
    pub(super) async fn open(call: impl Open, turn: &mut Turn<'_>) -> Result<Self> {
        call.open(turn).await
    }

    /// The next batch; the first is there already.
    pub(super) async fn next(&mut self, turn: &mut Turn<'_>) -> Result<Option<RawBatch>> {
        let batch = match self {
            Self::Plain(cursor) => cursor.next().await,
            Self::InSession(cursor) => match turn.begin().await? {
                Some(session) => cursor.stream(session).next().await,
                None => None,
            },
        };
        turn.end();
        Ok(batch.transpose()?)
    }

    /// Hands every batch over and answers the last.
    pub(super) async fn deliver<S: Sink>(
        mut self,
        turn: &mut Turn<'_>,
        out: &Output<'_, S>,
    ) -> Result<Reply> {
        let Some(mut current) = self.next(turn).await? else {
            return Ok(Reply::Chunks(Vec::new()));
        };
        loop {
            if is_last(&current) {
                return out.reply(&current);
            }
            out.deadline.batch_came();
            out.flow.ready().await?;
            out.deadline.batch_awaited();
            // The next batch is asked for before this one is laid out, so that server and core
            // work at the same time.
            let mut next = pin!(self.next(turn));
            let early = next.as_mut().now_or_never();
            out.sink.deliver(out.reply(&current)?, true);
            let following = match early {
                Some(batch) => batch,
                None => next.await,
            };
            match following? {
                Some(batch) => current = batch,
                None => return Ok(Reply::Chunks(Vec::new())),
            }
        }
    }
}

/// A reply whose cursor id is 0 is the last one.
fn is_last(batch: &RawBatch) -> bool {
    batch
        .as_raw_document()
        .get_document("cursor")
        .and_then(|cursor| cursor.get_i64("id"))
        .is_ok_and(|id| id == 0)
}

impl<S> Output<'_, S> {
    /// A batch as it goes back.
    fn reply(&self, batch: &RawBatch) -> Result<Reply> {
        self.form.reply(batch.doc_slices()?.as_bytes(), self.model, self.opener.as_ref())
    }
}

/// The chunks of a BSON array of documents. Encrypted columns are opened right into them.
pub(super) fn layout(
    documents: &[u8],
    model: &Model,
    opener: Option<&Opener<'_>>,
) -> Result<Vec<Vec<u8>>> {
    let columns = &model.columns;
    match opener {
        None => chunk::from_batch(documents, columns, chunk::as_stored),
        Some((vault, opening)) => chunk::from_batch(documents, columns, |document, out| {
            vault.open_to(document, *opening, out)
        }),
    }
    .map_err(|error| match error.code {
        Code::InvalidDocument | Code::DocumentTooDeep => {
            let collection = &model.collection;
            Error::new(error.code, format!("collection {collection}: {}", error.message))
        }
        _ => error,
    })
}
