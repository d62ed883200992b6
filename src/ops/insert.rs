//! Inserting one document or many.

use super::head::{self, Head};
use super::turn::Turn;
use super::unique;
use crate::error::{Code, Error, Result};
use bson::{RawDocumentBuf, rawdoc};
use mongodb::Collection;
use mongodb::error::ErrorKind;

/// MongoDB's limit for a stored document.
pub(super) const MAX_DOCUMENT: usize = 16 * 1024 * 1024;

pub(super) async fn run(
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    payload: &[u8],
    turn: &mut Turn<'_>,
) -> Result<RawDocumentBuf> {
    let documents = head::documents(payload)?;
    if let Some(place) = documents.iter().position(|one| one.as_bytes().len() > MAX_DOCUMENT) {
        let bytes = documents[place].as_bytes().len();
        return Err(Error::new(
            Code::DocumentTooLarge,
            format!("document {place} has {bytes} bytes, over MongoDB's limit of {MAX_DOCUMENT}"),
        ));
    }
    let ordered = !head.flag("unordered")?;
    let insert = options!(
        collection.insert_many(&documents).ordered(ordered),
        comment = head.comment(),
        session = turn.begin().await?,
    );
    match insert.await {
        Ok(result) => {
            let inserted = i64::try_from(result.inserted_ids.len()).unwrap_or(i64::MAX);
            Ok(rawdoc! { "inserted": inserted })
        }
        Err(error) => {
            let written = written(&error, documents.len(), ordered);
            let mut mapped = Error::from(error);
            if let Some(report) = mapped.server.as_mut() {
                report.written = written;
            }
            unique::name_fields(collection, &mut mapped).await;
            Err(mapped)
        }
    }
}

/// How many of the documents were inserted before, or beside, those that failed.
pub(super) fn written(error: &mongodb::error::Error, total: usize, ordered: bool) -> Option<u32> {
    let ErrorKind::InsertMany(failure) = &*error.kind else { return None };
    let failed = failure.write_errors.as_deref().unwrap_or_default();
    let count = match failed.first() {
        Some(first) if ordered => first.index,
        _ => total.saturating_sub(failed.len()),
    };
    u32::try_from(count).ok()
}
