//! A named connection: connects on first use, counts what is under way, closes for good.

use super::gate::Gate;
use super::numbered::Numbered;
use super::options::ConnectionOptions;
use super::progress::{self, Sockets};
use super::runtime::Thread;
use crate::error::{Code, Error, Result};
use crate::protocol::preset::MAX_POOL_SIZE;
use mongodb::options::SelectionCriteria;
use mongodb::{Client, Database};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, OnceCell, watch};
use tokio::time::timeout;

/// How long closing waits for what was ended to let go of its sockets.
const LETTING_GO: Duration = Duration::from_millis(500);
/// How long closing waits for the server to abort transactions that are still open.
const ABORTING: Duration = Duration::from_secs(1);
/// How long closing waits for the driver to close cursors, sessions and sockets. What is not done by
/// then is done in the background.
const SHUTDOWN: Duration = Duration::from_millis(500);

/// One named connection of one Node environment.
#[derive(Debug)]
pub struct Connection {
    options: ConnectionOptions,
    link: OnceCell<Link>,
    sockets: Arc<Sockets>,
    numbered: Numbered,
    /// Operations that have not answered yet.
    under_way: Count,
    /// Those, and commands that go on although they were given up on.
    present: Count,
    state: watch::Sender<State>,
    home: usize,
}

/// The driver's side of a connection.
#[derive(Debug)]
pub struct Link {
    /// The database.
    pub database: Database,
    /// Every command goes through it.
    pub gate: Gate,
    /// Which members of a replica set are read from, where nobody says otherwise. The client itself does not know:
    /// what it looks up for a write, and all of a transaction, is read from the primary.
    pub reads_from: Option<SelectionCriteria>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// No new operations; those under way may finish.
    Closing,
    /// Those under way end now.
    Closed,
}

/// A number of things, and who waits for the last to go.
#[derive(Debug, Default)]
struct Count {
    number: AtomicUsize,
    none: Notify,
}

impl Count {
    fn add(&self) {
        self.number.fetch_add(1, Ordering::AcqRel);
    }

    fn remove(&self) {
        if self.number.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.none.notify_waiters();
        }
    }

    async fn none(&self) {
        loop {
            let notified = self.none.notified();
            if self.number.load(Ordering::Acquire) == 0 {
                return;
            }
            notified.await;
        }
    }
}

/// One of those that are present. Dropping it ends that.
struct Present<'a>(&'a Count);

impl Drop for Present<'_> {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// An operation under way. Dropping it ends that.
#[derive(Debug)]
pub struct Ticket {
    connection: Arc<Connection>,
    in_time: bool,
    answered: bool,
}

impl Ticket {
    /// # Errors
    /// `E_CONNECTION_CLOSED` for one that came after [`close`](Connection::close).
    pub fn check(&self) -> Result<()> {
        if self.in_time { Ok(()) } else { Err(self.connection.closed_error()) }
    }

    /// The caller has its answer; closing the connection waits no longer for this operation.
    pub fn answered(&mut self) {
        if !self.answered {
            self.answered = true;
            self.connection.under_way.remove();
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.answered();
        self.connection.present.remove();
    }
}

impl Connection {
    /// A connection that has not connected yet.
    #[must_use]
    pub fn new(options: ConnectionOptions) -> Self {
        Self {
            options,
            link: OnceCell::new(),
            sockets: Arc::default(),
            numbered: Numbered::default(),
            under_way: Count::default(),
            present: Count::default(),
            state: watch::Sender::new(State::Open),
            home: Thread::next_home(),
        }
    }

    /// The I/O thread of what happens in the order of the calls: in its sessions, and its closing.
    #[must_use]
    pub const fn home(&self) -> Thread {
        Thread::Number(self.home)
    }

    /// Whether server-side JavaScript may run.
    #[must_use]
    pub fn allows_server_javascript(&self) -> bool {
        self.options.allow_server_javascript
    }

    /// What seals the cursors of pages, if it is set.
    #[must_use]
    pub fn cursor_secret(&self) -> Option<&str> {
        self.options.cursor_secret.as_deref()
    }

    /// The time that an operation may take when its request does not say.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.options.timeout
    }

