//! The operations: one file each, from a request's bytes to a reply's bytes.

#[macro_use]
mod options;

mod aggregate;
mod bulk;
mod command;
mod count;
mod deadline;
mod delete;
mod distinct;
mod find;
mod find_and_modify;
mod head;
mod insert;
mod json;
mod last_look;
mod layout;
mod ping;
mod reading;
mod reply;
mod rotate;
mod sealing;
mod strangers;
mod targets;
mod transaction;
mod turn;
mod unique;
mod update;
mod update_each;
mod write;

use self::json::Form;
use crate::client::connection::{Connection, Link};
use crate::client::progress::Progress;
use crate::client::session::Session;
use crate::crypto::key_ring::KeyRing;
use crate::crypto::vault::Vault;
use crate::document::json::JsonText;
use crate::error::{Code, Error, Result};
use crate::model::Model;
pub use crate::protocol::Kind;
use crate::protocol::limit;
use bson::RawDocumentBuf;
use deadline::Deadline;
use head::Head;
use layout::Layout;
use reading::Output;
use std::pin::{Pin, pin};
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};
use turn::Turn;

/// The label of a commit that may have been carried out.
const UNKNOWN_COMMIT: &str = "UnknownTransactionCommitResult";

/// The label of an error after which the transaction may be run again.
const TRANSIENT: &str = "TransientTransactionError";

impl Kind {
    /// The error of an operation that ended before its answer.
    fn given_up_on(self, mut error: Error, sent: bool, in_session: bool) -> Error {
        let closed = error.code == Code::ConnectionClosed;
        if closed && !sent {
            error.message.push_str(" before the operation was sent");
        } else if closed && !self.reads() {
            error.message.push_str(
                " before the server had answered; the operation may have been carried out all the same",
            );
        }
        if self == Self::CommitTransaction && sent {
            error.server.get_or_insert_default().labels.push(UNKNOWN_COMMIT.into());
        } else if in_session && error.code == Code::ConnectionFailed {
            error.server.get_or_insert_default().labels.push(TRANSIENT.into());
        }
        error
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
    /// The session that it is part of.
    pub session: Option<Arc<Session>>,
    /// The keys of the model's encrypted columns.
    pub ring: Option<Arc<KeyRing>>,
    /// Every model that has encrypted columns, as far as it is known: pipelines reach others'
    /// collections.
    pub encrypted: Arc<[Arc<Model>]>,
}

impl Request {
    /// The model's encrypted columns in a database, if it has any.
    fn vault(&self, database: &str) -> Result<Option<Arc<Vault>>> {
        if self.model.encrypted.is_empty() {
            return Ok(None);
        }
        let ring = self.ring.as_ref().ok_or_else(|| {
            Error::new(
                Code::Configuration,
                format!("{} has encrypted columns, and there are no keys", self.model.name),
            )
        })?;
        Ok(Some(ring.vault(&self.model, database)))
    }
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
    /// Where the driver is with the command under way.
    progress: Progress,
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
    fn is_gone(&self) -> bool {
        *self.gone.borrow()
    }

