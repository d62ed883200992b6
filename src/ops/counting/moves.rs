//! Whether a change may move a count.

use crate::document::element::{elements, tag, value_of};
use crate::error::Result;
use crate::model::counters::Counter;
use crate::request::Change;

/// Whether a change may make documents count elsewhere, or begin or end them.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub(in crate::ops) fn moves(counters: &[Counter], change: &Change<'_>) -> Result<bool> {
    let Some(update) = &change.update else { return Ok(true) };
    if change.upsert || update.tag != tag::DOCUMENT || update.replaces()? {
        return Ok(true);
    }
    let is_watched = |path: &[u8]| {
        counters.iter().flat_map(Counter::fields).any(|field| touches(path, field.as_bytes()))
    };
    for operator in elements(&update.bytes)? {
        let inner = value_of(&update.bytes, &operator);
        if operator.tag != tag::DOCUMENT {
            continue;
        }
        let renames = operator.name(&update.bytes) == b"$rename";
        for found in elements(inner)? {
            let target = match found.tag {
                tag::STRING if renames => {
                    value_of(inner, &found).get(4..).and_then(<[u8]>::split_last)
                }
                _ => None,
            };
            if is_watched(found.name(inner)) || target.is_some_and(|(_, name)| is_watched(name)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether one of two paths is the other, or inside of it.
fn touches(one: &[u8], other: &[u8]) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(short).is_some_and(|rest| rest.first().is_none_or(|next| *next == b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::request::Head;
    use bson::{RawBson, RawDocumentBuf, rawdoc};

    fn counters() -> Vec<Counter> {
        let descriptor = rawdoc! {
            "name": "Post", "collection": "posts", "columns": [], "hooks": [],
            "counters": [{
                "collection": "users", "key": "_id", "field": "n", "foreign": "user_id",
                "when": { "kind": ["a"] },
            }],
        };
        Model::from_descriptor(descriptor.as_bytes()).unwrap().counters
    }

    fn moves(statement: &RawDocumentBuf) -> bool {
        let head = Head::of(crate::document::element::EMPTY).unwrap();
        let change = Change::from_statement(statement.as_bytes(), head, false).unwrap();
        super::moves(&counters(), &change).unwrap()
    }

    #[test]
    fn a_change_of_other_fields_moves_nothing() {
        for (update, expected) in [
            (rawdoc! { "$set": { "title": 1, "user_ids": 1, "user": 1 } }, false),
            (rawdoc! { "$set": { "title": 1 }, "$inc": { "user_id": 1 } }, true),
            (rawdoc! { "$set": { "user_id.a": 1 } }, true),
            (rawdoc! { "$unset": { "kind": 1 } }, true),
            (rawdoc! { "$rename": { "user_id": "x" } }, true),
            (rawdoc! { "$rename": { "x": "user_id" } }, true),
            (rawdoc! { "$rename": { "x": "y" } }, false),
            (rawdoc! { "title": 1 }, true),
            (rawdoc! {}, true),
        ] {
            let statement = rawdoc! { "q": {}, "u": update };
            assert_eq!(moves(&statement), expected, "{statement:?}");
        }
        let mut pipeline = rawdoc! { "q": {} };
        pipeline.append(bson::cstr!("u"), RawBson::Array(bson::RawArrayBuf::new()));
        assert!(moves(&pipeline));
        assert!(moves(&rawdoc! { "q": {}, "u": { "$set": { "title": 1 } }, "upsert": true }));
    }
}
