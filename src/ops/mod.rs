//! The operations: one file each, from a request's bytes to a reply's bytes.

mod count;
mod delete;
mod find;
mod head;
mod insert;
mod json;
mod ping;
mod unique;
mod update;
mod update_each;

use crate::client::connection::Connection;
use crate::document::json::JsonText;
use crate::error::{Code, Error, Result};
use crate::model::Model;
use bson::RawDocumentBuf;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// What an operation does. The numbers are JavaScript's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Read documents, a batch at a time.
    Find,
    /// Count documents.
    Count,
    /// Insert one document or many.
    Insert,
    /// Update one document, or all that match.
    Update,
    /// Several updates, each with its own filter, in one command.
    UpdateEach,
    /// Delete one document, or all that match.
    Delete,
    /// Ask the server whether it is there.
    Ping,
}

impl Kind {
    /// From the number that JavaScript uses.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Find,
            1 => Self::Count,
            2 => Self::Insert,
            3 => Self::Update,
            4 => Self::UpdateEach,
            5 => Self::Delete,
            6 => Self::Ping,
            _ => return None,
        })
    }
}

/// A command on its way: who asked, of what, and the bytes.
#[derive(Debug)]
pub struct Request {
    /// What to do.
    pub kind: Kind,
    /// Where.
    pub connection: Arc<Connection>,
    /// On which model's collection.
    pub model: Arc<Model>,
    /// Head and payload, as `docs/internal/boundary.md` lays them out.
    pub body: Vec<u8>,
    /// The operation that must have succeeded before this one is sent.
    pub after: Option<Arc<Flow>>,
}

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
    /// Hands over a reply. Called from the I/O thread.
    fn deliver(&self, reply: Reply, more: bool);
}

/// The reader's side of a request: it takes batches at its own pace and may give up.
#[derive(Debug)]
pub struct Flow {
    credits: Semaphore,
    gone: watch::Sender<bool>,
    /// Whether the operation succeeded, once it is over.
    succeeded: watch::Sender<Option<bool>>,
}

impl Flow {
    /// Batches that may be under way before the reader asks for more: enough to keep server,
    /// core and reader busy at once, few enough to bound memory.
    const WINDOW: usize = 4;

    /// A flow with its first credits.
    #[must_use]
    pub fn new() -> Self {
        Self {
            credits: Semaphore::new(Self::WINDOW),
            gone: watch::Sender::new(false),
            succeeded: watch::Sender::new(None),
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

    /// Resolves when the reader gives up.
    async fn cancelled(&self) -> Error {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.gone.subscribe().wait_for(|gone| *gone).await;
        Error::new(Code::Aborted, "the caller gave up on the operation")
    }

    /// Whether the operation succeeded; resolves when it is over.
    async fn outcome(&self) -> bool {
        // The sender lives as long as `self`, so waiting cannot fail.
        self.succeeded
            .subscribe()
            .wait_for(Option::is_some)
            .await
            .is_ok_and(|end| *end == Some(true))
    }

    /// Waits until another batch may be sent.
    async fn ready(&self) {
        // The semaphore is never closed, so acquiring cannot fail.
        if let Ok(permit) = self.credits.acquire().await {
            permit.forget();
        }
    }
}

impl Default for Flow {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs a request to its end. Exactly one reply with `more == false` is delivered, whatever
/// happens: a cancelled reader gets `E_ABORTED`, a closed connection `E_CONNECTION_CLOSED`.
pub async fn run(request: Request, flow: Arc<Flow>, sink: &impl Sink) {
    let connection = Arc::clone(&request.connection);
    let outcome = match connection.enter() {
        Err(error) => Err(error),
        Ok(_ticket) => tokio::select! {
            biased;
            outcome = execute(&request, &flow, sink) => outcome,
            error = connection.closed() => Err(error),
            error = flow.cancelled() => Err(error),
        },
    };
    flow.succeeded.send_replace(Some(outcome.is_ok()));
    match outcome {
        Ok(Some(reply)) => sink.deliver(reply, false),
        Ok(None) => {}
        Err(error) => sink.deliver(Reply::Failed(error), false),
    }
}

/// `None` when the operation has delivered its last reply itself.
async fn execute(request: &Request, flow: &Flow, sink: &impl Sink) -> Result<Option<Reply>> {
    let (head, payload) =
        head::split(&request.body, request.connection.allows_server_javascript())?;
    let collection = request.connection.collection(&request.model.collection).await?;
    let reply = match request.kind {
        Kind::Find => return find::run(request, &collection, head, flow, sink).await,
        Kind::Count => count::run(&collection, head).await?,
        Kind::Insert => insert::run(request, &collection, head, payload).await?,
        Kind::Update => update::run(&collection, head).await?,
        Kind::UpdateEach => update_each::run(request, &collection, head, payload).await?,
        Kind::Delete => delete::run(&collection, head).await?,
        Kind::Ping => ping::run(&request.connection).await?,
    };
    Ok(Some(Reply::Document(reply)))
}