    /// Sessions for writes that are numbered here.
    #[must_use]
    pub const fn numbered(&self) -> &Numbered {
        &self.numbered
    }

    /// How long a command may go without an answer; `None` for as long as it takes.
    #[must_use]
    pub fn silence(&self) -> Option<Duration> {
        self.options.silence()
    }

    /// The sockets that the driver closed lately.
    #[must_use]
    pub fn sockets(&self) -> &Sockets {
        &self.sockets
    }

    /// Announces an operation, on the thread that sends it: whoever closes the connection afterwards
    /// waits for it, whichever thread carries it out.
    #[must_use]
    pub fn enter(self: &Arc<Self>) -> Ticket {
        self.under_way.add();
        self.present.add();
        let in_time = *self.state.borrow() == State::Open;
        Ticket { connection: Arc::clone(self), in_time, answered: false }
    }

    /// Announces work that closing waits for before it closes the sockets, but not for long.
    pub(super) fn attend(&self) -> impl Drop {
        self.present.add();
        Present(&self.present)
    }

    /// Resolves when operations under way must end.
    pub async fn closed(&self) -> Error {
        let mut state = self.state.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = state.wait_for(|state| *state == State::Closed).await;
        self.closed_error()
    }

    fn closed_error(&self) -> Error {
        Error::new(
            Code::ConnectionClosed,
            format!("connection \"{}\" was closed", self.options.name),
        )
    }

    /// The driver's side, connecting on first use. A failed attempt is tried again by the next call.
    ///
    /// # Errors
    /// `E_CONFIGURATION`, `E_CONNECTION_FAILED`.
    pub async fn link(&self) -> Result<&Link> {
        self.link
            .get_or_try_init(|| async {
                let mut options = self.options.to_driver().await?;
                let reads_from = options.selection_criteria.take();
                options.cmap_event_handler = Some(progress::handler(Arc::clone(&self.sockets)));
                let gate = Gate::new(options.max_pool_size.unwrap_or(MAX_POOL_SIZE), Arc::clone(&self.sockets));
                let from_url = options.default_database.clone();
                let name = self.options.database.clone().or(from_url).ok_or_else(|| {
                    Error::new(
                        Code::Configuration,
                        format!(
                            "connection \"{}\" names no database, neither as `database` nor in its url",
                            self.options.name
                        ),
                    )
                })?;
                if options.retry_writes == Some(false) {
                    self.numbered.turn_off();
                }
                let client = Client::with_options(options).map_err(|error| {
                    let error = Error::from(error);
                    // What the driver says may quote a setting.
                    let what = "settings of the connection do not fit together, or are out of range";
                    match error.code {
                        Code::InvalidQuery => Error::new(
                            Code::Configuration,
                            format!("connection \"{}\": {what}", self.options.name),
                        ),
                        _ => error,
                    }
                })?;
                Ok(Link { database: client.database(&name), gate, reads_from })
            })
            .await
    }

    /// The driver's side, if the connection was used before.
    #[must_use]
    pub fn linked(&self) -> Option<&Link> {
        self.link.get()
    }

    /// Lets operations under way finish for up to `patience`, ends the rest with
    /// `E_CONNECTION_CLOSED`, gives `aborting`, which ends the open transactions, a moment, and closes
    /// every socket. Takes two seconds more than `patience` at most, whatever the server
    /// does. Later operations are refused.
    pub async fn close(&self, patience: Duration, aborting: impl Future<Output = ()>) {
        self.state.send_replace(State::Closing);
        let _ = timeout(patience, self.under_way.none()).await;
        self.state.send_replace(State::Closed);
        let _ = timeout(LETTING_GO, self.present.none()).await;
        let Some(Link { database, .. }) = self.link.get() else { return };
        let _ = timeout(ABORTING, aborting).await;
        self.numbered.clear();
        let client = database.client().clone();
        // The driver asks the server to close cursors and sessions; it does not say how long it waits.
        let shutdown = tokio::spawn(async move {
            let _ = timeout(SHUTDOWN / 2, client.clone().shutdown()).await;
            let _ = timeout(SHUTDOWN, client.shutdown().immediate(true)).await;
        });
        let _ = timeout(SHUTDOWN, shutdown).await;
    }
}
