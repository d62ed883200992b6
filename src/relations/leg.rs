//! Legs: which rows belong to those above, and where they are; and all that is read with rows.

use super::calculation::{Calculation, Count};
use super::keys::{Column, Parents, Row, When, holds};
use super::tree::Tree;
use crate::client::destination::Destination;
use crate::crypto::key_ring::KeyRing;
use crate::document::cells::Cells;
use crate::document::columns::Columns;
use crate::document::json::JsonPlan;
use crate::error::Result;
use crate::model::Model;
use std::sync::Arc;

/// What is read with rows.
#[derive(Debug, Default)]
pub struct With {
    /// What belongs to them.
    pub legs: Vec<Leg>,
    /// What is calculated for each of them.
    pub counts: Vec<Leg>,
    /// What is read with documents inside of them.
    pub inside: Vec<Inside>,
}

/// What is read with the documents that a field of rows holds.
#[derive(Debug)]
pub struct Inside {
    /// Stored name of the field: a document, or an array of them.
    pub name: Box<[u8]>,
    /// What is read.
    pub with: With,
}

/// A relation that is read with the rows above.
#[derive(Debug)]
pub struct Leg {
    /// Stored name, in the rows above, of what holds the keys.
    pub key: Box<[u8]>,
    /// The related documents.
    pub source: Source,
    /// Which rows above take part.
    pub when: Option<When>,
    /// The documents between.
    pub through: Option<Through>,
    /// How many rows each row above is linked to.
    pub cut: Cut,
    /// One row, or none, in place of a list.
    pub one: bool,
    /// The name in JSON, quoted, and the colon; none where the relation is not shown.
    pub name: Option<Vec<u8>>,
    /// How the related rows are shown, where it is not as their model has it.
    pub json: Option<JsonPlan>,
    /// What is read with the related rows.
    pub with: With,
    /// The related rows are not read: this is made of them.
    pub calculation: Option<Calculation>,
}

/// A condition over related rows.
#[derive(Debug)]
pub struct Has {
    /// The related documents.
    pub source: Source,
    /// The documents between.
    pub through: Option<Through>,
    /// How many there are to be; without it, any.
    pub count: Option<Count>,
}

/// Documents that are found by keys.
#[derive(Debug)]
pub struct Source {
    /// Of this model.
    pub model: Arc<Model>,
    /// Here.
    pub destination: Destination,
    /// With the keys of the model's encrypted columns.
    pub ring: Option<Arc<KeyRing>>,
    /// Stored name of what is compared with the keys.
    pub matches: Box<[u8]>,
    /// The options of the read.
    pub head: Vec<u8>,
    /// The description of the query.
    pub query: Vec<u8>,
    /// What conditions over related rows of the query ask.
    pub has: Vec<Has>,
    /// The query asks for an order.
    pub ordered: bool,
}

/// The documents between rows and the related ones: of a pivot, or of a model.
#[derive(Debug)]
pub struct Through {
    /// Found by the keys of the rows above.
    pub source: Source,
    /// Stored name of what holds the keys of the related documents.
    pub key: Box<[u8]>,
    /// The documents are rows of a tree: which documents belong to those of the keys.
    pub tree: Option<Tree>,
}

/// How many rows each row above is linked to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cut {
    /// So many are passed over.
    pub skip: usize,
    /// So many at most.
    pub limit: Option<usize>,
}

impl Cut {
    /// What is left of a row's links.
    pub(super) fn of<T>(self, links: &[T]) -> &[T] {
        let rest = links.get(self.skip..).unwrap_or_default();
        rest.get(..self.limit.unwrap_or(usize::MAX)).unwrap_or(rest)
    }
}

impl With {
    /// Whether there is nothing to read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.legs.is_empty() && self.counts.is_empty() && self.inside.is_empty()
    }

    /// What is read by keys: the legs, and the calculations behind them.
    pub fn keyed(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().chain(&self.counts)
    }
}

impl Leg {
    /// Takes the keys of the rows of a chunk of a model with these columns. `linked` says, of rows that
    /// are related themselves, which are somebody's.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn gather(
        &self,
        chunk: &[u8],
        (columns, linked): (&Columns, Option<&[bool]>),
        parents: &mut Parents,
    ) -> Result<()> {
        let key = Column::of(columns, &self.key);
        let when = self.when.as_ref().map(|when| Column::of(columns, &when.key));
        let cells = Cells::of(chunk)?;
        for row in 0..cells.rows() {
            if linked.is_none_or(|linked| linked.get(parents.len()) == Some(&true)) {
                self.take(Row::Of(cells, row), (key, when), parents)?;
            } else {
                parents.take(Row::Of(cells, row), None)?;
            }
        }
        Ok(())
    }

    /// Takes the keys of a row, if it takes part. `when`: what tells whether it does.
    pub(super) fn take(
        &self,
        row: Row<'_>,
        (key, when): (Column<'_>, Option<Column<'_>>),
        parents: &mut Parents,
    ) -> Result<()> {
        let takes_part = match (&self.when, when) {
            (Some(when), Some(column)) => holds(when, column, row)?,
            _ => true,
        };
        parents.take(row, takes_part.then_some(key))
    }
}

impl Through {
    /// Takes the keys of the documents between.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn gather(&self, chunk: &[u8], parents: &mut Parents) -> Result<()> {
        let column = Column::of(&self.source.model.columns, &self.key);
        let cells = Cells::of(chunk)?;
        (0..cells.rows()).try_for_each(|row| parents.take(Row::Of(cells, row), Some(column)))
    }
}
