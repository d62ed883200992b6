//! Which fields rows have.

use super::description::Selected;
use super::expression::value_at;
use super::tree::{Fields, Value};
use crate::error::Result;
use std::collections::HashSet;

/// The projection; `None` when everything is asked for. `_id` is always part of it. `score` is a name
/// for the text score, which by itself is added to everything.
pub(super) fn projection<'a>(
    selected: &[Selected<'a>],
    score: Option<&'a str>,
) -> Result<Option<Fields<'a>>> {
    if !reads_everything(selected) {
        let plain = selected.iter().filter(|one| one.alias.is_none()).map(|one| one.field);
        let paths: Vec<&str> = std::iter::once("_id").chain(plain).collect();
        return add_computed(include(&paths), selected, score).map(Some);
    }
    if score.is_none() {
        return Ok(None);
    }
    add_computed(Fields::default(), selected, score).map(Some)
}

fn reads_everything(selected: &[Selected<'_>]) -> bool {
    selected.is_empty() || selected.iter().any(Selected::is_everything)
}

/// A projection of these paths.
pub(super) fn include<'a>(paths: &[&'a str]) -> Fields<'a> {
    let wanted: HashSet<&str> = paths.iter().copied().collect();
    let mut projection = Fields::default();
    for path in paths {
        // The server refuses a projection of both a field and something inside it.
        if !is_inside(path, &wanted) {
            projection.set((*path).into(), 1.into());
        }
    }
    projection
}

fn add_computed<'a>(
    mut projection: Fields<'a>,
    selected: &[Selected<'a>],
    score: Option<&'a str>,
) -> Result<Fields<'a>> {
    for one in selected {
        if let Some(alias) = one.alias {
            projection.set(alias.into(), value_at(one.field)?);
        }
    }
    if let Some(score) = score {
        projection.set(score.into(), Value::field("$meta", "textScore"));
    }
    Ok(projection)
}

/// The same as stages of a pipeline.
pub(super) fn stages<'a>(
    selected: &[Selected<'a>],
    score: Option<&'a str>,
    distance: Option<&'a str>,
) -> Result<Vec<Value<'a>>> {
    if reads_everything(selected) {
        let computed = add_computed(Fields::default(), selected, score)?;
        let nothing = computed.is_empty();
        return Ok(if nothing { vec![] } else { vec![Value::field("$addFields", computed)] });
    }
    let mut projection = projection(selected, score)?.unwrap_or_default();
    if let Some(distance) = distance {
        projection.set(distance.into(), 1.into());
    }
    Ok(vec![Value::field("$project", projection)])
}

/// Whether `path` is below one of `paths`.
pub(super) fn is_inside(path: &str, paths: &HashSet<&str>) -> bool {
    path.match_indices('.').any(|(dot, _)| paths.contains(&path[..dot]))
}
