//! Which rows belong together, by their numbers.

use super::keys::{Column, Keys, Parents, Row, each_key};
use super::leg::{Cut, Source};
use crate::document::build::Builder;
use crate::document::cells::Cells;
use crate::document::element::tag;
use crate::error::Result;
use std::ops::Range;

/// Rows by the keys that they match.
#[derive(Debug, Default)]
pub struct Matches {
    /// Where the rows of each key start.
    starts: Vec<u32>,
    rows: Vec<u32>,
    /// How many rows there are, matched or not.
    total: usize,
}

/// Related documents that some of the keys found.
#[derive(Debug)]
pub struct Found {
    /// The numbers of those keys.
    pub keys: Range<u32>,
    /// The documents, laid out.
    pub chunks: Vec<Vec<u8>>,
}

/// In which order the rows of a row above stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// In that of the related documents.
    Related,
    /// In that of the documents between.
    Between,
}

/// The rows that each row above is linked to.
#[derive(Debug, Default)]
pub struct Links {
    /// Where those of each row above start, and where the last ones end.
    starts: Vec<u32>,
    rows: Vec<u32>,
    /// For each of them the document between.
    pivots: Option<Vec<u32>>,
}

/// A number of rows or keys, of which there are never so many.
#[must_use]
pub fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Matches {
    /// Of rows that were read in one go or several. A row that keys of different reads match was read
    /// more than once. Where an order is asked, it is that of each read: a row then counts for the keys of
    /// its read alone. Otherwise it counts once, the first time.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn of(reads: &[Found], source: &Source, keys: &mut Keys) -> Result<Self> {
        let columns = &source.model.columns;
        let (column, id) = (Column::of(columns, &source.matches), Column::of(columns, b"_id"));
        let mut seen = (reads.len() > 1 && !source.ordered).then(Keys::default);
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut matched = Vec::new();
        let mut row = 0;
        let chunks =
            reads.iter().flat_map(|read| read.chunks.iter().map(move |chunk| (read, chunk)));
        for (read, chunk) in chunks {
            let cells = Cells::of(chunk)?;
            for place in 0..cells.rows() {
                matched.clear();
                each_key(Row::Of(cells, place), column, &mut |value| {
                    let number = keys.number(value)?;
                    matched.extend(number.filter(|key| !source.ordered || read.keys.contains(key)));
                    Ok(())
                })?;
                if matched.len() > 1 {
                    matched.sort_unstable();
                    matched.dedup();
                    if let Some(seen) = &mut seen
                        && !is_new(seen, cells, place, id)?
                    {
                        matched.clear();
                    }
                }
                pairs.extend(matched.iter().map(|key| (*key, row)));
                row += 1;
            }
        }
        let mut starts = vec![0; keys.len() + 1];
        for (key, _) in &pairs {
            starts[*key as usize + 1] += 1;
        }
        for key in 0..keys.len() {
            starts[key + 1] += starts[key];
        }
        let mut rows = vec![0; pairs.len()];
        let mut next = starts.clone();
        for (key, row) in pairs {
            let place = &mut next[key as usize];
            rows[*place as usize] = row;
            *place += 1;
        }
        Ok(Self { starts, rows, total: row as usize })
    }

    fn of_key(&self, key: u32) -> &[u32] {
        let key = key as usize;
        &self.rows[self.starts[key] as usize..self.starts[key + 1] as usize]
    }

    /// Puts the rows that match any of the keys into `out`, in their order.
    fn of_keys(&self, keys: &[u32], out: &mut Vec<u32>) {
        out.clear();
        for key in keys {
            out.extend_from_slice(self.of_key(*key));
        }
        if keys.len() > 1 {
            out.sort_unstable();
            out.dedup();
        }
    }
}

/// Whether a document was not there before.
fn is_new(seen: &mut Keys, cells: Cells<'_>, place: usize, id: Column<'_>) -> Result<bool> {
    let known = seen.len();
    let mut has_id = false;
    each_key(Row::Of(cells, place), id, &mut |value| {
        has_id = true;
        seen.add(value).map(drop)
    })?;
    Ok(!has_id || seen.len() > known)
}

impl Links {
    /// Of rows that have the keys themselves.
    #[must_use]
    pub fn direct(parents: &Parents, related: &Matches, cut: Cut) -> Self {
        let mut links = Self::begun(None);
        let mut rows = Vec::new();
        for parent in 0..parents.len() {
            related.of_keys(parents.keys_of(parent), &mut rows);
            links.rows.extend_from_slice(cut.of(&rows));
            links.starts.push(small(links.rows.len()));
        }
        links
    }

    /// Of rows that documents between lead to: those that match keys of `parents`, each with keys of its
    /// own in `keys`.
    #[must_use]
    pub fn through(
        (parents, between): (&Parents, &Matches),
        (keys, related): (&Parents, &Matches),
        order: Order,
        cut: Cut,
    ) -> Self {
        let mut pivots = Vec::new();
        let mut links = Self::begun(None);
        let (mut middle, mut rows) = (Vec::new(), Vec::new());
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for parent in 0..parents.len() {
            between.of_keys(parents.keys_of(parent), &mut middle);
            pairs.clear();
            for pivot in &middle {
                related.of_keys(keys.keys_of(*pivot as usize), &mut rows);
                pairs.extend(rows.iter().map(|row| (*row, *pivot)));
            }
            if order == Order::Related {
                pairs.sort_by_key(|(row, _)| *row);
            }
            for (row, pivot) in cut.of(&pairs) {
                links.rows.push(*row);
                pivots.push(*pivot);
            }
            links.starts.push(small(links.rows.len()));
        }
        Self { pivots: Some(pivots), ..links }
    }

    fn begun(pivots: Option<Vec<u32>>) -> Self {
        Self { starts: vec![0], rows: Vec::new(), pivots }
    }

    /// The related rows of a row above.
    #[must_use]
    pub fn of_row(&self, row: usize) -> &[u32] {
        &self.rows[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// Which of the related rows are linked; `None` where all are.
    #[must_use]
    pub fn linked(&self, related: &Matches) -> Option<Vec<bool>> {
        let mut linked = vec![false; related.total];
        for row in &self.rows {
            linked[*row as usize] = true;
        }
        linked.contains(&false).then_some(linked)
    }

    /// Writes the elements `links` and `pivots`.
    pub fn write(&self, out: &mut Builder) {
        write_numbers(b"links", self.starts.iter().chain(&self.rows), out);
        if let Some(pivots) = &self.pivots {
            write_numbers(b"pivots", pivots.iter(), out);
        }
    }
}

/// Writes numbers of 32 bits, one behind the other.
pub fn write_numbers<'a>(name: &[u8], numbers: impl Iterator<Item = &'a u32>, out: &mut Builder) {
    out.name(tag::BINARY, name);
    let bytes: Vec<u8> = numbers.flat_map(|number| number.to_le_bytes()).collect();
    out.binary(0, &bytes);
}
