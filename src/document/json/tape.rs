//! A document read once: every element in it, checked, in the order of the bytes.

use super::Unfit;
use crate::document::element::{self, Element, tag};
use crate::document::validate;

/// An element, and where the next one beside it stands on the tape: what lies between is inside.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub found: Element,
    pub next: usize,
}

/// The elements of one document.
#[derive(Debug, Default)]
pub struct Tape {
    entries: Vec<Entry>,
    /// Room for the walk, kept from document to document.
    open: Vec<Open>,
}

/// A document that is being read: its entry, and where its bytes end.
type Open = (usize, usize);

impl Tape {
    /// Reads a document in place of the one before.
    ///
    /// # Errors
    /// [`Unfit`] when it is not valid.
    pub fn read(&mut self, document: &[u8]) -> Result<(), Unfit> {
        self.entries.clear();
        self.open.clear();
        let mut limit = element::document_end(document, 0).map_err(|_| Unfit)?;
        if limit != document.len() {
            return Err(Unfit);
        }
        let mut at = 4;
        loop {
            let Some(found) = element::read(document, at, limit).map_err(|_| Unfit)? else {
                let Some((entry, outer)) = self.open.pop() else { return Ok(()) };
                at = limit;
                self.entries[entry].next = self.entries.len();
                limit = outer;
                continue;
            };
            validate::name(document, &found).map_err(|_| Unfit)?;
            let place = self.entries.len();
            self.entries.push(Entry { found, next: place + 1 });
            let inner = match found.tag {
                tag::DOCUMENT | tag::ARRAY => found.value_at,
                tag::CODE_WITH_SCOPE => {
                    validate::code_with_scope(document, &found).map_err(|_| Unfit)?.0
                }
                _ => {
                    validate::scalar(document, &found).map_err(|_| Unfit)?;
                    at = found.end;
                    continue;
                }
            };
            // The document itself is one level.
            if self.open.len() + 1 >= validate::MAX_DEPTH
                || element::document_end(document, inner) != Ok(found.end)
            {
                return Err(Unfit);
            }
            self.open.push((place, limit));
            limit = found.end;
            at = inner + 4;
        }
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
