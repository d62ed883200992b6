//! What conditions say of the document that an upsert inserts.

use crate::document::element::{elements, find, tag, value_of};
use crate::error::Result;
use crate::protocol::PLAIN_MARK;

/// What conditions say of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    Nothing,
    /// Something that leaves its value open.
    Something,
    /// Its value.
    Value,
}

/// What a filter says of a field.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub(super) fn said(filter: &[u8], field: &[u8]) -> Result<Said> {
    Ok(if fixed_fields(filter)?.contains(&field) {
        Said::Value
    } else if names(filter, field)? {
        Said::Something
    } else {
        Said::Nothing
    })
}

/// Whether a field is named, at any depth of operators.
fn names(conditions: &[u8], field: &[u8]) -> Result<bool> {
    for found in elements(conditions)? {
        let (name, value) = (found.name(conditions), value_of(conditions, &found));
        let inside = match found.tag {
            tag::DOCUMENT if name.starts_with(b"$") => names(value, field)?,
            tag::ARRAY if name.starts_with(b"$") => {
                let parts = elements(value)?;
                let mut parts = parts.iter().filter(|part| part.tag == tag::DOCUMENT);
                parts.try_fold(false, |is, part| {
                    Ok::<_, crate::error::Error>(is || names(value_of(value, part), field)?)
                })?
            }
            _ => false,
        };
        if name == field || inside {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The fields that a filter fixes to one value: MongoDB puts them into what an upsert inserts.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub fn fixed_fields(filter: &[u8]) -> Result<Vec<&[u8]>> {
    let mut fields = Vec::new();
    for found in elements(filter)? {
        let (name, value) = (found.name(filter), value_of(filter, &found));
        match found.tag {
            tag::ARRAY if name == b"$and" => {
                for part in elements(value)? {
                    fields.extend(fixed_fields(value_of(value, &part))?);
                }
            }
            _ if name.starts_with(b"$") => {}
            tag::DOCUMENT if !is_one_value(value)? => {}
            tag::ARRAY | tag::REGEX => {}
            _ => fields.push(name),
        }
    }
    Ok(fields)
}

fn is_one_value(condition: &[u8]) -> Result<bool> {
    if let Some(list) = find(condition, b"$in")?.filter(|found| found.tag == tag::ARRAY) {
        return Ok(elements(value_of(condition, &list))?.len() == 1);
    }
    Ok(find(condition, b"$eq")?.is_some() || find(condition, PLAIN_MARK)?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::rawdoc;

    #[test]
    fn a_filter_fixes_the_fields_that_it_compares_with_one_value() {
        for (filter, expected) in [
            (rawdoc! {}, vec![]),
            (rawdoc! { "a": 1, "b": null, "c": { "$eq": [1] } }, vec!["a", "b", "c"]),
            (rawdoc! { "a": { "$gt": 1 }, "b": [1], "c": { "d": 1 } }, vec![]),
            (rawdoc! { "$and": [{ "a": 1 }, { "$and": [{ "b": 2 }] }] }, vec!["a", "b"]),
            (
                rawdoc! { "a": { "$in": [1] }, "b": { "$in": [1, 2] }, "c": { "$in": [] } },
                vec!["a"],
            ),
            (rawdoc! { "$or": [{ "a": 1 }], "$expr": true }, vec![]),
            (rawdoc! { "a": { "\u{1}lucent.plain": { "b": 1 } } }, vec!["a"]),
        ] {
            let fields = fixed_fields(filter.as_bytes()).unwrap();
            assert_eq!(fields, expected.iter().map(|one| one.as_bytes()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn conditions_leave_a_key_open_name_it_or_say_it() {
        for (filter, expected) in [
            (rawdoc! { "a": { "_id": 1 }, "$expr": { "$eq": ["$_id", 1] } }, Said::Nothing),
            (rawdoc! { "_id": { "$gt": 1 } }, Said::Something),
            (rawdoc! { "$or": [{ "a": 1 }, { "$and": [{ "_id": 1 }] }] }, Said::Something),
            (rawdoc! { "$and": [{ "_id": { "$gt": 0 } }, { "_id": 1 }] }, Said::Value),
            (rawdoc! { "_id": { "$in": [1] } }, Said::Value),
        ] {
            assert_eq!(said(filter.as_bytes(), b"_id").unwrap(), expected, "{filter:?}");
        }
    }
}
