//! Documents that replace others. Their dates are those of a new document, and their version goes on
//! from that of the document that goes.

use super::{Due, pipeline};
use crate::document::build::Builder;
use crate::document::element::{elements, tag};
use crate::error::Result;
use crate::request::{Change, Modifications};

/// The document with its dates, where it has none, and without a version of its own.
pub(super) fn stamped(document: &[u8], due: &Due<'_>) -> Result<Option<Vec<u8>>> {
    let dates = || due.always.iter().chain(&due.made);
    let mut has = Vec::new();
    let mut out = Builder::with_capacity(document.len() + 64);
    let start = out.begin();
    for found in elements(document)? {
        let name = found.name(document);
        let is_version = due.version == Some(name);
        if is_version || (found.tag == tag::NULL && dates().any(|one| one.name == name)) {
            continue;
        }
        has.push(name);
        out.element(document, &found);
    }
    dates().filter(|one| !has.contains(&one.name)).for_each(|one| one.write(&mut out));
    out.end(start);
    Ok(Some(out.into_bytes()))
}

/// Puts a pipeline in the place of a document that replaces a counted one: only that can count. The
/// document is data in it. One that cannot be sealed yet is left alone until it is.
pub fn count_replaced(change: &mut Change<'_>) {
    if change.unbound {
        return;
    }
    let Some(version) = change.counted.take() else { return };
    let Some(update) = &mut change.update else { return };
    let mut out = Builder::with_capacity(update.bytes.len() + 256);
    let list = out.begin();
    let stage = out.begin_document(b"0");
    let replace = out.begin_document(b"$replaceWith");
    let parts = out.begin_array(b"$mergeObjects");
    let literal = out.begin_document(b"0");
    out.name(tag::DOCUMENT, b"$literal");
    out.copy(&update.bytes);
    out.end(literal);
    let counted = out.begin_document(b"1");
    pipeline::count(&version, &mut out);
    for open in [counted, parts, replace, stage, list] {
        out.end(open);
    }
    *update = Modifications { tag: tag::ARRAY, bytes: out.into_bytes().into() };
}
