//! Rows that are groups of documents.

use super::description::{Aggregate, Calculate, Clause, Query, Selected};
use super::expression::{all, known, value_at, when};
use super::filter::filter;
use super::projection::{include, is_inside};
use super::refusal::unknown_output;
use super::tree::{Fields, Value};
use crate::error::Result;
use std::collections::HashSet;

/// What documents are grouped by, and the name of that in the rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct GroupKey<'a> {
    pub(super) field: &'a str,
    pub(super) output: &'a str,
}

/// Groups by a query's columns; by what is selected when it asks for different rows only.
pub(super) fn keys<'a>(query: &Query<'a>) -> Vec<GroupKey<'a>> {
    if query.is_grouped() {
        return query.groups.iter().map(|path| GroupKey { field: path, output: path }).collect();
    }
    if query.selected.iter().any(Selected::is_everything) {
        return Vec::new();
    }
    let mut places = std::collections::HashMap::new();
    let mut keys: Vec<GroupKey<'a>> = Vec::new();
    for one in &query.selected {
        let key = GroupKey { field: one.field, output: one.alias.unwrap_or(one.field) };
        let place = *places.entry(key.output).or_insert(keys.len());
        if place == keys.len() {
            keys.push(key);
        } else {
            keys[place] = key;
        }
    }
    keys
}

/// The `_id` of a `$group`. Null and missing are one value, as in SQL.
pub(super) fn id<'a>(paths: impl Iterator<Item = &'a str>) -> Result<Fields<'a>> {
    let mut id = Fields::default();
    for (index, path) in paths.enumerate() {
        let value = Value::field("$ifNull", vec![value_at(path)?, Value::Null]);
        id.set(format!("g{index}").into(), value);
    }
    Ok(id)
}

/// Stages from documents to rows: group columns by their stored names, and the aggregates.
pub(super) fn stages<'a>(
    keys: &[GroupKey<'a>],
    aggregates: &[Aggregate<'a>],
) -> Result<Vec<Value<'a>>> {
    let by =
        if keys.is_empty() { Value::Null } else { id(keys.iter().map(|key| key.field))?.into() };
    let mut group = Fields::of("_id", by);
    let mut row = Fields::of("_id", 0);
    let outputs: HashSet<&str> = keys.iter().map(|key| key.output).collect();
    for (index, key) in keys.iter().enumerate() {
        if !is_inside(key.output, &outputs) {
            row.set(key.output.into(), format!("$_id.g{index}").into());
        }
    }
    for (index, aggregate) in aggregates.iter().enumerate() {
        let name = format!("a{index}");
        row.set(aggregate.alias.into(), result(&name, aggregate));
        accumulate(&mut group, name, aggregate)?;
    }
    let stages = vec![Value::field("$group", group), Value::field("$project", row)];
    Ok(if keys.is_empty() { always_one(stages, aggregates) } else { stages })
}

/// Without groups there is one row, also when there are no documents.
fn always_one<'a>(stages: Vec<Value<'a>>, aggregates: &[Aggregate<'a>]) -> Vec<Value<'a>> {
    let mut empty = Fields::default();
    for aggregate in aggregates {
        let counts = aggregate.calculate == Calculate::Count;
        empty.set(aggregate.alias.into(), if counts { 0.into() } else { Value::Null });
    }
    let first = Value::field("$arrayElemAt", vec!["$rows".into(), 0.into()]);
    let row = Value::field("$ifNull", vec![first, Value::field("$literal", empty)]);
    vec![Value::field("$facet", Fields::of("rows", stages)), Value::field("$replaceWith", row)]
}

fn accumulate<'a>(group: &mut Fields<'a>, name: String, aggregate: &Aggregate<'a>) -> Result<()> {
    let mut values =
        aggregate.fields.iter().map(|path| value_at(path)).collect::<Result<Vec<_>>>()?;
    if aggregate.distinct {
        let value = Value::field("$addToSet", distinct_value(aggregate.calculate, values));
        group.set(name.into(), value);
        return Ok(());
    }
    let value = values.pop();
    let operator = match aggregate.calculate {
        Calculate::Count => {
            let one = value.map_or(1.into(), |value| when(known(value), 1, 0));
            group.set(name.into(), Value::field("$sum", one));
            return Ok(());
        }
        Calculate::Min => "$min",
        Calculate::Max => "$max",
        Calculate::Sum => "$sum",
        Calculate::Avg => "$avg",
    };
    let value = value.unwrap_or(Value::Null);
    group.set(name.clone().into(), Value::field(operator, value.clone()));
    if aggregate.calculate == Calculate::Sum {
        // How many numbers there are: a sum is null without any.
        let numbers = Value::field("$sum", when(Value::field("$isNumber", value), 1, 0));
        group.set(format!("{name}n").into(), numbers);
    }
    Ok(())
}

