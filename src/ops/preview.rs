//! What a request would be sent as, without sending it.

use super::Request;
use super::run::{context, parsed};
use crate::crypto::key_ring::KeyRing;
use crate::document::build::Builder;
use crate::document::element::{Typed, elements, tag};
use crate::error::Result;
use crate::request::{Body, Command, Write};
use crate::steps;

/// The head of the request behind all steps, with what its query compiles to. Values that are sealed are
/// so with keys that are nobody's.
///
/// # Errors
/// Those that the request would answer with before it is sent.
pub fn preview(mut request: Request) -> Result<Vec<u8>> {
    request.compile()?;
    let mut command = parsed(&request)?;
    let vault = match request.model.encrypted.is_empty() {
        true => None,
        false => Some(KeyRing::of_nobody()?.vault(&request.model, "")),
    };
    steps::apply(&mut command, &context(&request, vault.as_deref()))?;
    head(&command)
}

/// The head as steps left it.
fn head(command: &Command<'_>) -> Result<Vec<u8>> {
    let mut parts: Vec<(&[u8], Typed<'_>)> = Vec::new();
    match &command.body {
        Body::Read(filter) => parts.push((b"filter", (tag::DOCUMENT, filter))),
        Body::Pipeline(stages) => parts.push((b"pipeline", (tag::ARRAY, stages))),
        Body::Raw(raw) => parts.push((b"command", (tag::DOCUMENT, raw))),
        Body::Change(statements) => {
            if let [one] = statements.as_slice()
                && let Write::Change(change) = &one.write
            {
                parts.push((b"filter", (tag::DOCUMENT, &change.filter)));
            }
        }
        Body::Insert(_) | Body::Other(_) => {}
    }
    for (name, part) in [(&b"sort"[..], &command.sort), (b"projection", &command.projection)] {
        parts.extend(part.as_deref().map(|part| (name, (tag::DOCUMENT, part))));
    }
    let given = command.head.as_bytes();
    let mut out = Builder::with_capacity(2 * given.len());
    let start = out.begin();
    for (name, (tag, part)) in &parts {
        out.name(*tag, name);
        out.copy(part);
    }
    // What the core alone is told of is no part of what is sent.
    let kept = |name: &[u8]| !matches!(name, b"scope" | b"documents");
    for found in elements(given)? {
        let name = found.name(given);
        if kept(name) && !parts.iter().any(|(known, _)| *known == name) {
            out.element(given, &found);
        }
    }
    out.end(start);
    Ok(out.into_bytes())
}
