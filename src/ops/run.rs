//! Carrying a request out, from its bytes to its last reply.

use super::deadline::Deadline;
use super::execute::{Caller, execute};
use super::page::Paging;
use super::reading::Taker;
use super::related::Related;
use super::tally::SoFar;
use super::{Flow, Reply, Request, Sink};
use crate::error::{Code, Error, Result};
use crate::query;
use crate::request::{Body, Command, Kind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};

/// The label of a commit that may have been carried out.
const UNKNOWN_COMMIT: &str = "UnknownTransactionCommitResult";

/// The label of an error after which the transaction may be run again.
const TRANSIENT: &str = "TransientTransactionError";

/// Runs a request to its end. Exactly one reply with `more == false` is delivered, whatever
/// happens, and nothing after it: a cancelled reader gets `E_ABORTED`, one whose time is over
/// `E_TIMEOUT`, a closed connection `E_CONNECTION_CLOSED`, a server that does not answer
/// `E_CONNECTION_FAILED`.
pub async fn run(mut request: Request, flow: Arc<Flow>, sink: impl Sink) {
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
    let paging = match request.compile() {
        Ok(paging) => paging,
        Err(error) => return conclude(Err(error), &flow, sink),
    };
    let (command, deadline) = match open(&request) {
        Ok(parts) => parts,
        Err(error) => return conclude(Err(error), &flow, sink),
    };
    let so_far = SoFar::default();
    let caller = (&*flow, &so_far, &deadline, sink as &dyn Sink);
    let mut work = pin!(carry_out(&request, command, paging, caller));
    let error = tokio::select! {
        biased;
        outcome = std::future::poll_fn(|context| flow.progress.poll(work.as_mut(), context)) => {
            let outcome = outcome.map_err(|error| so_far.interrupted(deadline.explain(error)));
            return conclude(outcome, &flow, sink);
        }
        error = connection.closed() => error,
        error = flow.cancelled() => error,
        error = deadline.expired(&flow.progress, connection.sockets()) => error,
    };
    let sent = flow.progress.has_sent();
    let error = given_up_on(request.kind, error, sent, request.session.is_some());
    let silent = error.code == Code::ConnectionFailed;
    conclude(Err(so_far.interrupted(error)), &flow, sink);
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
fn open(request: &Request) -> Result<(Command<'_>, Deadline)> {
    let connection = &request.connection;
    let mut command = Command::parse(request.kind, &request.body)?;
    if let Body::Change(statements) = &mut command.body {
        query::compile_statements(statements)?;
    }
    let head = command.head;
    let limit = head.duration("timeoutMS")?.or(connection.timeout());
    let deadline = Deadline::new(limit, head.flag("stream")?);
    // Who gives the server more time than that waits for as long.
    let silence =
        connection.silence().map(|silence| silence.max(head.server_time().unwrap_or_default()));
    Ok((command, deadline.or_silence(silence)))
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

/// Carries a command out, and reads what belongs to its rows.
async fn carry_out(
    request: &Request,
    command: Command<'_>,
    paging: Option<Paging>,
    (flow, so_far, deadline, sink): (&Flow, &SoFar, &Deadline, &dyn Sink),
) -> Result<Reply> {
    let taker = Taker::Caller(sink, None);
    let caller = Caller { flow, so_far, deadline, taker };
    if request.legs.is_empty() {
        return execute(request, command, paging, caller).await;
    }
    let is_page = paging.is_some();
    let related = Related::new(request, command.head, caller)?;
    if request.brings_rows() {
        return related.of_given(request.payload()).await;
    }
    if related.keeps_rows() {
        let kept = Mutex::default();
        let taker = Taker::Kept(&kept);
        let last = execute(request, command, paging, Caller { taker, ..caller }).await?;
        let mut chunks = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        chunks.extend(last.into_chunks());
        return related.close(Reply::Chunks(chunks), is_page).await;
    }
    let taker = Taker::Caller(sink, Some(&related));
    let last = execute(request, command, paging, Caller { taker, ..caller }).await?;
    related.close(last, is_page).await
}
