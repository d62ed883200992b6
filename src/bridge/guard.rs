//! Errors and panics on their way into JavaScript.

use crate::error::{Code, Error};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A Node-API error whose `code` is one of the error table's.
pub(super) type Thrown = napi::Error<&'static str>;

/// Runs an export's body: errors are thrown with their code, a panic as `E_NATIVE_PANIC`.
pub(super) fn guarded<T>(body: impl FnOnce() -> Result<T, Error>) -> Result<T, Thrown> {
    // State behind the guard is only ever replaced whole, so a panic leaves nothing half-done.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Thrown::new(error.code.as_str(), error.message)),
        Err(payload) => {
            let error = panicked(&*payload);
            Err(Thrown::new(error.code.as_str(), error.message))
        }
    }
}

/// The error that a caught panic becomes.
pub(super) fn panicked(payload: &(dyn Any + Send)) -> Error {
    let said = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    Error::new(Code::NativePanic, format!("the native core panicked: {said}"))
}
