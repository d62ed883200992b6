//! What a query cannot ask, in words. The caller puts the model's name in front.

use crate::error::{Code, Error};
use std::fmt::Write as _;

/// A name as messages quote it: cut, because it may come from outside.
pub(super) fn quote(name: &str) -> String {
    let mut quoted = String::from('"');
    let mut units = 0;
    for character in name.chars() {
        units += character.len_utf16();
        if units > 64 {
            quoted.push('…');
            break;
        }
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if u32::from(control) < 0x20 => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(Code::InvalidQuery, message)
}

/// Something that rows of groups do not have.
pub(super) fn unknown_output(method: &str, path: &str) -> Error {
    let need = "needs a column that is grouped by or an aggregate";
    invalid(format!("{method} {need}, got {}", quote(path))).of(path)
}

/// An order by something that was cut away.
pub(super) fn unsorted(path: &str) -> Error {
    let rows = "the rows of distinct() and union()";
    invalid(format!("{rows} are sorted by what is selected, not by {}", quote(path)))
}

/// A page by cursor of rows that have no places.
pub(super) fn no_cursors() -> Error {
    invalid("rows that are made of documents, by groups, unions or distances, have no cursors")
}
