//! A command and what else it changes, counts and histories, as one transaction: the caller's, or one of the core's own. That
//! one is repeated as long as others are in its way.

use super::execute::{self, Caller};
use super::flow::given_up;
use super::page::Paging;
use super::turn::Turn;
use super::watching::{Watched, has_failures};
use super::{Reply, Request, transaction};
use crate::client::connection::Link;
use crate::client::session::Session;
use crate::error::{Code, Error, Result};
use crate::request::{Body, Command, Write};
use mongodb::error::TRANSIENT_TRANSACTION_ERROR;
use mongodb::options::{ReadPreference, SelectionCriteria};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a transaction of the core's own is repeated, as the drivers' convenient API does.
const PATIENCE: Duration = Duration::from_secs(120);
/// Waits between attempts double from the first up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(2);
const LONGEST_WAIT: Duration = Duration::from_millis(100);
/// Attempts at an upsert in whose way a document is that others made.
const UPSERTS: usize = 3;

/// Takes a command through the steps, then to the server.
pub(super) async fn execute(
    request: &Request,
    command: Command<'_>,
    paging: Option<Paging>,
    caller: Caller<'_>,
) -> Result<Reply> {
    let session = request.session.as_deref();
    let is_apart = session.is_some() || request.connection.numbered().is_off();
    if is_apart || Watched::by(&request.model, &command)?.is_none() {
        return execute::execute(request, command, paging, (caller, session)).await;
    }
    // Few models are watched: this future is not part of every other's.
    Box::pin(repeated(request, command, caller)).await
}

async fn repeated(request: &Request, command: Command<'_>, caller: Caller<'_>) -> Result<Reply> {
    let end = Instant::now() + PATIENCE;
    let (mut wait, mut upserts) = (FIRST_WAIT, 1);
    loop {
        let session = Session::new(Arc::clone(&request.connection));
        match in_transaction(&session, request, command.clone(), caller).await {
            Attempt::Done(reply) => return Ok(reply),
            // The server has no transactions, or the command is done in part: what can be done is.
            Attempt::Apart => {
                return execute::execute(request, command, None, (caller, None)).await;
            }
            Attempt::Failed(error) => {
                let again = if is_transient(&error) {
                    Instant::now() + wait < end
                } else {
                    upserts += 1;
                    error.code == Code::DuplicateKey && upserts_one(&command) && upserts <= UPSERTS
                };
                if !again {
                    return Err(error);
                }
            }
        }
        if caller.flow.is_gone() {
            return Err(given_up());
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// What became of an attempt.
enum Attempt {
    Done(Reply),
    Failed(Error),
    /// Nothing is done: the command has to go without a transaction.
    Apart,
}

async fn in_transaction(
    session: &Session,
    request: &Request,
    command: Command<'_>,
    caller: Caller<'_>,
) -> Attempt {
    let Caller { flow, deadline, so_far, .. } = caller;
    let begun = async {
        let Link { gate, .. } = request.connection.link().await?;
        let mut turn = Turn::new(request, flow, gate, (deadline, Some(session)));
        let mut options = transaction::options(command.head, &turn).await?;
        options.selection_criteria =
            Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
        transaction::session(&mut turn).await?.start(options).await?;
        turn.end();
        Ok::<_, Error>(turn)
    };
    let mut turn = match begun.await {
        Ok(turn) => turn,
        Err(error) if error.code == Code::TransactionsUnsupported => return Attempt::Apart,
        Err(error) => return Attempt::Failed(error),
    };
    let several = is_several(&command);
    let error = match execute::execute(request, command, None, (caller, Some(session))).await {
        Ok(reply) if has_failures(&reply) => None,
        Ok(reply) => {
            let committed = async { transaction::session(&mut turn).await?.commit().await };
            let outcome = committed.await;
            turn.end();
            return outcome.map_or_else(Attempt::Failed, |()| Attempt::Done(reply));
        }
        Err(error) => Some(error),
    };
    drop(so_far.take());
    if let Ok(held) = transaction::session(&mut turn).await {
        // The server ends a transaction that it hears nothing of by itself.
        let _ = held.abort().await;
    }
    turn.end();
    match error {
        // One of several writes that fails ends a transaction; the others may be done without.
        Some(error) if several && answered(&error) && !is_transient(&error) => Attempt::Apart,
        Some(error) if error.code == Code::TransactionsUnsupported => Attempt::Apart,
        Some(error) => Attempt::Failed(error),
        None => Attempt::Apart,
    }
}

fn is_transient(error: &Error) -> bool {
    let labels = error.server.as_ref().map(|report| &report.labels[..]).unwrap_or_default();
    labels.iter().any(|label| label == TRANSIENT_TRANSACTION_ERROR)
}

/// Whether the server said what failed.
fn answered(error: &Error) -> bool {
    error.server.as_ref().is_some_and(|report| report.code.is_some() || !report.items.is_empty())
}

fn is_several(command: &Command<'_>) -> bool {
    match &command.body {
        Body::Insert(documents) => documents.len() > 1,
        _ => command.statements().len() > 1,
    }
}

fn upserts_one(command: &Command<'_>) -> bool {
    match command.statements() {
        [one] => matches!(&one.write, Write::Change(change) if change.upsert),
        _ => false,
    }
}
