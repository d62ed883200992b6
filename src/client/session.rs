//! A session: operations that share it run one after the other, in a transaction if one is open.

use super::connection::Connection;
use super::numbered::is_network;
use super::progress::Progress;
use super::runtime::Thread;
use crate::error::driver::is_deserted;
use crate::error::{Code, Error, Result};
use mongodb::bson::{Document, doc};
use mongodb::error::UNKNOWN_TRANSACTION_COMMIT_RESULT;
use mongodb::options::TransactionOptions;
use mongodb::{Client, ClientSession};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, Notify};
use tokio::time::Instant;

/// How long closing a session waits for the server to abort its transaction.
const CLOSING: Duration = Duration::from_secs(10);
/// How long a commit is repeated while nobody knows how it went.
const COMMITTING: Duration = Duration::from_secs(120);
/// How long a server keeps a transaction that it hears nothing of, unless it is set otherwise.
const ORPHANED: Duration = Duration::from_secs(60);
/// Waits between attempts double from the first up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(5);
const LONGEST_WAIT: Duration = Duration::from_millis(500);
/// The server's `MaxTimeMSExpired`: the commit ran into its own limit, repeating it does not help.
const MAX_TIME_EXPIRED: i32 = 50;

/// One session of a connection. The driver's session is made when it is first needed.
#[derive(Debug)]
pub struct Session {
    connection: Arc<Connection>,
    state: Mutex<State>,
    aborting: Notify,
    /// The server could not be reached when a command was last to be sent.
    unreachable: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    driver: Option<ClientSession>,
    transaction: Transaction,
    /// The server may still be at work on a command that was given up on.
    unanswered: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Transaction {
    #[default]
    None,
    /// The server knows of it once a command has `begun` it.
    Open { begun: bool },
    /// A command was given up on half-way: nobody knows what the transaction holds.
    Unknown,
}

impl Transaction {
    /// What is known after a command was given up on before its answer came. A read changes
    /// nothing, but the first command may or may not have begun the transaction on the server.
    const fn interrupted(self, reads: bool) -> Self {
        match self {
            Self::Open { begun } if !begun || !reads => Self::Unknown,
            other => other,
        }
    }
}

impl Session {
    /// A session that the server does not know of yet.
    #[must_use]
    pub fn new(connection: Arc<Connection>) -> Self {
        Self {
            connection,
            state: Mutex::default(),
            aborting: Notify::new(),
            unreachable: AtomicBool::new(false),
        }
    }

    /// Whether the session is one of `connection`.
    #[must_use]
    pub fn is_of(&self, connection: &Arc<Connection>) -> bool {
        Arc::ptr_eq(&self.connection, connection)
    }

    /// The I/O thread of its operations: there they wait for each other in the order of the calls.
    #[must_use]
    pub fn home(&self) -> Thread {
        self.connection.home()
    }

    /// Waits until no other operation holds the session. `reads` says that what is done with it
    /// changes nothing.
    pub async fn hold(&self, reads: bool) -> Held<'_> {
        let state = self.state.lock().await;
        Held { session: self, state, reads, sent: false }
    }

    /// Notes how an operation of the session ended: where no server can be reached, nobody waits for
    /// one a second time to abort the transaction.
    pub fn note(&self, error: Option<&Error>) {
        let unreachable = error.is_some_and(|error| {
            matches!(error.code, Code::ConnectionFailed | Code::ServerSelectionTimeout)
        });
        self.unreachable.store(unreachable, Ordering::Relaxed);
    }

