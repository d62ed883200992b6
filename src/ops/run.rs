//! Carrying a request out, from its bytes to its last reply.

use super::deadline::Deadline;
use super::head::{self, Head};
use super::json::Form;
use super::layout::Layout;
use super::reading::Output;
use super::turn::Turn;
use super::{Flow, Reply, Request, Sink};
use super::{
    aggregate, bulk, command, count, delete, distinct, find, find_and_modify, insert, last_look,
    ping, rotate, sealing, strangers, targets, transaction, update, update_each,
};
use crate::client::connection::Link;
use crate::error::{Code, Error, Result};
use crate::request::Kind;
use std::pin::{Pin, pin};
use std::sync::Arc;

/// The label of a commit that may have been carried out.
const UNKNOWN_COMMIT: &str = "UnknownTransactionCommitResult";

/// The label of an error after which the transaction may be run again.
const TRANSIENT: &str = "TransientTransactionError";

/// Runs a request to its end. Exactly one reply with `more == false` is delivered, whatever
/// happens, and nothing after it: a cancelled reader gets `E_ABORTED`, one whose time is over
/// `E_TIMEOUT`, a closed connection `E_CONNECTION_CLOSED`, a server that does not answer
/// `E_CONNECTION_FAILED`.
pub async fn run(request: Request, flow: Arc<Flow>, sink: impl Sink) {
    let sink = &sink;
    if let Some(trace) = flow.trace() {
        trace.started();
    }
    let connection = Arc::clone(&request.connection);
    let mut ticket = match connection.enter() {
        Ok(ticket) => ticket,
        Err(error) => {
            let in_session = request.session.is_some();
            return conclude(Err(given_up_on(request.kind, error, false, in_session)), &flow, sink);
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
    let error = given_up_on(request.kind, error, sent, request.session.is_some());
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
    flow.finish(&outcome);
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

/// The error of an operation that ended before its answer.
fn given_up_on(kind: Kind, mut error: Error, sent: bool, in_session: bool) -> Error {
    let closed = error.code == Code::ConnectionClosed;
    if closed && !sent {
        error.message.push_str(" before the operation was sent");
    } else if closed && !kind.reads() {
        error.message.push_str(
            " before the server had answered; the operation may have been carried out all the same",
        );
    }
    if kind == Kind::CommitTransaction && sent {
        error.server.get_or_insert_default().labels.push(UNKNOWN_COMMIT.into());
    } else if in_session && error.code == Code::ConnectionFailed {
        error.server.get_or_insert_default().labels.push(TRANSIENT.into());
    }
    error
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
