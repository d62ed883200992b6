//! The rows of a batch.

use super::plan::{Dates, Field, JsonPlan};
use super::tape::Tape;
use super::value::{Writer, is_shown};
use super::{JsonText, Unfit, Zone, date};
use crate::document::columns::Columns;
use crate::document::element::{self, tag};

/// The text of every document of a BSON array, with commas between them and without brackets; `None`
/// for an empty array.
///
/// # Errors
/// [`Unfit`] when a value's text can only be made by JavaScript, and when the array or a document in
/// it is not valid: laying it out as chunks says what is wrong.
pub fn rows(
    array: &[u8],
    columns: &Columns,
    plan: &JsonPlan,
    zone: &Zone,
) -> Result<Option<JsonText>, Unfit> {
    let limit = element::document_end(array, 0).map_err(|_| Unfit)?;
    // Names and digits make text longer than the documents, mostly by less than this.
    let mut out = Vec::with_capacity(array.len() + array.len() / 4);
    let mut tape = Tape::default();
    let mut cells = vec![None; columns.len()];
    let mut at = 4;
    while let Some(found) = element::read(array, at, limit).map_err(|_| Unfit)? {
        at = found.end;
        if found.tag != tag::DOCUMENT {
            return Err(Unfit);
        }
        let bytes = &array[found.value_at..found.end];
        tape.read(bytes)?;
        if !out.is_empty() {
            out.push(b',');
        }
        let entries = tape.entries();
        let mut writer = Writer { out: &mut out, style: plan.style, bytes, entries };
        match &plan.fields {
            None => writer.object(0, entries.len())?,
            Some(fields) => {
                writer.locate(columns, &mut cells);
                writer.row(fields, &cells, zone)?;
            }
        }
    }
    if out.is_empty() {
        return Ok(None);
    }
    JsonText::new(out).map(Some)
}

impl Writer<'_> {
    /// Finds the columns of the document. Of a field that occurs twice the last counts.
    fn locate(&self, columns: &Columns, cells: &mut [Option<usize>]) {
        cells.fill(None);
        let mut place = 0;
        let mut expected = 0;
        while let Some(entry) = self.entries.get(place) {
            if let Some(column) = columns.place(entry.found.name(self.bytes), expected) {
                expected = column + 1;
                cells[column] = Some(place);
            }
            place = entry.next;
        }
    }

    fn row(&mut self, fields: &[Field], cells: &[Option<usize>], zone: &Zone) -> Result<(), Unfit> {
        self.out.push(b'{');
        let mut written = false;
        for field in fields {
            let Some(place) = cells[field.column] else { continue };
            let found = self.entries[place].found;
            if !is_shown(&found) {
                continue;
            }
            if written {
                self.out.push(b',');
            }
            written = true;
            self.put(&field.key);
            match field.dates {
                Dates::Day if found.tag == tag::DATE => {
                    date::calendar_day(self.out, self.millis(&found)?)?;
                }
                Dates::Zoned if found.tag == tag::DATE => {
                    date::zoned(self.out, self.millis(&found)?, zone)?;
                }
                _ => self.value(place)?,
            }
        }
        self.out.push(b'}');
        Ok(())
    }
}
