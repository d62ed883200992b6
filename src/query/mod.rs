//! The query compiler: what a builder recorded in, what `MongoDB` understands out. Pure functions; they
//! answer errors for whatever bytes they are given.

mod description;
mod expression;
mod filter;
mod group;
mod like;
mod pipeline;
mod projection;
mod reading;
mod refusal;
mod sort;
#[cfg(test)]
mod tests;
mod tree;

use crate::document::build::Builder;
use crate::document::element;
use crate::document::validate;
use crate::error::Result;
use description::{Asks, Query};
use reading::{number, read};
use tree::{Fields, Value};

/// Levels of a description around a value, beyond those of the command that is made of it.
const AROUND: usize = 8;

/// Compiles a description to a document: `filter`, and `sort`, `projection`, `limit` and `skip`, or
/// `pipeline`.
///
/// # Errors
/// `E_INVALID_QUERY` for what a query cannot ask, `E_INVALID_DOCUMENT`, `E_DOCUMENT_TOO_DEEP`.
pub fn compile(description: &[u8]) -> Result<Vec<u8>> {
    validate::with_levels(description, AROUND)?;
    let mut out = Builder::with_capacity(2 * description.len());
    let start = out.begin();
    parts(&read(description)?)?.write(&mut out)?;
    out.end(start);
    Ok(out.into_bytes())
}

/// Whether a description stands behind a request's head.
#[must_use]
pub fn is_described(body: &[u8]) -> bool {
    element::document_end(body, 0).is_ok_and(|end| end < body.len())
}

/// A request's head, and the description behind it, as the head of a compiled query.
///
/// # Errors
/// As [`compile`].
pub fn compiled_head(body: &[u8]) -> Result<Vec<u8>> {
    let end = element::document_end(body, 0)?;
    let description = &body[end..];
    validate::with_levels(description, AROUND)?;
    let query = read(description)?;
    let mut parts = parts(&query)?;
    if query.stages.is_none() && parts.has("pipeline") {
        parts.remove("filter");
        // Rows are to be documents of the model, also where others are among them.
        parts.set("documents".into(), filter::TRUE.into());
    }
    let mut out = Builder::with_capacity(body.len() + description.len());
    let start = out.begin();
    out.copy(&body[4..end - 1]);
    parts.write(&mut out)?;
    out.end(start);
    Ok(out.into_bytes())
}

/// What `find` takes, or the stages of an aggregation.
fn parts<'a>(query: &Query<'a>) -> Result<Fields<'a>> {
    if let Some(stages) = &query.stages {
        return Ok(Fields::of("pipeline", pipeline::written(stages)?));
    }
    let near = query.near.as_ref().map(pipeline::near_filter);
    let stages = match query.asks {
        Asks::Filter => return Ok(Fields::of("filter", filter::filter(&query.clauses, near)?)),
        Asks::Count if query.changes_rows() || near.is_some() => Some(pipeline::count(query)?),
        Asks::Rows if needs_stages(query) => Some(pipeline::rows(query)?),
        _ => None,
    };
    if let Some(stages) = stages {
        let filter = filter::filter(&query.clauses, near)?;
        return Ok(Fields::of("filter", filter).with("pipeline", stages));
    }
    // `find` reads 0 as no limit.
    let refused = query.limit.is_some_and(|limit| number(limit) == 0.0);
    let more = if refused { Some(filter::nothing()) } else { near };
    let mut parts = Fields::of("filter", filter::filter(&query.clauses, more)?);
    if query.asks == Asks::Rows {
        if !query.order.is_empty() {
            parts.set("sort".into(), sort::sort(&query.order).into());
        }
        if let Some(projection) = projection::projection(&query.selected, query.score)? {
            parts.set("projection".into(), projection.into());
        }
    }
    let limit = match (query.limit, query.most) {
        _ if refused => Some(Value::Int(1)),
        (Some(limit), Some(most)) if number(most) < number(limit) => Some(most.into()),
        (limit, most) => limit.or(most).map(Value::from),
    };
    if let Some(limit) = limit {
        parts.set("limit".into(), limit);
    }
    if let Some(skip) = query.skip {
        parts.set("skip".into(), skip.into());
    }
    Ok(parts)
}

/// Whether `find` cannot answer the query.
fn needs_stages(query: &Query<'_>) -> bool {
    query.changes_rows()
        || query.distance.is_some()
        || query.order.iter().any(sort::moves_nulls)
        || adds_to_everything(query)
}

/// `find` can read everything, or fields under other names, but not both.
fn adds_to_everything(query: &Query<'_>) -> bool {
    query.reads_everything() && query.selected.iter().any(|one| one.alias.is_some())
}
