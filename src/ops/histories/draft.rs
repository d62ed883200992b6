//! Rows before their keys are made.

use crate::document::build::Builder;
use crate::ops::conditions::Value;

/// A row whose key is not made yet.
#[derive(Debug)]
pub(super) struct Draft {
    /// The canonical form of the document's `_id`.
    pub(super) form: Vec<u8>,
    /// The `_id` as it is stored: its type and its bytes.
    pub(super) id: Value,
    /// The elements behind the keys.
    pub(super) rest: Vec<u8>,
}

impl Draft {
    /// A row: its `_id`, which begins with that of its document, so that the rows of a document stand together in
    /// the index that each collection has.
    pub(super) fn row(&self, key: impl Fn(&mut Builder), second: impl Fn(&mut Builder)) -> Vec<u8> {
        let Self { id: (tag, value), rest, .. } = self;
        let mut out = Builder::with_capacity(rest.len() + 2 * value.len() + 96);
        let start = out.begin();
        let id = out.begin_document(b"_id");
        out.name(*tag, b"document");
        out.copy(value);
        key(&mut out);
        out.end(id);
        out.name(*tag, b"document_id");
        out.copy(value);
        second(&mut out);
        out.copy(rest);
        out.end(start);
        out.into_bytes()
    }
}
