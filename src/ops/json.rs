//! The form in which a read's documents go back: chunks, or JSON.

use super::Reply;
use super::head::Head;
use super::reading::{self, Opener};
use crate::document::json::{self, Zone};
use crate::error::{Code, Error, Result};
use crate::model::Model;
use std::borrow::Cow;

/// What a read answers with.
#[derive(Debug)]
pub(super) enum Form {
    Chunks,
    /// JSON, with moments shown in a zone.
    Json(Zone),
}

impl Form {
    /// What the head asks for.
    pub(super) fn of(head: Head<'_>) -> Result<Self> {
        let Some(asked) = head.raw("json")? else { return Ok(Self::Chunks) };
        let Ok(zone) = asked.get_document("zone") else { return Ok(Self::Json(Zone::default())) };
        Zone::from_raw(zone)
            .map(Self::Json)
            .ok_or_else(|| Error::new(Code::InvalidQuery, "zone must be a time zone"))
    }

    /// A batch as it goes back. One that holds what only JavaScript can write goes back as chunks.
    /// `documents` is a BSON array.
    pub(super) fn reply(
        &self,
        documents: &[u8],
        model: &Model,
        opener: Option<&Opener<'_>>,
    ) -> Result<Reply> {
        if let Self::Json(zone) = self {
            let rows = match opener {
                None => Cow::Borrowed(documents),
                Some((vault, opening)) => Cow::Owned(vault.open_batch(documents, *opening)?),
            };
            let text = json::rows(&rows, &model.columns, &model.json, zone);
            if let Ok(Some(text)) = text {
                return Ok(Reply::Json(text));
            }
        }
        Ok(Reply::Chunks(reading::layout(documents, model, opener)?))
    }
}