fn distinct_value(calculate: Calculate, mut values: Vec<Value<'_>>) -> Value<'_> {
    if calculate == Calculate::Count {
        let there = all(values.iter().cloned().map(known).collect());
        let single = if values.len() == 1 { values.pop() } else { None };
        return when(there, single.unwrap_or(Value::Array(values)), Value::Null);
    }
    let value = values.pop().unwrap_or(Value::Null);
    when(Value::field("$isNumber", value.clone()), value, Value::Null)
}

fn result<'a>(name: &str, aggregate: &Aggregate<'a>) -> Value<'a> {
    let value = || Value::from(format!("${name}"));
    let some = |number| Value::field("$gt", vec![number, 0.into()]);
    let different = || {
        let set = Value::field("$setDifference", vec![value(), vec![Value::Null].into()]);
        Value::field("$size", set)
    };
    match (aggregate.calculate, aggregate.distinct) {
        (Calculate::Sum, false) => when(some(format!("${name}n").into()), value(), Value::Null),
        (_, false) => value(),
        (Calculate::Count, true) => different(),
        (Calculate::Sum, true) => {
            when(some(different()), Value::field("$sum", value()), Value::Null)
        }
        (Calculate::Min, true) => Value::field("$min", value()),
        (Calculate::Max, true) => Value::field("$max", value()),
        (Calculate::Avg, true) => Value::field("$avg", value()),
    }
}

/// The conditions on groups as a stage.
///
/// # Errors
/// `E_INVALID_QUERY` for columns that the rows do not have.
pub(super) fn having<'a>(having: &[Clause<'a>], outputs: &HashSet<&str>) -> Result<Vec<Value<'a>>> {
    for clause in having {
        if !clause.field.is_empty() {
            need_output("having()", clause.field, outputs)?;
        }
    }
    let filter = filter(having, None)?;
    Ok(if filter.is_empty() { Vec::new() } else { vec![Value::field("$match", filter)] })
}

/// # Errors
/// `E_INVALID_QUERY` for what rows of groups do not have.
pub(super) fn need_output(method: &str, path: &str, outputs: &HashSet<&str>) -> Result<()> {
    if outputs.contains(path) || is_inside(path, outputs) {
        Ok(())
    } else {
        Err(unknown_output(method, path))
    }
}

/// Leaves of the rows what is selected, and the aggregates.
pub(super) fn selected<'a>(query: &Query<'a>, outputs: &HashSet<&str>) -> Result<Vec<Value<'a>>> {
    if query.selected.is_empty() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    let mut renamed = Fields::default();
    for one in query.selected.iter().filter(|one| !one.is_everything()) {
        need_output("select()", one.field, outputs)?;
        match one.alias {
            None => paths.push(one.field),
            Some(alias) => renamed.set(alias.into(), value_at(one.field)?),
        }
    }
    if query.reads_everything() {
        let nothing = renamed.is_empty();
        return Ok(if nothing { vec![] } else { vec![Value::field("$addFields", renamed)] });
    }
    paths.extend(query.aggregates.iter().map(|aggregate| aggregate.alias));
    let mut projection = include(&paths);
    if !projection.has("_id") {
        projection.set("_id".into(), 0.into());
    }
    projection.extend(renamed);
    Ok(vec![Value::field("$project", projection)])
}
