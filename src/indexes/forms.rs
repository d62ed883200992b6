//! Forms in which values that mean the same have the same bytes, however they are written: `1` and
//! `1.0`, keys in another order, a condition with or without `$eq`.

use bson::{Bson, Document, RawDocumentBuf, doc};

/// Integers that a double holds exactly.
const EXACT: i64 = 1 << 53;

/// A number in one type. Integers that doubles do not hold stay what they are.
fn number(value: &Bson) -> Option<Bson> {
    match value {
        Bson::Int32(number) => Some(Bson::Double(f64::from(*number))),
        #[allow(clippy::cast_precision_loss, reason = "the guard admits what a double holds")]
        Bson::Int64(number) if (-EXACT..=EXACT).contains(number) => {
            Some(Bson::Double(*number as f64))
        }
        _ => None,
    }
}

/// A value with its numbers in one type. The order of keys stays: it is a part of a value.
pub fn value(given: &Bson) -> Bson {
    match given {
        Bson::Document(inner) => {
            Bson::Document(inner.iter().map(|(k, v)| (k.clone(), value(v))).collect())
        }
        Bson::Array(list) => Bson::Array(list.iter().map(value).collect()),
        other => number(other).unwrap_or_else(|| other.clone()),
    }
}

/// As [`value`], with the keys of documents in order: for options, where it means nothing.
pub fn sorted(given: &Bson) -> Bson {
    match given {
        Bson::Document(inner) => {
            let mut entries: Vec<_> = inner.iter().map(|(k, v)| (k.clone(), sorted(v))).collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            Bson::Document(entries.into_iter().collect())
        }
        Bson::Array(list) => Bson::Array(list.iter().map(sorted).collect()),
        other => number(other).unwrap_or_else(|| other.clone()),
    }
}

/// The bytes of a form.
pub fn bytes(form: &Bson) -> Vec<u8> {
    let document = doc! { "": form.clone() };
    RawDocumentBuf::try_from(&document).map(RawDocumentBuf::into_bytes).unwrap_or_default()
}

/// Puts a list whose order means nothing in order, each once.
fn set(mut list: Vec<Bson>) -> Bson {
    list.sort_by_cached_key(bytes);
    list.dedup();
    Bson::Array(list)
}

/// A filter as the set of its conditions.
pub fn filter(given: &Document) -> Bson {
    let mut conditions = Vec::new();
    collect(given, &mut conditions);
    set(conditions)
}

fn collect(given: &Document, out: &mut Vec<Bson>) {
    for (name, condition) in given {
        match (name.as_str(), condition) {
            ("$and", Bson::Array(list)) => {
                for part in list.iter().filter_map(Bson::as_document) {
                    collect(part, out);
                }
            }
            ("$or" | "$nor", Bson::Array(list)) => {
                let parts = list.iter().filter_map(Bson::as_document).map(filter).collect();
                out.push(Bson::Array(vec![Bson::from(name.as_str()), set(parts)]));
            }
            (_, Bson::Document(operators)) if is_operators(operators) => {
                for (operator, operand) in operators {
                    out.push(test(name, operator, operand));
                }
            }
            _ => out.push(test(name, "$eq", condition)),
        }
    }
}

fn is_operators(document: &Document) -> bool {
    document.keys().next().is_some_and(|key| key.starts_with('$'))
}

fn test(path: &str, operator: &str, operand: &Bson) -> Bson {
    let (operator, operand) = match (operator, operand) {
        ("$in", Bson::Array(list)) => match set(list.iter().map(value).collect()) {
            Bson::Array(one) if one.len() == 1 => {
                ("$eq", one.into_iter().next().unwrap_or(Bson::Null))
            }
            several => ("$in", several),
        },
        ("$exists", present) => {
            let is_wanted = !matches!(sorted(present), Bson::Boolean(false) | Bson::Null)
                && sorted(present) != Bson::Double(0.0);
            ("$exists", Bson::Boolean(is_wanted))
        }
        (operator, operand) => (operator, value(operand)),
    };
    Bson::Array(vec![Bson::from(path), Bson::from(operator), operand])
}

/// What a collation says where nothing is said.
const COLLATION: [(&str, Default); 8] = [
    ("caseLevel", Default::Flag(false)),
    ("caseFirst", Default::Text("off")),
    ("strength", Default::Number(3.0)),
    ("numericOrdering", Default::Flag(false)),
    ("alternate", Default::Text("non-ignorable")),
    ("maxVariable", Default::Text("punct")),
    ("normalization", Default::Flag(false)),
    ("backwards", Default::Flag(false)),
];

#[derive(Clone, Copy)]
enum Default {
    Flag(bool),
    Text(&'static str),
    Number(f64),
}

/// The one locale of which the server has a default of its own.
const BACKWARDS: &str = "fr_CA";

/// A collation with all that it says; null for the comparison of bytes.
pub fn collation(given: Option<&Document>) -> Bson {
    let Some(given) = given else { return Bson::Null };
    let locale = given.get_str("locale").unwrap_or("simple");
    if locale == "simple" {
        return Bson::Null;
    }
    let mut out = doc! { "locale": locale };
    for (name, default) in COLLATION {
        let said = given.get(name).map(value);
        let default = match default {
            _ if name == "backwards" && locale == BACKWARDS => Bson::Boolean(true),
            Default::Flag(flag) => Bson::Boolean(flag),
            Default::Text(text) => Bson::from(text),
            Default::Number(number) => Bson::Double(number),
        };
        out.insert(name, said.unwrap_or(default));
    }
    Bson::Document(out)
}
