//! How many commands the driver has at a time: as many as a server may have sockets.
//!
//! Whoever waits here may give up at no cost, which the driver's own queue does not allow
//! (see [`progress`](super::progress)).

use super::progress::{COURTESY, Sockets};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit, watch};

/// How long a command that was given up on may go on when nobody waits. Then its socket is closed.
const GRACE: Duration = Duration::from_secs(2);

/// The way to the driver, as wide as the connection's pool.
#[derive(Debug)]
pub struct Gate {
    places: Semaphore,
    waiting: watch::Sender<usize>,
    /// Commands that are ended for those that wait.
    making_room: AtomicUsize,
    sockets: Arc<Sockets>,
}

/// A command's place. Dropping it lets the next one in.
pub type Place<'a> = SemaphorePermit<'a>;

impl Gate {
    /// A gate for this many commands at a time.
    #[must_use]
    pub fn new(width: u32, sockets: Arc<Sockets>) -> Self {
        let width = usize::try_from(width).unwrap_or(usize::MAX).clamp(1, Semaphore::MAX_PERMITS);
        Self {
            places: Semaphore::new(width),
            waiting: watch::Sender::new(0),
            making_room: AtomicUsize::new(0),
            sockets,
        }
    }

    /// Waits for a place, first come, first served. `None` never happens: the gate is not closed.
    pub async fn enter(&self) -> Option<Place<'_>> {
        let place = match self.places.try_acquire() {
            Ok(place) => Some(place),
            Err(_) => {
                let _waiter = Waiter::new(self);
                self.places.acquire().await.ok()
            }
        };
        self.sockets.room().await;
        place
    }

    /// Resolves when a command that was given up on has to end. Others that wait end it soon,
    /// unless it is part of a session.
    pub async fn patience(&self, in_session: bool) {
        if in_session {
            return tokio::time::sleep(GRACE).await;
        }
        tokio::time::sleep(COURTESY).await;
        let mut waiting = self.waiting.subscribe();
        let claimed = waiting.wait_for(|waiting| self.claims(*waiting));
        let _ = tokio::time::timeout(GRACE.saturating_sub(COURTESY), claimed).await;
    }

    /// Whether one more of those that wait needs a place; if so, it is made now.
    fn claims(&self, waiting: usize) -> bool {
        self.making_room
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |made| {
                (made < waiting).then_some(made + 1)
            })
            .is_ok()
    }
}

struct Waiter<'a>(&'a Gate);

impl<'a> Waiter<'a> {
    fn new(gate: &'a Gate) -> Self {
        gate.waiting.send_modify(|waiting| *waiting += 1);
        Self(gate)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let taken = |made: usize| Some(made.saturating_sub(1));
        let _ = self.0.making_room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken);
        // Nobody is told that fewer wait.
        self.0.waiting.send_if_modified(|waiting| {
            *waiting = waiting.saturating_sub(1);
            false
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::pin::pin;

    fn run(test: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(test);
    }

    #[test]
    fn who_gives_up_waiting_leaves_no_trace() {
        run(async {
            let gate = Gate::new(1, Arc::default());
            let place = gate.enter().await;
            for _ in 0..100 {
                assert!(gate.enter().now_or_never().is_none());
            }
            let mut next = pin!(gate.enter());
            assert!(next.as_mut().now_or_never().is_none());
            drop(place);
            assert!(next.now_or_never().is_some());
            assert_eq!(*gate.waiting.borrow(), 0);
        });
    }

    #[test]
    fn one_that_waits_ends_one_that_was_given_up_on() {
        run(async {
            let gate = Gate::new(2, Arc::default());
            let _places = (gate.enter().await, gate.enter().await);
            let mut given_up = [Box::pin(gate.patience(false)), Box::pin(gate.patience(false))];
            for one in &mut given_up {
                assert!(one.now_or_never().is_none());
            }
            tokio::time::sleep(COURTESY * 2).await;
            let mut waiter = pin!(gate.enter());
            assert!(waiter.as_mut().now_or_never().is_none());
            let mut ended = 0;
            for one in &mut given_up {
                // The first poll ends the wait of courtesy.
                ended += usize::from(one.now_or_never().is_some());
            }
            assert_eq!(ended, 1);
            assert!(pin!(gate.patience(true)).now_or_never().is_none());
        });
    }
}
