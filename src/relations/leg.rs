//! Legs: which rows belong to those above, and where they are.

use super::calculation::{Calculation, Count};
use super::keys::{Column, Parents, When, holds};
use super::tree::Tree;
use crate::client::destination::Destination;
use crate::crypto::key_ring::KeyRing;
use crate::document::columns::Columns;
use crate::document::json::JsonPlan;
use crate::error::Result;
use crate::model::Model;
use std::sync::Arc;

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
    pub legs: Vec<Leg>,
    /// What is calculated for each of the related rows.
    pub counts: Vec<Leg>,
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
        let column = Column::of(columns, &self.key);
        let when = self.when.as_ref().map(|when| (when, Column::of(columns, &when.key)));
        parents.take(chunk, column, |cells, row, number| {
            let is_linked = linked.is_none_or(|linked| linked.get(number) == Some(&true));
            match when {
                Some((when, column)) if is_linked => holds(when, column, cells, row),
                _ => Ok(is_linked),
            }
        })
    }
}

impl Through {
    /// Takes the keys of the documents between.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn gather(&self, chunk: &[u8], parents: &mut Parents) -> Result<()> {
        let column = Column::of(&self.source.model.columns, &self.key);
        parents.take(chunk, column, |_, _, _| Ok(true))
    }
}
