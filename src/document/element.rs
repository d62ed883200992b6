//! One element of a raw document: where its name and value stand, and how long the value is.

#![allow(
    clippy::inline_always,
    reason = "the walk runs for every element that is read; left to the compiler's own judgement it \
              takes half as long again"
)]

use crate::error::{Code, Error, Result};

/// BSON type codes.
#[allow(missing_docs, reason = "the names are the specification's own")]
pub mod tag {
    pub const DOUBLE: u8 = 0x01;
    pub const STRING: u8 = 0x02;
    pub const DOCUMENT: u8 = 0x03;
    pub const ARRAY: u8 = 0x04;
    pub const BINARY: u8 = 0x05;
    pub const UNDEFINED: u8 = 0x06;
    pub const OBJECT_ID: u8 = 0x07;
    pub const BOOLEAN: u8 = 0x08;
    pub const DATE: u8 = 0x09;
    pub const NULL: u8 = 0x0A;
    pub const REGEX: u8 = 0x0B;
    pub const DB_POINTER: u8 = 0x0C;
    pub const CODE: u8 = 0x0D;
    pub const SYMBOL: u8 = 0x0E;
    pub const CODE_WITH_SCOPE: u8 = 0x0F;
    pub const INT32: u8 = 0x10;
    pub const TIMESTAMP: u8 = 0x11;
    pub const INT64: u8 = 0x12;
    pub const DECIMAL128: u8 = 0x13;
    pub const MIN_KEY: u8 = 0xFF;
    pub const MAX_KEY: u8 = 0x7F;
}

/// The subtype of binary data whose length stands inside of the data once more.
pub const OLD_BINARY: u8 = 2;

/// The smallest document: a length and a terminator.
pub const EMPTY_DOCUMENT: usize = EMPTY.len();

/// A document without elements.
pub const EMPTY: &[u8] = &[5, 0, 0, 0, 0];

/// A value and its BSON type.
pub type Typed<'a> = (u8, &'a [u8]);

/// Where an element's parts stand in the bytes that hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    /// BSON type code.
    pub tag: u8,
    /// Where the name starts.
    pub name_at: usize,
    /// Where the value starts, one past the name's terminator.
    pub value_at: usize,
    /// Where the next element starts.
    pub end: usize,
}

impl Element {
    /// The name's bytes, without the terminator.
    #[must_use]
    pub fn name<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[self.name_at..self.value_at - 1]
    }
}

/// An invalid-document error; `what` says what is wrong at which byte.
#[cold]
#[inline(never)]
pub(crate) fn invalid(what: &str, at: usize) -> Error {
    Error::new(Code::InvalidDocument, format!("invalid BSON at byte {at}: {what}"))
}

/// The i32 at `at`.
#[inline(always)]
pub(crate) fn int32(bytes: &[u8], at: usize) -> Result<i32> {
    bytes
        .get(at..at + 4)
        .and_then(|slice| slice.try_into().ok())
        .map(i32::from_le_bytes)
        .ok_or_else(|| invalid("the bytes end inside a length", at))
}

/// A length prefix at `at` that must be at least `least`.
#[inline(always)]
pub(crate) fn length(bytes: &[u8], at: usize, least: usize) -> Result<usize> {
    match usize::try_from(int32(bytes, at)?) {
        Ok(length) if length >= least => Ok(length),
        _ => Err(invalid("a length is too small", at)),
    }
}

/// Where the document that starts at `at` ends. Checks the length and the terminator.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
#[inline(always)]
pub fn document_end(bytes: &[u8], at: usize) -> Result<usize> {
    let end = at + length(bytes, at, EMPTY_DOCUMENT)?;
    match bytes.get(end - 1) {
        Some(0) => Ok(end),
        Some(_) => Err(invalid("a document lacks its terminator", end - 1)),
        None => Err(invalid("a document is longer than the bytes", at)),
    }
}

/// The lowest bit of each byte of a word.
const LOW_BITS: u64 = u64::MAX / 255;

