//! Documents as they are stored, to documents as they are read.

use super::canonical::id_of;
use super::envelope::{ENVELOPE, Envelope};
use super::seal::notes::Check;
use super::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::{self, Element, invalid, tag};
use crate::document::validate::MAX_DEPTH;
use crate::error::Result;
use crate::model::fields::Binding;
use crate::model::fields::Tree;

/// How what cannot be opened is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// It is an error.
    #[default]
    Strict,
    /// The rows may be another shape than the stored documents: it stays as it is.
    Reshaped,
    /// Among the documents are those of other collections, whose envelopes stay as they are; a plain
    /// value is an error.
    Mixed,
}

/// How rows are opened.
#[derive(Debug, Clone, Copy, Default)]
pub struct Opening {
    /// How what cannot be opened is taken.
    pub trust: Trust,
    /// `_id` was read for opening alone, and is left out.
    pub without_id: bool,
}

/// The row being opened.
struct Row<'a> {
    document: &'a [u8],
    /// Canonical form of its `_id`, once it was looked for; empty if there is none.
    id: Option<Vec<u8>>,
    opening: Opening,
}

impl Row<'_> {
    fn id(&mut self) -> Result<Option<&[u8]>> {
        if self.id.is_none() {
            self.id = Some(id_of(self.document)?.unwrap_or_default());
        }
        Ok(self.id.as_deref().filter(|id| !id.is_empty()))
    }
}

impl Vault {
    /// Opens every document of a BSON array, the batch of a server's reply.
    ///
    /// # Errors
    /// `E_UNKNOWN_KEY`, `E_DECRYPTION_FAILED`, `E_INVALID_DOCUMENT`.
    pub fn open_batch(&self, array: &[u8], opening: Opening) -> Result<Vec<u8>> {
        self.open_batch_checked(array, opening, None)
    }

    /// As [`open_batch`](Self::open_batch); rows that answer a condition with the blind index of another
    /// value are an error.
    ///
    /// # Errors
    /// As [`open_batch`](Self::open_batch).
    pub fn open_batch_checked(
        &self,
        array: &[u8],
        opening: Opening,
        check: Option<&Check>,
    ) -> Result<Vec<u8>> {
        let limit = element::document_end(array, 0)?;
        let mut out = Builder::with_capacity(array.len());
        let start = out.begin();
        let mut at = 4;
        while let Some(found) = element::read(array, at, limit)? {
            at = found.end;
            if found.tag != tag::DOCUMENT {
                return Err(invalid("a batch holds something that is no document", at));
            }
            out.name(found.tag, found.name(array));
            self.open_row(&array[found.value_at..found.end], (opening, check), &mut out)?;
        }
        out.end(start);
        Ok(out.into_bytes())
    }

    /// Appends a document, opened, to a buffer. What the buffer holds after an error is of no use.
    ///
    /// # Errors
    /// As [`open_batch`](Self::open_batch).
    pub fn open_to(
        &self,
        document: &[u8],
        opening: Opening,
        check: Option<&Check>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let mut builder = Builder::appending_to(std::mem::take(out));
        self.open_row(document, (opening, check), &mut builder)?;
        *out = builder.into_bytes();
        Ok(())
    }

    /// Opens one document.
    ///
    /// # Errors
    /// As [`open_batch`](Self::open_batch).
    pub fn open_document(&self, document: &[u8], opening: Opening) -> Result<Vec<u8>> {
        let mut out = Builder::with_capacity(document.len());
        self.open_row(document, (opening, None), &mut out)?;
        Ok(out.into_bytes())
    }

    fn open_row(
        &self,
        document: &[u8],
        (opening, check): (Opening, Option<&Check>),
        out: &mut Builder,
    ) -> Result<()> {
        let mut row = Row { document, id: None, opening };
        let fields = self.fields();
        let limit = element::document_end(document, 0)?;
        if limit != document.len() {
            return Err(invalid("a document disagrees with its length", 0));
        }
        let start = out.begin();
        let (mut at, mut copied) = (4, 4);
        while let Some(found) = element::read(document, at, limit)? {
            let begin = at;
            at = found.end;
            let name = found.name(document);
            let hidden = (opening.without_id && name == b"_id") || fields.is_blind(name);
            let tree = if hidden { None } else { fields.tree().child(name) };
            if !hidden && tree.is_none() {
                continue;
            }
            out.copy(&document[copied..begin]);
            copied = at;
            if let Some(tree) = tree {
                let at = out.len();
                self.open_element(tree, document, &found, (&mut row, 1), out)?;
                let Some((check, field)) = check.zip(tree.field) else { continue };
                self.check_entries(check, field, (document, Some(&out.buffer()[at..])))?;
                if check.hidden.contains(&field) {
                    out.buffer().truncate(at);
                }
            }
        }
        for (check, asked) in check.iter().flat_map(|one| one.asked.iter().map(move |it| (one, it)))
        {
            // The entry of a value that is not there.
            let path = self.field(asked.field).path.as_bytes();
            if opening.trust == Trust::Strict && element::find(document, path)?.is_none() {
                self.check_entries(check, asked.field, (document, None))?;
            }
        }
        out.copy(&document[copied..limit]);
        out.close(start);
        Ok(())
    }

