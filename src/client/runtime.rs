//! The one thread on which all I/O happens, shared by every Node environment of the process.

use std::sync::OnceLock;
use tokio::runtime::{Builder, Handle};

static RUNTIME: OnceLock<Option<Handle>> = OnceLock::new();

/// The runtime's handle; the first call starts the thread. `None` when the system refuses one.
///
/// The thread is never stopped: it holds no state of its own once its connections are closed, and
/// an idle thread does not keep a process from exiting.
pub fn handle() -> Option<&'static Handle> {
    RUNTIME
        .get_or_init(|| {
            let runtime = Builder::new_current_thread()
                .enable_all()
                // Of the threads that look names up and open large batches, which end when idle.
                .thread_name("lucent-aside")
                .build()
                .ok()?;
            let handle = runtime.handle().clone();
            std::thread::Builder::new()
                .name("lucent-io".into())
                .spawn(move || runtime.block_on(std::future::pending::<()>()))
                .ok()?;
            Some(handle)
        })
        .as_ref()
}
