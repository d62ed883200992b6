//! What is sent, with encrypted columns sealed: documents, changes, conditions and pipelines.

pub mod array_filters;
pub mod condition;
pub mod document;
pub mod expression;
pub mod filter;
pub mod foreign;
pub mod mark;
pub mod notes;
pub mod pipeline;
pub mod rows;
pub mod stages;
pub mod update;
pub mod update_pipeline;
pub mod upsert;
pub mod verify;

pub(in crate::crypto) use crate::document::element::elements;
use crate::document::element::{self, Element, value_of};
use crate::error::Result;

/// Calls `each` with every element of a document or an array.
fn for_each(bytes: &[u8], mut each: impl FnMut(&Element, &[u8]) -> Result<()>) -> Result<()> {
    let limit = element::document_end(bytes, 0)?;
    let mut at = 4;
    while let Some(found) = element::read(bytes, at, limit)? {
        at = found.end;
        each(&found, &bytes[found.value_at..found.end])?;
    }
    Ok(())
}
