//! Batches of documents: raw off the wire, laid out as chunks while the next one is fetched.

use super::deadline::Deadline;
use super::layout::Layout;
use super::page::Paging;
use super::tally::SoFar;
use super::turn::Turn;
use super::{Flow, Reply, Sink};
use crate::error::Result;
use bson::RawBson;
use futures_util::{FutureExt, StreamExt};
use mongodb::action::{Aggregate, Find};
use mongodb::raw_batch_cursor::{RawBatch, RawBatchCursor, SessionRawBatchCursor};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};

/// Documents a batch: large enough that a round trip is cheap beside it, small enough that the
/// reader's event loop is held for about a millisecond.
pub(super) const BATCH: u32 = 1000;

/// Where a read's documents go.
pub(super) struct Output<'a> {
    pub(super) layout: &'a Arc<Layout>,
    pub(super) flow: &'a Flow,
    pub(super) deadline: &'a Deadline,
    pub(super) taker: Taker<'a>,
    /// What a write in several commands has done by now.
    pub(super) so_far: &'a SoFar,
}

/// Who takes a read's batches.
#[derive(Clone, Copy)]
pub(super) enum Taker<'a> {
    /// The caller, at its own pace. Somebody may look at each batch first.
    Caller(&'a dyn Sink, Option<&'a dyn Follow>),
    /// They are kept until all are there.
    Kept(&'a Mutex<Vec<Vec<u8>>>),
}

/// Looks at the batches of a read on their way to the caller.
pub(super) trait Follow: Sync {
    /// Takes a batch that is not the last one; answers what goes back in its place.
    fn batch(&self, reply: Reply) -> Pin<Box<dyn Future<Output = Result<Reply>> + Send + '_>>;
}

impl Output<'_> {
    /// Waits until the caller takes another batch.
    pub(super) async fn ready(&self) -> Result<()> {
        if let Taker::Caller(..) = self.taker {
            self.deadline.batch_came();
            self.flow.ready().await?;
            self.deadline.batch_awaited();
        }
        Ok(())
    }

    /// Hands over a batch that is not the last one.
    async fn hand_over(&self, batch: RawBatch) -> Result<()> {
        self.give(self.layout.batch(batch, self.flow).await?).await
    }

    /// Hands over what a batch was laid out as.
    pub(super) async fn give(&self, reply: Reply) -> Result<()> {
        match self.taker {
            Taker::Caller(sink, None) => sink.deliver(reply, true),
            Taker::Caller(sink, Some(follow)) => sink.deliver(follow.batch(reply).await?, true),
            Taker::Kept(kept) => {
                kept.lock().unwrap_or_else(PoisonError::into_inner).extend(reply.into_chunks());
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Output<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Output in {:?}", self.layout.form)
    }
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
        let session = turn.begin().await?;
        let batch = match (self, session) {
            (Self::Plain(cursor), _) => cursor.next().await,
            (Self::InSession(cursor), Some(session)) => cursor.stream(session).next().await,
            (Self::InSession(_), None) => None,
        };
        turn.end();
        Ok(batch.transpose()?)
    }

    /// Calls `each` with every document.
    pub(super) async fn visit(
        mut self,
        turn: &mut Turn<'_>,
        mut each: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        while let Some(batch) = self.next(turn).await? {
            for entry in batch.doc_slices()?.into_iter().flatten() {
                if let Some(document) = entry.as_document() {
                    each(document.as_bytes())?;
                }
            }
        }
        Ok(())
    }

    /// The `_id` of every document.
    pub(super) async fn ids(mut self, turn: &mut Turn<'_>) -> Result<Vec<RawBson>> {
        let mut ids = Vec::new();
        while let Some(batch) = self.next(turn).await? {
            ids_of(&batch, &mut ids)?;
        }
        Ok(ids)
    }

    /// Hands every batch over and answers the last.
    pub(super) async fn deliver(self, turn: &mut Turn<'_>, out: &Output<'_>) -> Result<Reply> {
        self.hand_over(turn, out, &mut |_| Ok(())).await
    }

    /// The same for a page by cursor.
    pub(super) async fn deliver_page(
        self,
        turn: &mut Turn<'_>,
        out: &Output<'_>,
        mut paging: Paging,
    ) -> Result<Reply> {
        let last = self.hand_over(turn, out, &mut |batch| paging.take(batch)).await?;
        paging.close(last)
    }

    /// `note` sees each batch first.
    async fn hand_over(
        mut self,
        turn: &mut Turn<'_>,
        out: &Output<'_>,
        note: &mut (dyn FnMut(&RawBatch) -> Result<()> + Send),
    ) -> Result<Reply> {
        let Some(mut current) = self.next(turn).await? else {
            return Ok(Reply::Chunks(Vec::new()));
        };
        loop {
            note(&current)?;
            if is_last(&current) {
                return out.layout.batch(current, out.flow).await;
            }
            if is_empty(&current) {
                // The reader waits for rows, so its time goes on.
                match self.next(turn).await? {
                    Some(batch) => current = batch,
                    None => return Ok(Reply::Chunks(Vec::new())),
                }
                continue;
            }
            out.ready().await?;
            // The next batch is asked for before this one is laid out, so that server and core
            // work at the same time.
            let mut next = pin!(self.next(turn));
            let early = next.as_mut().now_or_never();
            let handed = out.hand_over(current);
            let received = async {
                Ok(match early {
                    Some(batch) => batch,
                    None => next.await,
                })
            };
            // What came is handed over, whatever becomes of what follows.
            let ((), following) = tokio::try_join!(handed, received)?;
            match following? {
                Some(batch) => current = batch,
                None => return Ok(Reply::Chunks(Vec::new())),
            }
        }
    }
}

/// Adds the `_id` of every document.
pub(super) fn ids_of(batch: &RawBatch, ids: &mut Vec<RawBson>) -> Result<()> {
    for entry in batch.doc_slices()?.into_iter().flatten() {
        let id = entry.as_document().and_then(|one| one.get("_id").ok().flatten());
        ids.extend(id.map(RawBson::from));
    }
    Ok(())
}

/// A reply whose cursor id is 0 is the last one.
fn is_last(batch: &RawBatch) -> bool {
    batch
        .as_raw_document()
        .get_document("cursor")
        .and_then(|cursor| cursor.get_i64("id"))
        .is_ok_and(|id| id == 0)
}

fn is_empty(batch: &RawBatch) -> bool {
    batch.doc_slices().is_ok_and(|rows| rows.into_iter().next().is_none())
}
