//! Inserting one document or many.

use super::head::{self, Head};
use crate::error::{Code, Error, Result};
use bson::{RawDocumentBuf, rawdoc};
use mongodb::Collection;
use mongodb::error::ErrorKind;

/// MongoDB's limit for a stored document.
const MAX_DOCUMENT: usize = 16 * 1024 * 1024;

pub(super) async fn run(
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    payload: &[u8],
) -> Result<RawDocumentBuf> {
    let documents = head::documents(payload)?;
    if let Some(place) = documents.iter().position(|one| one.as_bytes().len() > MAX_DOCUMENT) {
        let bytes = documents[place].as_bytes().len();
        return Err(Error::new(
            Code::DocumentTooLarge,
            format!("document {place} has {bytes} bytes, over MongoDB's limit of {MAX_DOCUMENT}"),
        ));
    }
    // Also for one document: `insert_one` drops the reply that names a duplicate key's fields.
    let mut insert = collection.insert_many(&documents).ordered(!head.flag("unordered")?);
    if let Some(comment) = head.comment() {
        insert = insert.comment(comment);
    }
    match insert.await {
        Ok(result) => {
            let inserted = i64::try_from(result.inserted_ids.len()).unwrap_or(i64::MAX);
            Ok(rawdoc! { "inserted": inserted })
        }
        Err(error) => {
            let written = written(&error);
            let mut mapped = Error::from(error);
            if let Some(report) = mapped.server.as_mut() {
                report.written = written;
            }
            Err(mapped)
        }
    }
}

/// How many of the documents were inserted before, or beside, those that failed.
fn written(error: &mongodb::error::Error) -> Option<u32> {
    let ErrorKind::InsertMany(_) = &*error.kind else { return None };
    let reply = error.server_response()?;
    reply.get_i32("n").ok().and_then(|count| u32::try_from(count).ok())
}
