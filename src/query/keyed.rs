//! Conditions over related rows, once it is known which keys they come to.

use super::reading::{document, parts, small, text, unknown};
use super::tree::Given;
use crate::document::build::Builder;
use crate::document::element::tag;
use crate::error::Result;
use crate::protocol::clause_flag::{NEGATED, OR};
use crate::protocol::clause_kind::{RAW, RELATED};

/// Descriptions inside of each other.
const DEEPEST: usize = 32;

/// The keys that a condition over related rows comes to.
#[derive(Debug)]
pub struct KeyList {
    /// They are those for which it does not hold.
    pub negated: bool,
    /// A BSON array.
    pub values: Vec<u8>,
}

/// A description with lists of keys in place of conditions over related rows, which say the place of
/// their list.
///
/// # Errors
/// `E_INVALID_QUERY`, `E_INVALID_DOCUMENT`.
pub fn with_keys(description: &[u8], lists: &[KeyList]) -> Result<Vec<u8>> {
    let room = description.len() + lists.iter().map(|list| list.values.len()).sum::<usize>();
    let mut out = Builder::with_capacity(room);
    query(description, (lists, DEEPEST), &mut out)?;
    Ok(out.into_bytes())
}

type Lists<'a> = (&'a [KeyList], usize);

fn query(bytes: &[u8], (lists, depth): Lists<'_>, out: &mut Builder) -> Result<()> {
    let lists = (lists, depth.checked_sub(1).ok_or_else(unknown)?);
    rewritten(bytes, out, |name, given, out| match (name, given.tag) {
        (b"w" | b"h", tag::ARRAY) => Some(each(given, out, |one, out| clause(one, lists.0, out))),
        (b"u", tag::ARRAY) => Some(each(given, out, |one, out| union(one, lists, out))),
        (b"r", tag::ARRAY) => Some(each(given, out, |one, out| stage(one, lists.0, out))),
        _ => None,
    })
}

fn union(given: Given<'_>, lists: Lists<'_>, out: &mut Builder) -> Result<()> {
    rewritten(document(Some(given))?.bytes, out, |name, given, out| {
        (name == b"q").then(|| query(document(Some(given))?.bytes, lists, out))
    })
}

fn stage(given: Given<'_>, lists: &[KeyList], out: &mut Builder) -> Result<()> {
    rewritten(document(Some(given))?.bytes, out, |name, given, out| {
        let has_clauses = name == b"w" && given.tag == tag::ARRAY;
        has_clauses.then(|| each(given, out, |one, out| clause(one, lists, out)))
    })
}

fn clause(given: Given<'_>, lists: &[KeyList], out: &mut Builder) -> Result<()> {
    let clause = document(Some(given))?;
    let part = |wanted: &[u8]| -> Result<Option<Given<'_>>> {
        let found =
            parts(clause.bytes)?.find(|part| part.as_ref().is_ok_and(|(name, _)| *name == wanted));
        Ok(found.transpose()?.map(|(_, given)| given))
    };
    let kind = part(b"k")?.filter(|kind| kind.tag == tag::INT32).map(small).transpose()?;
    let Some(kind) = kind.filter(|kind| kind & !(NEGATED | OR) == RELATED) else {
        out.copy(clause.bytes);
        return Ok(());
    };
    let place = small(part(b"v")?.ok_or_else(unknown)?)?;
    let list = usize::try_from(place).ok().and_then(|place| lists.get(place));
    let list = list.ok_or_else(unknown)?;
    let field = part(b"f")?.ok_or_else(unknown)?;
    let field = text(field)?;
    if field.is_empty() || field.starts_with('$') || field.contains('\0') {
        return Err(unknown());
    }
    // What has no key has nothing related, so `$nin` finds it too.
    let holds = (kind & NEGATED != 0) == list.negated;
    let start = out.begin();
    out.name(tag::INT32, b"k");
    out.copy(&(RAW | (kind & OR)).to_le_bytes());
    let filter = out.begin_document(b"v");
    let operators = out.begin_document(field.as_bytes());
    out.name(tag::ARRAY, if holds { b"$in" } else { b"$nin" });
    out.copy(&list.values);
    out.end(operators);
    out.end(filter);
    out.end(start);
    Ok(())
}

