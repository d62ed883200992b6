//! Sessions for writes whose commands are written here, and numbered here.
//!
//! A server carries out a numbered write once, however often it is sent, as long as the numbers of a
//! session grow. The driver numbers only the commands that it writes itself, and keeps its counter to
//! itself: so these sessions are never given back to its pool while the connection lives.

use crate::error::{Code, Error, Result};
use bson::RawDocumentBuf;
use mongodb::bson::Document;
use mongodb::{Client, ClientSession, Database};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Beyond every number that the driver gave out for a session before it came here.
const FIRST: i64 = 1 << 32;
/// How long a session rests after a command whose answer nobody has seen: the server may be at work
/// on it, and another command of the session would wait for that.
const REST: Duration = Duration::from_secs(60);

/// The sessions of one connection.
#[derive(Debug, Default)]
pub struct Numbered {
    idle: Mutex<Vec<Counted>>,
    /// Writes are not to be numbered, or the server takes no numbers.
    off: AtomicBool,
}

#[derive(Debug)]
struct Counted {
    session: ClientSession,
    last: i64,
    ready: Instant,
}

impl Numbered {
    /// Whether writes go without numbers.
    pub fn is_off(&self) -> bool {
        self.off.load(Ordering::Relaxed)
    }

    /// Writes go without numbers from now on: by `retryWrites`, or on a server that is no member of a
    /// replica set.
    pub fn turn_off(&self) {
        self.off.store(true, Ordering::Relaxed);
    }

    /// A session for one write, with the write's number.
    ///
    /// # Errors
    /// What the driver says when it cannot make one.
    pub async fn lend(&self, client: &Client) -> Result<Lent<'_>> {
        let counted = match self.take() {
            Some(counted) => counted,
            None => Counted {
                session: client.start_session().await?,
                last: FIRST,
                ready: Instant::now(),
            },
        };
        let number = counted.last + 1;
        Ok(Lent { home: self, counted: Some(counted), number, answered: true })
    }

    /// Drops what is idle. Only for a connection that is closed.
    pub fn clear(&self) {
        self.idle().clear();
    }

    fn take(&self) -> Option<Counted> {
        let mut idle = self.idle();
        let now = Instant::now();
        let place = idle.iter().rposition(|one| one.ready <= now)?;
        Some(idle.swap_remove(place))
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Counted>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session in the hands of one write. It goes back when it is dropped.
#[derive(Debug)]
pub struct Lent<'a> {
    home: &'a Numbered,
    counted: Option<Counted>,
    number: i64,
    answered: bool,
}

impl Lent<'_> {
    /// The write's number.
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// Sends the write; the same again is carried out once.
    ///
    /// # Errors
    /// The driver's.
    pub async fn send(
        &mut self,
        database: &Database,
        command: &RawDocumentBuf,
    ) -> Result<mongodb::error::Result<Document>> {
        let Some(counted) = self.counted.as_mut() else {
            return Err(Error::new(Code::NativePanic, "a session was lent twice"));
        };
        self.answered = false;
        let reply = database.run_raw_command(command.clone()).session(&mut counted.session).await;
        self.answered = !reply.as_ref().is_err_and(is_network);
        Ok(reply)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(mut counted) = self.counted.take() {
            counted.last = self.number;
            counted.ready = Instant::now();
            if !self.answered {
                counted.ready += REST;
            }
            self.home.idle().push(counted);
        }
    }
}

/// Whether the command may have reached a server that did not answer.
pub fn is_network(error: &mongodb::error::Error) -> bool {
    use mongodb::error::ErrorKind;
    matches!(&*error.kind, ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. })
}
