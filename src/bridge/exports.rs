//! The functions that JavaScript calls. All arguments are numbers and bytes; bytes are copied
//! before the call returns.

#![allow(clippy::needless_pass_by_value, reason = "Node-API hands arguments over by value")]

use super::completions::{Attachment, Completions, Wake};
use super::environment::{self, Environment};
use super::guard::{Thrown, guarded};
use crate::client::runtime;
use crate::crypto;
use crate::document::json::JsonText;
use crate::error::{Code, Error};
use crate::query;
use napi::bindgen_prelude::{BufferSlice, Either, Env, Function, Uint8Array};
use napi::{JsString, sys};
use napi_derive::napi;

type Result<T, E = Thrown> = std::result::Result<T, E>;

/// Attaches to this thread and answers the environment's number, which every other call takes
/// first. `on_wake` is called when completions are ready to be drained. `io_threads` says how many
/// threads do I/O for the whole process, unless it has some already.
#[napi]
pub fn attach(env: Env, on_wake: Function<'_, (), ()>, io_threads: Option<String>) -> Result<u32> {
    if let Some(io_threads) = io_threads {
        guarded(|| runtime::want_threads(&io_threads))?;
    }
    let wake: Wake =
        on_wake.build_threadsafe_function::<()>().weak::<true>().build().map_err(to_error)?;
    let number = environment::install(Completions::new(wake));
    env.add_env_cleanup_hook((), move |()| environment::uninstall(number)).map_err(to_error)?;
    Ok(number)
}

fn to_error(error: napi::Error) -> Thrown {
    Thrown::new(Code::Unsupported.as_str(), error.reason)
}

/// Declares a connection and answers its handle. Does no I/O.
#[napi]
pub fn open_connection(environment: u32, options: Uint8Array) -> Result<u32> {
    on(environment, |current| current.open_connection(&options))
}

/// Declares another database of a connection's servers and answers its handle. Does no I/O.
#[napi]
pub fn open_database(environment: u32, connection: u32, name: String) -> Result<u32> {
    on(environment, |current| current.open_database(connection, &name))
}

/// Opens a session of a connection and answers its handle. Does no I/O.
#[napi]
pub fn open_session(environment: u32, connection: u32) -> Result<u32> {
    on(environment, |current| current.open_session(connection))
}

/// Drops a session; a transaction that is still open is aborted in the background.
#[napi]
pub fn close_session(environment: u32, session: u32) -> Result<()> {
    on(environment, |current| {
        current.close_session(session);
        Ok(())
    })
}

/// Reads encryption keys and answers their handle; the core forgets the bytes that it was given.
#[napi]
pub fn open_key_ring(environment: u32, options: Uint8Array) -> Result<u32> {
    on(environment, |current| current.open_key_ring(&options))
}

/// Drops a ring; operations under way keep it until they end.
#[napi]
pub fn close_key_ring(environment: u32, ring: u32) -> Result<()> {
    on(environment, |current| {
        current.close_key_ring(ring);
        Ok(())
    })
}

/// How many keys have encrypted more values, in this process, than is good for them.
#[napi]
pub fn worn_keys() -> Result<u32> {
    guarded(|| Ok(crypto::worn()))
}

/// Declares a model and answers its handle.
#[napi]
pub fn define_model(environment: u32, descriptor: Uint8Array) -> Result<u32> {
    on(environment, |current| current.define_model(&descriptor))
}

/// Drops a model that was defined again.
#[napi]
pub fn forget_model(environment: u32, model: u32) -> Result<()> {
    on(environment, |current| {
        current.forget_model(model);
        Ok(())
    })
}

/// Compiles the description of a query, the first `length` bytes. Answers 0 and its parts, or 1 and the
/// failure.
#[napi]
pub fn compile_query(env: &Env, description: Uint8Array, length: u32) -> Result<BufferSlice<'_>> {
    let answer = guarded(|| {
        let description = description.get(..length as usize).ok_or_else(|| {
            Error::new(Code::InvalidDocument, "a description is shorter than it says")
        })?;
        Ok(answered(query::compile(description)))
    })?;
    // Memory that V8 does not own would be freed at the end of a turn at the earliest.
    BufferSlice::copy_from(env, &answer).map_err(to_error)
}

/// What a command would be sent as: the first `length` bytes of `body`, as `submit` takes them. Answers
/// 0 and its parts, or 1 and the failure.
#[napi]
pub fn preview(
    env: &Env,
    environment: u32,
    operation: u32,
    connection: u32,
    model: u32,
    body: Uint8Array,
    length: u32,
) -> Result<BufferSlice<'_>> {
    let answer = on(environment, |current| {
        let body = body.get(..length as usize).ok_or_else(|| {
            Error::new(Code::InvalidDocument, "a request is shorter than it says")
        })?;
        Ok(answered(current.preview([operation, connection, model], body)))
    })?;
    BufferSlice::copy_from(env, &answer).map_err(to_error)
}

