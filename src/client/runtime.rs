//! The one thread on which all I/O happens, shared by every Node environment of the process.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock, PoisonError};
use tokio::runtime::Builder;
use tokio::sync::Notify;

/// Starts a task. Called on the I/O thread.
type Job = Box<dyn FnOnce() + Send>;

/// Jobs on their way to the I/O thread.
#[derive(Default)]
struct Intake {
    jobs: Mutex<Vec<Job>>,
    filled: Notify,
}

impl Intake {
    fn take(&self) -> Vec<Job> {
        std::mem::take(&mut *self.jobs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Starts what comes in, in its order, for as long as the process lives.
    async fn serve(&self) {
        loop {
            for job in self.take() {
                // The thread is everybody's: what panics here must not end it.
                let _ = catch_unwind(AssertUnwindSafe(job));
            }
            self.filled.notified().await;
        }
    }
}

static INTAKE: OnceLock<Option<&'static Intake>> = OnceLock::new();

/// The thread is never stopped: it holds no state of its own once its connections are closed, and
/// an idle thread does not keep a process from exiting.
fn intake() -> Option<&'static Intake> {
    *INTAKE.get_or_init(|| {
        let runtime = Builder::new_current_thread()
            .enable_all()
            // Of the threads that look names up and open large batches, which end when idle.
            .thread_name("lucent-aside")
            .build()
            .ok()?;
        let intake: &'static Intake = Box::leak(Box::default());
        std::thread::Builder::new()
            .name("lucent-io".into())
            .spawn(move || runtime.block_on(intake.serve()))
            .ok()?;
        Some(intake)
    })
}

/// Runs the task that `make` makes on the I/O thread, where it is made too: a large future is not moved
/// between threads, and the caller has pushed a pointer. Tasks begin in the order of the calls. The
/// first call starts the thread; answers whether there is one.
pub fn spawn<F>(make: impl FnOnce() -> F + Send + 'static) -> bool
where
    F: Future<Output = ()> + Send + 'static,
{
    let Some(intake) = intake() else { return false };
    let job: Job = Box::new(move || drop(tokio::spawn(make())));
    let mut jobs = intake.jobs.lock().unwrap_or_else(PoisonError::into_inner);
    jobs.push(job);
    // Who pushed the first one has rung already.
    let first = jobs.len() == 1;
    drop(jobs);
    if first {
        intake.filled.notify_one();
    }
    true
}
