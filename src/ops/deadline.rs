//! The time that an operation may take: all of it, or what it waits for each batch of a stream.

use crate::error::{Code, Error};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Longer than any operation; timers reach no further than two years.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// When the operation must be over.
#[derive(Debug)]
pub(super) struct Deadline {
    limit: Duration,
    each_batch: bool,
    at: watch::Sender<Option<Instant>>,
}

impl Deadline {
    /// Counts from now; a limit of zero, or none, never ends. With `each_batch` the time in which
    /// the reader has a batch does not count.
    pub(super) fn new(limit: Option<Duration>, each_batch: bool) -> Self {
        let limit = limit.unwrap_or_default().min(LONGEST);
        let deadline = Self { limit, each_batch, at: watch::Sender::new(None) };
        deadline.start();
        deadline
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

    /// Resolves when the time is over.
    pub(super) async fn expired(&self) -> Error {
        let mut at = self.at.subscribe();
        loop {
            let moment = *at.borrow_and_update();
            // The sender lives as long as `self`, so waiting cannot fail.
            match moment {
                None => drop(at.changed().await),
                Some(moment) => tokio::select! {
                    () = tokio::time::sleep_until(moment) => break,
                    _ = at.changed() => {}
                },
            }
        }
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    const LIMIT: Duration = Duration::from_millis(20);

    fn run(test: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(test);
    }

    #[test]
    fn no_limit_never_expires() {
        run(async {
            for limit in [None, Some(Duration::ZERO), Some(Duration::MAX)] {
                let deadline = Deadline::new(limit, false);
                assert!(tokio::time::timeout(LIMIT, deadline.expired()).await.is_err());
            }
        });
    }

    #[test]
    fn the_whole_operation_counts_unless_batches_do() {
        run(async {
            let whole = Deadline::new(Some(LIMIT), false);
            let batches = Deadline::new(Some(LIMIT), true);
            for deadline in [&whole, &batches] {
                deadline.batch_came();
            }
            tokio::time::sleep(LIMIT * 2).await;
            let error = whole.expired().now_or_never().unwrap();
            assert_eq!(error.code, Code::Timeout);
            assert!(batches.expired().now_or_never().is_none());
            batches.batch_awaited();
            assert!(batches.expired().now_or_never().is_none());
            assert_eq!(batches.expired().await.code, Code::Timeout);
        });
    }
}
