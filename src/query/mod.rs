//! The query compiler: what a builder recorded in, what `MongoDB` understands out. Pure functions; they
//! answer errors for whatever bytes they are given.

mod description;
mod expression;
mod filter;
mod group;
mod inserted;
mod keyed;
pub mod keyset;
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
use crate::request::{Statement, Write};
use description::{Asks, Query};
use inserted::Said;
pub use inserted::fixed_fields;
pub use keyed::{KeyList, with_keys};
use keyset::{Owner, Page};
use reading::{number, read, unknown};
use std::borrow::Cow;
use tree::{Fields, Value};

/// Levels of a description around a value, beyond those of the command that is made of it.
const AROUND: usize = 8;

/// Compiles a description to a document: `filter`, and `sort`, `projection`, `limit` and `skip`, or
/// `pipeline`; or `key`, where that is asked.
///
/// # Errors
/// `E_INVALID_QUERY` for what a query cannot ask, `E_INVALID_DOCUMENT`, `E_DOCUMENT_TOO_DEEP`.
pub fn compile(description: &[u8]) -> Result<Vec<u8>> {
    validate::with_levels(description, AROUND)?;
    let mut out = Builder::with_capacity(2 * description.len());
    let start = out.begin();
    let query = read(description)?;
    if query.page.is_some() {
        return Err(unknown());
    }
    match query.asks {
        Asks::Key => Fields::of("key", said_of_key(&query)?),
        _ => parts(&query)?,
    }
    .write(&mut out)?;
    out.end(start);
    Ok(out.into_bytes())
}

/// Whether a description stands behind a request's head.
#[must_use]
pub fn is_described(body: &[u8]) -> bool {
    element::document_end(body, 0).is_ok_and(|end| end < body.len())
}

/// A query as it is sent.
#[derive(Debug)]
pub struct Compiled {
    /// The head of the request.
    pub head: Vec<u8>,
    /// Of a page by cursor, what its rows are taken for.
    pub page: Option<Page>,
}

/// Compiles the description that stands behind a request's head.
///
/// # Errors
/// As [`compile`]; `E_INVALID_CURSOR`.
pub fn compiled_head(body: &[u8], owner: Owner<'_>) -> Result<Compiled> {
    let end = element::document_end(body, 0)?;
    let (head, description) = body.split_at(end);
    validate::with_levels(description, AROUND)?;
    let mut query = read(description)?;
    if query.asks == Asks::Key {
        return Err(unknown());
    }
    let page = match query.page {
        Some(asked) => {
            if query.asks != Asks::Rows || query.stages.is_some() || needs_stages(&query) {
                return Err(refusal::no_cursors());
            }
            (query.limit, query.skip) = (None, None);
            let collation = element::find(head, b"collation")?;
            let collation = collation.as_ref().map(|found| element::value_of(head, found));
            Some(Page::of(&query, asked, collation, owner)?)
        }
        None => None,
    };
    let opened = page.as_ref().map(|page| page.opened(owner)).transpose()?.flatten();
    let mut parts = parts(&query)?;
    if let Some(page) = &page {
        parts = page.narrow(parts, opened.as_deref())?;
    }
    let as_rows = query.stages.is_none();
    Ok(Compiled {
        head: with_parts(&body[..end], parts, (as_rows, body.len() + description.len()))?,
        page,
    })
}

/// Compiles the description of related rows, with the options of their read. How many of them there are
/// is a matter of the relation.
///
/// # Errors
/// As [`compile`].
pub fn compiled_related(options: &[u8], description: &[u8]) -> Result<Vec<u8>> {
    validate::with_levels(description, AROUND)?;
    let query = read(description)?;
    let is_cut = query.limit.is_some() || query.skip.is_some() || query.most.is_some();
    if query.page.is_some() || is_cut || query.stages.is_some() || query.asks != Asks::Rows {
        return Err(unknown());
    }
    with_parts(options, parts(&query)?, (true, options.len() + 2 * description.len()))
}

/// A head with what a query compiled to. `as_rows` says that rows are to be documents of the model, also
/// where others are among them.
fn with_parts(
    head: &[u8],
    mut parts: Fields<'_>,
    (as_rows, room): (bool, usize),
) -> Result<Vec<u8>> {
    if as_rows && parts.has("pipeline") {
        parts.retain(|name| name != "filter");
        parts.set("documents".into(), filter::TRUE.into());
    }
    let mut out = Builder::with_capacity(room);
    let start = out.begin();
    out.copy(&head[4..head.len() - 1]);
    parts.write(&mut out)?;
    out.end(start);
    Ok(out.into_bytes())
}

/// Compiles the descriptions that statements have for filters.
///
/// # Errors
/// As [`compile`], with the place of the statement.
pub fn compile_statements(statements: &mut [Statement<'_>]) -> Result<()> {
    for Statement { position, write } in statements {
        let Write::Change(change) = write else { continue };
        if !change.described {
            continue;
        }
        let filter = compiled_filter(&change.filter).map_err(|mut error| {
            error.server.get_or_insert_default().position = Some(*position);
            error
        })?;
        change.asked = change.upsert.then(|| filter.clone());
        change.filter = Cow::Owned(filter);
        change.described = false;
    }
    Ok(())
}

fn compiled_filter(description: &[u8]) -> Result<Vec<u8>> {
    validate::with_levels(description, AROUND)?;
    let query = read(description)?;
    if query.page.is_some() || query.changes_rows() {
        return Err(unknown());
    }
    written_filter(&query, 2 * description.len())
}

fn written_filter(query: &Query<'_>, room: usize) -> Result<Vec<u8>> {
    let near = query.near.as_ref().map(pipeline::near_filter);
    let mut out = Builder::with_capacity(room);
    let start = out.begin();
    filter::filter(&query.clauses, near)?.write(&mut out)?;
    out.end(start);
    Ok(out.into_bytes())
}

/// What the conditions say of `_id`: 0 nothing, 1 something, 2 its value.
fn said_of_key(query: &Query<'_>) -> Result<i32> {
    Ok(match inserted::said(&written_filter(query, 256)?, b"_id")? {
        Said::Nothing => 0,
        Said::Something => 1,
        Said::Value => 2,
    })
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