    /// As [`hold`](Self::hold), to abort the transaction: whoever only waits for a command that was
    /// given up on lets go.
    pub async fn hold_to_abort(&self) -> Held<'_> {
        self.aborting.notify_waiters();
        self.hold(false).await
    }

    /// Resolves when somebody wants to abort the transaction.
    pub async fn aborting(&self) {
        self.aborting.notified().await;
    }

    /// Aborts a transaction that is still open, and gives the driver's session back.
    pub async fn close(&self) {
        let _present = self.connection.attend();
        let progress = Progress::default();
        let closing = pin!(async {
            let mut held = self.hold_to_abort().await;
            if held.state.transaction != Transaction::None {
                let place = match self.connection.link().await {
                    Ok(link) => link.gate.enter().await,
                    Err(_) => None,
                };
                // The server ends a transaction that it hears nothing of by itself.
                let _ = held.abort().await;
                drop(place);
            }
            held.state.driver = None;
        });
        let end = async {
            tokio::select! {
                () = tokio::time::sleep(CLOSING) => {}
                _ = self.connection.closed() => {}
            }
        };
        progress.carry_on(closing, end).await;
    }

    /// The server's name for the session, if it has an open transaction.
    async fn open_transaction(&self) -> Option<Document> {
        let held = self.hold_to_abort().await;
        let open = held.state.transaction != Transaction::None || held.state.unanswered;
        held.state.driver.as_ref().filter(|_| open).map(|driver| driver.id().clone())
    }
}

/// Ends the open transactions of sessions that nobody uses any more, all of them at once.
pub async fn abort_all(sessions: Vec<Arc<Session>>) {
    let mut open = Vec::new();
    for session in &sessions {
        open.extend(session.open_transaction().await);
    }
    let link = sessions.first().and_then(|session| session.connection.linked());
    if let Some(link) = link
        && !open.is_empty()
    {
        let command = doc! { "killSessions": open };
        // The server ends a transaction that it hears nothing of by itself.
        let _ = link.database.client().database("admin").run_command(command).await;
    }
}

/// A session in the hands of one operation. Dropped without [`answered`](Self::answered), a command
/// was given up on half-way.
#[derive(Debug)]
pub struct Held<'a> {
    session: &'a Session,
    state: MutexGuard<'a, State>,
    reads: bool,
    sent: bool,
}

