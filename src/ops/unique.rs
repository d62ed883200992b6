//! The fields of unique indexes, for errors of inserts: the driver drops the reply that names them,
//! and what is left of it, the server's text, holds the values too.

use crate::error::driver::{duplicate_key, first_and_more};
use crate::error::{Code, Error};
use bson::RawDocumentBuf;
use futures_util::StreamExt;
use mongodb::Collection;
use std::collections::HashMap;

/// The index on `_id`, which every collection has.
const ID_INDEX: &str = "_id_";

/// Puts the names of the fields into the duplicate-key errors of an insert.
pub(super) async fn name_fields(collection: &Collection<RawDocumentBuf>, error: &mut Error) {
    let Some(report) = error.server.as_deref_mut() else { return };
    name_items(collection, &mut report.items).await;
    if let Some(first) = report.items.first() {
        error.message = first_and_more(first, report.items.len());
        report.keys = first.server.as_deref().map(|one| one.keys.clone()).unwrap_or_default();
    }
}

/// As [`name_fields`], for the errors of single documents. Asks the server for its indexes once,
/// and only when another index than that of `_id` is concerned.
pub(super) async fn name_items(collection: &Collection<RawDocumentBuf>, items: &mut [Error]) {
    let mut known = HashMap::from([(ID_INDEX.to_owned(), vec!["_id".to_owned()])]);
    if items.iter().filter_map(unnamed).any(|index| !known.contains_key(index)) {
        known.extend(indexes(collection).await);
    }
    for item in items {
        if let Some(keys) = unnamed(item).and_then(|index| known.get(index)) {
            *item =
                duplicate_key(item.server.as_deref().cloned().unwrap_or_default(), keys.clone());
        }
    }
}

/// The index of a duplicate-key error whose fields are not known yet.
fn unnamed(error: &Error) -> Option<&str> {
    let report = error.server.as_deref().filter(|report| report.keys.is_empty())?;
    if error.code == Code::DuplicateKey { report.index.as_deref() } else { None }
}

/// The collection's indexes with their fields; none when the server does not tell.
async fn indexes(collection: &Collection<RawDocumentBuf>) -> HashMap<String, Vec<String>> {
    let mut found = HashMap::new();
    let Ok(mut cursor) = collection.list_indexes().await else { return found };
    while let Some(Ok(index)) = cursor.next().await {
        if let Some(name) = index.options.and_then(|options| options.name) {
            found.insert(name, index.keys.keys().cloned().collect());
        }
    }
    found
}
