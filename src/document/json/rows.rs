//! The rows of a batch.

use super::plan::{Dates, Field, JsonPlan};
use super::tape::{Entry, Tape};
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
    let mut writer = RowWriter::new(columns, plan, zone);
    let mut at = 4;
    while let Some(found) = element::read(array, at, limit).map_err(|_| Unfit)? {
        at = found.end;
        if found.tag != tag::DOCUMENT {
            return Err(Unfit);
        }
        if !out.is_empty() {
            out.push(b',');
        }
        writer.write(&array[found.value_at..found.end], &mut out)?;
    }
    if out.is_empty() {
        return Ok(None);
    }
    JsonText::new(out).map(Some)
}

/// Writes rows of one model.
#[derive(Debug)]
pub struct RowWriter<'a> {
    columns: &'a Columns,
    plan: &'a JsonPlan,
    zone: &'a Zone,
    tape: Tape,
    cells: Vec<Option<usize>>,
}

impl<'a> RowWriter<'a> {
    /// For documents of a model with these columns, as its plan shows them.
    #[must_use]
    pub fn new(columns: &'a Columns, plan: &'a JsonPlan, zone: &'a Zone) -> Self {
        let cells = vec![None; columns.len()];
        Self { columns, plan, zone, tape: Tape::default(), cells }
    }

    /// Appends the text of a document, an object.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Unfit> {
        self.tape.read(bytes)?;
        let entries = self.tape.entries();
        let mut writer = Writer { out, style: self.plan.style, bytes, entries };
        match &self.plan.fields {
            None => writer.object(0, entries.len()),
            Some(fields) => {
                writer.locate(self.columns, &mut self.cells);
                writer.row(fields, &self.cells, self.zone)
            }
        }
    }
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
        self.shown(fields, |field| cells[field.column], zone)
    }

    /// Appends the object of these fields, whose places on the tape `place` tells.
    fn shown(
        &mut self,
        fields: &[Field],
        place: impl Fn(&Field) -> Option<usize>,
        zone: &Zone,
    ) -> Result<(), Unfit> {
        self.out.push(b'{');
        let mut written = false;
        for field in fields {
            let Some(place) = place(field) else { continue };
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
                _ => match &field.fields {
                    Some(fields) => self.embedded(fields, place, zone)?,
                    None => self.value(place)?,
                },
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    /// Appends a document, or an array of documents, of a model of its own.
    fn embedded(&mut self, fields: &[Field], place: usize, zone: &Zone) -> Result<(), Unfit> {
        let Entry { found, next } = self.entries[place];
        match found.tag {
            tag::DOCUMENT => {
                let entries = self.entries;
                let bytes = self.bytes;
                // Of a field that occurs twice the last counts.
                let find = |field: &Field| {
                    let (mut at, mut last) = (place + 1, None);
                    while at < next {
                        if *entries[at].found.name(bytes) == *field.stored {
                            last = Some(at);
                        }
                        at = entries[at].next;
                    }
                    last
                };
                self.shown(fields, find, zone)
            }
            tag::ARRAY => {
                self.out.push(b'[');
                let mut at = place + 1;
                while at < next {
                    if at > place + 1 {
                        self.out.push(b',');
                    }
                    match self.entries[at].found.tag {
                        tag::DOCUMENT => self.embedded(fields, at, zone)?,
                        tag::NULL => self.value(at)?,
                        // What is no document has no model, and is not as its column says.
                        _ => return Err(Unfit),
                    }
                    at = self.entries[at].next;
                }
                self.out.push(b']');
                Ok(())
            }
            tag::NULL => self.value(place),
            _ => Err(Unfit),
        }
    }
}
