//! Which rows count a document.

use crate::document::element::tag;
use crate::error::Result;
use crate::model::counters::Counter;
use crate::ops::conditions::{self, Value, canonical_at};

/// For each counter, the key of the row that counts a document, in its canonical form and as it is stored.
pub(super) type Keys = Vec<Option<(Vec<u8>, Value)>>;

/// The keys of a document.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub(super) fn keys_of(counters: &[Counter], document: &[u8]) -> Result<Keys> {
    counters.iter().map(|counter| key_of(counter, document)).collect()
}

fn key_of(counter: &Counter, document: &[u8]) -> Result<Option<(Vec<u8>, Value)>> {
    let key = canonical_at(document, &counter.foreign)?;
    let key = key.filter(|(_, (tag, _))| !matches!(*tag, tag::NULL | tag::UNDEFINED));
    Ok(if key.is_some() && conditions::hold(&counter.when, document)? { key } else { None })
}
