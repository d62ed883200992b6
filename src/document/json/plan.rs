//! What of a model's documents is shown, under which name and in which order.

use super::{Style, text};
use crate::document::validate::MAX_DEPTH;
use bson::{RawArray, RawBsonRef, RawDocument};

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
    /// Its stored name.
    pub(super) stored: Box<[u8]>,
    pub(super) dates: Dates,
    /// What is shown of the documents that it holds, where they have a model of their own.
    pub(super) fields: Option<Vec<Field>>,
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
        let fields = fields(list.as_array()?, 0)?;
        if fields.iter().any(|field| field.column >= columns) {
            return None;
        }
        Some(Self { fields: Some(fields), style })
    }
}

/// The fields of a list, and of the lists in it.
fn fields(list: &RawArray, depth: usize) -> Option<Vec<Field>> {
    if depth == MAX_DEPTH {
        return None;
    }
    let mut out = Vec::new();
    for entry in list {
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
        let inner = match entry.get("fields").ok()? {
            Some(inner) => Some(fields(inner.as_array()?, depth + 1)?),
            None => None,
        };
        let stored = entry.get_str("stored").unwrap_or_default().as_bytes().into();
        out.push(Field { key: key.into(), column, stored, dates, fields: inner });
    }
    Some(out)
}
