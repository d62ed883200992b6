//! How far a command is in the driver: waiting for a socket, or on one and since when.
//!
//! The driver's pool spends one of its turns on each waiter that is gone, and without traffic it has
//! two turns a second. So a command must not be dropped while it waits for a socket, and whoever
//! gives up on one has to know. The pool's events are emitted while the command's own future is
//! polled: what is current on this thread is the command's.

use mongodb::event::EventHandler;
use mongodb::event::cmap::CmapEvent;
use mongodb::options::ServerAddress;
use std::cell::Cell;
use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Commands that may wait for sockets that are still to be opened; the driver opens two at a time.
const OPENING: i64 = 4;
/// How long a command waits for its turn to ask for a socket.
const ROOM: Duration = Duration::from_secs(1);
/// How many closed sockets are remembered, the latest.
const REMEMBERED: usize = 1024;

/// How long a command that was given up on may go on while others wait.
pub(super) const COURTESY: Duration = Duration::from_millis(50);

static EPOCH: LazyLock<Instant> = LazyLock::new(Instant::now);

thread_local! {
    static CURRENT: Cell<Stage> = const { Cell::new(Stage { state: IDLE, socket: 0, waited: 0, served: 0 }) };
}

const IDLE: u64 = 0;
const WAITING: u64 = 1;
const ON_SOCKET: u64 = 2;
/// The kind of a state; what is above tells the microseconds since the epoch.
const KIND: u64 = 3;

#[derive(Debug, Clone, Copy)]
struct Stage {
    state: u64,
    socket: u64,
    /// Microseconds that commands so far waited for sockets, and were on them.
    waited: u64,
    served: u64,
}

impl Stage {
    fn next(self, kind: u64, socket: u64) -> Self {
        let now = u64::try_from(EPOCH.elapsed().as_micros()).unwrap_or(u64::MAX >> 2);
        let since = now.saturating_sub(self.state >> 2);
        let Self { mut waited, mut served, .. } = self;
        match self.state & KIND {
            WAITING => waited += since,
            ON_SOCKET => served += since,
            _ => {}
        }
        Self { state: (now << 2) | kind, socket, waited, served }
    }
}

/// Where the driver is with the command of one operation.
#[derive(Debug, Default)]
pub struct Progress {
    state: AtomicU64,
    socket: AtomicU64,
    waited: AtomicU64,
    served: AtomicU64,
    sent: AtomicBool,
    /// Those of commands that are under way beside each other.
    branches: Mutex<Vec<Weak<Progress>>>,
}

/// The sockets of a connection, as far as the driver tells of them.
#[derive(Debug, Default)]
pub struct Sockets {
    open: Mutex<HashSet<u64>>,
    /// Those that were closed lately.
    closed: Mutex<VecDeque<(u64, Instant)>>,
    /// Those that nobody uses.
    idle: AtomicI64,
    /// Commands that wait for one.
    wanted: AtomicI64,
    changed: Notify,
}

/// Forgets the command that was under way: it was answered, or another one begins.
pub fn idle() {
    let stage = CURRENT.get();
    if stage.state & KIND != IDLE {
        CURRENT.set(stage.next(IDLE, 0));
    }
}

/// What the driver is to tell of its pool.
pub fn handler(sockets: Arc<Sockets>) -> EventHandler<CmapEvent> {
    EventHandler::callback(move |event| match event {
        CmapEvent::ConnectionCheckoutStarted(_) => {
            begin(WAITING, 0);
            sockets.wanted.fetch_add(1, Ordering::Relaxed);
        }
        CmapEvent::ConnectionCheckedOut(event) => {
            begin(ON_SOCKET, socket(&event.address, event.connection_id));
            sockets.idle.fetch_sub(1, Ordering::Relaxed);
            sockets.settled();
        }
        CmapEvent::ConnectionCheckoutFailed(_) => {
            idle();
            sockets.settled();
        }
        CmapEvent::ConnectionCheckedIn(_) => sockets.freed(),
        CmapEvent::ConnectionReady(event) => {
            sockets.opened(socket(&event.address, event.connection_id));
        }
        CmapEvent::ConnectionClosed(event) => {
            sockets.closed(socket(&event.address, event.connection_id));
        }
        _ => {}
    })
}

