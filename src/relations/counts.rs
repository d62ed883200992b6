//! What was calculated of related rows, for each row above.

use super::keys::{Column, Keys, Parents, Row, each_key};
use super::links::{Links, small};
use crate::document::build::Builder;
use crate::document::cells::Cells;
use crate::document::columns::Columns;
use crate::document::element::{find, tag, value_of};
use crate::error::Result;

/// A result for each row above.
#[derive(Debug)]
pub enum Counts {
    /// Numbers of rows.
    Numbers(Vec<u32>),
    /// Values, with their types; null where there are no rows.
    Values(Vec<(u8, Vec<u8>)>),
}

impl Counts {
    /// How many rows each row above is linked to.
    #[must_use]
    pub fn of_links(links: &Links, rows: usize) -> Self {
        Self::Numbers((0..rows).map(|row| small(links.of_row(row).len())).collect())
    }

    /// From groups by key, `{ _id, n }`, laid out as documents of a model with these columns. `counts`
    /// says that they are numbers of rows. Each row above has one key at most.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn of_groups(
        chunks: &[Vec<u8>],
        columns: &Columns,
        parents: &mut Parents,
        counts: bool,
    ) -> Result<Self> {
        let mut by_key: Vec<Option<(u8, Vec<u8>)>> = vec![None; parents.keys.len()];
        for_groups(chunks, columns, |document, key| {
            let Some(number) = parents.keys.number(key)? else { return Ok(()) };
            let result = find(document, b"n")?;
            by_key[number as usize] =
                result.map(|found| (found.tag, value_of(document, &found).to_vec()));
            Ok(())
        })?;
        let of_row = |row| {
            let key = parents.keys_of(row).first()?;
            by_key[*key as usize].clone()
        };
        let results = (0..parents.len()).map(of_row);
        Ok(if counts {
            Self::Numbers(results.map(|result| result.map_or(0, whole)).collect())
        } else {
            Self::Values(results.map(|one| one.unwrap_or((tag::NULL, Vec::new()))).collect())
        })
    }

    /// Writes the element `numbers` or `values`.
    pub fn write(&self, out: &mut Builder) {
        match self {
            Self::Numbers(numbers) => {
                out.name(tag::BINARY, b"numbers");
                let bytes: Vec<u8> = numbers.iter().flat_map(|one| one.to_le_bytes()).collect();
                out.binary(0, &bytes);
            }
            Self::Values(values) => {
                let list = out.begin_array(b"values");
                for (place, (tag, value)) in values.iter().enumerate() {
                    out.name(*tag, place.to_string().as_bytes());
                    out.copy(value);
                }
                out.end(list);
            }
        }
    }
}

/// The keys of groups.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub fn keys_of_groups(chunks: &[Vec<u8>], columns: &Columns) -> Result<Keys> {
    let mut keys = Keys::default();
    for_groups(chunks, columns, |_, key| keys.add(key).map(drop))?;
    Ok(keys)
}

fn for_groups(
    chunks: &[Vec<u8>],
    columns: &Columns,
    mut see: impl FnMut(&[u8], (u8, &[u8])) -> Result<()>,
) -> Result<()> {
    let id = Column::of(columns, b"_id");
    for chunk in chunks {
        let cells = Cells::of(chunk)?;
        for row in 0..cells.rows() {
            let document = cells.document(row)?;
            each_key(Row::Of(cells, row), id, &mut |key| see(document, key))?;
        }
    }
    Ok(())
}

/// A number of rows in whichever type the server has put it.
fn whole((tag, value): (u8, Vec<u8>)) -> u32 {
    let number = match tag {
        tag::INT32 => value.first_chunk::<4>().map(|it| i64::from(i32::from_le_bytes(*it))),
        tag::INT64 => value.first_chunk::<8>().map(|it| i64::from_le_bytes(*it)),
        _ => None,
    };
    number.and_then(|number| u32::try_from(number).ok()).unwrap_or(u32::MAX)
}