/// One past the terminator of the C string that starts at `at`.
#[inline(always)]
fn c_string_end(bytes: &[u8], at: usize, limit: usize) -> Result<usize> {
    let slice = bytes.get(at..limit).unwrap_or_default();
    let (words, tail) = slice.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // The lowest bit that is set belongs to the first byte that is zero.
        let zeroes = word.wrapping_sub(LOW_BITS) & !word & (LOW_BITS << 7);
        if zeroes != 0 {
            return Ok(at + 8 * place + zeroes.trailing_zeros() as usize / 8 + 1);
        }
    }
    tail.iter()
        .position(|byte| *byte == 0)
        .map(|found| at + 8 * words.len() + found + 1)
        .ok_or_else(|| invalid("a name lacks its terminator", at))
}

/// The element at `at` of a document whose terminator stands at `limit - 1`; `None` there.
///
/// Only lengths are checked. What a string or a nested document holds is for
/// [`validate`](super::validate).
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
#[inline(always)]
pub fn read(bytes: &[u8], at: usize, limit: usize) -> Result<Option<Element>> {
    let tag = *bytes.get(at).ok_or_else(|| invalid("the bytes end inside a document", at))?;
    if tag == 0 {
        return if at + 1 == limit {
            Ok(None)
        } else {
            Err(invalid("a document ends before its length says", at))
        };
    }
    let name_at = at + 1;
    let value_at = c_string_end(bytes, name_at, limit)?;
    let end = value_at + value_length(bytes, tag, value_at, limit)?;
    if end >= limit {
        return Err(invalid("a value is longer than its document", value_at));
    }
    Ok(Some(Element { tag, name_at, value_at, end }))
}

/// The element of a document with that name, the first one.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub fn find(document: &[u8], name: &[u8]) -> Result<Option<Element>> {
    let limit = document_end(document, 0)?;
    let mut at = 4;
    while let Some(found) = read(document, at, limit)? {
        if found.name(document) == name {
            return Ok(Some(found));
        }
        at = found.end;
    }
    Ok(None)
}

/// The bytes of an element's value.
#[must_use]
pub fn value_of<'a>(document: &'a [u8], found: &Element) -> &'a [u8] {
    &document[found.value_at..found.end]
}

#[inline(always)]
fn value_length(bytes: &[u8], tag: u8, at: usize, limit: usize) -> Result<usize> {
    Ok(match tag {
        tag::DOUBLE | tag::DATE | tag::TIMESTAMP | tag::INT64 => 8,
        tag::STRING | tag::CODE | tag::SYMBOL => 4 + length(bytes, at, 1)?,
        tag::DOCUMENT | tag::ARRAY => length(bytes, at, EMPTY_DOCUMENT)?,
        tag::CODE_WITH_SCOPE => length(bytes, at, 14)?,
        tag::BINARY => 5 + length(bytes, at, 0)?,
        tag::OBJECT_ID => 12,
        tag::BOOLEAN => 1,
        tag::NULL | tag::UNDEFINED | tag::MIN_KEY | tag::MAX_KEY => 0,
        tag::REGEX => {
            let options = c_string_end(bytes, at, limit)?;
            c_string_end(bytes, options, limit)? - at
        }
        tag::DB_POINTER => 4 + length(bytes, at, 1)? + 12,
        tag::INT32 => 4,
        tag::DECIMAL128 => 16,
        unknown => return Err(unknown_type(unknown, at)),
    })
}

#[cold]
#[inline(never)]
fn unknown_type(tag: u8, at: usize) -> Error {
    invalid(&format!("unknown type {tag:#04x}"), at)
}

/// The bytes of a value of that type which starts at `at`.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub fn value_at(bytes: &[u8], tag: u8, at: usize) -> Result<&[u8]> {
    let end = at + value_length(bytes, tag, at, bytes.len())?;
    bytes.get(at..end).ok_or_else(|| invalid("a value is longer than the bytes", at))
}

/// The elements of a document or an array.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub fn elements(bytes: &[u8]) -> Result<Vec<Element>> {
    let limit = document_end(bytes, 0)?;
    let mut all = Vec::new();
    let mut at = 4;
    while let Some(found) = read(bytes, at, limit)? {
        at = found.end;
        all.push(found);
    }
    Ok(all)
}
