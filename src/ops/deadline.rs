//! The time that an operation may take: all of it, or what it waits for each batch of a stream.

use crate::client::progress::{Progress, Sockets};
use crate::error::{Code, Error};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Longer than any operation; timers reach no further than two years.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What is left for the server must be enough for its answer to be of use.
const SHORTEST: Duration = Duration::from_millis(1);

/// When the operation must be over.
#[derive(Debug)]
pub(super) struct Deadline {
    limit: Duration,
    each_batch: bool,
    at: watch::Sender<Option<Instant>>,
    /// How long a command may go without an answer where there is no limit.
    silence: Option<Duration>,
    /// The server was told what is left.
    told: AtomicBool,
}

impl Deadline {
    /// Counts from now; a limit of zero, or none, never ends. With `each_batch` the time in which
    /// the reader has a batch does not count.
    pub(super) fn new(limit: Option<Duration>, each_batch: bool) -> Self {
        let limit = limit.unwrap_or_default().min(LONGEST);
        let at = watch::Sender::new(None);
        let deadline = Self { limit, each_batch, at, silence: None, told: AtomicBool::new(false) };
        deadline.start();
        deadline
    }

    /// An operation without a limit ends when a command goes without an answer for this long.
    #[must_use]
    pub(super) fn or_silence(self, silence: Option<Duration>) -> Self {
        Self { silence: silence.filter(|_| self.limit.is_zero()), ..self }
    }

    fn start(&self) {
        self.at.send_replace((!self.limit.is_zero()).then(|| Instant::now() + self.limit));
    }

    /// A batch is waited for.
    pub(super) fn batch_awaited(&self) {
        if self.each_batch {
            self.start();
        }
    }

    /// The batch is there.
    pub(super) fn batch_came(&self) {
        if self.each_batch {
            self.at.send_replace(None);
        }
    }

    /// A time limit for the server: what is left, unless `given` is less. A cursor's limit counts for
    /// all of its batches together, so one whose batches are timed apart gets none.
    pub(super) fn limited(&self, given: Option<Duration>) -> Option<Duration> {
        let given = given.filter(|limit| !limit.is_zero());
        if self.each_batch {
            return given;
        }
        let Some(at) = *self.at.borrow() else { return given };
        let left = at.saturating_duration_since(Instant::now()).max(SHORTEST);
        if given.is_some_and(|given| given <= left) {
            return given;
        }
        self.told.store(true, Ordering::Relaxed);
        // The server counts whole milliseconds, and zero is no limit.
        Some(Duration::from_millis(u64::try_from(left.as_millis()).unwrap_or(u64::MAX).max(1)))
    }

    /// Resolves when the time is over, or when the command has been without an answer for too long.
    pub(super) async fn expired(&self, progress: &Progress, sockets: &Sockets) -> Error {
        let mut at = self.at.subscribe();
        loop {
            let moment = *at.borrow_and_update();
            // The sender lives as long as `self`, so waiting cannot fail.
            match (moment, self.silence) {
                (None, None) => drop(at.changed().await),
                (None, Some(silence)) => {
                    let since = progress.silent_since(Some(sockets));
                    let end = since.unwrap_or_else(Instant::now) + silence;
                    if since.is_some() && end <= Instant::now() {
                        return silent(silence);
                    }
                    tokio::time::sleep_until(end).await;
                }
                (Some(moment), _) => tokio::select! {
                    () = tokio::time::sleep_until(moment) => return self.error(),
                    _ = at.changed() => {}
                },
            }
        }
    }

    fn error(&self) -> Error {
        let what = if self.each_batch { "the next batch did not come" } else { "it was not over" };
        Error::new(
            Code::Timeout,
            format!(
                "the operation was ended because {what} within {} ms (timeoutMS); if it was a \
                 write, the server may have carried it out all the same",
                self.limit.as_millis()
            ),
        )
    }

    /// The error of an operation that came to its end: where the server stopped it at the limit that
    /// it was told, the time was over.
    pub(super) fn explain(&self, error: Error) -> Error {
        let stopped = error.code == Code::Timeout && self.told.load(Ordering::Relaxed);
        if stopped { Error { server: error.server, ..self.error() } } else { error }
    }
}

/// A command without an answer.
fn silent(limit: Duration) -> Error {
    Error::new(
        Code::ConnectionFailed,
        format!(
            "the server did not answer within {} ms (socketTimeoutMS); if it was a write, the server \
             may have carried it out all the same",
            limit.as_millis()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    const LIMIT: Duration = Duration::from_millis(20);

    fn run(test: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(test);
    }

    fn nothing_sent() -> (Progress, Sockets) {
        (Progress::default(), Sockets::default())
    }

    #[test]
    fn no_limit_never_expires() {
        run(async {
            let (progress, sockets) = nothing_sent();
            for limit in [None, Some(Duration::ZERO), Some(Duration::MAX)] {
                let deadline = Deadline::new(limit, false);
                let expired = deadline.expired(&progress, &sockets);
                assert!(tokio::time::timeout(LIMIT, expired).await.is_err());
            }
            let waiting = Deadline::new(None, false).or_silence(Some(LIMIT / 4));
            let expired = waiting.expired(&progress, &sockets);
            assert!(tokio::time::timeout(LIMIT, expired).await.is_err());
        });
    }

    #[test]
    fn the_whole_operation_counts_unless_batches_do() {
        run(async {
            let (progress, sockets) = nothing_sent();
            let whole = Deadline::new(Some(LIMIT), false);
            let batches = Deadline::new(Some(LIMIT), true);
            for deadline in [&whole, &batches] {
                deadline.batch_came();
            }
            tokio::time::sleep(LIMIT * 2).await;
            let error = whole.expired(&progress, &sockets).now_or_never().unwrap();
            assert_eq!(error.code, Code::Timeout);
            assert!(batches.expired(&progress, &sockets).now_or_never().is_none());
            batches.batch_awaited();
            assert!(batches.expired(&progress, &sockets).now_or_never().is_none());
            assert_eq!(batches.expired(&progress, &sockets).await.code, Code::Timeout);
        });
    }

    #[test]
    fn the_server_is_told_what_is_left_unless_the_request_says_less() {
        run(async {
            let second = Duration::from_secs(1);
            let [less, more] = [second / 2, second * 2];
            let deadline = Deadline::new(Some(second), false);
            assert_eq!(deadline.limited(Some(less)), Some(less));
            let stopped = Error::new(Code::Timeout, "the server stopped it");
            assert_eq!(deadline.explain(stopped.clone()), stopped);
            for given in [None, Some(Duration::ZERO), Some(more)] {
                let told = deadline.limited(given).unwrap();
                assert!(told <= second && told > less, "{told:?}");
            }
            assert!(deadline.explain(stopped).message.contains("timeoutMS"));
            assert_eq!(Deadline::new(None, false).limited(Some(more)), Some(more));
            assert_eq!(Deadline::new(Some(second), true).limited(None), None);
            let over = Deadline::new(Some(Duration::from_nanos(1)), false);
            assert_eq!(over.limited(None), Some(SHORTEST));
        });
    }
}
