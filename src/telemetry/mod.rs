//! Where the time of an operation goes: a span of `tracing` for each operation whose request asks for
//! one. Nothing takes the spans out of the process yet; [`lines`] turns them into JSON for whoever
//! subscribes.

pub mod lines;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tracing::Span;
use tracing::field::Empty;

/// The target of the spans.
pub const TARGET: &str = "lucent";

/// What an operation does beside waiting for the driver, which tells of itself
/// (`client/progress.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Waits for the I/O thread, and for a place among the commands that the driver has.
    Queue = 0,
    /// Validates documents and lays them out, or writes them as JSON.
    Layout = 1,
    /// Goes through the steps: encrypted columns are sealed.
    Seal = 2,
}

/// The span of one operation, and what its phases took so far.
#[derive(Debug)]
pub struct Trace {
    span: Span,
    begun: Instant,
    /// Nanoseconds by [`Phase`].
    spent: [AtomicU64; 3],
}

impl Trace {
    /// Opens the span. Names are told, values never are.
    #[must_use]
    pub fn begin(operation: &str, collection: &str) -> Self {
        let span = tracing::info_span!(
            target: TARGET,
            "operation",
            operation,
            collection,
            outcome = Empty,
            total_us = Empty,
            queue_us = Empty,
            pool_us = Empty,
            server_us = Empty,
            layout_us = Empty,
            seal_us = Empty,
        );
        Self { span, begun: Instant::now(), spent: Default::default() }
    }

    /// The I/O thread has begun with the operation.
    pub fn started(&self) {
        self.add(Phase::Queue, self.begun.elapsed());
    }

    fn add(&self, phase: Phase, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        if let Some(spent) = self.spent.get(phase as usize) {
            spent.fetch_add(nanos, Ordering::Relaxed);
        }
    }

    /// Notes what the phases took. The span closes when the operation is dropped.
    pub fn end(&self, outcome: &str, pool: Duration, server: Duration) {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let [queue, layout, seal] =
            self.spent.each_ref().map(|nanos| nanos.load(Ordering::Relaxed) / 1000);
        self.span.record("outcome", outcome);
        self.span.record("total_us", micros(self.begun.elapsed()));
        self.span.record("queue_us", queue);
        self.span.record("pool_us", micros(pool));
        self.span.record("server_us", micros(server));
        self.span.record("layout_us", layout);
        self.span.record("seal_us", seal);
    }
}

/// Measures what is done until it is dropped; without a trace it measures nothing.
#[derive(Debug)]
#[must_use]
pub struct Timer<'a>(Option<(&'a Trace, Phase, Instant)>);

/// Begins to measure a phase.
pub fn time(trace: Option<&Trace>, phase: Phase) -> Timer<'_> {
    Timer(trace.map(|trace| (trace, phase, Instant::now())))
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        if let Some((trace, phase, begun)) = self.0 {
            trace.add(phase, begun.elapsed());
        }
    }
}
