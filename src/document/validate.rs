//! A whole value checked once, before anything that trusts or recurses into it.

#![allow(clippy::inline_always, reason = "as in `element`")]

use super::element::{self, Element, OLD_BINARY, invalid, tag};
use crate::error::{Code, Error, Result};

pub use crate::protocol::limit::DOCUMENT_DEPTH as MAX_DEPTH;

/// What a valid value was found to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Every string and every name inside is ASCII.
    pub ascii: bool,
}

/// Checks the document at `at`: lengths, types, terminators, UTF-8 and depth.
///
/// # Errors
/// `E_INVALID_DOCUMENT` with the place, `E_DOCUMENT_TOO_DEEP` beyond [`MAX_DEPTH`].
pub fn document(bytes: &[u8], at: usize) -> Result<Text> {
    let limit = element::document_end(bytes, at)?;
    nested(bytes, at, limit, MAX_DEPTH - 1, &mut Vec::new())
}

/// Checks bytes that are one document, with `more` levels than a document may have.
///
/// # Errors
/// As [`document`].
pub fn with_levels(bytes: &[u8], more: usize) -> Result<()> {
    let limit = element::document_end(bytes, 0)?;
    if limit != bytes.len() {
        return Err(invalid("there is more than one document", limit));
    }
    nested(bytes, 0, limit, MAX_DEPTH - 1 + more, &mut Vec::new()).map(drop)
}

/// Checks the value of an element of a document that is in no other. `ends` is room for the walk, kept
/// from value to value.
///
/// # Errors
/// As [`document`].
pub fn value(bytes: &[u8], found: &Element, ends: &mut Vec<usize>) -> Result<Text> {
    match found.tag {
        tag::DOCUMENT | tag::ARRAY => {
            let limit = element::document_end(bytes, found.value_at)?;
            nested(bytes, found.value_at, limit, MAX_DEPTH - 2, ends)
        }
        tag::CODE_WITH_SCOPE => {
            let (scope, code) = code_with_scope(bytes, found)?;
            let limit = element::document_end(bytes, scope)?;
            let text = nested(bytes, scope, limit, MAX_DEPTH - 2, ends)?;
            Ok(Text { ascii: text.ascii && code.ascii })
        }
        _ => scalar(bytes, found),
    }
}

/// The walk keeps its own stack of document ends: depth costs 8 bytes, not a stack frame. There may be
/// `levels` below the document itself.
fn nested(
    bytes: &[u8],
    start: usize,
    limit: usize,
    levels: usize,
    ends: &mut Vec<usize>,
) -> Result<Text> {
    ends.clear();
    let mut at = start + 4;
    let mut end = limit;
    let mut ascii = true;
    loop {
        let Some(found) = element::read(bytes, at, end)? else {
            let Some(outer) = ends.pop() else { return Ok(Text { ascii }) };
            at = end;
            end = outer;
            continue;
        };
        ascii &= name(bytes, &found)?.ascii;
        let inner = match found.tag {
            tag::DOCUMENT | tag::ARRAY => Some(found.value_at),
            tag::CODE_WITH_SCOPE => {
                let (scope, code) = code_with_scope(bytes, &found)?;
                ascii &= code.ascii;
                Some(scope)
            }
            _ => None,
        };
        if let Some(inner) = inner {
            if ends.len() >= levels {
                return Err(too_deep());
            }
            let inner_end = element::document_end(bytes, inner)?;
            if inner_end != found.end {
                return Err(invalid("a nested document disagrees with its length", inner));
            }
            ends.push(end);
            end = inner_end;
            at = inner + 4;
        } else {
            ascii &= scalar(bytes, &found)?.ascii;
            at = found.end;
        }
    }
}

fn too_deep() -> Error {
    Error::new(Code::DocumentTooDeep, format!("a value is nested deeper than {MAX_DEPTH} levels"))
}

/// Checks an element's name.
///
/// # Errors
/// `E_INVALID_DOCUMENT` when it is not UTF-8.
#[inline(always)]
pub fn name(bytes: &[u8], found: &Element) -> Result<Text> {
    utf8(found.name(bytes), found.name_at)
}

