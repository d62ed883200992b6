//! The state of one Node environment: the main thread has one, each worker thread its own.

use super::completions::{Attachment, Completions, SlotSink};
use super::guard::panicked;
use super::submission::{Submission, split_context};
use crate::client::connection::Connection;
use crate::client::destination::Destination;
use crate::client::options::ConnectionOptions;
use crate::client::runtime::{self, Thread};
use crate::client::session::{Session, abort_all};
use crate::crypto::key_ring::KeyRing;
use crate::error::{Code, Error, Result};
use crate::lifecycle::run::Run;
use crate::model::Model;
use crate::ops::{self, Flow, Reply, Request, Sink};
use crate::protocol::{Kind, Lifecycle, Outcome, submission};
use crate::relations::{self, Taken};
use crate::request::head::with_context;
use crate::telemetry::Trace;
use bson::rawdoc;
use futures_util::FutureExt;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

/// How long an environment that goes away waits for the server to abort open transactions.
const LEAVING: Duration = Duration::from_secs(1);

thread_local! {
    /// By number: a thread may load the package more than once (hot reload, module isolation).
    static ATTACHED: RefCell<BTreeMap<u32, Environment>> = const { RefCell::new(BTreeMap::new()) };
}

/// Everything that belongs to one environment and goes with it.
pub(super) struct Environment {
    completions: Arc<Completions>,
    connections: HashMap<u32, Destination>,
    sessions: HashMap<u32, Arc<Session>>,
    models: HashMap<u32, Arc<Model>>,
    /// Those that have encrypted columns, or a scope.
    ruled: Arc<[Arc<Model>]>,
    rings: HashMap<u32, Arc<KeyRing>>,
    runs: HashMap<u32, Run>,
    flows: HashMap<u32, Arc<Flow>>,
    next_handle: u32,
}

/// Makes an environment on this thread and answers its number.
pub(super) fn install(completions: Completions) -> u32 {
    ATTACHED.with_borrow_mut(|attached| {
        let number = attached.last_key_value().map_or(1, |(last, _)| last + 1);
        attached.insert(
            number,
            Environment {
                completions: Arc::new(completions),
                connections: HashMap::new(),
                sessions: HashMap::new(),
                models: HashMap::new(),
                ruled: Arc::default(),
                rings: HashMap::new(),
                runs: HashMap::new(),
                flows: HashMap::new(),
                next_handle: 1,
            },
        );
        number
    })
}

/// Ends an environment: operations under way are cancelled, sockets closed.
pub(super) fn uninstall(number: u32) {
    let Some(mut environment) = ATTACHED.with_borrow_mut(|attached| attached.remove(&number))
    else {
        return;
    };
    environment.completions.detach();
    for flow in environment.flows.values() {
        flow.cancel();
    }
    let connections = std::mem::take(&mut environment.connections).into_values();
    // Their databases have the same sockets.
    for Destination { connection, .. } in connections.filter(|one| one.database.is_none()) {
        let sessions = environment.take_sessions(&connection);
        runtime::spawn(connection.home(), move || async move {
            connection.close(LEAVING, abort_all(sessions)).await;
        });
    }
}

/// Runs `body` on an environment of this thread.
pub(super) fn with<T>(number: u32, body: impl FnOnce(&mut Environment) -> Result<T>) -> Result<T> {
    ATTACHED.with_borrow_mut(|attached| match attached.get_mut(&number) {
        Some(environment) => body(environment),
        None => Err(protocol("the native core is not attached to this thread")),
    })
}

impl Environment {
    /// Whether operations are under way.
    pub(super) fn is_busy(&self) -> bool {
        !self.flows.is_empty()
    }

    pub(super) fn completions(&self) -> &Completions {
        &self.completions
    }

    pub(super) fn open_connection(&mut self, options: &[u8]) -> Result<u32> {
        let options = ConnectionOptions::from_document(options)?;
        let handle = self.take_handle();
        self.connections.insert(handle, Connection::new(options).into());
        Ok(handle)
    }

    pub(super) fn open_database(&mut self, connection: u32, name: &str) -> Result<u32> {
        let destination = self.destination(connection)?.beside(name)?;
        let handle = self.take_handle();
        self.connections.insert(handle, destination);
        Ok(handle)
    }

    pub(super) fn define_model(&mut self, descriptor: &[u8]) -> Result<u32> {
        let model = Model::from_descriptor(descriptor)?;
        let handle = self.take_handle();
        let model = Arc::new(model);
        if model.is_ruled() {
            self.ruled = self.ruled.iter().chain([&model]).cloned().collect();
        }
        self.models.insert(handle, model);
        Ok(handle)
    }

