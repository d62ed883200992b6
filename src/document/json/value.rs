//! One value's text.

use super::decimal::decimal;
use super::tape::Entry;
use super::{Style, Unfit, date, text};
use crate::document::element::{self, Element, OLD_BINARY, tag};
use std::io::Write as _;

/// Integers beyond this do not fit a number of JavaScript.
const SAFE: u64 = (1 << 53) - 1;
const UUID: u8 = 4;

/// Writes the values of one document.
#[derive(Debug)]
pub struct Writer<'a> {
    pub out: &'a mut Vec<u8>,
    pub style: Style,
    /// The document.
    pub bytes: &'a [u8],
    /// Its elements. They were checked, and are nested in no more than 100 levels.
    pub entries: &'a [Entry],
}

/// Whether a value of the type is there for `JSON.stringify`.
pub const fn is_shown(found: &Element) -> bool {
    found.tag != tag::UNDEFINED
}

impl<'a> Writer<'a> {
    /// Appends the value of an entry.
    pub fn value(&mut self, place: usize) -> Result<(), Unfit> {
        let Entry { found, next } = self.entries[place];
        match found.tag {
            tag::STRING | tag::SYMBOL => text::quoted(self.out, self.string(&found)),
            tag::INT32 => self.integer(i32::from_le_bytes(self.fixed(&found)?).into()),
            tag::DOUBLE => self.double(f64::from_le_bytes(self.fixed(&found)?)),
            tag::INT64 => self.long(i64::from_le_bytes(self.fixed(&found)?)),
            tag::BOOLEAN => {
                let text: &[u8] = if self.bytes[found.value_at] == 1 { b"true" } else { b"false" };
                self.put(text);
            }
            // An undefined element of an array.
            tag::NULL | tag::UNDEFINED => self.put(b"null"),
            tag::DATE => date::moment(self.out, self.millis(&found)?),
            tag::OBJECT_ID => text::id(self.out, self.fixed(&found)?),
            tag::DOCUMENT => return self.object(place + 1, next),
            tag::ARRAY => return self.array(place + 1, next),
            tag::BINARY => self.binary(&found),
            tag::DECIMAL128 => {
                let (before, after): (&[u8], &[u8]) = match self.style {
                    Style::Classes => (b"{\"$numberDecimal\":\"", b"\"}"),
                    Style::Text => (b"\"", b"\""),
                };
                self.put(before);
                decimal(self.out, self.fixed(&found)?);
                self.put(after);
            }
            tag::TIMESTAMP => {
                let number = u64::from_le_bytes(self.fixed(&found)?);
                // Writing to a vector cannot fail.
                let _ = write!(self.out, "{{\"$timestamp\":\"{number}\"}}");
            }
            tag::MIN_KEY | tag::MAX_KEY => self.put(match (self.style, found.tag) {
                (Style::Classes, _) => b"{}",
                (Style::Text, tag::MIN_KEY) => b"{\"$minKey\":1}",
                (Style::Text, _) => b"{\"$maxKey\":1}",
            }),
            tag::CODE => {
                self.put(b"{\"code\":");
                text::quoted(self.out, self.string(&found));
                self.put(b"}");
            }
            tag::CODE_WITH_SCOPE => return self.code(place, &found),
            tag::DB_POINTER => self.pointer(&found),
            // Whether JavaScript can hold a regular expression, only JavaScript can tell.
            _ => return Err(Unfit),
        }
        Ok(())
    }

    pub fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    /// The text of a string, symbol or code, without its length and terminator.
    pub fn string(&self, found: &Element) -> &'a [u8] {
        &self.bytes[found.value_at + 4..found.end - 1]
    }

    /// A date's milliseconds.
    pub fn millis(&self, found: &Element) -> Result<i64, Unfit> {
        self.fixed(found).map(i64::from_le_bytes)
    }

    fn fixed<const SIZE: usize>(&self, found: &Element) -> Result<[u8; SIZE], Unfit> {
        let value = self.bytes.get(found.value_at..found.end);
        value.and_then(|slice| slice.try_into().ok()).ok_or(Unfit)
    }

    fn integer(&mut self, number: i64) {
        self.put(itoa::Buffer::new().format(number).as_bytes());
    }

    fn double(&mut self, number: f64) {
        if number.is_finite() {
            self.put(ryu_js::Buffer::new().format_finite(number).as_bytes());
        } else {
            self.put(b"null");
        }
    }

    fn long(&mut self, number: i64) {
        if number.unsigned_abs() <= SAFE {
            return self.integer(number);
        }
        // Writing to a vector cannot fail.
        let _ = match self.style {
            Style::Classes => {
                let high = number >> 32;
                // The lower half, as a number with a sign.
                let low = (number << 32) >> 32;
                write!(self.out, "{{\"high\":{high},\"low\":{low},\"unsigned\":false}}")
            }
            Style::Text => write!(self.out, "\"{number}\""),
        };
    }

    fn array(&mut self, first: usize, end: usize) -> Result<(), Unfit> {
        self.out.push(b'[');
        let mut place = first;
        while place < end {
            if place > first {
                self.out.push(b',');
            }
            self.value(place)?;
            place = self.entries[place].next;
        }
        self.out.push(b']');
        Ok(())
    }

    fn binary(&mut self, found: &Element) {
        let data = &self.bytes[found.value_at + 5..found.end];
        match self.bytes[found.value_at + 4] {
            UUID if data.len() == 16 => text::uuid(self.out, data),
            // The length stands there once more, and was checked.
            OLD_BINARY => text::base64(self.out, data.get(4..).unwrap_or_default()),
            _ => text::base64(self.out, data),
        }
    }

    fn code(&mut self, place: usize, found: &Element) -> Result<(), Unfit> {
        let start = found.value_at + 8;
        let length = element::length(self.bytes, start - 4, 1).map_err(|_| Unfit)?;
        self.put(b"{\"code\":");
        text::quoted(self.out, &self.bytes[start..start + length - 1]);
        self.put(b",\"scope\":");
        self.scope(place + 1, self.entries[place].next)?;
        self.put(b"}");
        Ok(())
    }
}
