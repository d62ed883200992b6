//! The threads on which all I/O happens, shared by every Node environment of the process: one, unless
//! the process asks for more.

use crate::error::{Code, Error, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use tokio::runtime::Builder;
use tokio::sync::Notify;

/// The most threads that a process may ask for.
const MOST: usize = 64;

/// How many threads there are to be.
static WANTED: OnceLock<usize> = OnceLock::new();

/// Starts a task. Called on the thread that carries it out.
type Job = Box<dyn FnOnce() + Send>;

/// Jobs on their way to one I/O thread.
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

static INTAKES: OnceLock<Vec<&'static Intake>> = OnceLock::new();

/// Which I/O thread a task is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thread {
    /// The one that has this number, or that it comes to where there are fewer. Its tasks begin in the
    /// order of the calls.
    Number(usize),
    /// Each in its turn.
    Any,
}

impl Thread {
    /// The next one's number, for what keeps to one thread.
    pub fn next_home() -> usize {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed)
    }

    fn turn() -> usize {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed)
    }
}

/// Says how many I/O threads the process wants: the first who says so decides, before the first
/// operation.
///
/// # Errors
/// `E_CONFIGURATION` for what is no number from 1 to 64.
pub fn want_threads(text: &str) -> Result<()> {
    let count = text.trim().parse().ok().filter(|count| (1..=MOST).contains(count));
    let count = count.ok_or_else(|| {
        Error::new(Code::Configuration, format!("LUCENT_IO_THREADS is a number from 1 to {MOST}"))
    })?;
    WANTED.get_or_init(|| count);
    Ok(())
}

/// The threads are never stopped: they hold no state of their own once their connections are closed,
/// and an idle thread does not keep a process from exiting.
fn intakes() -> &'static [&'static Intake] {
    INTAKES.get_or_init(|| {
        let wanted = *WANTED.get_or_init(|| 1);
        // Where the system refuses one, those before it do.
        std::iter::from_fn(start).take(wanted).collect()
    })
}

fn start() -> Option<&'static Intake> {
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
}

/// Runs the task that `make` makes on an I/O thread, where it is made too: a large future is not moved
/// between threads, and the caller has pushed a pointer. The first call starts the threads; answers
/// whether there are any.
pub fn spawn<F>(thread: Thread, make: impl FnOnce() -> F + Send + 'static) -> bool
where
    F: Future<Output = ()> + Send + 'static,
{
    let intakes = intakes();
    let number = match thread {
        Thread::Number(number) => number,
        Thread::Any if intakes.len() > 1 => Thread::turn(),
        Thread::Any => 0,
    };
    let Some(intake) = number.checked_rem(intakes.len()).and_then(|place| intakes.get(place))
    else {
        return false;
    };
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
