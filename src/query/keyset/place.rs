//! Where a stored document lies in the order of a page.

use super::super::refusal::{invalid, quote};
use super::super::tree::Given;
use super::{NULL, Page, SortField};
use crate::document::build::Builder;
use crate::document::element::{self, tag, value_of};
use crate::error::{Error, Result};

impl Page {
    /// The place of a stored document, null for what is missing.
    pub(super) fn place(&self, document: &[u8]) -> Result<Vec<u8>> {
        let mut out = Builder::default();
        let start = out.begin();
        for (position, SortField { name, .. }) in self.order.iter().enumerate() {
            let value = match stored_at(document, name)? {
                Stored::Missing => NULL,
                Stored::InArray => return Err(unplaced(name, "is an array, or in one")),
                Stored::At(value) => value,
            };
            // The server itself does not always put `undefined` in the same place.
            if matches!(value.tag, tag::UNDEFINED | tag::DB_POINTER) {
                return Err(unplaced(name, "is of a deprecated type"));
            }
            if value.tag == tag::SYMBOL && self.collation.collated {
                let why =
                    "is a symbol, which the server compares with the collation but sorts without";
                return Err(unplaced(name, why));
            }
            // Ids are unique under the collection's own collation only.
            let text = matches!(value.tag, tag::STRING | tag::DOCUMENT);
            if name == "_id" && text && self.collation.loose {
                let why = "is text, which the collation may find equal to another";
                return Err(unplaced(name, why));
            }
            out.name(value.tag, itoa::Buffer::new().format(position).as_bytes());
            out.copy(value.bytes);
        }
        out.end(start);
        Ok(out.into_bytes())
    }
}

fn unplaced(name: &str, why: &str) -> Error {
    let what = format!("{} of a document of the page has no definite place", quote(name));
    invalid(format!("{what}: it {why}; use another order"))
}

/// What a path leads to.
enum Stored<'a> {
    Missing,
    /// An array stands in its way, or at its end.
    InArray,
    At(Given<'a>),
}

fn stored_at<'a>(document: &'a [u8], path: &str) -> Result<Stored<'a>> {
    let mut value = Given { tag: tag::DOCUMENT, bytes: document };
    for segment in path.split('.') {
        if value.tag != tag::DOCUMENT {
            return Ok(Stored::Missing);
        }
        let Some(found) = element::find(value.bytes, segment.as_bytes())? else {
            return Ok(Stored::Missing);
        };
        value = Given { tag: found.tag, bytes: value_of(value.bytes, &found) };
        if value.tag == tag::ARRAY {
            return Ok(Stored::InArray);
        }
    }
    Ok(Stored::At(value))
}
