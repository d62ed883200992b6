//! Carrying a request out, from its bytes to its last reply.

use super::deadline::Deadline;
use super::json::Form;
use super::layout::Layout;
use super::operation::{Call, Operation};
use super::page::Paging;
use super::reading::Output;
use super::strangers;
use super::tally::SoFar;
use super::turn::Turn;
use super::{Flow, Reply, Request, Sink};
use super::{
    aggregate, bulk, command, count, delete, distinct, find, find_and_lock, find_and_modify,
    insert, insert_unless_found, ping, rotate, sequence, transaction, update, update_each,
};
use crate::client::connection::{Link, Ticket};
use crate::crypto::vault::Vault;
use crate::error::{Code, Error, Result};
use crate::query;
use crate::request::{Body, Command, Kind};
use crate::steps::seal::{self, Sealed};
use crate::steps::{self, Context};
use crate::telemetry::{self, Phase};
use bson::RawDocumentBuf;
use mongodb::Collection;
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
pub async fn run(mut request: Request, mut ticket: Ticket, flow: Arc<Flow>, sink: impl Sink) {
    let sink = &sink;
    if let Some(trace) = flow.trace() {
        trace.started();
    }
    if let Err(error) = ticket.check() {
        let in_session = request.session.is_some();
        return conclude(Err(given_up_on(request.kind, error, false, in_session)), &flow, sink);
    }
    let paging = match request.compile() {
        Ok(paging) => paging,
        Err(error) => return conclude(Err(error), &flow, sink),
    };
    let connection = &request.connection;
    let (command, deadline) = match open(&request) {
        Ok(parts) => parts,
        Err(error) => return conclude(Err(error), &flow, sink),
    };
    let so_far = SoFar::default();
    let mut work = pin!(execute(&request, command, paging, (&flow, &so_far), &deadline, sink));
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
    let command = parsed(request)?;
    let head = command.head;
    let limit = head.duration("timeoutMS")?.or(connection.timeout());
    let deadline = Deadline::new(limit, head.flag("stream")?);
    // Who gives the server more time than that waits for as long.
    let silence =
        connection.silence().map(|silence| silence.max(head.server_time().unwrap_or_default()));
    Ok((command, deadline.or_silence(silence)))
}

/// The request's parts, with what descriptions in its statements compile to.
pub(super) fn parsed(request: &Request) -> Result<Command<'_>> {
    let mut command = Command::parse(request.kind, &request.body)?;
    if let Body::Change(statements) = &mut command.body {
        query::compile_statements(statements)?;
    }
    Ok(command)
}

/// What the steps know of a request beside its command.
pub(super) fn context<'a>(request: &'a Request, vault: Option<&'a Vault>) -> Context<'a> {
    Context {
        model: &request.model,
        vault,
        ruled: &request.ruled,
        allow_javascript: request.connection.allows_server_javascript(),
        strangers: &[],
    }
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

/// Takes the command through the steps, then to the server.
async fn execute(
    request: &Request,
    command: Command<'_>,
    paging: Option<Paging>,
    (flow, so_far): (&Flow, &SoFar),
    deadline: &Deadline,
    sink: &dyn Sink,
) -> Result<Reply> {
    let Link { database, gate } = request.connection.link().await?;
    let vault = request.vault(database.name())?;
    let collection = &database.collection(&request.model.collection);
    let turn = &mut Turn::new(request, flow, gate, deadline);
    let (command, sealed) = ready(request, command, vault.as_deref(), collection, turn).await?;
    let command = &command;
    let reads = shows(request.kind);
    let opener = vault.clone().map(|vault| {
        // What a write has met is changed already.
        let check = (reads && !sealed.check.asked.is_empty()).then(|| Arc::new(sealed.check));
        (vault, sealed.opening, check)
    });
    let form = Form::of(command.head)?;
    let layout = &Arc::new(Layout { model: Arc::clone(&request.model), form, opener });
    let out = &Output { layout, flow, deadline, sink, so_far };
    let vault = vault.as_deref();
    let call = Call { command, database, collection, vault, paging, turn: &mut *turn, out };
    let outcome = executor(request.kind).run(call).await;
    if let Some(session) = &request.session {
        session.note(outcome.as_ref().err());
    }
    turn.end();
    match vault {
        Some(vault) => outcome.map_err(|error| seal::name_columns(vault, error)),
        None => outcome,
    }
}

/// The command as it is sent. A read by blind indexes that different values share takes two rounds: it
/// passes over those that only seem to answer.
async fn ready<'a>(
    request: &Request,
    command: Command<'a>,
    vault: Option<&Vault>,
    collection: &Collection<RawDocumentBuf>,
    turn: &mut Turn<'_>,
) -> Result<(Command<'a>, Sealed)> {
    let context = context(request, vault);
    let plain = vault.filter(|_| shows(request.kind)).map(|vault| (vault, command.clone()));
    let mut command = command;
    let sealed = {
        let _timer = telemetry::time(turn.trace(), Phase::Seal);
        steps::apply(&mut command, &context)?
    };
    if let Some((vault, mut plain)) = plain {
        let asked = &sealed.check.asked;
        let strangers =
            strangers::find_all(vault, collection, (&request.model, plain.head), asked, turn)
                .await?;
        if !strangers.is_empty() {
            let context = Context { strangers: &strangers, ..context };
            let sealed = steps::apply(&mut plain, &context)?;
            return Ok((plain, sealed));
        }
    }
    Ok((command, sealed))
}

/// Whether what it answers is what its conditions find.
fn shows(kind: Kind) -> bool {
    kind.reads() || matches!(kind, Kind::FindAndLock | Kind::InsertUnlessFound)
}

/// Who carries out a kind of command.
fn executor(kind: Kind) -> &'static dyn Operation {
    match kind {
        Kind::Find => &find::Find,
        Kind::Count => &count::Count,
        Kind::Insert => &insert::Insert,
        Kind::Update => &update::Update,
        Kind::UpdateEach => &update_each::UpdateEach,
        Kind::Delete => &delete::Delete,
        Kind::Ping => &ping::Ping,
        Kind::Aggregate => &aggregate::Aggregate,
        Kind::Distinct => &distinct::Distinct,
        Kind::FindAndModify => &find_and_modify::FindAndModify,
        Kind::Bulk => &bulk::Bulk,
        Kind::Command => &command::Raw,
        Kind::Rotate => &rotate::Rotate,
        Kind::InsertUnlessFound => &insert_unless_found::InsertUnlessFound,
        Kind::FindAndLock => &find_and_lock::FindAndLock,
        Kind::Sequence => &sequence::Sequence,
        Kind::StartTransaction => &transaction::Start,
        Kind::CommitTransaction => &transaction::Commit,
        Kind::AbortTransaction => &transaction::Abort,
    }
}
