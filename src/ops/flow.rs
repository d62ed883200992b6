//! What goes back, and the reader's side of a request.

use crate::client::progress::Progress;
use crate::document::json::JsonText;
use crate::error::{Code, Error, Result};
use crate::protocol::limit;
use crate::telemetry::Trace;
use bson::RawDocumentBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tokio::sync::{Notify, Semaphore};

/// What goes back.
#[derive(Debug)]
pub enum Reply {
    /// Documents, laid out as chunks.
    Chunks(Vec<Vec<u8>>),
    /// Documents as JSON, with commas between them.
    Json(JsonText),
    /// One document with counts.
    Document(RawDocumentBuf),
    /// The operation failed.
    Failed(Error),
}

impl Reply {
    /// The chunks, where it has any.
    pub(super) fn into_chunks(self) -> Vec<Vec<u8>> {
        match self {
            Self::Chunks(chunks) => chunks,
            Self::Json(_) | Self::Document(_) | Self::Failed(_) => Vec::new(),
        }
    }
}

/// Where replies go. `more` says that others will follow for the same request.
pub trait Sink: Send + Sync + 'static {
    /// Hands over a reply, unless the last one was handed over before. Called from the I/O thread.
    fn deliver(&self, reply: Reply, more: bool);
}

impl<T: Sink> Sink for Arc<T> {
    fn deliver(&self, reply: Reply, more: bool) {
        (**self).deliver(reply, more);
    }
}

/// The reader's side of a request: it takes batches at its own pace and may give up.
#[derive(Debug)]
pub struct Flow {
    credits: Semaphore,
    /// Bits of how far it is: none is ever taken back.
    state: AtomicU8,
    changed: Notify,
    /// Where the driver is with the command under way.
    pub(super) progress: Progress,
    trace: Option<Trace>,
}

/// The reader gave up, or has its last reply.
const GONE: u8 = 1;
/// The operation is over.
const OVER: u8 = 2;
/// It succeeded.
const SUCCEEDED: u8 = 4;

impl Flow {
    /// A flow with its first credits. With a trace, the operation tells where its time went.
    #[must_use]
    pub fn new(trace: Option<Trace>) -> Self {
        Self {
            credits: Semaphore::new(limit::WINDOW_BATCHES),
            state: AtomicU8::new(0),
            changed: Notify::new(),
            progress: Progress::default(),
            trace,
        }
    }

    pub(super) const fn trace(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }

    /// The reader took a batch.
    pub fn grant(&self) {
        self.credits.add_permits(1);
    }

    /// The reader wants nothing more.
    pub fn cancel(&self) {
        self.set(GONE);
    }

    fn set(&self, bits: u8) {
        self.state.fetch_or(bits, Ordering::AcqRel);
        self.changed.notify_waiters();
    }

    fn has(&self, bit: u8) -> bool {
        self.state.load(Ordering::Acquire) & bit != 0
    }

    async fn until(&self, bit: u8) {
        while !self.has(bit) {
            // Made before it looks again, it is told of what changes from then on.
            let changed = self.changed.notified();
            if !self.has(bit) {
                changed.await;
            }
        }
    }

    /// Whether the reader gave up, or has its last reply.
    pub(super) fn is_gone(&self) -> bool {
        self.has(GONE)
    }

    /// Resolves when the reader gives up.
    pub(super) async fn cancelled(&self) -> Error {
        self.until(GONE).await;
        given_up()
    }

    /// The operation is over, and its reader has nothing more to come.
    pub(super) fn finish(&self, outcome: &Result<Reply>) {
        if let Some(trace) = &self.trace {
            let (pool, server) = self.progress.spent();
            let outcome = outcome.as_ref().err().map_or("ok", |error| error.code.as_str());
            trace.end(outcome, pool, server);
        }
        self.set(if outcome.is_ok() { GONE | OVER | SUCCEEDED } else { GONE | OVER });
    }

    /// Whether the operation succeeded; resolves when it is over.
    pub(super) async fn outcome(&self) -> bool {
        self.until(OVER).await;
        self.has(SUCCEEDED)
    }

    /// Waits until another batch may be sent. Fails once none may be sent any more.
    pub(super) async fn ready(&self) -> Result<()> {
        tokio::select! {
            biased;
            error = self.cancelled() => Err(error),
            // The semaphore is never closed, so acquiring cannot fail.
            permit = self.credits.acquire() => {
                if let Ok(permit) = permit {
                    permit.forget();
                }
                Ok(())
            }
        }
    }
}

/// The error of a caller that wants nothing more.
pub(super) fn given_up() -> Error {
    Error::new(Code::Aborted, "the caller gave up on the operation")
}
