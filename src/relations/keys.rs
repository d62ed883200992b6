//! Keys: the values by which rows belong together, whatever they are stored as.

use crate::crypto::canonical;
use crate::document::build::Builder;
use crate::document::cells::Cells;
use crate::document::columns::Columns;
use crate::document::element::{self, Typed, elements, find, tag, value_of};
use crate::error::{Code, Error, Result};
use std::collections::HashMap;
use std::ops::Range;

/// A column of rows: a stored name, and its place among the model's columns if it is one.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    name: &'a [u8],
    place: Option<usize>,
}

impl<'a> Column<'a> {
    /// The column of a model with a stored name.
    #[must_use]
    pub fn of(columns: &Columns, name: &'a [u8]) -> Self {
        Self { name, place: columns.place(name, columns.len()) }
    }

    /// The field of a document inside of a row.
    #[must_use]
    pub const fn inside(name: &'a [u8]) -> Self {
        Self { name, place: None }
    }

    /// Hands the values of a row over. What an array holds stands for itself where a path leads through it.
    fn values(self, row: Row<'_>, see: &mut impl FnMut(Typed<'_>) -> Result<()>) -> Result<()> {
        match (row, self.place) {
            (Row::Of(cells, row), Some(place)) => {
                cells.value(row, place, &mut [0; 12])?.map_or(Ok(()), see)
            }
            _ => descend(row.document()?, self.name, see),
        }
    }
}

/// What has keys.
#[derive(Debug, Clone, Copy)]
pub enum Row<'a> {
    /// A row of a chunk.
    Of(Cells<'a>, usize),
    /// A document inside of one.
    Inside(&'a [u8]),
}

impl<'a> Row<'a> {
    /// Its document.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn document(self) -> Result<&'a [u8]> {
        match self {
            Self::Of(cells, row) => cells.document(row),
            Self::Inside(document) => Ok(document),
        }
    }
}

/// What a dotted path leads to. It descends as deep as documents are nested, which is bounded.
fn descend(
    document: &[u8],
    path: &[u8],
    see: &mut impl FnMut(Typed<'_>) -> Result<()>,
) -> Result<()> {
    if let Some(found) = find(document, path)? {
        return see((found.tag, value_of(document, &found)));
    }
    let Some(dot) = path.iter().position(|byte| *byte == b'.') else { return Ok(()) };
    let (name, rest) = (&path[..dot], &path[dot + 1..]);
    let Some(found) = find(document, name)? else { return Ok(()) };
    let inner = value_of(document, &found);
    match found.tag {
        tag::DOCUMENT => descend(inner, rest, see),
        tag::ARRAY => elements(inner)?
            .iter()
            .filter(|one| one.tag == tag::DOCUMENT)
            .try_for_each(|one| descend(value_of(inner, one), rest, see)),
        _ => Ok(()),
    }
}

/// Only rows of which a column is this value take part.
#[derive(Debug)]
pub struct When {
    /// Stored name of the column.
    pub key: Box<[u8]>,
    /// The canonical form of the value.
    pub form: Vec<u8>,
    /// The values that rows may have; any, where it is absent.
    pub known: Option<KnownTypes>,
}

/// The values of a column that tells which model a row refers to.
#[derive(Debug)]
pub struct KnownTypes {
    /// Their canonical forms.
    pub forms: Vec<Vec<u8>>,
    /// What is said of a row that has another one.
    pub otherwise: String,
}

/// Whether a value of that type may be a key. A pattern in a list of values would match others, and
/// what is nested could be taken for an operator.
const fn is_key(tag: u8) -> bool {
    matches!(
        tag,
        tag::DOUBLE
            | tag::STRING
            | tag::BINARY
            | tag::OBJECT_ID
            | tag::BOOLEAN
            | tag::DATE
            | tag::SYMBOL
            | tag::INT32
            | tag::TIMESTAMP
            | tag::INT64
            | tag::DECIMAL128
    )
}

/// Different keys, numbered in the order in which they were met, each as it was stored first.
#[derive(Debug, Default)]
pub struct Keys {
    numbers: HashMap<Box<[u8]>, u32>,
    stored: Vec<(u8, Range<usize>)>,
    bytes: Vec<u8>,
    /// Room for a canonical form.
    room: Vec<u8>,
}

impl Keys {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stored.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stored.is_empty()
    }

    /// The bytes of their values.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The number of a value.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn number(&mut self, (tag, value): Typed<'_>) -> Result<Option<u32>> {
        self.room.clear();
        canonical::write(tag, value, &mut self.room)?;
        Ok(self.numbers.get(self.room.as_slice()).copied())
    }

    /// The number of a value, which is added where it is new.
    pub(super) fn add(&mut self, (tag, value): Typed<'_>) -> Result<u32> {
        if let Some(known) = self.number((tag, value))? {
            return Ok(known);
        }
        let number = u32::try_from(self.stored.len()).unwrap_or(u32::MAX);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(value);
        self.stored.push((tag, start..self.bytes.len()));
        self.numbers.insert(self.room.as_slice().into(), number);
        Ok(number)
    }

    /// The keys from `first` on, as far as `bytes` and `most` go: `{ <name>: { $in: […] } }`, and where the next ones
    /// begin.
    #[must_use]
    pub fn condition(
        &self,
        name: &[u8],
        first: usize,
        (bytes, most): (usize, usize),
    ) -> (Vec<u8>, usize) {
        let mut out = Builder::with_capacity(self.bytes.len().min(bytes) * 2);
        let start = out.begin();
        let operators = out.begin_document(name);
        out.name(tag::ARRAY, b"$in");
        let next = self.write(first, (bytes, most), &mut out);
        out.end(operators);
        out.end(start);
        (out.into_bytes(), next)
    }

    /// All keys as an array, if they have no more bytes than that.
    #[must_use]
    pub fn list(&self, bytes: usize) -> Option<Vec<u8>> {
        let mut out = Builder::with_capacity(self.bytes.len() * 2);
        let next = self.write(0, (bytes, usize::MAX), &mut out);
        (next == self.len()).then(|| out.into_bytes())
    }

    fn write(&self, first: usize, (bytes, most): (usize, usize), out: &mut Builder) -> usize {
        let list = out.begin();
        let mut next = first;
        while let Some((tag, span)) = self.stored.get(next) {
            if next > first && (next - first == most || out.len() + span.len() > bytes) {
                break;
            }
            out.name(*tag, (next - first).to_string().as_bytes());
            out.copy(&self.bytes[span.clone()]);
            next += 1;
        }
        out.end(list);
        next
    }
}

