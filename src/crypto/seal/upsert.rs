//! Upserts: what a filter asks for is stored in the document that is inserted.

use super::document::Typed;
use super::{elements, for_each, value_of};
use crate::crypto::field::Relation;
use crate::crypto::vault::Vault;
use crate::document::element::tag;
use crate::error::Result;

impl Vault {
    /// Checks that an upsert sets the encrypted columns that it asks for. MongoDB would store the
    /// entry that the filter has, without a value beside it.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY`, `E_INVALID_DOCUMENT`.
    pub fn check_upsert(&self, filter: &[u8], (tag, update): Typed<'_>) -> Result<()> {
        let mut set = Vec::new();
        if tag == tag::DOCUMENT {
            for one in &elements(update)? {
                match one.name(update) {
                    b"$set" | b"$setOnInsert" if one.tag == tag::DOCUMENT => {
                        let paths = value_of(update, one);
                        set.extend(elements(paths)?.iter().map(|path| path.name(paths).to_vec()));
                    }
                    name if name.starts_with(b"$") => {}
                    // A document that replaces another is stored as it is.
                    _ => return Ok(()),
                }
            }
        }
        let mut open = vec![filter];
        while let Some(filter) = open.pop() {
            for_each(filter, |found, value| {
                let name = found.name(filter);
                if name == b"$and" && found.tag == tag::ARRAY {
                    let inner = elements(value)?;
                    let documents = inner.iter().filter(|one| one.tag == tag::DOCUMENT);
                    open.extend(
                        documents.map(|one| &filter[found.value_at..][one.value_at..one.end]),
                    );
                    return Ok(());
                }
                match self.fields().tree().relate(name) {
                    Relation::Field(field)
                        if !set.iter().any(|path| path == name) && asks((found.tag, value))? =>
                    {
                        Err(self.refuse(field, "an upsert that asks for it must set it as well"))
                    }
                    _ => Ok(()),
                }
            })?;
        }
        Ok(())
    }
}

/// Whether a condition is for one value, which MongoDB takes over into what it inserts.
fn asks((tag, value): Typed<'_>) -> Result<bool> {
    if tag != tag::DOCUMENT {
        return Ok(true);
    }
    let all = elements(value)?;
    if !all.first().is_some_and(|first| first.name(value).starts_with(b"$")) {
        return Ok(true);
    }
    for one in &all {
        match (one.name(value), one.tag) {
            (b"$eq", _) => return Ok(true),
            (b"$in", tag::ARRAY) if elements(value_of(value, one))?.len() == 1 => return Ok(true),
            _ => {}
        }
    }
    Ok(false)
}
