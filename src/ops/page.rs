//! Pages by cursor: what their rows are taken for, and the cursors behind them.

use super::Reply;
use crate::crypto::cursor::CursorKey;
use crate::document::build::Builder;
use crate::document::chunk;
use crate::document::columns::Columns;
use crate::document::element::tag;
use crate::error::Result;
use crate::query::keyset::{End, Page};
use bson::RawBsonRef;
use mongodb::raw_batch_cursor::RawBatch;

/// A page under way, and what seals its cursors.
#[derive(Debug)]
pub struct Paging {
    pub(super) page: Page,
    pub(super) key: CursorKey,
}

impl Paging {
    /// Notes the rows of a batch.
    pub(super) fn take(&mut self, batch: &RawBatch) -> Result<()> {
        // What cannot be read is refused where it is laid out.
        let rows = batch.doc_slices()?.into_iter().flatten();
        rows.filter_map(RawBsonRef::as_document).try_for_each(|row| self.page.take(row.as_bytes()))
    }

    /// The last reply of the page: behind its rows a chunk of its own, one document with the cursors
    /// `next` and `previous`, as far as there are rows.
    pub(super) fn close(self, reply: Reply) -> Result<Reply> {
        let Reply::Chunks(mut chunks) = reply else { return Ok(reply) };
        let ends = self.page.ends();
        let mut out = Builder::default();
        let start = out.begin();
        for (name, end) in [(&b"next"[..], ends.next), (b"previous", ends.previous)] {
            let text = match end {
                None => continue,
                Some(End::Place(plain)) => self.key.seal(&plain)?,
                Some(End::Same(text)) => text,
            };
            out.name(tag::STRING, name);
            out.text(&text);
        }
        out.end(start);
        let cursors = out.into_bytes();
        let columns = Columns::default();
        chunks.push(chunk::from_documents(&[&cursors], &columns, chunk::as_stored)?);
        Ok(Reply::Chunks(chunks))
    }
}
