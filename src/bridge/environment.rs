//! The state of one Node environment: the main thread has one, each worker thread its own.

use super::completions::{Completions, Drained, SlotSink};
use super::guard::panicked;
use crate::client::connection::Connection;
use crate::client::options::ConnectionOptions;
use crate::client::runtime;
use crate::client::session::{Session, abort_all};
use crate::crypto::key_ring::KeyRing;
use crate::error::{Code, Error, Result};
use crate::lifecycle::run::Run;
use crate::model::Model;
use crate::ops::{self, Flow, Reply, Request, Sink};
use crate::protocol::{Kind, Lifecycle, Outcome};
use bson::rawdoc;
use futures_util::FutureExt;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

/// A command as JavaScript submits it: all but its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Submission {
    pub(super) slot: u32,
    pub(super) operation: u32,
    pub(super) connection: u32,
    pub(super) model: u32,
    pub(super) after: Option<u32>,
    pub(super) session: Option<u32>,
    pub(super) ring: Option<u32>,
}

/// How long an environment that goes away waits for the server to abort open transactions.
const LEAVING: Duration = Duration::from_secs(1);

thread_local! {
    /// By number: a thread may load the package more than once (hot reload, module isolation).
    static ATTACHED: RefCell<BTreeMap<u32, Environment>> = const { RefCell::new(BTreeMap::new()) };
}

/// Everything that belongs to one environment and goes with it.
pub(super) struct Environment {
    completions: Arc<Completions>,
    connections: HashMap<u32, Arc<Connection>>,
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
    if let Some(handle) = runtime::handle() {
        for connection in std::mem::take(&mut environment.connections).into_values() {
            let sessions = environment.take_sessions(&connection);
            handle.spawn(async move { connection.close(LEAVING, abort_all(sessions)).await });
        }
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
        self.connections.insert(handle, Arc::new(Connection::new(options)));
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
        let connection = self.connection(connection)?;
        let handle = self.take_handle();
        self.sessions.insert(handle, Arc::new(Session::new(connection)));
        Ok(handle)
    }

    /// Drops a session; a transaction that is still open is aborted in the background.
    pub(super) fn close_session(&mut self, handle: u32) {
        if let (Some(session), Some(runtime)) = (self.sessions.remove(&handle), runtime::handle()) {
            runtime.spawn(async move { session.close().await });
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
        slot: u32,
        model: u32,
        operation: u32,
        rows: u32,
    ) -> Result<u32> {
        let operation = Lifecycle::from_number(operation)
            .ok_or_else(|| protocol("unknown lifecycle operation"))?;
        let hooks = self.model(model)?.hooks;
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

    pub(super) fn submit(&mut self, submission: Submission, body: &[u8]) -> Result<()> {
        let slot = submission.slot;
        let request = self.request(submission, body)?;
        self.spawn(slot, |flow, sink| async move {
            ops::run(request, flow, &*sink).await;
        })
    }

    /// What a command would be sent as.
    pub(super) fn preview(&self, submission: Submission, body: &[u8]) -> Result<Vec<u8>> {
        ops::preview(self.request(submission, body)?)
    }

    fn request(&self, submission: Submission, body: &[u8]) -> Result<Request> {
        let Submission { slot: _, operation, connection, model, after, session, ring } = submission;
        let kind = Kind::from_number(operation).ok_or_else(|| protocol("unknown operation"))?;
        let connection = self.connection(connection)?;
        let session = match session {
            None | Some(0) => None,
            Some(handle) => Some(self.session(handle, &connection)?),
        };
        Ok(Request {
            kind,
            connection,
            model: if model == 0 { Arc::default() } else { self.model(model)? },
            body: body.to_vec(),
            after: after.and_then(|slot| self.flows.get(&slot).cloned()),
            session,
            ring: match ring {
                None | Some(0) => None,
                Some(handle) => Some(self.ring(handle)?),
            },
            ruled: Arc::clone(&self.ruled),
        })
    }

    pub(super) fn close_connection(&mut self, slot: u32, handle: u32, patience: u32) -> Result<()> {
        let connection = self.connection(handle)?;
        self.connections.remove(&handle);
        let sessions = self.take_sessions(&connection);
        let patience = Duration::from_millis(patience.into());
        self.spawn(slot, move |_, sink| async move {
            connection.close(patience, abort_all(sessions)).await;
            sink.deliver(Reply::Document(rawdoc! {}), false);
        })
    }

    /// Starts an operation on the I/O thread. A panic in it becomes its reply.
    fn spawn<F>(
        &mut self,
        slot: u32,
        operation: impl FnOnce(Arc<Flow>, Arc<SlotSink>) -> F,
    ) -> Result<()>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let handle = runtime::handle()
            .ok_or_else(|| Error::new(Code::Unsupported, "the system refused a thread for I/O"))?;
        let flow = Arc::new(Flow::new());
        let sink = Arc::new(SlotSink::new(slot, Arc::clone(&self.completions)));
        let work = operation(Arc::clone(&flow), Arc::clone(&sink));
        self.flows.insert(slot, flow);
        handle.spawn(async move {
            if let Err(payload) = AssertUnwindSafe(work).catch_unwind().await {
                sink.deliver(Reply::Failed(panicked(&*payload)), false);
            }
        });
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

    pub(super) fn drain(&mut self) -> Drained {
        let drained = self.completions.drain();
        for slot in &drained.finished {
            self.flows.remove(slot);
        }
        drained
    }

    fn connection(&self, handle: u32) -> Result<Arc<Connection>> {
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

    fn ring(&self, handle: u32) -> Result<Arc<KeyRing>> {
        self.rings.get(&handle).cloned().ok_or_else(|| protocol("no such key ring"))
    }

    fn model(&self, handle: u32) -> Result<Arc<Model>> {
        self.models.get(&handle).cloned().ok_or_else(|| protocol("no such model"))
    }
}

fn protocol(what: &str) -> Error {
    Error::new(
        Code::Unsupported,
        format!("{what}: the package and its native core differ in version"),
    )
}
