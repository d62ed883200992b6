//! Inserting one document or many.

use super::head::{self, Head};
use super::turn::Turn;
use super::{reply, unique};
use crate::error::driver::several;
use crate::error::{Code, Error, Result, ServerReport};
use crate::protocol::limit::DOCUMENT_BYTES;
use bson::{RawDocumentBuf, rawdoc};
use mongodb::Collection;
use mongodb::error::ErrorKind;

pub(super) async fn run(
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    payload: &[u8],
    turn: &mut Turn<'_>,
) -> Result<RawDocumentBuf> {
    let ordered = !head.flag("unordered")?;
    // What fits, with its places in the payload.
    let (mut documents, mut places, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for (place, document) in (0_u32..).zip(head::documents(payload)?) {
        let bytes = document.as_bytes().len();
        if bytes <= DOCUMENT_BYTES {
            documents.push(document);
            places.push(place);
            continue;
        }
        refused.push(too_large(place, bytes));
        if ordered {
            break;
        }
    }
    let sent = if documents.is_empty() && !refused.is_empty() {
        Ok(0)
    } else {
        send(collection, head, &documents, ordered, turn).await
    };
    match sent {
        Ok(inserted) if refused.is_empty() => {
            Ok(rawdoc! { "inserted": i64::try_from(inserted).unwrap_or(i64::MAX) })
        }
        Ok(inserted) => Err(failed(refused, u32::try_from(inserted).ok())),
        Err(error) => Err(among(error, &places, refused, ordered)),
    }
}

/// Inserts documents; answers how many there are.
async fn send(
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    documents: &[RawDocumentBuf],
    ordered: bool,
    turn: &mut Turn<'_>,
) -> Result<usize> {
    let insert = options!(
        collection.insert_many(documents).ordered(ordered),
        comment = head.comment(),
        session = turn.begin().await?,
    );
    match insert.await {
        Ok(result) => Ok(result.inserted_ids.len()),
        Err(error) => {
            let written = written(&error, documents.len(), ordered);
            let mut mapped = Error::from(error);
            let items = mapped.server.as_ref().map(|report| &report.items[..]).unwrap_or_default();
            reply::check_places(items, documents.len())?;
            if let Some(report) = mapped.server.as_mut() {
                report.written = written;
            }
            unique::name_fields(collection, &mut mapped).await;
            Err(mapped)
        }
    }
}

/// The error of a document that cannot be sent.
pub(super) fn too_large(position: u32, bytes: usize) -> Error {
    Error::reported(
        Code::DocumentTooLarge,
        format!("the document has {bytes} bytes, over MongoDB's limit of {DOCUMENT_BYTES}"),
        ServerReport { position: Some(position), ..ServerReport::default() },
    )
}

fn failed(items: Vec<Error>, written: Option<u32>) -> Error {
    let mut error = several(items, None);
    error.server.get_or_insert_default().written = written;
    error
}

/// The server's failures together with those of documents that were not sent. Of ordered ones, the
/// server's is the first.
fn among(mut error: Error, places: &[u32], refused: Vec<Error>, ordered: bool) -> Error {
    let Some(report) = error.server.as_mut().filter(|report| !report.items.is_empty()) else {
        return error;
    };
    if ordered || refused.is_empty() {
        return error;
    }
    let mut items = std::mem::take(&mut report.items);
    for one in items.iter_mut().filter_map(|item| item.server.as_mut()) {
        one.position = one.position.and_then(|at| places.get(usize::try_from(at).ok()?).copied());
    }
    items.extend(refused);
    items.sort_by_key(|item| item.server.as_ref().and_then(|one| one.position));
    failed(items, report.written)
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
