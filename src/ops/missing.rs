//! Documents that statements did not find. A reply has their sum only, so they are asked for once it
//! falls short.

use super::reading::Batches;
use super::turn::Turn;
use crate::crypto::canonical::id_of;
use crate::error::{Code, Error, Result};
use crate::request::head::misplaced;
use crate::request::{Statement, Write};
use bson::{RawDocument, RawDocumentBuf, rawdoc};
use mongodb::Collection;
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::{ReadPreference, SelectionCriteria};
use std::collections::HashSet;

/// The document that a statement is of: its filter as it came.
///
/// # Errors
/// `E_INVALID_QUERY` for one that does not say `_id`.
pub(super) fn named<'a>(statement: &Statement<'a>) -> Result<&'a RawDocument> {
    let Write::Change(change) = &statement.write else { return Err(misplaced()) };
    let filter = change.options.raw("q")?.filter(|one| one.get("_id").is_ok_and(|id| id.is_some()));
    filter.ok_or_else(|| Error::new(Code::InvalidQuery, "a statement of one document has no _id"))
}

/// Which of the statements had no document to change; `matched` says how many had one. Documents that
/// the conditions of the command hide are not there.
///
/// # Errors
/// Those of the read.
pub(super) async fn missing(
    collection: &Collection<RawDocumentBuf>,
    (conditions, statements): (&Document, &[&Statement<'_>]),
    matched: usize,
    turn: &mut Turn<'_>,
) -> Result<Vec<u32>> {
    let short = statements.len().saturating_sub(matched);
    let missed = absent(collection, Some(conditions), statements, turn).await?;
    if missed.len() <= short || conditions.is_empty() {
        return Ok(missed);
    }
    // A change may have hidden its own document.
    let gone = absent(collection, None, statements, turn).await?;
    Ok(if gone.len() == short { gone } else { missed })
}

/// Whose documents are not there, or do not answer the conditions.
async fn absent(
    collection: &Collection<RawDocumentBuf>,
    conditions: Option<&Document>,
    statements: &[&Statement<'_>],
    turn: &mut Turn<'_>,
) -> Result<Vec<u32>> {
    let named = statements.iter().map(|one| named(one)).collect::<Result<Vec<_>>>()?;
    let ids = named
        .iter()
        .filter_map(|one| one.get("_id").ok().flatten())
        .map(Bson::try_from)
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|_| Error::new(Code::InvalidQuery, "an _id could not be read"))?;
    let mut filter = doc! { "_id": { "$in": ids } };
    if let Some(conditions) = conditions.filter(|one| !one.is_empty()) {
        filter.insert("$and", [conditions.clone()]);
    }
    turn.hold().await?;
    let find = options!(
        collection.find(filter).projection(doc! { "_id": 1 }),
        // What was just written is asked for.
        selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary)),
        max_time = turn.time_left(),
    );
    let mut present = HashSet::new();
    for id in Batches::open(find, turn).await?.ids(turn).await? {
        present.insert(id_of(rawdoc! { "_id": id }.as_bytes())?);
    }
    let mut missed = Vec::new();
    for (statement, one) in statements.iter().zip(named) {
        if !present.contains(&id_of(one.as_bytes())?) {
            missed.push(statement.position);
        }
    }
    Ok(missed)
}
