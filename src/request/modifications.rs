//! What becomes of the documents that a change is of.

use super::head::{self, Head};
use crate::document::element::{self, tag, value_of};
use crate::error::Result;
use bson::RawDocumentBuf;
use mongodb::options::UpdateModifications;
use std::borrow::Cow;

/// A document of operators, one that replaces another, or a pipeline.
#[derive(Debug, Clone)]
pub struct Modifications<'a> {
    /// Document or array.
    pub tag: u8,
    /// Its bytes.
    pub bytes: Cow<'a, [u8]>,
}

impl Modifications<'_> {
    /// As the driver takes them.
    ///
    /// # Errors
    /// `E_INVALID_QUERY` for a pipeline that is none.
    pub fn to_driver(&self) -> Result<UpdateModifications> {
        if self.tag == tag::ARRAY {
            return Ok(head::parsed_list("update", &self.bytes)?.into());
        }
        Ok(head::parsed(&self.bytes)?.into())
    }

    /// The document that replaces another.
    ///
    /// # Errors
    /// `E_INVALID_QUERY` for a pipeline.
    pub fn to_document(&self) -> Result<RawDocumentBuf> {
        let whole = (self.tag == tag::DOCUMENT).then(|| self.bytes.to_vec());
        let whole = whole.and_then(|bytes| RawDocumentBuf::from_bytes(bytes).ok());
        whole.ok_or_else(|| head::wrong("replacement", "a document"))
    }

    /// Whether it is a document that replaces another.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn replaces(&self) -> Result<bool> {
        let limit = element::document_end(&self.bytes, 0)?;
        let first = element::read(&self.bytes, 4, limit)?;
        let operator = first.is_some_and(|one| one.name(&self.bytes).starts_with(b"$"));
        Ok(self.tag == tag::DOCUMENT && !operator)
    }

    /// Whether it has the fields of inserted documents and nothing else.
    pub(super) fn only_inserts(&self) -> bool {
        let first = element::read(&self.bytes, 4, self.bytes.len()).ok().flatten();
        self.tag == tag::DOCUMENT
            && first.is_some_and(|found| {
                let alone = found.end + 1 == self.bytes.len();
                alone && found.tag == tag::DOCUMENT && found.name(&self.bytes) == b"$setOnInsert"
            })
    }
}

/// Those that stand in a head, or in a statement.
pub(super) fn modifications<'a>(head: Head<'a>, key: &str) -> Result<Option<Modifications<'a>>> {
    let bytes = head.as_bytes();
    match element::find(bytes, key.as_bytes())? {
        None => Ok(None),
        Some(found) if matches!(found.tag, tag::DOCUMENT | tag::ARRAY) => {
            let value = Cow::Borrowed(value_of(bytes, &found));
            Ok(Some(Modifications { tag: found.tag, bytes: value }))
        }
        Some(_) => Err(head::wrong(key, "a document or a pipeline")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::rawdoc;

    #[test]
    fn what_only_inserts_changes_nothing_that_is_there() {
        for (update, expected) in [
            (rawdoc! { "$setOnInsert": { "a": 1 } }, true),
            (rawdoc! { "$setOnInsert": { "a": 1 }, "$set": { "b": 1 } }, false),
            (rawdoc! { "$set": { "b": 1 } }, false),
            (rawdoc! { "$setOnInsert": 1 }, false),
            (rawdoc! {}, false),
        ] {
            let bytes = Cow::Borrowed(update.as_bytes());
            let update = Modifications { tag: tag::DOCUMENT, bytes };
            assert_eq!(update.only_inserts(), expected, "{update:?}");
        }
    }
}
