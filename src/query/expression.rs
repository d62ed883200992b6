//! Pieces of aggregation expressions.

use super::tree::{Fields, Value};
use crate::document::validate::MAX_DEPTH;
use crate::error::{Code, Error, Result};

/// The value at a stored path. A number in the path is a position where there is an array; other paths
/// through an array give the array of what they lead to.
///
/// # Errors
/// `E_DOCUMENT_TOO_DEEP` for a path of more levels than documents have.
pub(super) fn value_at(path: &str) -> Result<Value<'static>> {
    if path.split('.').count() > MAX_DEPTH {
        let message = format!("documents have {MAX_DEPTH} levels at most");
        return Err(Error::new(Code::DocumentTooDeep, message));
    }
    let mut segments = path.split('.');
    let mut names = format!("${}", segments.next().unwrap_or_default());
    let mut value: Option<Value<'static>> = None;
    for segment in segments {
        if is_position(segment) {
            value = Some(element_at(below(value, std::mem::take(&mut names)), segment));
        } else {
            if !names.is_empty() {
                names.push('.');
            }
            names.push_str(segment);
        }
    }
    Ok(below(value, names))
}

/// Larger numbers are no positions in an array, but may be keys of an object.
fn is_position(segment: &str) -> bool {
    (1..=9).contains(&segment.len()) && segment.bytes().all(|byte| byte.is_ascii_digit())
}

fn below(value: Option<Value<'static>>, names: String) -> Value<'static> {
    match value {
        None => names.into(),
        Some(value) if names.is_empty() => value,
        Some(value) => bind(value, format!("$$v.{names}")),
    }
}

fn element_at(value: Value<'static>, position: &str) -> Value<'static> {
    let place = position.parse::<i32>().unwrap_or(i32::MAX);
    let element = Value::field("$arrayElemAt", vec!["$$v".into(), place.into()]);
    let inside = when(Value::field("$isArray", "$$v"), element, format!("$$v.{position}"));
    bind(value, inside)
}

/// `$$v` is `value` in `inside`.
pub(super) fn bind<'a>(value: Value<'a>, inside: impl Into<Value<'a>>) -> Value<'a> {
    Value::field("$let", Fields::of("vars", Fields::of("v", value)).with("in", inside))
}

pub(super) fn when<'a>(
    condition: Value<'a>,
    then: impl Into<Value<'a>>,
    otherwise: impl Into<Value<'a>>,
) -> Value<'a> {
    Value::field("$cond", vec![condition, then.into(), otherwise.into()])
}

pub(super) fn all(mut conditions: Vec<Value<'_>>) -> Value<'_> {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        last => {
            conditions.extend(last);
            Value::field("$and", conditions)
        }
    }
}

/// Whether there is a value: only null and missing sort at or below null (and `MinKey`).
pub(super) fn known(value: Value<'_>) -> Value<'_> {
    Value::field("$gt", vec![value, Value::Null])
}
