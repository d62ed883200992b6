//! Inserting one document or many.

use super::operation::{Call, Operation, Running};
use super::turn::Turn;
use super::{Reply, reply, unique};
use crate::error::driver::several;
use crate::error::{Code, Error, Result, ServerReport};
use crate::protocol::limit::DOCUMENT_BYTES;
use crate::request::head::misplaced;
use crate::request::{Body, Head};
use bson::{RawDocument, RawDocumentBuf, rawdoc};
use mongodb::Collection;
use mongodb::error::{Error as DriverError, ErrorKind};

pub(super) struct Insert;

impl Operation for Insert {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, collection, turn, .. } = call;
    let Body::Insert(documents) = &command.body else { return Err(misplaced()) };
    // What fails ends a transaction: what is behind it would be of none.
    let ordered = !command.head.flag("unordered")? || turn.has_session();
    // What fits, with its places in the payload.
    let (mut fitting, mut places, mut refused) =
        (Vec::with_capacity(documents.len()), Vec::new(), Vec::new());
    for (place, document) in (0_u32..).zip(documents) {
        if document.len() <= DOCUMENT_BYTES {
            fitting.push(&**document);
            places.push(place);
            continue;
        }
        refused.push(too_large(place, document.len()));
        if ordered {
            break;
        }
    }
    let total = fitting.len();
    let sent = if fitting.is_empty() && !refused.is_empty() {
        Ok(())
    } else {
        send(collection, fitting.into_iter(), (command.head, ordered), turn).await?
    };
    let error = match sent {
        Ok(()) if refused.is_empty() => {
            let inserted = i64::try_from(total).unwrap_or(i64::MAX);
            return Ok(Reply::Document(rawdoc! { "inserted": inserted }));
        }
        Ok(()) => return Err(failed(refused, u32::try_from(total).ok())),
        Err(error) => error,
    };
    let written = written(&error, total, ordered);
    let mut mapped = Error::from(error);
    let items = mapped.server.as_ref().map(|report| &report.items[..]).unwrap_or_default();
    reply::check_places(items, total)?;
    if let Some(report) = mapped.server.as_mut() {
        report.written = written;
    }
    unique::name_fields(collection, &mut mapped).await;
    Err(among(mapped, &places, refused, ordered))
}

/// Inserts a document as a part of another operation.
pub(super) async fn one(
    collection: &Collection<RawDocumentBuf>,
    document: &RawDocument,
    head: Head<'_>,
    turn: &mut Turn<'_>,
) -> Result<()> {
    let bytes = document.as_bytes();
    if bytes.len() > DOCUMENT_BYTES {
        return Err(too_large(0, bytes.len()));
    }
    let Err(error) = send(collection, std::iter::once(bytes), (head, true), turn).await? else {
        return Ok(());
    };
    let mut mapped = Error::from(error);
    unique::name_fields(collection, &mut mapped).await;
    Err(mapped)
}

/// Sends documents by the driver's own call. What it answers is the caller's to read.
pub(super) async fn send<'d>(
    collection: &Collection<RawDocumentBuf>,
    documents: impl Iterator<Item = &'d [u8]>,
    (head, ordered): (Head<'_>, bool),
    turn: &mut Turn<'_>,
) -> Result<std::result::Result<(), DriverError>> {
    // The driver borrows the request's own bytes.
    let rows = documents.map(RawDocument::from_bytes).collect::<std::result::Result<Vec<_>, _>>();
    let rows = rows.map_err(|_| {
        Error::new(Code::InvalidDocument, "request: a payload document is not valid")
    })?;
    let collection = collection.clone_with_type::<&RawDocument>();
    let insert = options!(
        collection.insert_many(rows).ordered(ordered),
        comment = head.comment(),
        session = turn.begin().await?,
    );
    Ok(insert.await.map(|_| ()))
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
