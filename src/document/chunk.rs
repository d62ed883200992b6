//! Chunks: the form in which documents cross to JavaScript (`docs/internal/boundary.md`).
//!
//! The stored bytes stay as they are; beside them goes a table of where each column's value
//! stands and what it is, so that JavaScript reads a field without walking the document.

use super::columns::Columns;
use super::element::{self, invalid, tag};
use super::validate;
use crate::error::Result;

/// Documents in one chunk at most: a document kept alive keeps its chunk alive.
pub const MAX_ROWS: usize = 64;
/// The document that takes a chunk past this many bytes is its last.
pub const MAX_BYTES: usize = 64 * 1024;
/// Set on a tag when the value holds text that is not ASCII, and on raw ObjectIds.
pub const WIDE: u8 = 0x80;

const HEADER: usize = 16;
const HEX_DIGITS: &[u8; 16] = b"0123456789abcdef";
const ID_TEXT: usize = 24;

/// Lays out the documents of a BSON array, the batch of a server's reply.
///
/// # Errors
/// `E_INVALID_DOCUMENT` when the array or a document in it is not valid.
pub fn from_batch(array: &[u8], columns: &Columns) -> Result<Vec<Vec<u8>>> {
    let limit = element::document_end(array, 0)?;
    let mut chunks = Vec::new();
    let mut rows: Vec<&[u8]> = Vec::with_capacity(MAX_ROWS);
    let mut size = 0;
    let mut at = 4;
    while let Some(found) = element::read(array, at, limit)? {
        if found.tag != tag::DOCUMENT {
            return Err(invalid("a batch holds something that is no document", at));
        }
        rows.push(&array[found.value_at..found.end]);
        size += found.end - found.value_at;
        at = found.end;
        if rows.len() == MAX_ROWS || size >= MAX_BYTES {
            chunks.push(from_documents(&rows, columns)?);
            rows.clear();
            size = 0;
        }
    }
    if !rows.is_empty() {
        chunks.push(from_documents(&rows, columns)?);
    }
    Ok(chunks)
}

/// Lays out one chunk.
///
/// # Errors
/// `E_INVALID_DOCUMENT`, `E_DOCUMENT_TOO_DEEP`.
pub fn from_documents(rows: &[&[u8]], columns: &Columns) -> Result<Vec<u8>> {
    let cells = rows.len() * columns.len();
    let starts_at = HEADER;
    let cells_at = starts_at + 4 * (rows.len() + 1);
    let tags_at = cells_at + 4 * cells;
    let text_at = tags_at + cells.next_multiple_of(4);
    let text: usize = rows.iter().map(|row| row.len()).sum();
    let mut chunk = Chunk {
        bytes: Vec::with_capacity(text_at + text + rows.len() * ID_TEXT),
        cells_at,
        tags_at,
    };
    chunk.bytes.resize(text_at, 0);
    let mut start = 0;
    for (row, document) in rows.iter().enumerate() {
        chunk.put(starts_at + 4 * row, offset(start)?);
        chunk.bytes.extend_from_slice(document);
        start += document.len();
    }
    chunk.put(starts_at + 4 * rows.len(), offset(start)?);
    let mut base = 0;
    for (row, document) in rows.iter().enumerate() {
        chunk.fill(row * columns.len(), document, base, text_at, columns)?;
        base += document.len();
    }
    let text = chunk.bytes.len() - text_at;
    chunk.put(0, offset(rows.len())?);
    chunk.put(4, offset(columns.len())?);
    chunk.put(8, offset(text)?);
    Ok(chunk.bytes)
}

struct Chunk {
    bytes: Vec<u8>,
    cells_at: usize,
    tags_at: usize,
}

impl Chunk {
    /// Checks one document and records where its columns stand.
    fn fill(
        &mut self,
        first_cell: usize,
        document: &[u8],
        base: usize,
        text_at: usize,
        columns: &Columns,
    ) -> Result<()> {
        let limit = element::document_end(document, 0)?;
        if limit != document.len() {
            return Err(invalid("a document disagrees with its length", 0));
        }
        let mut at = 4;
        let mut expected = 0;
        while let Some(found) = element::read(document, at, limit)? {
            at = found.end;
            let place = columns.place(found.name(document), expected);
            if place.is_none() {
                validate::name(document, &found)?;
            }
            let text = validate::value(document, &found, 1)?;
            let Some(place) = place else { continue };
            expected = place + 1;
            let cell = first_cell + place;
            let (tag, value_at) = if found.tag != tag::OBJECT_ID {
                (if text.ascii { found.tag } else { widened(found.tag) }, base + found.value_at)
            } else if columns.reads_id_as_text(place) {
                (tag::OBJECT_ID, self.push_id_text(document, found.value_at) - text_at)
            } else {
                (tag::OBJECT_ID | WIDE, base + found.value_at)
            };
            self.put(self.cells_at + 4 * cell, offset(value_at)?);
            self.bytes[self.tags_at + cell] = tag;
        }
        Ok(())
    }

