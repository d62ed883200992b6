//! Chunks: the form in which documents cross to JavaScript (`docs/internal/boundary.md`).
//!
//! The stored bytes stay as they are; beside them goes a table of where each column's value
//! stands and what it is, so that JavaScript reads a field without walking the document.

use super::columns::Columns;
use super::element::{self, invalid, tag};
use super::validate;
use crate::error::Result;
use crate::protocol::limit::{CHUNK_BYTES, CHUNK_HEAD_BYTES, CHUNK_ROWS, ID_DIGITS};
use crate::protocol::tag as chunk_tag;
use std::ops::Range;

const HEX_DIGITS: &[u8; 16] = b"0123456789abcdef";

/// A row as it is stored: what [`from_batch`] and [`from_documents`] append where nothing is encrypted.
///
/// # Errors
/// None; the form is that of whatever else appends rows.
pub fn as_stored(document: &[u8], out: &mut Vec<u8>) -> Result<()> {
    out.extend_from_slice(document);
    Ok(())
}

/// Lays out the documents of a BSON array, the batch of a server's reply. `append` writes each as it is
/// read to the end of a buffer.
///
/// # Errors
/// `E_INVALID_DOCUMENT` when the array or a document in it is not valid, and those of `append`.
pub fn from_batch<A>(array: &[u8], columns: &Columns, mut append: A) -> Result<Vec<Vec<u8>>>
where
    A: FnMut(&[u8], &mut Vec<u8>) -> Result<()>,
{
    let limit = element::document_end(array, 0)?;
    let mut chunks = Vec::new();
    let mut rows: Vec<&[u8]> = Vec::with_capacity(CHUNK_ROWS);
    let mut size = 0;
    let mut at = 4;
    while let Some(found) = element::read(array, at, limit)? {
        if found.tag != tag::DOCUMENT {
            return Err(invalid("a batch holds something that is no document", at));
        }
        rows.push(&array[found.value_at..found.end]);
        size += found.end - found.value_at;
        at = found.end;
        if rows.len() == CHUNK_ROWS || size >= CHUNK_BYTES {
            chunks.push(from_documents(&rows, columns, &mut append)?);
            rows.clear();
            size = 0;
        }
    }
    if !rows.is_empty() {
        chunks.push(from_documents(&rows, columns, &mut append)?);
    }
    Ok(chunks)
}

/// Lays out one chunk.
///
/// # Errors
/// `E_INVALID_DOCUMENT`, `E_DOCUMENT_TOO_DEEP`, and those of `append`.
pub fn from_documents<A>(rows: &[&[u8]], columns: &Columns, mut append: A) -> Result<Vec<u8>>
where
    A: FnMut(&[u8], &mut Vec<u8>) -> Result<()>,
{
    let cells = rows.len() * columns.len();
    let cells_at = CHUNK_HEAD_BYTES + 4 * (rows.len() + 1);
    let tags_at = cells_at + 4 * cells;
    let text_at = tags_at + cells.next_multiple_of(4);
    let stored: usize = rows.iter().map(|row| row.len()).sum();
    let mut bytes = Vec::with_capacity(text_at + stored + rows.len() * ID_DIGITS);
    bytes.resize(text_at, 0);
    for (row, document) in rows.iter().enumerate() {
        append(document, &mut bytes)?;
        let end = offset(bytes.len() - text_at)?;
        put(&mut bytes, CHUNK_HEAD_BYTES + 4 * (row + 1), end);
    }
    let (head, text) = bytes.split_at_mut(text_at);
    let (starts, table) = head.split_at_mut(cells_at);
    let (places, tags) = table.split_at_mut(4 * cells);
    let mut chunk = Chunk { text, columns, ids: Vec::new(), ends: Vec::new() };
    for row in 0..rows.len() {
        let span = number(starts, CHUNK_HEAD_BYTES + 4 * row)
            ..number(starts, CHUNK_HEAD_BYTES + 4 * (row + 1));
        let first = row * columns.len();
        let last = first + columns.len();
        chunk.fill(span, &mut places[4 * first..4 * last], &mut tags[first..last])?;
    }
    let ids = chunk.ids;
    bytes.extend_from_slice(&ids);
    let text = offset(bytes.len() - text_at)?;
    put(&mut bytes, 0, offset(rows.len())?);
    put(&mut bytes, 4, offset(columns.len())?);
    put(&mut bytes, 8, text);
    Ok(bytes)
}

struct Chunk<'a> {
    /// The documents, one after the other.
    text: &'a [u8],
    columns: &'a Columns,
    /// ObjectIds as text. They go behind the documents.
    ids: Vec<u8>,
    /// Room for the walk through nested documents.
    ends: Vec<usize>,
}