impl Held<'_> {
    /// The driver's session, for a command.
    ///
    /// # Errors
    /// `E_ABORTED` in a transaction that can only be aborted.
    pub async fn command(&mut self) -> Result<&mut ClientSession> {
        self.refuse_unknown()?;
        self.sent = true;
        self.driver().await
    }

    /// Whether commands are part of a transaction.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        self.state.transaction != Transaction::None
    }

    /// The command was answered, whatever the answer.
    pub fn answered(mut self) {
        if self.sent
            && let Transaction::Open { begun } = &mut self.state.transaction
        {
            *begun = true;
        }
        self.sent = false;
    }

    /// Starts a transaction. The server hears of it with its first command.
    ///
    /// # Errors
    /// `E_TRANSACTIONS_UNSUPPORTED`, `E_INVALID_QUERY` when one is open already.
    pub async fn start(&mut self, options: TransactionOptions) -> Result<()> {
        self.refuse_unknown()?;
        let driver = self.driver().await?;
        if let Err(error) = driver.start_transaction().with_options(options.clone()).await {
            if Error::from(error.clone()).code != Code::TransactionsUnsupported {
                return Err(error.into());
            }
            // The driver also says so while it has not heard of any server.
            driver.client().database("admin").run_command(doc! { "ping": 1 }).await?;
            driver.start_transaction().with_options(options).await?;
        }
        self.state.transaction = Transaction::Open { begun: false };
        self.state.unanswered = false;
        Ok(())
    }

    /// Commits the transaction, again and again while nobody knows how it went, as the drivers'
    /// convenient API does: for two minutes, or until no server answers any more. May be called again
    /// when the outcome is not known.
    ///
    /// # Errors
    /// What the server says, with its labels; `E_TRANSACTION_COMPLETED` after an abort.
    pub async fn commit(&mut self) -> Result<()> {
        self.refuse_unknown()?;
        self.state.transaction = Transaction::None;
        let driver = self.driver().await?;
        let end = Instant::now() + COMMITTING;
        let mut wait = FIRST_WAIT;
        loop {
            let Err(error) = driver.commit_transaction().await else { return Ok(()) };
            let unknown = error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT);
            let deserted = is_deserted(&error);
            let error = Error::from(error);
            let limited =
                error.server.as_ref().is_some_and(|report| report.code == Some(MAX_TIME_EXPIRED));
            if !unknown || limited || deserted || Instant::now() + wait >= end {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Aborts the transaction. What the server says to it does not matter.
    ///
    /// # Errors
    /// `E_TRANSACTION_COMPLETED`, `E_INVALID_QUERY` when none was started.
    pub async fn abort(&mut self) -> Result<()> {
        let before = self.state.transaction;
        if before != Transaction::None {
            self.state.transaction = Transaction::Unknown;
        }
        let unanswered = before != Transaction::None && self.state.unanswered;
        if before != Transaction::None && self.session.unreachable.load(Ordering::Relaxed) {
            self.abandon();
            return Ok(());
        }
        let driver = self.driver().await?;
        let ended = !unanswered || end_on_server(driver).await;
        let outcome = driver.abort_transaction().await;
        if !ended || outcome.as_ref().is_err_and(is_unheard) {
            self.abandon();
        }
        self.state.transaction = Transaction::None;
        if unanswered { Ok(()) } else { Ok(outcome?) }
    }

    /// Leaves the transaction to the background: the server cannot be told to end it now.
    fn abandon(&mut self) {
        self.state.transaction = Transaction::None;
        if let Some(driver) = self.state.driver.take() {
            tokio::spawn(end_orphan(Arc::clone(&self.session.connection), driver));
        }
    }

    fn refuse_unknown(&self) -> Result<()> {
        if self.state.transaction != Transaction::Unknown {
            return Ok(());
        }
        Err(Error::new(
            Code::Aborted,
            "an earlier operation of the transaction was given up on before the server answered; \
             the transaction can only be rolled back",
        ))
    }

    async fn driver(&mut self) -> Result<&mut ClientSession> {
        match &mut self.state.driver {
            Some(driver) => Ok(driver),
            none => {
                let client: &Client = self.session.connection.link().await?.database.client();
                Ok(none.insert(client.start_session().await?))
            }
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if self.sent {
            self.state.unanswered = true;
            self.state.transaction = self.state.transaction.interrupted(self.reads);
        }
    }
}

/// Ends what the server may still do for the session. The driver sends no abort for a transaction
/// whose first command was never answered, and an abort would wait for that command.
/// Answers whether the server was told.
async fn end_on_server(driver: &ClientSession) -> bool {
    let command = doc! { "killSessions": [driver.id().clone()] };
    let told = driver.client().database("admin").run_command(command).await;
    !told.is_err_and(|error| is_unheard(&error))
}

/// Ends what the server may hold of a session that nobody uses any more, and tries again while the
/// server cannot be reached. Until then whoever writes the same documents, such as the transaction's
/// next attempt, meets it; nobody waits here.
async fn end_orphan(connection: Arc<Connection>, driver: ClientSession) {
    let _present = connection.attend();
    let ending = async {
        let end = Instant::now() + ORPHANED;
        let mut wait = FIRST_WAIT;
        while !end_on_server(&driver).await && Instant::now() + wait < end {
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    };
    tokio::select! {
        () = ending => {}
        _ = connection.closed() => {}
    }
}

/// Whether the server has not heard of a command, as far as is known.
fn is_unheard(error: &mongodb::error::Error) -> bool {
    is_network(error) || is_deserted(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_later_read_may_be_given_up_on() {
        let begun = Transaction::Open { begun: true };
        let fresh = Transaction::Open { begun: false };
        assert_eq!(begun.interrupted(true), begun);
        assert_eq!(begun.interrupted(false), Transaction::Unknown);
        assert_eq!(fresh.interrupted(true), Transaction::Unknown);
        assert_eq!(fresh.interrupted(false), Transaction::Unknown);
        assert_eq!(Transaction::None.interrupted(false), Transaction::None);
    }
}
