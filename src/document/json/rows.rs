//! The rows of a batch.

use super::object::Object;
use super::plan::{Dates, Field, JsonPlan};
use super::value::{is_shown, next, value};
use super::{JsonText, Style, Unfit, Zone, date};
use crate::document::columns::Columns;
use crate::document::element::{self, Element, tag};
use crate::document::validate;

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
    let mut cells = vec![None; columns.len()];
    let mut at = 4;
    while let Some(found) = next(array, at, limit)? {
        at = found.end;
        if found.tag != tag::DOCUMENT {
            return Err(Unfit);
        }
        let document = &array[found.value_at..found.end];
        validate::document(document, 0).map_err(|_| Unfit)?;
        if !out.is_empty() {
            out.push(b',');
        }
        match &plan.fields {
            None => Object::read(document, 0)?.write(&mut out, plan.style)?,
            Some(fields) => {
                cells.fill(None);
                locate(document, columns, &mut cells)?;
                row(&mut out, plan.style, document, fields, &cells, zone)?;
            }
        }
    }
    if out.is_empty() {
        return Ok(None);
    }
    JsonText::new(out).map(Some)
}

/// Finds the columns of a document. Of a field that occurs twice the last counts.
fn locate(document: &[u8], columns: &Columns, cells: &mut [Option<Element>]) -> Result<(), Unfit> {
    let mut at = 4;
    let mut expected = 0;
    while let Some(found) = next(document, at, document.len())? {
        at = found.end;
        if let Some(place) = columns.place(found.name(document), expected) {
            expected = place + 1;
            cells[place] = Some(found);
        }
    }
    Ok(())
}

fn row(
    out: &mut Vec<u8>,
    style: Style,
    document: &[u8],
    fields: &[Field],
    cells: &[Option<Element>],
    zone: &Zone,
) -> Result<(), Unfit> {
    out.push(b'{');
    let mut first = true;
    for field in fields {
        let Some(found) = cells[field.column].as_ref().filter(|found| is_shown(found)) else {
            continue;
        };
        if !first {
            out.push(b',');
        }
        first = false;
        out.extend_from_slice(&field.key);
        if found.tag == tag::DATE && field.dates != Dates::Plain {
            let millis = millis(document, found)?;
            match field.dates {
                Dates::Zoned => date::zoned(out, millis, zone)?,
                _ => date::calendar_day(out, millis)?,
            }
        } else {
            value(out, style, document, found)?;
        }
    }
    out.push(b'}');
    Ok(())
}

fn millis(document: &[u8], found: &Element) -> Result<i64, Unfit> {
    let bytes = document.get(found.value_at..found.end).and_then(|bytes| bytes.try_into().ok());
    bytes.map(i64::from_le_bytes).ok_or(Unfit)
}
