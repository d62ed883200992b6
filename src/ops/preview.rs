//! What a request would be sent as, without sending it.

use super::Request;
use super::execute::context;
use super::run::parsed;
use crate::crypto::key_ring::KeyRing;
use crate::error::Result;
use crate::steps;
use crate::steps::place::Place;

/// The head of a read behind all steps, with what its query compiles to. Values that are sealed are
/// so with keys that are nobody's.
///
/// # Errors
/// Those that the request would answer with before it is sent.
pub fn preview(mut request: Request) -> Result<Vec<u8>> {
    request.compile()?;
    let mut command = parsed(&request)?;
    let vault = if request.model.encrypted.is_empty() {
        None
    } else {
        Some(KeyRing::of_nobody()?.vault(&request.model, ""))
    };
    let given = ("", request.database.as_deref());
    let place = Place::of(&request.model, command.head, given)?;
    steps::apply(&mut command, &context((&request, &place), vault.as_deref()))?;
    Ok(command.shown()?.into_bytes())
}
