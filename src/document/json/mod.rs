//! JSON text of raw documents, byte for byte what `JSON.stringify` makes of the same rows.
//!
//! Few values cannot be told without JavaScript (regular expressions, dates that no `Date` holds): a
//! batch with one of them is [`Unfit`], and is laid out as chunks for JavaScript to write.

mod date;
mod decimal;
mod encoding;
mod object;
mod plan;
mod rows;
mod tape;
mod text;
mod value;
mod zone;

#[cfg(test)]
mod tests;

pub use encoding::JsonText;
pub use plan::JsonPlan;
pub use rows::{RowWriter, rows};
pub use text::quoted;
pub use zone::Zone;

/// The text has to be made by JavaScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfit;

/// How values without a form in JSON are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Style {
    /// As the classes of npm `bson` have it: `{"$numberDecimal":"1.5"}`.
    #[default]
    Classes,
    /// As models serialise them: decimals and large integers as text.
    Text,
}
