//! Upserts that found nothing, and somebody else's document in their way: it is found when they run
//! again.

use super::turn::Turn;
use crate::crypto::vault::Vault;
use crate::error::{Code, Error, Result};
use crate::query::fixed_fields;
use crate::request::Change;
use crate::steps::seal::name_columns;
use bson::RawDocument;

/// Times that an upsert runs again.
pub(super) const REPEATS: usize = 4;

/// Whether an upsert failed because another one inserted what it did not find: a duplicate of values
/// that its filter fixes. In a transaction nothing new is found, and the transaction is over.
pub(super) fn is_lost(
    error: &Error,
    change: &Change<'_>,
    vault: Option<&Vault>,
    turn: &Turn<'_>,
) -> Result<bool> {
    if !change.upsert || error.code != Code::DuplicateKey || turn.has_session() {
        return Ok(false);
    }
    // Columns have their own names where the request does.
    let named = vault.map(|vault| name_columns(vault, error.clone()));
    let report = named.as_ref().unwrap_or(error).server.as_deref();
    let keys = report.map(|report| &report.keys[..]).unwrap_or_default();
    let given = [change.options.raw("q")?, change.options.raw("filter")?];
    let given = given.into_iter().flatten().next().map(RawDocument::as_bytes);
    let Some(asked) = change.asked.as_deref().or(given) else { return Ok(false) };
    let fixed = fixed_fields(asked)?;
    Ok(!keys.is_empty() && keys.iter().all(|key| fixed.contains(&key.as_bytes())))
}
