//! Conditions that the core asks of documents itself.

use crate::crypto::canonical;
use crate::document::element::{find, tag, value_of};
use crate::error::Result;
use crate::model::counters::Condition;
use bson::RawBson;

/// A value: its type and its bytes.
pub(super) type Value = (u8, Vec<u8>);

/// Whether a document has one of the values in each of the fields. What is missing is null, as conditions have it.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub(super) fn hold(when: &[Condition], document: &[u8]) -> Result<bool> {
    for (name, values) in when {
        let missing = || canonical_of(tag::NULL, &[]);
        let found = canonical_at(document, name)?.map_or_else(missing, |(found, _)| Ok(found))?;
        let mut is = false;
        for value in values.into_iter().flatten() {
            let one = bson::rawdoc! { "v": RawBson::from(value) };
            is |= canonical_at(one.as_bytes(), "v")?.is_some_and(|(value, _)| value == found);
        }
        if !is {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The value of a field in its canonical form, and as it is stored.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub(super) fn canonical_at(document: &[u8], name: &str) -> Result<Option<(Vec<u8>, Value)>> {
    let Some(found) = find(document, name.as_bytes())? else { return Ok(None) };
    let value = value_of(document, &found);
    Ok(Some((canonical_of(found.tag, value)?, (found.tag, value.to_vec()))))
}

fn canonical_of(tag: u8, value: &[u8]) -> Result<Vec<u8>> {
    let mut form = Vec::with_capacity(16);
    canonical::write(tag, value, &mut form)?;
    Ok(form)
}
