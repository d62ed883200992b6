//! What of a model's documents is shown, under which name and in which order.

use super::{Style, text};
use bson::{RawBsonRef, RawDocument};

/// How a date of a column is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dates {
    /// As `Date` has it.
    Plain,
    /// A calendar day.
    Day,
    /// A moment in the zone of the request.
    Zoned,
}

/// A column that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// The quoted name and the colon.
    pub(super) key: Box<[u8]>,
    /// The column's place in the model.
    pub(super) column: usize,
    pub(super) dates: Dates,
}

/// How the documents of a model are written as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonPlan {
    /// The columns that are shown, in order; `None` for documents as they are stored.
    pub(super) fields: Option<Vec<Field>>,
    pub(super) style: Style,
}

impl JsonPlan {
    /// Reads the plan of a descriptor as `docs/internal/boundary.md` lays it out. Answers `None`
    /// when it is something else or names a column that there is not.
    #[must_use]
    pub fn from_raw(document: &RawDocument, columns: usize) -> Option<Self> {
        let style = match document.get_str("values").ok()? {
            "classes" => Style::Classes,
            "text" => Style::Text,
            _ => return None,
        };
        let Some(list) = document.get("fields").ok()? else {
            return Some(Self { fields: None, style });
        };
        let mut fields = Vec::new();
        for entry in list.as_array()? {
            let entry = entry.ok().and_then(RawBsonRef::as_document)?;
            let column = usize::try_from(entry.get_i32("column").ok()?).ok()?;
            let mut key = Vec::new();
            text::quoted(&mut key, entry.get_str("name").ok()?.as_bytes());
            key.push(b':');
            let dates = match entry.get_str("dates") {
                Ok("day") => Dates::Day,
                Ok("zoned") => Dates::Zoned,
                Ok(_) => return None,
                Err(_) => Dates::Plain,
            };
            if column >= columns {
                return None;
            }
            fields.push(Field { key: key.into(), column, dates });
        }
        Some(Self { fields: Some(fields), style })
    }
}
