//! Building documents from pieces of others, without parsing them.

use super::element::{Element, tag};

/// Appends documents and elements to a buffer.
#[derive(Debug, Default)]
pub struct Builder {
    bytes: Vec<u8>,
}

impl Builder {
    /// A builder with room for `capacity` bytes.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity) }
    }

    /// A builder that appends to `bytes`.
    #[must_use]
    pub fn appending_to(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    /// What was built.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What was built so far.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing was built yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Begins a document or an array; the result is for [`end`](Self::end).
    pub fn begin(&mut self) -> usize {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 4]);
        start
    }

    /// Ends what began at `start`.
    pub fn end(&mut self, start: usize) {
        self.bytes.push(0);
        self.close(start);
    }

    /// Ends what began at `start`, whose terminator was copied.
    pub fn close(&mut self, start: usize) {
        // Requests and replies are far below 2 GiB.
        let length = i32::try_from(self.bytes.len() - start).unwrap_or(i32::MAX);
        self.bytes[start..start + 4].copy_from_slice(&length.to_le_bytes());
    }

    /// Writes an element's type and name. Answers where the type stands, for
    /// [`retag`](Self::retag).
    pub fn name(&mut self, tag: u8, name: &[u8]) -> usize {
        let at = self.bytes.len();
        self.bytes.push(tag);
        self.bytes.extend_from_slice(name);
        self.bytes.push(0);
        at
    }

    /// Gives the element at `at` another type.
    pub fn retag(&mut self, at: usize, tag: u8) {
        self.bytes[at] = tag;
    }

    /// Begins a document as an element.
    pub fn begin_document(&mut self, name: &[u8]) -> usize {
        self.name(tag::DOCUMENT, name);
        self.begin()
    }

    /// Begins an array as an element.
    pub fn begin_array(&mut self, name: &[u8]) -> usize {
        self.name(tag::ARRAY, name);
        self.begin()
    }

    /// Copies bytes.
    pub fn copy(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Copies an element of `source`.
    pub fn element(&mut self, source: &[u8], found: &Element) {
        self.copy(&source[found.name_at - 1..found.end]);
    }

    /// Copies the value of an element of `source` under another name.
    pub fn renamed(&mut self, name: &[u8], source: &[u8], found: &Element) {
        self.name(found.tag, name);
        self.copy(&source[found.value_at..found.end]);
    }

    /// Writes a binary value behind its name.
    pub fn binary(&mut self, subtype: u8, bytes: &[u8]) {
        let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
        self.copy(&length.to_le_bytes());
        self.bytes.push(subtype);
        self.copy(bytes);
    }

    /// Writes a string behind its name.
    pub fn text(&mut self, text: &str) {
        let length = i32::try_from(text.len() + 1).unwrap_or(i32::MAX);
        self.copy(&length.to_le_bytes());
        self.copy(text.as_bytes());
        self.bytes.push(0);
    }

    /// The buffer itself, to append a value to.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

/// `{ <operator>: […] }`, or the one document that there is.
#[must_use]
pub fn joined<'a>(operator: &[u8], documents: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let documents: Vec<_> = documents.collect();
    if let [only] = documents[..] {
        return only.to_vec();
    }
    let mut out = Builder::with_capacity(documents.iter().map(|one| one.len() + 8).sum());
    let start = out.begin();
    let list = out.begin_array(operator);
    for (place, one) in documents.into_iter().enumerate() {
        out.name(tag::DOCUMENT, place.to_string().as_bytes());
        out.copy(one);
    }
    out.end(list);
    out.end(start);
    out.into_bytes()
}
