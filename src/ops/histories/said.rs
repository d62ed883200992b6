//! What a row says of the command: what it did, when, and for whom.

use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::{elements, find, tag, value_of};
use crate::error::Result;
use crate::model::Model;
use crate::model::histories::History;
use crate::request::Head;
use crate::steps::scope::values;
use bson::RawDocument;

/// A document before and after, one of which may be none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) before: Option<&'a [u8]>,
    pub(super) after: Option<&'a [u8]>,
}

/// Where rows come from.
#[derive(Debug, Clone, Copy)]
pub(in crate::ops) struct Origin<'a> {
    pub(in crate::ops) model: &'a Model,
    /// The model's encrypted columns, if it has any.
    pub(in crate::ops) vault: Option<&'a Vault>,
    /// The head of the command.
    pub(in crate::ops) head: Head<'a>,
}

impl Origin<'_> {
    /// Writes what rows of all kinds have.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`, `E_INVALID_QUERY`.
    pub(super) fn write(
        &self,
        (history, at): (&History, i64),
        pair: Pair<'_>,
        out: &mut Builder,
    ) -> Result<()> {
        for (name, text) in
            [(&b"model"[..], &*self.model.name), (b"operation", self.operation(pair)?)]
        {
            out.name(tag::STRING, name);
            out.text(text);
        }
        out.name(tag::DATE, b"at");
        out.copy(&at.to_le_bytes());
        if let Some(values) = values(self.head)?.map(RawDocument::as_bytes) {
            for (name, field) in &history.context {
                if let Some(found) = find(values, name.as_bytes())? {
                    out.renamed(field, values, &found);
                }
            }
        }
        if let Some(document) = pair.after.or(pair.before) {
            for found in elements(document)? {
                if history.carried.iter().any(|field| **field == *found.name(document)) {
                    out.element(document, &found);
                }
            }
        }
        Ok(())
    }

    /// What became of the document.
    fn operation(&self, Pair { before, after }: Pair<'_>) -> Result<&'static str> {
        let removed = self.model.rules.iter().find_map(|rule| rule.remove.first());
        let is_removed = |document: &[u8]| -> Result<bool> {
            let Some(field) = removed else { return Ok(false) };
            let found = find(document, field)?;
            Ok(found.is_some_and(|one| !value_of(document, &one).is_empty()))
        };
        Ok(match (before, after) {
            (None, _) => "created",
            (Some(_), None) if removed.is_some() => "forceDeleted",
            (Some(_), None) => "deleted",
            (Some(before), Some(after)) => match (is_removed(before)?, is_removed(after)?) {
                (false, true) => "deleted",
                (true, false) => "restored",
                _ => "updated",
            },
        })
    }
}
