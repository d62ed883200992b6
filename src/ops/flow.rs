//! What goes back, and the reader's side of a request.

use crate::client::progress::Progress;
use crate::document::json::JsonText;
use crate::error::{Code, Error, Result};
use crate::protocol::limit;
use bson::RawDocumentBuf;
use tokio::sync::{Semaphore, watch};

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

/// Where replies go. `more` says that others will follow for the same request.
pub trait Sink: Send + Sync + 'static {
    /// Hands over a reply, unless the last one was handed over before. Called from the I/O thread.
    fn deliver(&self, reply: Reply, more: bool);
}

/// The reader's side of a request: it takes batches at its own pace and may give up.
#[derive(Debug)]
pub struct Flow {
    credits: Semaphore,
    gone: watch::Sender<bool>,
    /// Whether the operation succeeded, once it is over.
    succeeded: watch::Sender<Option<bool>>,
    /// Where the driver is with the command under way.
    pub(super) progress: Progress,
}

impl Flow {
    /// A flow with its first credits.
    #[must_use]
    pub fn new() -> Self {
        Self {
            credits: Semaphore::new(limit::WINDOW_BATCHES),
            gone: watch::Sender::new(false),
            succeeded: watch::Sender::new(None),
            progress: Progress::default(),
        }
    }

    /// The reader took a batch.
    pub fn grant(&self) {
        self.credits.add_permits(1);
    }

    /// The reader wants nothing more.
    pub fn cancel(&self) {
        self.gone.send_replace(true);
    }

    /// Whether the reader gave up, or has its last reply.
    pub(super) fn is_gone(&self) -> bool {
        *self.gone.borrow()
    }

    /// Resolves when the reader gives up.
    pub(super) async fn cancelled(&self) -> Error {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.gone.subscribe().wait_for(|gone| *gone).await;
        given_up()
    }

    /// The operation is over, and its reader has nothing more to come.
    pub(super) fn finish(&self, succeeded: bool) {
        self.succeeded.send_replace(Some(succeeded));
        self.gone.send_replace(true);
    }

    /// Whether the operation succeeded; resolves when it is over.
    pub(super) async fn outcome(&self) -> bool {
        // The sender lives as long as `self`, so waiting cannot fail.
        self.succeeded
            .subscribe()
            .wait_for(Option::is_some)
            .await
            .is_ok_and(|end| *end == Some(true))
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

impl Default for Flow {
    fn default() -> Self {
        Self::new()
    }
}

/// The error of a caller that wants nothing more.
pub(super) fn given_up() -> Error {
    Error::new(Code::Aborted, "the caller gave up on the operation")
}
