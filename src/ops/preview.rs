//! What a request would be sent as, without sending it.

use super::Request;
use super::execute::context;
use super::run::parsed;
use crate::crypto::key_ring::KeyRing;
use crate::document::build::Builder;
use crate::document::element::{Typed, elements, tag};
use crate::error::Result;
use crate::request::{Body, Command};
use crate::steps;

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
    steps::apply(&mut command, &context(&request, vault.as_deref()))?;
    head(&command)
}

/// What the core alone is told.
const OWN: [&[u8]; 7] = [b"scope", b"documents", b"with", b"given", b"context", b"lift", b"force"];

/// The head as steps left it.
fn head(command: &Command<'_>) -> Result<Vec<u8>> {
    let body: Option<(&[u8], Typed<'_>)> = match &command.body {
        Body::Read(filter) => Some((b"filter", (tag::DOCUMENT, filter))),
        Body::Pipeline(stages) => Some((b"pipeline", (tag::ARRAY, stages))),
        _ => None,
    };
    let named = |name, part| Some((name, (tag::DOCUMENT, Option::as_deref(part)?)));
    let sort = named(&b"sort"[..], &command.sort);
    let parts: Vec<_> =
        [body, sort, named(b"projection", &command.projection)].into_iter().flatten().collect();
    let given = command.head.as_bytes();
    let mut out = Builder::with_capacity(2 * given.len());
    let start = out.begin();
    for (name, (tag, part)) in &parts {
        out.name(*tag, name);
        out.copy(part);
    }
    for found in elements(given)? {
        let name = found.name(given);
        if !OWN.contains(&name) && parts.iter().all(|(known, _)| *known != name) {
            out.element(given, &found);
        }
    }
    out.end(start);
    Ok(out.into_bytes())
}