    fn push_id_text(&mut self, document: &[u8], at: usize) -> usize {
        let place = self.bytes.len();
        for byte in &document[at..at + 12] {
            self.bytes.push(HEX_DIGITS[usize::from(byte >> 4)]);
            self.bytes.push(HEX_DIGITS[usize::from(byte & 15)]);
        }
        place
    }

    fn put(&mut self, at: usize, value: u32) {
        self.bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
}

/// Only strings, documents and arrays tell JavaScript about their text; the rest decodes alike.
const fn widened(tag: u8) -> u8 {
    match tag {
        tag::STRING | tag::DOCUMENT | tag::ARRAY => tag | WIDE,
        other => other,
    }
}

fn offset(value: usize) -> Result<u32> {
    u32::try_from(value).map_err(|_| invalid("a chunk is over 4 GiB", 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::{RawArrayBuf, RawDocumentBuf, oid::ObjectId, rawdoc};

    fn u32_at(bytes: &[u8], at: usize) -> usize {
        u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
    }

    fn columns() -> Columns {
        Columns::new([("_id".into(), true), ("name".into(), false), ("tags".into(), false)])
    }

    fn batch(documents: &[RawDocumentBuf]) -> Vec<u8> {
        let array: RawArrayBuf = documents.iter().cloned().collect();
        array.as_bytes().to_vec()
    }

    #[test]
    fn records_where_columns_stand() {
        let id = ObjectId::new();
        let first = rawdoc! { "_id": id, "name": "Ada", "tags": ["a"] };
        let second = rawdoc! { "name": "Zoë", "other": 1, "_id": 7 };
        let chunks = from_batch(&batch(&[first.clone(), second.clone()]), &columns()).unwrap();
        let chunk = &chunks[0];
        assert_eq!((u32_at(chunk, 0), u32_at(chunk, 4)), (2, 3));
        let cells_at = HEADER + 4 * 3;
        let tags_at = cells_at + 4 * 6;
        let text_at = tags_at + 8;
        assert_eq!(
            &chunk[tags_at..tags_at + 6],
            &[tag::OBJECT_ID, tag::STRING, tag::ARRAY, tag::INT32, tag::STRING | WIDE, 0]
        );
        let hex = text_at + u32_at(chunk, cells_at);
        assert_eq!(&chunk[hex..hex + 24], id.to_hex().as_bytes());
        let name = text_at + u32_at(chunk, cells_at + 4);
        assert_eq!(&chunk[name..name + 8], b"\x04\0\0\0Ada\0");
        assert_eq!(u32_at(chunk, HEADER + 8), first.as_bytes().len() + second.as_bytes().len());
    }

    #[test]
    fn cuts_after_64_documents_or_64_kib() {
        let small = vec![rawdoc! { "_id": 1 }; 130];
        let chunks = from_batch(&batch(&small), &columns()).unwrap();
        assert_eq!(chunks.iter().map(|chunk| u32_at(chunk, 0)).collect::<Vec<_>>(), [64, 64, 2]);
        let large = vec![rawdoc! { "name": "x".repeat(40_000) }; 3];
        let chunks = from_batch(&batch(&large), &columns()).unwrap();
        assert_eq!(chunks.iter().map(|chunk| u32_at(chunk, 0)).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn refuses_bytes_that_lie() {
        let valid = batch(&[rawdoc! { "name": "Ada", "tags": [{ "a": ["b"] }] }]);
        for cut in 0..valid.len() {
            assert!(from_batch(&valid[..cut], &columns()).is_err(), "cut at {cut}");
        }
        for place in 0..valid.len() {
            for flip in [0x01, 0x7F, 0x80, 0xFF] {
                let mut bytes = valid.clone();
                bytes[place] ^= flip;
                let _ = from_batch(&bytes, &columns());
            }
        }
    }

    #[test]
    fn refuses_what_is_nested_too_deeply() {
        let mut inner = rawdoc! {};
        for _ in 0..validate::MAX_DEPTH {
            inner = rawdoc! { "a": inner };
        }
        let error = from_batch(&batch(&[rawdoc! { "name": inner }]), &columns()).unwrap_err();
        assert_eq!(error.code.as_str(), "E_DOCUMENT_TOO_DEEP");
    }
}
