//! The form in which a read's documents go back: chunks, or JSON.

use crate::document::json::Zone;
use crate::error::{Code, Error, Result};
use crate::request::Head;

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
}
