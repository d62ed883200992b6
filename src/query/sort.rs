//! The order of rows.

use super::description::{Direction, Nulls, SortKey};
use super::expression::value_at;
use super::tree::{Fields, Value};
use crate::error::Result;
use std::collections::HashMap;

/// Null and missing sort below everything: whether that is not where they are wanted.
pub(super) fn moves_nulls(key: &SortKey<'_>) -> bool {
    let own = if key.direction == Direction::Ascending { Nulls::First } else { Nulls::Last };
    key.nulls.is_some_and(|nulls| nulls != own)
}

pub(super) fn sort<'a>(keys: &[SortKey<'a>]) -> Fields<'a> {
    let mut sort = Fields::default();
    for key in last_of_each(keys) {
        sort.set(key.field.into(), direction(key.direction));
    }
    sort
}

/// A field sorted by twice keeps its first place and takes its last direction.
pub(super) fn last_of_each<'k, 'a>(keys: &'k [SortKey<'a>]) -> Vec<&'k SortKey<'a>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut last: Vec<&SortKey<'a>> = Vec::new();
    for key in keys {
        let place = *places.entry(key.field).or_insert(last.len());
        if place == last.len() {
            last.push(key);
        } else {
            last[place] = key;
        }
    }
    last
}

fn direction(direction: Direction) -> Value<'static> {
    match direction {
        Direction::Ascending => 1.into(),
        Direction::Descending => (-1).into(),
        Direction::TextScore => Value::field("$meta", "textScore"),
    }
}

/// The stages of a sort. Where nulls are moved, a computed key stands in front of the field's own.
pub(super) fn stages<'a>(keys: &[SortKey<'a>]) -> Result<Vec<Value<'a>>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let (mut computed, mut sort, mut names) = (Fields::default(), Fields::default(), Vec::new());
    for key in last_of_each(keys) {
        if moves_nulls(key) {
            let name = format!("__nulls_{}", names.len());
            let absent = Value::field("$lte", vec![value_at(key.field)?, Value::Null]);
            computed.set(name.clone().into(), absent);
            let first = if key.nulls == Some(Nulls::Last) { 1 } else { -1 };
            sort.set(name.clone().into(), first.into());
            names.push(Value::from(name));
        }
        sort.set(key.field.into(), direction(key.direction));
    }
    let sort = Value::field("$sort", sort);
    if names.is_empty() {
        return Ok(vec![sort]);
    }
    Ok(vec![Value::field("$addFields", computed), sort, Value::field("$unset", names)])
}