/// Writes a document or an array anew. Values that `write` does not write stay as they are.
fn rewritten(
    bytes: &[u8],
    out: &mut Builder,
    write: impl Fn(&[u8], Given<'_>, &mut Builder) -> Option<Result<()>>,
) -> Result<()> {
    let start = out.begin();
    for part in parts(bytes)? {
        let (name, given) = part?;
        out.name(given.tag, name);
        match write(name, given, out) {
            Some(written) => written?,
            None => out.copy(given.bytes),
        }
    }
    out.end(start);
    Ok(())
}

fn each(
    list: Given<'_>,
    out: &mut Builder,
    write: impl Fn(Given<'_>, &mut Builder) -> Result<()>,
) -> Result<()> {
    rewritten(list.bytes, out, |_, given, out| Some(write(given, out)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::{Document, doc};

    fn lists() -> [KeyList; 2] {
        let list = |negated, keys: Vec<i32>| {
            let array = doc! { "a": keys };
            let bytes = array.to_vec().unwrap();
            KeyList { negated, values: bytes[7..bytes.len() - 1].to_vec() }
        };
        [list(false, vec![1, 2]), list(true, vec![3])]
    }

    fn rewritten(description: &Document) -> Result<Document> {
        let bytes = with_keys(&description.to_vec().unwrap(), &lists())?;
        Ok(Document::from_reader(&bytes[..]).unwrap())
    }

    fn has(bits: i32, place: i32) -> Document {
        doc! { "k": RELATED + bits, "f": "_id", "v": place }
    }

    fn filter(bits: i32, operator: &str, keys: Vec<i32>) -> Document {
        doc! { "k": RAW + bits, "v": { "_id": { operator: keys } } }
    }

    #[test]
    fn lists_stand_where_conditions_stood() {
        let data = doc! { "k": 0, "f": "w", "v": { "w": [has(0, 9)] } };
        let description = doc! {
            "w": [data.clone(), has(0, 0), has(OR, 1), has(NEGATED | OR, 1), has(NEGATED, 0)],
            "u": [{ "a": true, "c": "users", "q": { "h": [has(0, 1)] } }],
            "r": [{ "w": [has(0, 0)] }, { "$match": { "w": [has(0, 9)] } }],
            "l": 3,
        };
        let expected = doc! {
            "w": [
                data,
                filter(0, "$in", vec![1, 2]),
                filter(OR, "$nin", vec![3]),
                filter(OR, "$in", vec![3]),
                filter(0, "$nin", vec![1, 2]),
            ],
            "u": [{ "a": true, "c": "users", "q": { "h": [filter(0, "$nin", vec![3])] } }],
            "r": [{ "w": [filter(0, "$in", vec![1, 2])] }, { "$match": { "w": [has(0, 9)] } }],
            "l": 3,
        };
        assert_eq!(rewritten(&description).unwrap(), expected);
    }

    #[test]
    fn what_is_malformed_is_refused() {
        let nested = (0..40).fold(doc! {}, |inner, _| {
            doc! { "u": [{ "a": true, "c": "users", "q": inner }] }
        });
        for wrong in [
            doc! { "w": [has(0, 2)] },
            doc! { "w": [has(0, -1)] },
            doc! { "w": [{ "k": RELATED, "f": "_id" }] },
            doc! { "w": [{ "k": RELATED, "v": 0 }] },
            doc! { "w": [{ "k": RELATED, "f": "a\0b", "v": 0 }] },
            doc! { "w": [{ "k": RELATED, "f": "$where", "v": 0 }] },
            doc! { "w": [1] },
            doc! { "u": [{ "q": 1 }] },
            nested,
        ] {
            assert!(rewritten(&wrong).is_err(), "{wrong}");
        }
        let bytes = doc! { "w": [has(0, 0)], "u": [{ "q": {} }] }.to_vec().unwrap();
        for cut in 0..bytes.len() {
            assert!(with_keys(&bytes[..cut], &lists()).is_err());
        }
        for place in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[place] ^= 0xFF;
            let _ = with_keys(&bytes, &lists());
        }
    }
}
