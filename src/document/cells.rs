//! Chunks as the core itself reads them again: the values of a column, as BSON.

use super::element::{self, Typed, invalid, tag};
use crate::error::Result;
use crate::protocol::limit::{CHUNK_HEAD_BYTES, ID_DIGITS};
use crate::protocol::tag as chunk_tag;

/// Bytes of an `ObjectId`.
const ID_BYTES: usize = ID_DIGITS / 2;

/// The cells of one chunk.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    rows: usize,
    columns: usize,
    /// What stands before the text region.
    table: &'a [u8],
    text: &'a [u8],
}

impl<'a> Cells<'a> {
    /// Those of a chunk that was laid out here.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT` where the bytes are shorter than the chunk says.
    pub fn of(chunk: &'a [u8]) -> Result<Self> {
        let (rows, columns) = (number(chunk, 0)?, number(chunk, 4)?);
        let cells = rows * columns;
        let text_at = CHUNK_HEAD_BYTES + 4 * (rows + 1) + 4 * cells + cells.next_multiple_of(4);
        let (table, text) = chunk
            .split_at_checked(text_at)
            .ok_or_else(|| invalid("a chunk ends in its head", 0))?;
        Ok(Self { rows, columns, table, text })
    }

    /// How many documents there are.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// A document.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn document(&self, row: usize) -> Result<&'a [u8]> {
        let start = number(self.table, CHUNK_HEAD_BYTES + 4 * row)?;
        let end = number(self.table, CHUNK_HEAD_BYTES + 4 * (row + 1))?;
        self.text.get(start..end).ok_or_else(|| invalid("a document ends behind its chunk", start))
    }

    /// The value of a column in a document, `None` where it is missing. `room` is for what is not
    /// stored as it is.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn value<'r>(
        &self,
        row: usize,
        column: usize,
        room: &'r mut [u8; ID_BYTES],
    ) -> Result<Option<Typed<'r>>>
    where
        'a: 'r,
    {
        let cell = row * self.columns + column;
        let places = CHUNK_HEAD_BYTES + 4 * (self.rows + 1);
        let tags = places + 4 * self.rows * self.columns;
        let at = number(self.table, places + 4 * cell)?;
        let tag = match self.table.get(tags + cell) {
            None | Some(&chunk_tag::MISSING) => return Ok(None),
            Some(&chunk_tag::ID_TEXT) => {
                let digits = self.text.get(at..at + ID_DIGITS).unwrap_or_default();
                for (byte, pair) in room.iter_mut().zip(digits.as_chunks::<2>().0) {
                    *byte = (digit(pair[0]) << 4) | digit(pair[1]);
                }
                return Ok(Some((tag::OBJECT_ID, room)));
            }
            Some(&chunk_tag::ID_BYTES) => tag::OBJECT_ID,
            Some(&chunk_tag::WIDE_STRING) => tag::STRING,
            Some(&chunk_tag::WIDE_DOCUMENT) => tag::DOCUMENT,
            Some(&chunk_tag::WIDE_ARRAY) => tag::ARRAY,
            Some(tag) => *tag,
        };
        Ok(Some((tag, element::value_at(self.text, tag, at)?)))
    }
}

const fn digit(text: u8) -> u8 {
    match text {
        b'a'..=b'f' => text - b'a' + 10,
        _ => text.wrapping_sub(b'0') & 15,
    }
}

fn number(bytes: &[u8], at: usize) -> Result<usize> {
    let number = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    let number =
        number.map(u32::from_le_bytes).ok_or_else(|| invalid("a chunk is too short", at))?;
    Ok(number as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::chunk::{as_stored, from_documents};
    use crate::document::columns::Columns;
    use bson::{oid::ObjectId, rawdoc};

    #[test]
    fn values_are_those_of_the_documents() {
        let id = ObjectId::new();
        let columns = [("_id".into(), true), ("name".into(), false), ("ref".into(), false)];
        let columns = Columns::new(columns);
        let rows = [
            rawdoc! { "name": "Ada", "_id": id, "ref": id },
            rawdoc! { "_id": 7, "name": ["Zoë", 1] },
        ];
        let stored: Vec<&[u8]> = rows.iter().map(|row| row.as_bytes()).collect();
        let chunk = from_documents(&stored, &columns, as_stored).unwrap();
        let cells = Cells::of(&chunk).unwrap();
        assert_eq!(cells.rows(), 2);
        for (row, document) in stored.iter().enumerate() {
            assert_eq!(cells.document(row).unwrap(), *document);
            for (column, name) in ["_id", "name", "ref"].into_iter().enumerate() {
                let found = element::find(document, name.as_bytes()).unwrap();
                let expected = found.map(|it| (it.tag, element::value_of(document, &it)));
                let mut room = [0; ID_BYTES];
                assert_eq!(cells.value(row, column, &mut room).unwrap(), expected);
            }
        }
        for cut in 0..chunk.len() {
            let Ok(cells) = Cells::of(&chunk[..cut]) else { continue };
            for row in 0..3 {
                let _ = (cells.document(row), cells.value(row, 1, &mut [0; ID_BYTES]));
            }
        }
    }
}