    /// Resolves when the reader gives up.
    async fn cancelled(&self) -> Error {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.gone.subscribe().wait_for(|gone| *gone).await;
        given_up()
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

    /// Waits until another batch may be sent. Fails once none may be sent any more.
    async fn ready(&self) -> Result<()> {
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

fn given_up() -> Error {
    Error::new(Code::Aborted, "the caller gave up on the operation")
}

/// Runs a request to its end. Exactly one reply with `more == false` is delivered, whatever
/// happens, and nothing after it: a cancelled reader gets `E_ABORTED`, one whose time is over
/// `E_TIMEOUT`, a closed connection `E_CONNECTION_CLOSED`, a server that does not answer
/// `E_CONNECTION_FAILED`.
pub async fn run(request: Request, flow: Arc<Flow>, sink: &impl Sink) {
    let connection = Arc::clone(&request.connection);
    let mut ticket = match connection.enter() {
        Ok(ticket) => ticket,
        Err(error) => {
            let in_session = request.session.is_some();
            return conclude(Err(request.kind.given_up_on(error, false, in_session)), &flow, sink);
        }
    };
    let (head, payload, deadline) = match open(&request) {
        Ok(parts) => parts,
        Err(error) => return conclude(Err(error), &flow, sink),
    };
    let mut work = pin!(execute(&request, head, payload, &flow, &deadline, sink));
    let error = tokio::select! {
        biased;
        outcome = std::future::poll_fn(|context| flow.progress.poll(work.as_mut(), context)) => {
            return conclude(outcome.map_err(|error| deadline.explain(error)), &flow, sink);
        }
        error = connection.closed() => error,
        error = flow.cancelled() => error,
        error = deadline.expired(&flow.progress, connection.sockets()) => error,
    };
    let sent = flow.progress.has_sent();
    let error = request.kind.given_up_on(error, sent, request.session.is_some());
    let silent = error.code == Code::ConnectionFailed;
    conclude(Err(error), &flow, sink);
    ticket.answered();
    linger(&request, &flow, silent, work).await;
}

/// Carries the command under way on after its caller gave up on it, so that its socket is of use
/// afterwards. It is the last: a turn begins none for a reader that is gone. The driver also loses
/// track of a transaction when a command of it is dropped before its answer.
async fn linger(request: &Request, flow: &Flow, silent: bool, work: Pin<&mut impl Future>) {
    let connection = &request.connection;
    let patience = async {
        match (connection.linked(), &request.session) {
            // There is no hope for a socket that went without an answer for so long.
            _ if silent => {}
            (Some(link), None) => link.gate.patience(false).await,
            (Some(link), Some(session)) => tokio::select! {
                () = session.aborting() => {}
                () = link.gate.patience(true) => {}
            },
            (None, _) => {}
        }
    };
    tokio::select! {
        biased;
        _ = flow.progress.carry_on(work, patience) => {}
        // The pool goes, and its queue with it.
        _ = connection.closed() => {}
    }
}

/// Delivers the last reply.
fn conclude(outcome: Result<Reply>, flow: &Flow, sink: &impl Sink) {
    flow.succeeded.send_replace(Some(outcome.is_ok()));
    flow.gone.send_replace(true);
    sink.deliver(outcome.unwrap_or_else(Reply::Failed), false);
}

/// The request's parts, and the time that it may take from now on.
fn open(request: &Request) -> Result<(Head<'_>, &[u8], Deadline)> {
    let connection = &request.connection;
    let (head, payload) = head::split(&request.body, connection.allows_server_javascript())?;
    let limit = head.duration("timeoutMS")?.or(connection.timeout());
    let deadline = Deadline::new(limit, head.flag("stream")?);
    // Who gives the server more time than that waits for as long.
    let silence =
        connection.silence().map(|silence| silence.max(head.server_time().unwrap_or_default()));
    Ok((head, payload, deadline.or_silence(silence)))
}

async fn execute(
    request: &Request,
    head: Head<'_>,
    payload: &[u8],
    flow: &Flow,
    deadline: &Deadline,
    sink: &impl Sink,
) -> Result<Reply> {
    let Link { database, gate } = request.connection.link().await?;
    let owned = request.vault(database.name())?;
    let vault = owned.as_deref();
    let collection = &database.collection(&request.model.collection);
    let turn = &mut Turn::new(request, flow, gate, deadline);
    let seal =
        |vault, strangers: &[_]| sealing::seal(request.kind, head, payload, vault, strangers);
    let mut sealed = vault.map(|vault| seal(vault, &[])).transpose()?;
    if let (Some(vault), Some(first), true) = (vault, &sealed, request.kind.reads()) {
        let asked = first.check.asked.clone();
        let strangers = strangers::find_all(vault, collection, head, &asked, turn).await?;
        if !strangers.is_empty() {
            sealed = Some(seal(vault, &strangers)?);
        }
    }
    let (head, payload) = match &sealed {
        Some(sealed) => (Head::of(&sealed.head)?, &sealed.payload[..]),
        None => (head, payload),
    };
    last_look::look(request, (head, payload), vault.zip(sealed.as_ref()))?;
    let opener = owned.clone().zip(sealed.as_ref()).map(|(vault, sealed)| {
        // What a write has met is changed already.
        let reads = request.kind.reads();
        let check = Some(&sealed.check).filter(|check| reads && !check.asked.is_empty());
        (vault, sealed.opening, check.map(|check| Arc::new(check.clone())))
    });
    let layout =
        &Arc::new(Layout { model: Arc::clone(&request.model), form: Form::of(head)?, opener });
    let out = &Output { layout, flow, deadline, sink };
    if let (Some(vault), Some(true)) = (vault, sealed.as_ref().map(|sealed| sealed.unbound)) {
        let outcome = match request.kind {
            Kind::FindAndModify => {
                targets::find_and_modify(vault, out, (database, collection), head, turn).await
            }
            _ => targets::update(vault, (database, collection), head, turn)
                .await
                .map(|outcome| Reply::Document(outcome.to_document())),
        };
        note(request, &outcome);
        turn.end();
        return outcome.map_err(|error| sealing::name_columns(vault, error));
    }
    let outcome = match request.kind {
        Kind::Find => find::run(collection, head, turn, out).await,
        Kind::Count => count::run(collection, head, turn).await.map(Reply::Document),
        Kind::Insert => insert::run(collection, head, payload, turn).await.map(Reply::Document),
        Kind::Update => update::run(collection, head, turn).await.map(Reply::Document),
        Kind::UpdateEach => update_each::run(request, vault, collection, head, payload, turn)
            .await
            .map(Reply::Document),
        Kind::Delete => delete::run(collection, head, turn).await.map(Reply::Document),
        Kind::Ping => ping::run(database, turn).await.map(Reply::Document),
        Kind::Aggregate => aggregate::run(database, collection, head, turn, out).await,
        Kind::Distinct => distinct::run(collection, head, turn).await.map(Reply::Document),
        Kind::FindAndModify => find_and_modify::run(out, collection, head, turn).await,
        Kind::Bulk => {
            let place = (database, collection);
            bulk::run(request, vault, place, head, payload, turn).await.map(Reply::Document)
        }
        Kind::Command => command::run(request, database, head, turn).await.map(Reply::Document),
        Kind::Rotate => match vault {
            Some(vault) => rotate::run(vault, (database, collection), head, payload, turn)
                .await
                .map(Reply::Document),
            None => Err(Error::new(Code::InvalidQuery, "the model has no encrypted columns")),
        },
        Kind::StartTransaction => transaction::start(head, turn).await.map(Reply::Document),
        Kind::CommitTransaction => transaction::commit(turn).await.map(Reply::Document),
        Kind::AbortTransaction => transaction::abort(turn).await.map(Reply::Document),
    };
    note(request, &outcome);
    turn.end();
    match vault {
        Some(vault) => outcome.map_err(|error| sealing::name_columns(vault, error)),
        None => outcome,
    }
}

/// Tells the session how its operation ended.
fn note(request: &Request, outcome: &Result<Reply>) {
    if let Some(session) = &request.session {
        session.note(outcome.as_ref().err());
    }
}
