//! What the outcome of a command says of the documents that it wrote.

use crate::error::{Error, Result};
use crate::ops::Reply;
use bson::RawBson;

/// Whether nothing was found to be changed.
pub(super) fn is_nothing(reply: &Reply) -> bool {
    match reply {
        Reply::Chunks(chunks) => chunks.is_empty(),
        Reply::Document(counts) => ["matched", "deleted"]
            .iter()
            .all(|name| counts.get_i64(name).map_or(true, |count| count == 0)),
        _ => false,
    }
}

/// Whether the reply of several statements tells of failures.
pub(in crate::ops) fn has_failures(reply: &Reply) -> bool {
    let Reply::Document(document) = reply else { return false };
    let items = document.get_array("items");
    items.is_ok_and(|items| !items.is_empty())
}

/// Which of the documents of an insert are stored.
pub(super) fn stored(documents: usize, is_ordered: bool, error: Option<&Error>) -> Vec<bool> {
    let Some(error) = error else { return vec![true; documents] };
    let report = error.server.as_deref();
    let Some(written) = report.and_then(|report| report.written) else {
        return vec![false; documents];
    };
    let written = usize::try_from(written).unwrap_or(usize::MAX);
    let failed = |place: usize| {
        let items = report.map(|report| &report.items[..]).unwrap_or_default();
        let position = |item: &Error| item.server.as_ref()?.position;
        items.iter().any(|item| position(item).is_some_and(|at| at as usize == place))
    };
    (0..documents).map(|at| if is_ordered { at < written } else { !failed(at) }).collect()
}

/// The `_id`s of documents that upserts made, as the reply has them, or the error of one that ended half-way.
pub(super) fn upserted(outcome: &Result<Reply>) -> Vec<RawBson> {
    let document = match outcome {
        Ok(Reply::Document(reply)) => Some(reply),
        Ok(_) => None,
        Err(error) => error.server.as_ref().and_then(|report| report.done.as_ref()),
    };
    let Some(document) = document else { return Vec::new() };
    let one = document.get("upsertedId").ok().flatten().map(RawBson::from);
    let list = document.get_array("upserted").into_iter().flatten().flatten();
    let several = list.filter_map(|one| one.as_document()?.get("_id").ok()?.map(RawBson::from));
    one.into_iter().chain(several).collect()
}