/// Which keys each row above has.
#[derive(Debug, Default)]
pub struct Parents {
    /// Different keys of all of them.
    pub keys: Keys,
    /// Where the keys of each row end.
    ends: Vec<u32>,
    numbers: Vec<u32>,
    /// Some row has several.
    several: bool,
}

impl Parents {
    /// Takes a row; without a column, as one that has no part in it.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn take(&mut self, row: Row<'_>, column: Option<Column<'_>>) -> Result<()> {
        let first = self.numbers.len();
        if let Some(column) = column {
            let Self { keys, numbers, .. } = self;
            each_key(row, column, &mut |value| {
                numbers.push(keys.add(value)?);
                Ok(())
            })?;
        }
        self.several |= self.numbers.len() > first + 1;
        self.ends.push(u32::try_from(self.numbers.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether some row has several keys.
    #[must_use]
    pub const fn have_several(&self) -> bool {
        self.several
    }

    /// The numbers of a row's keys.
    #[must_use]
    pub fn keys_of(&self, row: usize) -> &[u32] {
        let start = match row {
            0 => 0,
            _ => self.ends[row - 1] as usize,
        };
        &self.numbers[start..self.ends[row] as usize]
    }
}

/// Hands the keys of a row over: its value, or each element of an array.
pub(super) fn each_key(
    row: Row<'_>,
    column: Column<'_>,
    see: &mut impl FnMut(Typed<'_>) -> Result<()>,
) -> Result<()> {
    column.values(row, &mut |(tag, value)| {
        if tag != tag::ARRAY {
            return if is_key(tag) { see((tag, value)) } else { Ok(()) };
        }
        let limit = element::document_end(value, 0)?;
        let mut at = 4;
        while let Some(found) = element::read(value, at, limit)? {
            at = found.end;
            if is_key(found.tag) {
                see((found.tag, value_of(value, &found)))?;
            }
        }
        Ok(())
    })
}

/// Whether a row is one that takes part.
pub(super) fn holds(when: &When, column: Column<'_>, row: Row<'_>) -> Result<bool> {
    let mut same = false;
    let mut form = Vec::new();
    each_key(row, column, &mut |(tag, value)| {
        form.clear();
        canonical::write(tag, value, &mut form)?;
        same |= form == when.form;
        match &when.known {
            Some(known) if !known.forms.contains(&form) => {
                Err(Error::new(Code::UnknownMorphType, known.otherwise.as_str()))
            }
            _ => Ok(()),
        }
    })?;
    Ok(same)
}
