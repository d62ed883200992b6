//! One form for values that MongoDB takes for equal.
//!
//! `1` may be stored as a 32-bit integer and be asked for as a double. What a value is bound to, and
//! blind index entries, must not depend on which.

use crate::document::element::{self, invalid, tag};
use crate::document::validate::MAX_DEPTH;
use crate::error::Result;

/// Appends the canonical form of a value: its type, then its bytes.
///
/// # Errors
/// `E_INVALID_DOCUMENT` for bytes that lie or are nested too deeply.
pub fn write(tag: u8, value: &[u8], out: &mut Vec<u8>) -> Result<()> {
    nested(tag, value, 0, out)
}

fn nested(tag: u8, value: &[u8], depth: usize, out: &mut Vec<u8>) -> Result<()> {
    if let Some(number) = whole(tag, value) {
        out.push(tag::INT64);
        out.extend_from_slice(&number.to_le_bytes());
        return Ok(());
    }
    if !matches!(tag, tag::DOCUMENT | tag::ARRAY) {
        out.push(tag);
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

/// The number, if the value is a whole one that 64 bits hold.
fn whole(tag: u8, value: &[u8]) -> Option<i64> {
    match tag {
        tag::INT32 => Some(i32::from_le_bytes(value.try_into().ok()?).into()),
        tag::INT64 => Some(i64::from_le_bytes(value.try_into().ok()?)),
        tag::DOUBLE => {
            let number = f64::from_le_bytes(value.try_into().ok()?);
            // 2^63: the first double that 64 bits do not hold.
            let fits = number.fract() == 0.0 && number.abs() < 9_223_372_036_854_775_808.0;
            #[allow(clippy::cast_possible_truncation, reason = "whole and in range")]
            fits.then_some(number as i64)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(tag: u8, value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        write(tag, value, &mut out).unwrap();
        out
    }

    #[test]
    fn equal_numbers_have_one_form() {
        let seven = form(tag::INT32, &7_i32.to_le_bytes());
        assert_eq!(seven, form(tag::INT64, &7_i64.to_le_bytes()));
        assert_eq!(seven, form(tag::DOUBLE, &7_f64.to_le_bytes()));
        assert_eq!(
            form(tag::DOUBLE, &(-0.0_f64).to_le_bytes()),
            form(tag::INT32, &0_i32.to_le_bytes())
        );
        assert_ne!(seven, form(tag::DOUBLE, &7.5_f64.to_le_bytes()));
        assert_ne!(
            form(tag::DOUBLE, &9.3e18_f64.to_le_bytes()),
            form(tag::INT64, &i64::MAX.to_le_bytes())
        );
    }

    #[test]
    fn documents_differ_by_names_and_structure() {
        use bson::rawdoc;
        let of = |document: bson::RawDocumentBuf| form(tag::DOCUMENT, document.as_bytes());
        assert_eq!(of(rawdoc! { "a": 1_i32 }), of(rawdoc! { "a": 1.0 }));
        assert_ne!(of(rawdoc! { "a": 1 }), of(rawdoc! { "b": 1 }));
        assert_ne!(of(rawdoc! { "a": { "b": 1 } }), of(rawdoc! { "a": {}, "b": 1 }));
        assert_ne!(of(rawdoc! { "a": [1] }), of(rawdoc! { "a": { "0": 1 } }));
    }
}
