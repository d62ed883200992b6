//! Upserts that found nothing, and somebody else's document in their way: it is found when they run
//! again.

use super::turn::Turn;
use crate::crypto::vault::Vault;
use crate::document::element::{elements, find, tag, value_of};
use crate::error::{Code, Error, Result};
use crate::protocol::PLAIN_MARK;
use crate::request::Change;
use crate::steps::seal::name_columns;
use bson::RawDocument;

/// Times that an upsert runs again.
pub(super) const REPEATS: usize = 4;

/// Whether an upsert failed because another one inserted what it did not find: a duplicate of values
/// that its filter fixes. In a transaction nothing new is found, and the transaction is over.
pub(super) fn is_lost(
    error: &Error,
    change: &Change<'_>,
    vault: Option<&Vault>,
    turn: &Turn<'_>,
) -> Result<bool> {
    if !change.upsert || error.code != Code::DuplicateKey || turn.has_session() {
        return Ok(false);
    }
    // Columns have their own names where the request does.
    let named = vault.map(|vault| name_columns(vault, error.clone()));
    let report = named.as_ref().unwrap_or(error).server.as_deref();
    let keys = report.map(|report| &report.keys[..]).unwrap_or_default();
    let given = [change.options.raw("q")?, change.options.raw("filter")?];
    let given = given.into_iter().flatten().next().map(RawDocument::as_bytes);
    let Some(asked) = change.asked.as_deref().or(given) else { return Ok(false) };
    let fixed = fixed(asked)?;
    Ok(!keys.is_empty() && keys.iter().all(|key| fixed.contains(&key.as_bytes())))
}

/// The fields that a filter fixes to one value: MongoDB puts them into what an upsert inserts.
fn fixed(filter: &[u8]) -> Result<Vec<&[u8]>> {
    let mut fields = Vec::new();
    for found in elements(filter)? {
        let (name, value) = (found.name(filter), value_of(filter, &found));
        match found.tag {
            tag::ARRAY if name == b"$and" => {
                for part in elements(value)? {
                    fields.extend(fixed(value_of(value, &part))?);
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
            let fields = fixed(filter.as_bytes()).unwrap();
            assert_eq!(fields, expected.iter().map(|one| one.as_bytes()).collect::<Vec<_>>());
        }
    }
}
