//! A named connection: connects on first use, counts what is under way, closes for good.

use super::numbered::Numbered;
use super::options::ConnectionOptions;
use super::session::Session;
use crate::error::{Code, Error, Result};
use futures_util::future::join_all;
use mongodb::{Client, Database};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, OnceCell, watch};

/// One named connection of one Node environment.
#[derive(Debug)]
pub struct Connection {
    options: ConnectionOptions,
    database: OnceCell<Database>,
    numbered: Numbered,
    under_way: AtomicUsize,
    idle: Notify,
    state: watch::Sender<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// No new operations; those under way may finish.
    Closing,
    /// Those under way end now.
    Closed,
}

/// An operation under way. Dropping it ends the count.
#[derive(Debug)]
pub struct Ticket<'a>(&'a Connection);

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if self.0.under_way.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.idle.notify_waiters();
        }
    }
}

impl Connection {
    /// A connection that has not connected yet.
    #[must_use]
    pub fn new(options: ConnectionOptions) -> Self {
        Self {
            options,
            database: OnceCell::new(),
            numbered: Numbered::default(),
            under_way: AtomicUsize::new(0),
            idle: Notify::new(),
            state: watch::Sender::new(State::Open),
        }
    }

    /// Whether server-side JavaScript may run.
    #[must_use]
    pub fn allows_server_javascript(&self) -> bool {
        self.options.allow_server_javascript
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

    /// Announces an operation.
    ///
    /// # Errors
    /// `E_CONNECTION_CLOSED` once [`close`](Self::close) was called.
    pub fn enter(&self) -> Result<Ticket<'_>> {
        self.under_way.fetch_add(1, Ordering::AcqRel);
        let ticket = Ticket(self);
        if *self.state.borrow() == State::Open { Ok(ticket) } else { Err(self.closed_error()) }
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

    /// The database, connecting on first use. A failed attempt is tried again by the next call.
    ///
    /// # Errors
    /// `E_CONFIGURATION`, `E_CONNECTION_FAILED`.
    pub async fn database(&self) -> Result<&Database> {
        self.database
            .get_or_try_init(|| async {
                let options = self.options.to_driver().await?;
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
                Ok(client.database(&name))
            })
            .await
    }

    /// Lets operations under way finish and open transactions of `sessions` be aborted for up to
    /// `patience`, ends the rest with `E_CONNECTION_CLOSED`, and closes every socket. Later
    /// operations are refused.
    pub async fn close(&self, patience: Duration, sessions: Vec<Arc<Session>>) {
        self.state.send_replace(State::Closing);
        let orderly = async {
            loop {
                let notified = self.idle.notified();
                if self.under_way.load(Ordering::Acquire) == 0 {
                    break;
                }
                notified.await;
            }
            join_all(sessions.iter().map(|session| session.close())).await;
        };
        let _ = tokio::time::timeout(patience, orderly).await;
        self.state.send_replace(State::Closed);
        if let Some(database) = self.database.get() {
            database.client().clone().shutdown().immediate(true).await;
            self.numbered.clear();
        }
    }
}
