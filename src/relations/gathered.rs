//! The keys of rows, by which what belongs to them is read.

use super::keys::{Column, Parents, Row};
use super::leg::{Inside, With};
use super::links::small;
use crate::document::cells::Cells;
use crate::document::columns::Columns;
use crate::document::element::{elements, find, tag, value_of};
use crate::error::Result;

/// The keys of rows so far, for each leg and each calculation behind them.
#[derive(Debug, Default)]
pub struct Gathered {
    /// By the place of the leg.
    pub parents: Vec<Parents>,
    /// By the place of the field.
    pub inside: Vec<GatheredInside>,
}

/// The keys of documents inside of rows.
#[derive(Debug)]
pub struct GatheredInside {
    /// For each row the number of its first document; behind the last row, of how many there are.
    pub starts: Vec<u32>,
    /// The keys of the documents.
    pub gathered: Gathered,
}

impl Gathered {
    /// No rows yet.
    #[must_use]
    pub fn of(with: &With) -> Self {
        let inside =
            |inside: &Inside| GatheredInside { starts: vec![0], gathered: Self::of(&inside.with) };
        Self {
            parents: with.keyed().map(|_| Parents::default()).collect(),
            inside: with.inside.iter().map(inside).collect(),
        }
    }

    /// Takes the keys of the rows of a chunk of a model with these columns. `linked` says, of rows that are
    /// related themselves, which are somebody's.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn take(
        &mut self,
        with: &With,
        chunk: &[u8],
        (columns, linked): (&Columns, Option<&[bool]>),
    ) -> Result<()> {
        for (leg, parents) in with.keyed().zip(&mut self.parents) {
            leg.gather(chunk, (columns, linked), parents)?;
        }
        for (inside, known) in with.inside.iter().zip(&mut self.inside) {
            let cells = Cells::of(chunk)?;
            for row in 0..cells.rows() {
                let number = known.starts.len() - 1;
                let is_linked = linked.is_none_or(|linked| linked.get(number) == Some(&true));
                let document = is_linked.then(|| cells.document(row)).transpose()?;
                known.take(inside, document)?;
            }
        }
        Ok(())
    }

    /// Takes the keys of a document inside of a row. It calls itself as deep as documents are nested, which is
    /// bounded.
    fn take_document(&mut self, with: &With, document: &[u8]) -> Result<()> {
        for (leg, parents) in with.keyed().zip(&mut self.parents) {
            let when = leg.when.as_ref().map(|when| Column::inside(&when.key));
            leg.take(Row::Inside(document), (Column::inside(&leg.key), when), parents)?;
        }
        for (inside, known) in with.inside.iter().zip(&mut self.inside) {
            known.take(inside, Some(document))?;
        }
        Ok(())
    }
}

impl GatheredInside {
    /// Takes the documents of a row; without one, of a row that takes no part.
    fn take(&mut self, Inside { name, with }: &Inside, row: Option<&[u8]>) -> Result<()> {
        let mut count = 0;
        if let Some(row) = row
            && let Some(found) = find(row, name)?
        {
            let value = value_of(row, &found);
            match found.tag {
                tag::DOCUMENT => {
                    count = 1;
                    self.gathered.take_document(with, value)?;
                }
                tag::ARRAY => {
                    for item in elements(value)?.iter().filter(|one| one.tag == tag::DOCUMENT) {
                        count += 1;
                        self.gathered.take_document(with, value_of(value, item))?;
                    }
                }
                _ => {}
            }
        }
        let last = self.starts.last().copied().unwrap_or_default();
        self.starts.push(last.saturating_add(small(count)));
        Ok(())
    }
}