    /// Compares the entries that conditions asked for with the value beside them.
    fn check_entries(
        &self,
        check: &Check,
        field: usize,
        (document, opened): (&[u8], Option<&[u8]>),
    ) -> Result<()> {
        let spec = self.field(field);
        let Some(blind) = spec.blind.as_ref().filter(|_| spec.transition.is_none()) else {
            return Ok(());
        };
        let mut entries = None;
        for asked in check.asked.iter().filter(|asked| asked.field == field) {
            if entries.is_none() {
                entries = element::find(document, &blind.name)?;
            }
            let Some(entries) = &entries else { return Ok(()) };
            let entries = (entries.tag, &document[entries.value_at..entries.end]);
            // A tag, the name and a zero stand before the value.
            let value = opened.map(|bytes| (bytes[0], &bytes[spec.path.len() + 2..]));
            if self.is_forged(asked, value, entries)? {
                return Err(self.failed(field));
            }
        }
        Ok(())
    }

    /// Copies an element whose name leads to encrypted fields.
    fn open_element(
        &self,
        tree: &Tree,
        source: &[u8],
        found: &Element,
        (row, depth): (&mut Row<'_>, usize),
        out: &mut Builder,
    ) -> Result<()> {
        let value = &source[found.value_at..found.end];
        if let Some(field) = tree.field {
            let at = out.name(0, found.name(source));
            let tag = self.open_value(field, (found.tag, value), row, out.buffer())?;
            out.retag(at, tag);
            return Ok(());
        }
        out.name(found.tag, found.name(source));
        match found.tag {
            tag::DOCUMENT | tag::ARRAY if depth < MAX_DEPTH => {
                self.open_nested(tree, found.tag, value, (row, depth), out)
            }
            _ => {
                out.copy(value);
                Ok(())
            }
        }
    }

    fn open_nested(
        &self,
        tree: &Tree,
        tag: u8,
        value: &[u8],
        (row, depth): (&mut Row<'_>, usize),
        out: &mut Builder,
    ) -> Result<()> {
        let limit = element::document_end(value, 0)?;
        let start = out.begin();
        let mut at = 4;
        while let Some(found) = element::read(value, at, limit)? {
            at = found.end;
            // Arrays are passed through: their elements' names are places.
            let child = if tag == tag::ARRAY { Some(tree) } else { tree.child(found.name(value)) };
            match child {
                Some(child) => {
                    self.open_element(child, value, &found, (&mut *row, depth + 1), out)?;
                }
                None => out.element(value, &found),
            }
        }
        out.end(start);
        Ok(())
    }

    fn open_value(
        &self,
        field: usize,
        (tag, value): (u8, &[u8]),
        row: &mut Row<'_>,
        out: &mut Vec<u8>,
    ) -> Result<u8> {
        let spec = self.field(field);
        let lenient = spec.transition.is_some();
        let Some(envelope) = envelope_in(tag, value) else {
            if lenient || row.opening.trust == Trust::Reshaped {
                out.extend_from_slice(value);
                return Ok(tag);
            }
            return Err(self.failed(field));
        };
        let opened = if envelope.binding == spec.binding || lenient {
            let id = match envelope.binding {
                Binding::Document => row.id()?,
                Binding::Column => None,
            };
            self.open(field, id, &envelope, out)
        } else {
            Err(self.failed(field))
        };
        match opened {
            Err(_) if row.opening.trust != Trust::Strict => {
                out.extend_from_slice(value);
                Ok(tag)
            }
            other => other,
        }
    }
}

/// The envelope that a value is, if it is one.
#[must_use]
pub fn envelope_in(tag: u8, value: &[u8]) -> Option<Envelope<'_>> {
    if tag != tag::BINARY || value.get(4) != Some(&ENVELOPE) {
        return None;
    }
    Envelope::parse(&value[5..])
}
