//! An operation's turn: after the operation that it waits for, alone in its session, and with a place
//! among the commands that the driver has at a time.
//!
//! The place is taken last and given up with the session, so that nobody who has one waits for
//! anybody.

use super::Request;
use super::deadline::Deadline;
use super::flow::{Flow, given_up};
use crate::client::connection::Connection;
use crate::client::gate::{Gate, Place};
use crate::client::progress;
use crate::client::session::{Held, Session};
use crate::error::{Code, Error, Result};
use crate::request::{Head, Kind};
use crate::telemetry::{self, Phase, Trace};
use mongodb::ClientSession;
use mongodb::options::{ReadPreference, SelectionCriteria};
use std::time::Duration;

/// Lent to an operation, which begins it before each command.
#[derive(Debug)]
pub struct Turn<'a> {
    flow: &'a Flow,
    connection: &'a Connection,
    after: Option<&'a Flow>,
    session: Option<&'a Session>,
    /// Which members of a replica set the model's documents are read from.
    model_reads_from: Option<&'a ReadPreference>,
    kind: Kind,
    held: Option<Held<'a>>,
    gate: &'a Gate,
    place: Option<Place<'a>>,
    deadline: &'a Deadline,
}

impl<'a> Turn<'a> {
    pub(super) fn new(
        request: &'a Request,
        flow: &'a Flow,
        gate: &'a Gate,
        (deadline, session): (&'a Deadline, Option<&'a Session>),
    ) -> Self {
        Self {
            flow,
            connection: &request.connection,
            gate,
            place: None,
            deadline,
            after: request.after.as_deref(),
            session,
            model_reads_from: request.model.reads_from.as_ref(),
            kind: request.kind,
            held: None,
        }
    }

    /// The connection that commands go to.
    pub(super) const fn connection(&self) -> &'a Connection {
        self.connection
    }

    /// What notes where the operation's time goes, where it is asked for.
    pub(super) const fn trace(&self) -> Option<&'a Trace> {
        self.flow.trace()
    }

    /// Whether the operation is part of a session.
    pub(super) const fn has_session(&self) -> bool {
        self.session.is_some()
    }

    /// Which members of a replica set are read from: as the request says, or its model, or its connection. In a
    /// transaction the primary, whatever these say.
    pub(super) fn reads_from(&self, head: Head<'_>) -> Result<Option<SelectionCriteria>> {
        if self.has_session() {
            return Ok(None);
        }
        let asked = head.read_preference()?;
        let of_model = || self.model_reads_from.cloned().map(SelectionCriteria::ReadPreference);
        let of_connection = || self.connection.linked().and_then(|link| link.reads_from.clone());
        Ok(asked.or_else(of_model).or_else(of_connection))
    }

    /// Waits for the operation that must come first, then for the session, then for a place; they
    /// stay with this operation until [`end`](Self::end). `None` for an operation without a session.
    ///
    /// # Errors
    /// `E_ABORTED` when the earlier operation failed or the caller has given up: no command is
    /// sent after that.
    pub(super) async fn begin(&mut self) -> Result<Option<&mut ClientSession>> {
        match self.hold().await? {
            Some(held) => held.command().await.map(Some),
            None => Ok(None),
        }
    }

    /// As [`begin`](Self::begin), for the session itself.
    pub(super) async fn hold(&mut self) -> Result<Option<&mut Held<'a>>> {
        if self.flow.is_gone() {
            return Err(given_up());
        }
        if let Some(previous) = self.after.take() {
            let succeeded = self.unless_gone(previous.outcome()).await?;
            if !succeeded {
                return Err(Error::new(Code::Aborted, "an earlier part of the same insert failed"));
            }
        }
        if let (None, Some(session)) = (&self.held, self.session) {
            self.place = None;
            self.held = Some(match self.kind {
                Kind::AbortTransaction => self.unless_gone(session.hold_to_abort()).await?,
                kind => self.unless_gone(session.hold(kind.reads())).await?,
            });
        }
        self.take_place().await?;
        Ok(self.held.as_mut())
    }

    /// Waits for a place alone, for a command that is part of no session.
    pub(super) async fn take_place(&mut self) -> Result<()> {
        if self.place.is_none() {
            let _timer = telemetry::time(self.flow.trace(), Phase::Queue);
            self.place = self.unless_gone(self.gate.enter()).await?;
        }
        progress::idle();
        Ok(())
    }

    /// The time limit for the server, for a command that is sent now: what the request says, or less
    /// when less is left of the time that the operation may take.
    pub(super) fn max_time(&self, head: Head<'_>) -> Result<Option<Duration>> {
        Ok(self.deadline.limited(head.max_time()?))
    }

    /// As [`max_time`](Self::max_time), for a command of a request that says nothing of it.
    pub(super) fn time_left(&self) -> Option<Duration> {
        self.deadline.limited(None)
    }

    /// Where what was just written is read. In a transaction all reads are of the primary.
    pub(super) fn primary(&self) -> Option<SelectionCriteria> {
        (!self.has_session()).then_some(SelectionCriteria::ReadPreference(ReadPreference::Primary))
    }

    async fn unless_gone<T>(&self, wait: impl Future<Output = T>) -> Result<T> {
        tokio::select! {
            biased;
            error = self.flow.cancelled() => Err(error),
            value = wait => Ok(value),
        }
    }

    /// The commands so far were answered: others of the session may go on.
    pub(super) fn end(&mut self) {
        if let Some(held) = self.held.take() {
            held.answered();
        }
        self.place = None;
        progress::idle();
    }
}