#[inline(always)]
pub(super) fn scalar(bytes: &[u8], found: &Element) -> Result<Text> {
    let at = found.value_at;
    match found.tag {
        tag::STRING | tag::CODE | tag::SYMBOL | tag::DB_POINTER => string(bytes, at),
        tag::REGEX => utf8(&bytes[at..found.end - 1], at),
        tag::BOOLEAN if bytes[at] > 1 => Err(invalid("a boolean is neither true nor false", at)),
        tag::BINARY if bytes[at + 4] == OLD_BINARY => old_binary(&bytes[at + 5..found.end], at),
        _ => Ok(Text { ascii: true }),
    }
}

/// Data of the subtype that says its length once more.
#[cold]
fn old_binary(data: &[u8], at: usize) -> Result<Text> {
    match element::int32(data, 0).map(usize::try_from) {
        Ok(Ok(length)) if length == data.len() - 4 => Ok(Text { ascii: true }),
        _ => Err(invalid("old binary data disagrees with its length", at)),
    }
}

/// A length-prefixed string at `at`. The element reader has checked that it fits.
#[inline(always)]
fn string(bytes: &[u8], at: usize) -> Result<Text> {
    let length = element::length(bytes, at, 1)?;
    let text = bytes
        .get(at + 4..at + 3 + length)
        .ok_or_else(|| invalid("a string is longer than its document", at))?;
    if bytes[at + 3 + length] != 0 {
        return Err(invalid("a string lacks its terminator", at));
    }
    utf8(text, at + 4)
}

#[inline(always)]
fn utf8(text: &[u8], at: usize) -> Result<Text> {
    if text.is_ascii() {
        return Ok(Text { ascii: true });
    }
    match std::str::from_utf8(text) {
        Ok(_) => Ok(Text { ascii: false }),
        Err(error) => Err(invalid("text is not UTF-8", at + error.valid_up_to())),
    }
}

/// Where the scope document of a code-with-scope value starts, and what its code is; checks the inner
/// lengths.
pub(super) fn code_with_scope(bytes: &[u8], found: &Element) -> Result<(usize, Text)> {
    let at = found.value_at;
    let scope = at + 8 + element::length(bytes, at + 4, 1)?;
    if scope + element::EMPTY_DOCUMENT > found.end {
        return Err(invalid("code with scope disagrees with its length", at));
    }
    let code = string(bytes, at + 4)?;
    if element::document_end(bytes, scope)? != found.end {
        return Err(invalid("code with scope disagrees with its length", scope));
    }
    Ok((scope, code))
}

#[cfg(test)]
mod tests {
    use bson::raw::RawJavaScriptCodeWithScope;
    use bson::{RawDocumentBuf, rawdoc};

    #[test]
    fn old_binary_data_agrees_with_its_length() {
        let holding = |data: &[u8]| {
            let length = i32::try_from(data.len()).unwrap().to_le_bytes();
            let total = i32::try_from(4 + 3 + 5 + data.len() + 1).unwrap().to_le_bytes();
            [&total[..], b"\x05a\0", &length, &[2], data, &[0]].concat()
        };
        assert!(super::document(&holding(&[0, 0, 0, 0]), 0).is_ok());
        assert!(super::document(&holding(&[2, 0, 0, 0, 7, 7]), 0).is_ok());
        for wrong in [&[][..], &[0, 0, 0], &[1, 0, 0, 0], &[0, 0, 0, 0, 7], &[255; 4], &[255; 9]] {
            let error = super::document(&holding(wrong), 0).unwrap_err();
            assert_eq!(error.code.as_str(), "E_INVALID_DOCUMENT");
        }
    }

    #[test]
    fn text_that_is_not_ascii_is_found_everywhere() {
        let code = |code: &str, scope| RawJavaScriptCodeWithScope { code: code.into(), scope };
        let ascii =
            |document: &RawDocumentBuf| super::document(document.as_bytes(), 0).unwrap().ascii;
        assert!(ascii(&rawdoc! { "a": ["b", code("c", rawdoc! { "d": "e" })] }));
        for wide in [
            rawdoc! { "é": 1 },
            rawdoc! { "a": [{ "b": "é" }] },
            rawdoc! { "a": { "é": 1 } },
            rawdoc! { "a": code("é", rawdoc! {}) },
            rawdoc! { "a": [code("é", rawdoc! {})] },
            rawdoc! { "a": code("", rawdoc! { "b": "é" }) },
        ] {
            assert!(!ascii(&wide));
        }
    }
}
