//! Carrying a request out, from its bytes to its last reply.

use super::atomic::execute;
use super::deadline::Deadline;
use super::execute::Caller;
use super::page::Paging;
use super::reading::Taker;
use super::reads::Reads;
use super::related::Related;
use super::tally::SoFar;
use super::{Flow, Reply, Request, Sink};
use crate::client::connection::Ticket;
use crate::error::{Code, Error, Result};
use crate::query::{self, KeyList};
use crate::request::{Body, Command, Head, Kind};
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
pub async fn run(mut request: Request, mut ticket: Ticket, flow: Arc<Flow>, sink: impl Sink) {
    let sink = &sink;
    if let Some(trace) = flow.trace() {
        trace.started();
    }
    if let Err(error) = ticket.check() {
        let in_session = request.session.is_some();
        return conclude(Err(given_up_on(request.kind, error, false, in_session)), &flow, sink);
    }
    let mut begun = None;
    if !request.has.is_empty() {
        // Few requests have such conditions: their future is not part of every other's.
        let looked_up = Box::pin(look_up(&request, &flow, sink, &mut ticket)).await;
        let Some((lists, deadline)) = looked_up else { return };
        begun = Some(deadline);
        if let Err(error) = request.put_keys(&lists) {
            return conclude(Err(error), &flow, sink);
        }
    }
    let paging = match request.compile() {
        Ok(paging) => paging,
        Err(error) => return conclude(Err(error), &flow, sink),
    };
    let (command, deadline) = match open(&request) {
        Ok((command, deadline)) => (command, begun.unwrap_or(deadline)),
        Err(error) => return conclude(Err(error), &flow, sink),
    };
    if command.head.flag("shown").unwrap_or_default() {
        return conclude(command.shown().map(Reply::Document), &flow, sink);
    }
    let so_far = SoFar::default();
    let caller = (&*flow, &so_far, &deadline, sink as &dyn Sink);
    let mut work = pin!(carry_out(&request, command, paging, caller));
    match unless_ended(work.as_mut(), &request, &flow, &deadline).await {
        Ok(outcome) => {
            let outcome = outcome.map_err(|error| so_far.interrupted(deadline.explain(error)));
            conclude(outcome, &flow, sink);
        }
        Err(error) => {
            let silent = error.code == Code::ConnectionFailed;
            conclude(Err(so_far.interrupted(error)), &flow, sink);
            ticket.answered();
            linger(&request, &flow, silent, work).await;
        }
    }
}

/// What the work comes to, or the error of a request that is ended before.
async fn unless_ended<T>(
    work: Pin<&mut impl Future<Output = Result<T>>>,
    request: &Request,
    flow: &Flow,
    deadline: &Deadline,
) -> Result<Result<T>> {
    let mut work = work;
    let connection = &request.connection;
    let error = tokio::select! {
        biased;
        outcome = std::future::poll_fn(|context| flow.progress.poll(work.as_mut(), context)) => {
            return Ok(outcome);
        }
        error = connection.closed() => error,
        error = flow.cancelled() => error,
        error = deadline.expired(&flow.progress, connection.sockets()) => error,
    };
    let sent = flow.progress.has_sent();
    Err(given_up_on(request.kind, error, sent, request.session.is_some()))
}

/// The keys that conditions over related rows come to; `None` where the request is over.
async fn look_up(
    request: &Request,
    flow: &Flow,
    sink: &dyn Sink,
    ticket: &mut Ticket,
) -> Option<(Vec<KeyList>, Deadline)> {
    let deadline = match Head::of(request.head()).and_then(|head| time_for(request, head)) {
        Ok(deadline) => deadline,
        Err(error) => {
            conclude(Err(error), flow, sink);
            return None;
        }
    };
    let (so_far, kept) = (SoFar::default(), Mutex::default());
    let taker = Taker::Kept(&kept);
    let caller = Caller { flow, so_far: &so_far, deadline: &deadline, taker };
    let reads = Reads { request, caller };
    let lists = {
        let mut work = pin!(reads.key_lists(&request.has));
        match unless_ended(work.as_mut(), request, flow, &deadline).await {
            Ok(lists) => lists,
            Err(error) => {
                let silent = error.code == Code::ConnectionFailed;
                conclude(Err(error), flow, sink);
                ticket.answered();
                linger(request, flow, silent, work).await;
                return None;
            }
        }
    };
    match lists {
        Ok(lists) => Some((lists, deadline)),
        Err(error) => {
            conclude(Err(deadline.explain(error)), flow, sink);
            None
        }
    }
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
fn conclude(outcome: Result<Reply>, flow: &Flow, sink: &dyn Sink) {
    flow.finish(&outcome);
    sink.deliver(outcome.unwrap_or_else(Reply::Failed), false);
}

/// The request's parts, and the time that it may take from now on.
fn open(request: &Request) -> Result<(Command<'_>, Deadline)> {
    let command = parsed(request)?;
    let deadline = time_for(request, command.head)?;
    Ok((command, deadline))
}

/// The time that the request may take from now on.
fn time_for(request: &Request, head: Head<'_>) -> Result<Deadline> {
    let connection = &request.connection;
    let limit = head.duration("timeoutMS")?.or(connection.timeout());
    let deadline = Deadline::new(limit, head.flag("stream")?);
    // Who gives the server more time than that waits for as long.
    let silence =
        connection.silence().map(|silence| silence.max(head.server_time().unwrap_or_default()));
    Ok(deadline.or_silence(silence))
}

/// The request's parts, with what descriptions in its statements compile to.
pub(super) fn parsed(request: &Request) -> Result<Command<'_>> {
    let mut command = Command::parse(request.kind, &request.body)?;
    if let Body::Change(statements) = &mut command.body {
        query::compile_statements(statements)?;
    }
    Ok(command)
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
    let caller = Caller { flow, so_far, deadline, taker: Taker::Caller(sink, None) };
    if !request.has_relations() {
        return execute(request, command, paging, caller).await;
    }
    // Few requests have relations: their future is not part of every other's.
    Box::pin(with_related(request, command, paging, (caller, sink))).await
}

async fn with_related(
    request: &Request,
    command: Command<'_>,
    paging: Option<Paging>,
    (caller, sink): (Caller<'_>, &dyn Sink),
) -> Result<Reply> {
    let is_page = paging.is_some();
    let related = Related::new(Reads { request, caller }, command.head).await?;
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
