//! Values that JavaScript marks: those of conditions on encrypted columns. Whoever seals one takes the
//! mark off, so a mark that is left says that a plain value would be sent.

use super::elements;
use crate::document::element::{self, Typed, tag, value_of};
use crate::document::validate::MAX_DEPTH;
use crate::error::{Code, Error, Result};
use crate::protocol::PLAIN_MARK;

/// The value behind a mark, or the value itself.
pub(crate) fn unmarked((tag, value): Typed<'_>) -> Result<Typed<'_>> {
    if tag == tag::DOCUMENT
        && let [only] = &elements(value)?[..]
        && only.name(value) == PLAIN_MARK
    {
        return Ok((only.tag, value_of(value, only)));
    }
    Ok((tag, value))
}

/// Whether there may be marks in what these bytes hold.
#[must_use]
pub fn has_marks(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, PLAIN_MARK).is_some()
}

/// Refuses documents, one after the other, in which a mark is left.
///
/// # Errors
/// `E_ENCRYPTED_COLUMN_QUERY`, `E_INVALID_DOCUMENT`.
pub fn refuse_marked(documents: &[u8]) -> Result<()> {
    if !has_marks(documents) {
        return Ok(());
    }
    let mut at = 0;
    while at < documents.len() {
        let end = element::document_end(documents, at)?;
        if holds_mark(&documents[at..end], 0)? {
            return Err(Error::new(
                Code::EncryptedColumnQuery,
                "a value is compared with an encrypted column where it cannot be encrypted, so \
                 nothing was sent; put the condition before stages that make other rows, and ask \
                 the column's own model",
            ));
        }
        at = end;
    }
    Ok(())
}

/// As [`refuse_marked`], of one document without its elements of these names.
///
/// # Errors
/// As there.
pub fn refuse_marked_but(document: &[u8], names: &[&[u8]]) -> Result<()> {
    for found in elements(document)?.iter().filter(|one| !names.contains(&one.name(document))) {
        if matches!(found.tag, tag::DOCUMENT | tag::ARRAY) {
            refuse_marked(value_of(document, found))?;
        }
    }
    Ok(())
}

fn holds_mark(document: &[u8], depth: usize) -> Result<bool> {
    for found in &elements(document)? {
        if found.name(document) == PLAIN_MARK {
            return Ok(true);
        }
        if matches!(found.tag, tag::DOCUMENT | tag::ARRAY)
            && depth < MAX_DEPTH * 2
            && holds_mark(value_of(document, found), depth + 1)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}