impl Chunk<'_> {
    /// Checks one document and records where its columns stand.
    fn fill(&mut self, span: Range<usize>, places: &mut [u8], tags: &mut [u8]) -> Result<()> {
        let Range { start: base, end } = span;
        let document = &self.text[base..end];
        let limit = element::document_end(document, 0)?;
        if limit != document.len() {
            return Err(invalid("a document disagrees with its length", 0));
        }
        let mut at = 4;
        let mut expected = 0;
        while let Some(found) = element::read(document, at, limit)? {
            at = found.end;
            let place = self.columns.place(found.name(document), expected);
            if place.is_none() {
                validate::name(document, &found)?;
            }
            let text = validate::value(document, &found, &mut self.ends)?;
            let Some(place) = place else { continue };
            expected = place + 1;
            let (tag, value_at) = if found.tag != tag::OBJECT_ID {
                (if text.ascii { found.tag } else { widened(found.tag) }, base + found.value_at)
            } else if self.columns.reads_id_as_text(place) {
                let text_at = self.text.len() + self.ids.len();
                push_hexadecimal(&mut self.ids, &document[found.value_at..found.end]);
                (chunk_tag::ID_TEXT, text_at)
            } else {
                (chunk_tag::ID_BYTES, base + found.value_at)
            };
            put(places, 4 * place, offset(value_at)?);
            tags[place] = tag;
        }
        Ok(())
    }
}

fn push_hexadecimal(out: &mut Vec<u8>, id: &[u8]) {
    for byte in id {
        out.push(HEX_DIGITS[usize::from(byte >> 4)]);
        out.push(HEX_DIGITS[usize::from(byte & 15)]);
    }
}

fn put(bytes: &mut [u8], at: usize, value: u32) {
    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

fn number(bytes: &[u8], at: usize) -> usize {
    let &[a, b, c, d] = &bytes[at..at + 4] else { return 0 };
    u32::from_le_bytes([a, b, c, d]) as usize
}

/// Only strings, documents and arrays tell JavaScript about their text; the rest decodes alike.
const fn widened(tag: u8) -> u8 {
    match tag {
        tag::STRING => chunk_tag::WIDE_STRING,
        tag::DOCUMENT => chunk_tag::WIDE_DOCUMENT,
        tag::ARRAY => chunk_tag::WIDE_ARRAY,
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
        let chunks =
            from_batch(&batch(&[first.clone(), second.clone()]), &columns(), as_stored).unwrap();
        let chunk = &chunks[0];
        assert_eq!((u32_at(chunk, 0), u32_at(chunk, 4)), (2, 3));
        let cells_at = CHUNK_HEAD_BYTES + 4 * 3;
        let tags_at = cells_at + 4 * 6;
        let text_at = tags_at + 8;
        assert_eq!(
            &chunk[tags_at..tags_at + 6],
            &[tag::OBJECT_ID, tag::STRING, tag::ARRAY, tag::INT32, chunk_tag::WIDE_STRING, 0]
        );
        let hex = text_at + u32_at(chunk, cells_at);
        assert_eq!(&chunk[hex..hex + 24], id.to_hex().as_bytes());
        let name = text_at + u32_at(chunk, cells_at + 4);
        assert_eq!(&chunk[name..name + 8], b"\x04\0\0\0Ada\0");
        assert_eq!(
            u32_at(chunk, CHUNK_HEAD_BYTES + 8),
            first.as_bytes().len() + second.as_bytes().len()
        );
    }

    #[test]
    fn cuts_after_64_documents_or_64_kib() {
        let small = vec![rawdoc! { "_id": 1 }; 130];
        let chunks = from_batch(&batch(&small), &columns(), as_stored).unwrap();
        assert_eq!(chunks.iter().map(|chunk| u32_at(chunk, 0)).collect::<Vec<_>>(), [64, 64, 2]);
        let large = vec![rawdoc! { "name": "x".repeat(40_000) }; 3];
        let chunks = from_batch(&batch(&large), &columns(), as_stored).unwrap();
        assert_eq!(chunks.iter().map(|chunk| u32_at(chunk, 0)).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn refuses_bytes_that_lie() {
        let valid = batch(&[rawdoc! { "name": "Ada", "tags": [{ "a": ["b"] }] }]);
        for cut in 0..valid.len() {
            assert!(from_batch(&valid[..cut], &columns(), as_stored).is_err(), "cut at {cut}");
        }
        for place in 0..valid.len() {
            for flip in [0x01, 0x7F, 0x80, 0xFF] {
                let mut bytes = valid.clone();
                bytes[place] ^= flip;
                let _ = from_batch(&bytes, &columns(), as_stored);
            }
        }
    }

    #[test]
    fn refuses_what_is_nested_too_deeply() {
        let mut inner = rawdoc! {};
        for _ in 0..validate::MAX_DEPTH {
            inner = rawdoc! { "a": inner };
        }
        let error =
            from_batch(&batch(&[rawdoc! { "name": inner }]), &columns(), as_stored).unwrap_err();
        assert_eq!(error.code.as_str(), "E_DOCUMENT_TOO_DEEP");
    }
}