    pub(super) fn forget_model(&mut self, handle: u32) {
        let Some(gone) = self.models.remove(&handle) else { return };
        if gone.is_ruled() {
            let rest = self.ruled.iter().filter(|one| !Arc::ptr_eq(one, &gone));
            self.ruled = rest.cloned().collect();
        }
    }

    pub(super) fn open_key_ring(&mut self, options: &[u8]) -> Result<u32> {
        let ring = KeyRing::from_document(options)?;
        let handle = self.take_handle();
        self.rings.insert(handle, Arc::new(ring));
        Ok(handle)
    }

    pub(super) fn close_key_ring(&mut self, handle: u32) {
        self.rings.remove(&handle);
    }

    pub(super) fn open_session(&mut self, connection: u32) -> Result<u32> {
        let Destination { connection, .. } = self.destination(connection)?;
        let handle = self.take_handle();
        self.sessions.insert(handle, Arc::new(Session::new(connection)));
        Ok(handle)
    }

    /// Drops a session; a transaction that is still open is aborted in the background.
    pub(super) fn close_session(&mut self, handle: u32) {
        if let Some(session) = self.sessions.remove(&handle) {
            runtime::spawn(session.home(), move || async move { session.close().await });
        }
    }

    fn take_sessions(&mut self, connection: &Arc<Connection>) -> Vec<Arc<Session>> {
        self.sessions
            .extract_if(|_, session| session.is_of(connection))
            .map(|(_, session)| session)
            .collect()
    }

    fn take_handle(&mut self) -> u32 {
        let handle = self.next_handle;
        self.next_handle += 1;
        handle
    }

    pub(super) fn begin(
        &mut self,
        (slot, model): (u32, u32),
        operation: u32,
        rows: u32,
        muted: u32,
    ) -> Result<u32> {
        let operation = Lifecycle::from_number(operation)
            .ok_or_else(|| protocol("unknown lifecycle operation"))?;
        let hooks = self.model(model)?.hooks.without(muted);
        let mut run = Run::new(operation, hooks, rows);
        let step = run.start();
        if !step.is_last() {
            self.runs.insert(slot, run);
        }
        Ok(step.number())
    }

    pub(super) fn advance(&mut self, slot: u32, outcome: u32) -> Result<u32> {
        let outcome = Outcome::from_number(outcome).ok_or_else(|| protocol("unknown outcome"))?;
        let run = self.runs.get_mut(&slot).ok_or_else(|| protocol("no such run"))?;
        let step = run.advance(outcome);
        if step.is_last() {
            self.runs.remove(&slot);
        }
        Ok(step.number())
    }

    /// Sends a request: its head, then its bytes.
    pub(super) fn submit(&mut self, bytes: &[u8]) -> Result<()> {
        let (head, body) = Submission::read(bytes)?;
        let request = self.request(self.destination(head.connection)?, head, body)?;
        let trace = (head.flags & submission::TRACE != 0)
            .then(|| Trace::begin(&format!("{:?}", request.kind), &request.model.collection));
        let ticket = request.connection.enter();
        let thread = request.session.as_ref().map_or(Thread::Any, |session| session.home());
        self.spawn((head.slot, thread), trace, move |flow, sink| {
            ops::run(request, ticket, flow, sink)
        })
    }

    /// What a command would be sent as: `what` is done where and with which model.
    pub(super) fn preview(&self, what: [u32; 3], body: &[u8]) -> Result<Vec<u8>> {
        let [operation, connection, model] = what;
        let (operation, flags) = (operation & 0xFF, operation & !0xFF);
        let (after, session, ring) = (submission::NOBODY, 0, 0);
        let slot = 0;
        let head = Submission { slot, operation, connection, model, after, session, ring, flags };
        let destination = match connection {
            // What is asked is shown before it is known where it will be sent.
            0 => Connection::new(ConnectionOptions::of_nowhere()).into(),
            handle => self.destination(handle)?,
        };
        ops::preview(self.request(destination, head, body)?)
    }

    fn request(
        &self,
        Destination { connection, database }: Destination,
        head: Submission,
        body: &[u8],
    ) -> Result<Request> {
        let Submission { operation, model, after, session, ring, flags, .. } = head;
        let (body, context) = split_context(body, flags)?;
        let kind = Kind::from_number(operation).ok_or_else(|| protocol("unknown operation"))?;
        let session = match session {
            0 => None,
            handle => Some(self.session(handle, &connection)?),
        };
        let taken = if kind.is_described() {
            relations::take_legs(body, matches!(kind, Kind::Find | Kind::Aggregate), self)?
        } else {
            None
        };
        let taken = taken.unwrap_or_else(|| Taken { body: body.to_vec(), ..Taken::default() });
        let Taken { with, has, body } = taken;
        let body = match context {
            [] => body,
            context => with_context(&body, context)?,
        };
        Ok(Request {
            kind,
            connection,
            database,
            model: if model == 0 { Arc::default() } else { self.model(model)? },
            body,
            after: match after {
                submission::NOBODY => None,
                slot => self.flows.get(&slot).cloned(),
            },
            session,
            ring: match ring {
                0 => None,
                handle => Some(self.ring(handle)?),
            },
            ruled: Arc::clone(&self.ruled),
            with,
            has,
        })
    }

