//! One value's text.

use super::decimal::decimal;
use super::object::Object;
use super::{Style, Unfit, date, object, text};
use crate::document::element::{self, Element, tag};
use std::io::Write as _;

/// Integers beyond this do not fit a number of JavaScript.
const SAFE: u64 = (1 << 53) - 1;
const UUID: u8 = 4;
const OLD_BINARY: u8 = 2;

/// Reads the next element of a document. What is not valid is for others to complain about.
pub fn next(bytes: &[u8], at: usize, limit: usize) -> Result<Option<Element>, Unfit> {
    element::read(bytes, at, limit).map_err(|_| Unfit)
}

/// Whether a value of the type is there for `JSON.stringify`.
pub const fn is_shown(found: &Element) -> bool {
    found.tag != tag::UNDEFINED
}

/// Appends an element's value. `bytes` are valid, so that recursion ends at 100 levels.
pub fn value(out: &mut Vec<u8>, style: Style, bytes: &[u8], found: &Element) -> Result<(), Unfit> {
    let at = found.value_at;
    match found.tag {
        tag::STRING | tag::SYMBOL => text::quoted(out, string(bytes, found)),
        tag::INT32 => integer(out, i32::from_le_bytes(fixed(bytes, at)?).into()),
        tag::DOUBLE => double(out, f64::from_le_bytes(fixed(bytes, at)?)),
        tag::INT64 => long(out, style, i64::from_le_bytes(fixed(bytes, at)?)),
        tag::BOOLEAN => out.extend_from_slice(if bytes[at] == 1 { b"true" } else { b"false" }),
        // An undefined element of an array.
        tag::NULL | tag::UNDEFINED => out.extend_from_slice(b"null"),
        tag::DATE => date::moment(out, i64::from_le_bytes(fixed(bytes, at)?)),
        tag::OBJECT_ID => id(out, &bytes[at..at + 12]),
        tag::DOCUMENT => return Object::read(bytes, at)?.write(out, style),
        tag::ARRAY => return array(out, style, bytes, at),
        tag::BINARY => return binary(out, bytes, found),
        tag::DECIMAL128 => {
            let (before, after): (&[u8], &[u8]) = match style {
                Style::Classes => (b"{\"$numberDecimal\":\"", b"\"}"),
                Style::Text => (b"\"", b"\""),
            };
            out.extend_from_slice(before);
            decimal(out, fixed(bytes, at)?);
            out.extend_from_slice(after);
        }
        tag::TIMESTAMP => {
            let number = u64::from_le_bytes(fixed(bytes, at)?);
            // Writing to a vector cannot fail.
            let _ = write!(out, "{{\"$timestamp\":\"{number}\"}}");
        }
        tag::MIN_KEY | tag::MAX_KEY => out.extend_from_slice(match (style, found.tag) {
            (Style::Classes, _) => b"{}".as_slice(),
            (Style::Text, tag::MIN_KEY) => b"{\"$minKey\":1}",
            (Style::Text, _) => b"{\"$maxKey\":1}",
        }),
        tag::CODE => {
            out.extend_from_slice(b"{\"code\":");
            text::quoted(out, string(bytes, found));
            out.push(b'}');
        }
        tag::CODE_WITH_SCOPE => return code(out, style, bytes, found),
        tag::DB_POINTER => object::pointer(out, bytes, found),
        // Whether JavaScript can hold a regular expression, only JavaScript can tell.
        _ => return Err(Unfit),
    }
    Ok(())
}

/// The text of a string, symbol or code, without its length and terminator.
pub fn string<'a>(bytes: &'a [u8], found: &Element) -> &'a [u8] {
    &bytes[found.value_at + 4..found.end - 1]
}

fn fixed<const SIZE: usize>(bytes: &[u8], at: usize) -> Result<[u8; SIZE], Unfit> {
    bytes.get(at..at + SIZE).and_then(|slice| slice.try_into().ok()).ok_or(Unfit)
}

/// An ObjectId's digits, with quotes.
pub fn id(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut text = [b'"'; 26];
    for (pair, byte) in text[1..25].chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(&text::PAIRS[usize::from(*byte)]);
    }
    out.extend_from_slice(&text);
}

fn integer(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

fn double(out: &mut Vec<u8>, number: f64) {
    if number.is_finite() {
        out.extend_from_slice(ryu_js::Buffer::new().format_finite(number).as_bytes());
    } else {
        out.extend_from_slice(b"null");
    }
}

fn long(out: &mut Vec<u8>, style: Style, number: i64) {
    if number.unsigned_abs() <= SAFE {
        return integer(out, number);
    }
    // Writing to a vector cannot fail.
    let _ = match style {
        Style::Classes => {
            let high = number >> 32;
            // The lower half, as a number with a sign.
            let low = (number << 32) >> 32;
            write!(out, "{{\"high\":{high},\"low\":{low},\"unsigned\":false}}")
        }
        Style::Text => write!(out, "\"{number}\""),
    };
}

fn array(out: &mut Vec<u8>, style: Style, bytes: &[u8], start: usize) -> Result<(), Unfit> {
    let limit = element::document_end(bytes, start).map_err(|_| Unfit)?;
    let mut at = start + 4;
    out.push(b'[');
    let mut first = true;
    while let Some(found) = next(bytes, at, limit)? {
        if !first {
            out.push(b',');
        }
        first = false;
        value(out, style, bytes, &found)?;
        at = found.end;
    }
    out.push(b']');
    Ok(())
}

fn binary(out: &mut Vec<u8>, bytes: &[u8], found: &Element) -> Result<(), Unfit> {
    let data = &bytes[found.value_at + 5..found.end];
    match bytes[found.value_at + 4] {
        UUID if data.len() == 16 => text::uuid(out, data),
        OLD_BINARY => {
            // The length stands there once more.
            let inner = data.get(4..).ok_or(Unfit)?;
            let length = element::int32(data, 0).map_err(|_| Unfit)?;
            if usize::try_from(length) != Ok(inner.len()) {
                return Err(Unfit);
            }
            text::base64(out, inner);
        }
        _ => text::base64(out, data),
    }
    Ok(())
}

fn code(out: &mut Vec<u8>, style: Style, bytes: &[u8], found: &Element) -> Result<(), Unfit> {
    let length = element::length(bytes, found.value_at + 4, 1).map_err(|_| Unfit)?;
    let scope = found.value_at + 8 + length;
    out.extend_from_slice(b"{\"code\":");
    text::quoted(out, bytes.get(found.value_at + 8..scope - 1).ok_or(Unfit)?);
    out.extend_from_slice(b",\"scope\":");
    Object::read(bytes, scope)?.write(out, style)?;
    out.push(b'}');
    Ok(())
}