/// 0 and the parts, or 1 and the failure.
fn answered(parts: std::result::Result<Vec<u8>, Error>) -> Vec<u8> {
    match parts {
        Ok(parts) => [&[0], parts.as_slice()].concat(),
        Err(error) => [&[1], error.to_document().as_bytes()].concat(),
    }
}

/// Starts a lifecycle run and answers its first step. `muted` has a bit for each event without hooks.
#[napi]
pub fn begin(
    environment: u32,
    slot: u32,
    model: u32,
    operation: u32,
    rows: u32,
    muted: u32,
) -> Result<u32> {
    on(environment, |current| current.begin((slot, model), operation, rows, muted))
}

/// Tells a run how its last step went and answers the next one.
#[napi]
pub fn advance(environment: u32, slot: u32, outcome: u32) -> Result<u32> {
    on(environment, |current| current.advance(slot, outcome))
}

/// Sends a command: the first `length` bytes of `body`, which are the command's head, as
/// `docs/internal/boundary.md` has it, and what it sends.
#[napi]
pub fn submit(env: Env, environment: u32, body: &[u8], length: u32) -> Result<()> {
    on(environment, |current| {
        let body = body.get(..length as usize).ok_or_else(|| {
            Error::new(Code::InvalidDocument, "a request is shorter than it says")
        })?;
        let was_busy = current.is_busy();
        current.submit(body)?;
        keep_alive(&env, current, was_busy);
        Ok(())
    })
}

/// Closes a connection; operations under way have `patience` milliseconds to finish.
#[napi]
pub fn close_connection(
    env: Env,
    environment: u32,
    slot: u32,
    connection: u32,
    patience: u32,
) -> Result<()> {
    on(environment, |current| {
        let was_busy = current.is_busy();
        current.close_connection(slot, connection, patience)?;
        keep_alive(&env, current, was_busy);
        Ok(())
    })
}

/// Asks for another batch of a reply that comes in several.
#[napi]
pub fn grant(environment: u32, slot: u32) -> Result<()> {
    on(environment, |current| {
        current.grant(slot);
        Ok(())
    })
}

/// Gives up on an operation; its last completion is `E_ABORTED` unless it was already over.
#[napi]
pub fn cancel(environment: u32, slot: u32) -> Result<()> {
    on(environment, |current| {
        current.cancel(slot);
        Ok(())
    })
}

/// Writes the completions that are ready into `slab`, from `at` on. Answers where the next one goes,
/// times four, plus what is left: 0 for nothing, 1 for what needs another slab, 2 for what only
/// `drain_attached` hands over.
#[napi]
pub fn drain(env: Env, environment: u32, mut slab: BufferSlice<'_>, at: u32) -> Result<u32> {
    on(environment, |current| {
        let was_busy = current.is_busy();
        let drained = current.drain(&mut slab, at)?;
        keep_alive(&env, current, was_busy);
        Ok(drained)
    })
}

/// Takes the completions that are ready: the table, then its attachments. JSON is text at once.
#[napi]
pub fn drain_attached(
    env: &Env,
    environment: u32,
) -> Result<Vec<Either<BufferSlice<'_>, JsString<'_>>>> {
    let buffers = on(environment, |current| {
        let was_busy = current.is_busy();
        let buffers = current.drain_attached();
        keep_alive(env, current, was_busy);
        Ok(buffers)
    })?;
    buffers
        .into_iter()
        .map(|attachment| match attachment {
            Attachment::Bytes(bytes) => BufferSlice::copy_from(env, bytes).map(Either::A),
            Attachment::Text(JsonText::Latin1(text)) => {
                env.create_string_latin1(text).map(Either::B)
            }
            Attachment::Text(JsonText::Wide(text)) => env.create_string(text).map(Either::B),
        })
        .map(|attachment| attachment.map_err(to_error))
        .collect()
}

fn on<T>(
    environment: u32,
    body: impl FnOnce(&mut Environment) -> std::result::Result<T, Error>,
) -> Result<T> {
    guarded(|| environment::with(environment, body))
}

/// The wake keeps the process alive exactly while operations are under way.
fn keep_alive(env: &Env, current: &Environment, was_busy: bool) {
    let wake = current.completions().wake().raw();
    match (was_busy, current.is_busy()) {
        // SAFETY: this is the thread of the environment that made the function, and the
        // environment, which owns the function, is alive: `current` is borrowed from it.
        (false, true) => unsafe {
            sys::napi_ref_threadsafe_function(env.raw(), wake);
        },
        // SAFETY: as above.
        (true, false) => unsafe {
            sys::napi_unref_threadsafe_function(env.raw(), wake);
        },
        _ => {}
    }
}