    pub(super) fn close_connection(&mut self, slot: u32, handle: u32, patience: u32) -> Result<()> {
        let Destination { connection, .. } = self.destination(handle)?;
        self.connections.retain(|_, one| !Arc::ptr_eq(&one.connection, &connection));
        let sessions = self.take_sessions(&connection);
        let patience = Duration::from_millis(patience.into());
        self.spawn((slot, connection.home()), None, move |_, sink| async move {
            connection.close(patience, abort_all(sessions)).await;
            sink.deliver(Reply::Document(rawdoc! {}), false);
        })
    }

    /// Starts an operation on an I/O thread. A panic in it becomes its reply.
    fn spawn<F>(
        &mut self,
        (slot, thread): (u32, Thread),
        trace: Option<Trace>,
        operation: impl FnOnce(Arc<Flow>, Arc<SlotSink>) -> F + Send + 'static,
    ) -> Result<()>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let flow = Arc::new(Flow::new(trace));
        let sink = Arc::new(SlotSink::new(slot, Arc::clone(&self.completions)));
        let given = (Arc::clone(&flow), Arc::clone(&sink));
        let started = runtime::spawn(thread, move || {
            // The future is large: on the heap it is not moved into another one.
            let work = AssertUnwindSafe(Box::pin(operation(given.0, given.1))).catch_unwind();
            work.map(move |end| {
                if let Err(payload) = end {
                    sink.deliver(Reply::Failed(panicked(&*payload)), false);
                }
            })
        });
        if !started {
            return Err(Error::new(Code::Unsupported, "the system refused a thread for I/O"));
        }
        self.flows.insert(slot, flow);
        Ok(())
    }

    pub(super) fn grant(&mut self, slot: u32) {
        if let Some(flow) = self.flows.get(&slot) {
            flow.grant();
        }
    }

    pub(super) fn cancel(&mut self, slot: u32) {
        if let Some(flow) = self.flows.get(&slot) {
            flow.cancel();
        }
    }

    /// Writes the completions that are ready into JavaScript's own memory, from `at` on.
    pub(super) fn drain(&mut self, slab: &mut [u8], at: u32) -> Result<u32> {
        let start = at as usize;
        let room = slab
            .get_mut(start..)
            .filter(|_| start.is_multiple_of(8))
            .ok_or_else(|| protocol("a slab ends before its first record"))?;
        let (written, left) = self.completions.drain(room, |slot| {
            self.flows.remove(&slot);
        });
        let end = u32::try_from(start + written).unwrap_or(u32::MAX >> 2);
        Ok((end << 2) | left)
    }

    /// Takes the completions that are ready, with what is attached to them.
    pub(super) fn drain_attached(&mut self) -> Vec<Attachment> {
        self.completions.drain_attached(|slot| {
            self.flows.remove(&slot);
        })
    }

    pub(super) fn destination(&self, handle: u32) -> Result<Destination> {
        self.connections
            .get(&handle)
            .cloned()
            .ok_or_else(|| Error::new(Code::ConnectionClosed, "the connection was closed"))
    }

    fn session(&self, handle: u32, connection: &Arc<Connection>) -> Result<Arc<Session>> {
        let session = self.sessions.get(&handle).ok_or_else(|| {
            Error::new(
                Code::TransactionCompleted,
                "the session was closed: its transaction was committed or rolled back already",
            )
        })?;
        if session.is_of(connection) {
            Ok(Arc::clone(session))
        } else {
            Err(Error::new(Code::InvalidQuery, "the session belongs to another connection"))
        }
    }

    pub(super) fn ring(&self, handle: u32) -> Result<Arc<KeyRing>> {
        self.rings.get(&handle).cloned().ok_or_else(|| protocol("no such key ring"))
    }

    pub(super) fn model(&self, handle: u32) -> Result<Arc<Model>> {
        self.models.get(&handle).cloned().ok_or_else(|| protocol("no such model"))
    }
}

fn protocol(what: &str) -> Error {
    Error::new(
        Code::Unsupported,
        format!("{what}: the package and its native core differ in version"),
    )
}