fn begin(kind: u64, socket: u64) {
    CURRENT.set(CURRENT.get().next(kind, socket));
}

/// Servers number their sockets each for itself.
fn socket(address: &ServerAddress, id: u32) -> u64 {
    let mut hasher = DefaultHasher::new();
    (address, id).hash(&mut hasher);
    hasher.finish()
}

impl Sockets {
    /// Waits while more commands wait for a socket than there are sockets for, but for the few that
    /// keep the driver busy opening more. Whoever waits here may give up at no cost.
    pub async fn room(&self) {
        if self.has_room() {
            return;
        }
        let patience = tokio::time::sleep(ROOM);
        let mut patience = std::pin::pin!(patience);
        while !self.has_room() {
            tokio::select! {
                biased;
                () = self.changed.notified() => {}
                // What is counted here is a guess: commands of the driver's own count too.
                () = patience.as_mut() => break,
            }
        }
        if self.has_room() {
            self.changed.notify_one();
        }
    }

    fn has_room(&self) -> bool {
        let idle = self.idle.load(Ordering::Relaxed).max(0);
        self.wanted.load(Ordering::Relaxed) < idle + OPENING
    }

    fn settled(&self) {
        self.wanted.fetch_sub(1, Ordering::Relaxed);
        self.changed.notify_one();
    }

    fn freed(&self) {
        self.idle.fetch_add(1, Ordering::Relaxed);
        self.changed.notify_one();
    }

    fn opened(&self, socket: u64) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(socket);
        self.freed();
    }

    fn closed(&self, socket: u64) {
        if self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&socket) {
            self.idle.fetch_sub(1, Ordering::Relaxed);
        }
        self.changed.notify_one();
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        if closed.len() == REMEMBERED {
            closed.pop_front();
        }
        closed.push_back((socket, Instant::now()));
    }

    fn closed_since(&self, socket: u64, since: Instant) -> bool {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.iter().any(|(one, at)| *one == socket && *at >= since)
    }
}

impl Progress {
    /// The progress of a part of the operation whose commands are under way beside those of others.
    pub fn branch(&self) -> Arc<Self> {
        let branch = Arc::new(Self::default());
        let mut branches = self.branches.lock().unwrap_or_else(PoisonError::into_inner);
        branches.retain(|one| one.strong_count() > 0);
        branches.push(Arc::downgrade(&branch));
        branch
    }

    fn branches(&self) -> Vec<Arc<Self>> {
        let branches = self.branches.lock().unwrap_or_else(PoisonError::into_inner);
        branches.iter().filter_map(Weak::upgrade).collect()
    }

    /// Polls the operation, or a part of it, so that its command's progress is noted.
    pub fn poll<F: Future>(&self, work: Pin<&mut F>, context: &mut Context<'_>) -> Poll<F::Output> {
        let around = CURRENT.replace(Stage {
            state: self.state.load(Ordering::Relaxed),
            socket: self.socket.load(Ordering::Relaxed),
            waited: self.waited.load(Ordering::Relaxed),
            served: self.served.load(Ordering::Relaxed),
        });
        let polled = work.poll(context);
        let Stage { state, socket, waited, served } = CURRENT.replace(around);
        self.state.store(state, Ordering::Relaxed);
        self.socket.store(socket, Ordering::Relaxed);
        self.waited.store(waited, Ordering::Relaxed);
        self.served.store(served, Ordering::Relaxed);
        if state & KIND == ON_SOCKET {
            self.sent.store(true, Ordering::Relaxed);
        }
        polled
    }

    /// How long the operation's commands have waited for sockets, and how long they were on them.
    pub fn spent(&self) -> (Duration, Duration) {
        let [waited, served] = [&self.waited, &self.served]
            .map(|micros| Duration::from_micros(micros.load(Ordering::Relaxed)));
        (waited, served)
    }

