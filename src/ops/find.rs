//! Reading documents: raw batches off the wire, laid out as chunks while the next is fetched.

use super::head::Head;
use super::json::Form;
use super::{Flow, Reply, Request, Sink};
use crate::document::chunk;
use crate::error::{Error, Result};
use bson::RawDocumentBuf;
use futures_util::{FutureExt, StreamExt};
use mongodb::Collection;
use mongodb::raw_batch_cursor::RawBatch;

/// Documents a batch: large enough that a round trip is cheap beside it, small enough that the
/// reader's event loop is held for about a millisecond.
const BATCH: u32 = 1000;

pub(super) async fn run(
    request: &Request,
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    flow: &Flow,
    sink: &impl Sink,
) -> Result<Option<Reply>> {
    let form = Form::of(head)?;
    let limit = head.count("limit")?.unwrap_or(0);
    let batch = head.count("batchSize")?.and_then(|size| u32::try_from(size).ok()).unwrap_or(BATCH);
    let mut find = collection.find(head.filter()?);
    if limit > 0 && limit <= u64::from(batch) {
        // A negative limit asks for one batch and no cursor; without a size it would end at 101.
        find = find.limit(-i64::try_from(limit).unwrap_or(i64::MAX)).batch_size(batch);
    } else {
        find = find.limit(i64::try_from(limit).unwrap_or(i64::MAX)).batch_size(batch);
    }
    if let Some(sort) = head.document("sort")? {
        find = find.sort(sort);
    }
    if let Some(projection) = head.document("projection")? {
        find = find.projection(projection);
    }
    if let Some(skip) = head.count("skip")? {
        find = find.skip(skip);
    }
    if let Some(limit) = head.max_time()? {
        find = find.max_time(limit);
    }
    if let Some(comment) = head.comment() {
        find = find.comment(comment);
    }
    if let Some(hint) = head.hint()? {
        find = find.hint(hint);
    }
    if let Some(collation) = head.collation()? {
        find = find.collation(collation);
    }
    let mut cursor = find.batch().await?;
    let Some(first) = cursor.next().await else { return Ok(Some(Reply::Chunks(Vec::new()))) };
    let mut current = first?;
    loop {
        if is_last(&current) {
            return Ok(Some(form.reply(&current, request)?));
        }
        flow.ready().await;
        // The next batch is asked for before this one is laid out, so that server and core work
        // at the same time.
        let mut next = cursor.next();
        let early = (&mut next).now_or_never();
        sink.deliver(form.reply(&current, request)?, true);
        let following = match early {
            Some(batch) => batch,
            None => next.await,
        };
        match following {
            Some(batch) => current = batch?,
            None => return Ok(Some(Reply::Chunks(Vec::new()))),
        }
    }
}

/// A reply whose cursor id is 0 is the last one.
fn is_last(batch: &RawBatch) -> bool {
    batch
        .as_raw_document()
        .get_document("cursor")
        .and_then(|cursor| cursor.get_i64("id"))
        .is_ok_and(|id| id == 0)
}

pub(super) fn layout(batch: &RawBatch, request: &Request) -> Result<Vec<Vec<u8>>> {
    let documents = batch.doc_slices()?;
    chunk::from_batch(documents.as_bytes(), &request.model.columns).map_err(|error| {
        let collection = &request.model.collection;
        Error::new(error.code, format!("collection {collection}: {}", error.message))
    })
}
