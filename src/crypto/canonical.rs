//! One form for values that MongoDB takes for equal.
//!
//! `1` may be stored as a 32-bit integer and be asked for as a double. What a value is bound to, and
//! blind index entries, must not depend on which.

use super::number::Number;
use crate::document::element::{self, Element, invalid, tag};
use crate::document::validate::MAX_DEPTH;
use crate::error::Result;

/// Appends the canonical form of a value: its type, then its bytes.
///
/// # Errors
/// `E_INVALID_DOCUMENT` for bytes that lie or are nested too deeply.
pub fn write(tag: u8, value: &[u8], out: &mut Vec<u8>) -> Result<()> {
    nested(tag, value, 0, out)
}

/// The canonical form of a document's `_id`. The server stores it first.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub fn id_of(document: &[u8]) -> Result<Option<Vec<u8>>> {
    let id = element::find(document, b"_id")?;
    id.map(|found| canonical_of(document, &found)).transpose()
}

/// The canonical form of an element's value.
pub(super) fn canonical_of(document: &[u8], found: &Element) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(16);
    write(found.tag, &document[found.value_at..found.end], &mut out)?;
    Ok(out)
}

fn nested(tag: u8, value: &[u8], depth: usize, out: &mut Vec<u8>) -> Result<()> {
    if let Some(number) = Number::read(tag, value) {
        number.write(out);
        return Ok(());
    }
    if !matches!(tag, tag::DOCUMENT | tag::ARRAY) {
        out.push(if tag == tag::SYMBOL { tag::STRING } else { tag });
        out.extend_from_slice(value);
        return Ok(());
    }
    if depth == MAX_DEPTH {
        return Err(invalid("a value is nested too deeply", 0));
    }
    out.push(tag);
    let limit = element::document_end(value, 0)?;
    let mut at = 4;
    while let Some(found) = element::read(value, at, limit)? {
        at = found.end;
        out.extend_from_slice(&value[found.name_at..found.value_at]);
        nested(found.tag, &value[found.value_at..found.end], depth + 1, out)?;
    }
    out.push(0);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_differ_by_names_and_structure() {
        use bson::rawdoc;
        let of = |document: bson::RawDocumentBuf| {
            let mut out = Vec::new();
            write(tag::DOCUMENT, document.as_bytes(), &mut out).unwrap();
            out
        };
        assert_eq!(of(rawdoc! { "a": 1_i32 }), of(rawdoc! { "a": 1.0 }));
        assert_ne!(of(rawdoc! { "a": 1 }), of(rawdoc! { "b": 1 }));
        assert_ne!(of(rawdoc! { "a": { "b": 1 } }), of(rawdoc! { "a": {}, "b": 1 }));
        assert_ne!(of(rawdoc! { "a": [1] }), of(rawdoc! { "a": { "0": 1 } }));
    }
}