    /// Whether a command has ever had a socket: the server may have heard of it.
    pub fn has_sent(&self) -> bool {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether a command stands in the driver's queue for a socket.
    pub fn waits_for_socket(&self) -> bool {
        self.state.load(Ordering::Relaxed) & KIND == WAITING
            || self.branches().iter().any(|branch| branch.waits_for_socket())
    }

    /// Since when a command has waited for a socket, or for an answer on one. `None` while the
    /// driver looks for a server, which has a limit of its own, and between commands.
    pub fn silent_since(&self, sockets: Option<&Sockets>) -> Option<Instant> {
        let branches = self.branches();
        let branches = branches.iter().filter_map(|branch| branch.silent_since(sockets));
        branches.chain(self.own_silence(sockets)).min()
    }

    fn own_silence(&self, sockets: Option<&Sockets>) -> Option<Instant> {
        let state = self.state.load(Ordering::Relaxed);
        let since = *EPOCH + Duration::from_micros(state >> 2);
        match state & KIND {
            WAITING => Some(since),
            // After a network error the driver closes the socket and looks for a server again.
            ON_SOCKET => {
                let socket = self.socket.load(Ordering::Relaxed);
                let left = sockets.is_some_and(|sockets| sockets.closed_since(socket, since));
                (!left).then_some(since)
            }
            _ => None,
        }
    }

    /// Carries the work on until it is done or `end` resolves. One that waits for a socket then is
    /// carried on until it has had one for a moment: the answer leaves the socket to others. `None` when
    /// it was not done and may be dropped.
    pub async fn carry_on<F: Future>(
        &self,
        mut work: Pin<&mut F>,
        end: impl Future<Output = ()>,
    ) -> Option<F::Output> {
        tokio::select! {
            biased;
            outcome = std::future::poll_fn(|context| self.poll(work.as_mut(), context)) => {
                return Some(outcome);
            }
            () = end => {}
        }
        while self.waits_for_socket() {
            let has_socket =
                std::future::poll_fn(|context| match self.poll(work.as_mut(), context) {
                    Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
                    Poll::Pending if self.waits_for_socket() => Poll::Pending,
                    Poll::Pending => Poll::Ready(None),
                });
            if let Some(outcome) = has_socket.await {
                return Some(outcome);
            }
            let answered = std::future::poll_fn(|context| self.poll(work.as_mut(), context));
            if let Ok(outcome) = tokio::time::timeout(COURTESY, answered).await {
                return Some(outcome);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::pin::pin;
    use tokio::sync::Notify;

    fn run(test: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(test);
    }

    #[test]
    fn what_waits_for_a_socket_is_carried_on() {
        run(async {
            let progress = Progress::default();
            let socket = Notify::new();
            let mut work = pin!(async {
                begin(WAITING, 0);
                socket.notified().await;
                begin(ON_SOCKET, 7);
                std::future::pending::<()>().await;
            });
            let mut carried = pin!(progress.carry_on(work.as_mut(), async {}));
            assert!(carried.as_mut().now_or_never().is_none());
            assert!(progress.waits_for_socket());
            socket.notify_one();
            assert_eq!(carried.await, None);
            assert!(!progress.waits_for_socket());
        });
    }

    #[test]
    fn operations_do_not_see_each_other() {
        run(async {
            let (one, other) = (Progress::default(), Progress::default());
            let waits = async { begin(WAITING, 0) };
            assert_eq!(one.carry_on(pin!(waits), std::future::pending()).await, Some(()));
            assert_eq!(other.carry_on(pin!(async {}), std::future::pending()).await, Some(()));
            assert!(one.waits_for_socket() && !other.waits_for_socket());
        });
    }

    #[test]
    fn a_socket_that_was_closed_keeps_nobody_waiting() {
        run(async {
            let (progress, sockets) = (Progress::default(), Sockets::default());
            let sent = async { begin(ON_SOCKET, 7) };
            progress.carry_on(pin!(sent), std::future::pending()).await;
            let since = progress.silent_since(Some(&sockets)).unwrap();
            assert!(since.elapsed() < Duration::from_secs(1));
            sockets.closed(8);
            assert!(progress.silent_since(Some(&sockets)).is_some());
            sockets.closed(7);
            assert!(progress.silent_since(Some(&sockets)).is_none());
            assert!(progress.silent_since(None).is_some());
        });
    }
}
