//! Rows as JSON text with what belongs to them.

use super::links::Links;
use crate::document::cells::Cells;
use crate::document::columns::Columns;
use crate::document::json::{JsonPlan, JsonText, RowWriter, Unfit, Zone};

/// More than a string of JavaScript holds: what belongs to several rows is written for each of them.
const LONGEST: usize = (1 << 29) - 24;

/// The text of rows, each by itself.
#[derive(Debug, Default)]
pub struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// What belongs to the rows above: a relation's text.
#[derive(Debug)]
pub struct Below<'a> {
    /// The name, quoted, and the colon.
    pub key: &'a [u8],
    /// One row, or null, in place of a list.
    pub one: bool,
    /// Which rows are whose.
    pub links: &'a Links,
    /// Those rows.
    pub texts: Texts,
}

impl Texts {
    /// Of rows laid out as chunks. `linked` says which are needed; the others have no text.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn of(
        chunks: &[Vec<u8>],
        (columns, plan, zone): (&Columns, &JsonPlan, &Zone),
        below: &[Below<'_>],
        linked: Option<&[bool]>,
    ) -> Result<Self, Unfit> {
        let mut texts = Self::default();
        let mut writer = RowWriter::new(columns, plan, zone);
        for chunk in chunks {
            let cells = Cells::of(chunk).map_err(|_| Unfit)?;
            for place in 0..cells.rows() {
                let row = texts.ends.len();
                if linked.is_none_or(|linked| linked.get(row) == Some(&true)) {
                    let document = cells.document(place).map_err(|_| Unfit)?;
                    writer.write(document, &mut texts.bytes)?;
                    texts.append(row, below)?;
                }
                texts.ends.push(texts.bytes.len());
            }
        }
        Ok(texts)
    }

    fn row(&self, row: usize) -> &[u8] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.bytes[start..self.ends[row]]
    }

    /// Adds relations to the object that was written last.
    fn append(&mut self, row: usize, below: &[Below<'_>]) -> Result<(), Unfit> {
        if below.is_empty() {
            return Ok(());
        }
        self.bytes.pop();
        for Below { key, one, links, texts } in below {
            if self.bytes.last() != Some(&b'{') {
                self.bytes.push(b',');
            }
            self.bytes.extend_from_slice(key);
            let rows = links.of_row(row);
            if *one {
                let text = rows.first().map_or(&b"null"[..], |row| texts.row(*row as usize));
                self.bytes.extend_from_slice(text);
                continue;
            }
            self.bytes.push(b'[');
            for (place, row) in rows.iter().enumerate() {
                if place > 0 {
                    self.bytes.push(b',');
                }
                self.bytes.extend_from_slice(texts.row(*row as usize));
            }
            self.bytes.push(b']');
            if self.bytes.len() > LONGEST {
                return Err(Unfit);
            }
        }
        self.bytes.push(b'}');
        Ok(())
    }

    /// All rows, with commas between them; `None` where there are none.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn joined(self) -> Result<Option<JsonText>, Unfit> {
        if self.ends.is_empty() {
            return Ok(None);
        }
        let mut all = Vec::with_capacity(self.bytes.len() + self.ends.len());
        for row in 0..self.ends.len() {
            if row > 0 {
                all.push(b',');
            }
            all.extend_from_slice(self.row(row));
        }
        JsonText::new(all).map(Some)
    }
}
