//! Numbers of versions: which a document has by now, and those that go.

use super::draft::Draft;
use crate::crypto::canonical;
use crate::document::build::Builder;
use crate::document::element::{EMPTY, tag};
use crate::error::Result;
use crate::error::driver::whole_number;
use crate::ops::change::{self, Options};
use crate::ops::conditions::Value;
use crate::ops::measured::Measured;
use crate::ops::reading::Batches;
use crate::ops::turn::Turn;
use crate::request::head::parsed;
use crate::request::{Change, Head, Statement, Write};
use bson::{RawDocument, RawDocumentBuf};
use mongodb::bson::doc;
use mongodb::{Collection, Database};
use std::collections::HashMap;

/// Documents whose versions one command is about.
const AT_ONCE: usize = 500;

/// The oldest version of a document and its newest: none is zero.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    pub(super) first: i64,
    pub(super) last: i64,
}

/// The numbers that there are, by the canonical form of the documents' `_id`s. Only the index of the collection is
/// read.
///
/// # Errors
/// Those of the read.
pub(super) async fn known(
    collection: &Collection<RawDocumentBuf>,
    drafts: &[Draft],
    turn: &mut Turn<'_>,
) -> Result<HashMap<Vec<u8>, Span>> {
    let mut spans = HashMap::new();
    for some in drafts.chunks(AT_ONCE) {
        let ranges =
            some.iter().map(|draft| parsed(&range(&draft.id, None))).collect::<Result<Vec<_>>>()?;
        let group = doc! {
            "_id": "$_id.document", "first": { "$min": "$_id.number" }, "last": { "$max": "$_id.number" },
        };
        let stages = [doc! { "$match": { "$or": ranges } }, doc! { "$group": group }];
        turn.hold().await?;
        let call = options!(
            collection.aggregate(stages),
            selection_criteria = turn.primary(),
            max_time = turn.time_left(),
        );
        let batches = Batches::open(call, turn).await?;
        let each = |found: &[u8]| {
            let raw = RawDocument::from_bytes(found).ok();
            let number = |key| raw.and_then(|one| one.get(key).ok()?).and_then(whole_number);
            if let (Some(id), Some(first), Some(last)) =
                (canonical::id_of(found)?, number("first"), number("last"))
            {
                spans.insert(id, Span { first, last });
            }
            Ok(())
        };
        batches.visit(turn, each).await?;
    }
    Ok(spans)
}

/// Deletes the versions of documents up to a number.
///
/// # Errors
/// Those of the write.
pub(super) async fn prune<'d>(
    database: &Database,
    collection: &Collection<RawDocumentBuf>,
    beyond: impl Iterator<Item = (&'d Value, i64)>,
    turn: &mut Turn<'_>,
) -> Result<()> {
    let all: Vec<_> = beyond.map(|(id, oldest)| removal(id, oldest)).collect();
    for some in all.chunks(AT_ONCE) {
        let statements = (0..)
            .zip(some)
            .map(|(position, one)| {
                let change = Change::from_statement(one, Head::of(EMPTY)?, true)?;
                Ok(Statement { position, write: Write::Change(change) })
            })
            .collect::<Result<Vec<_>>>()?;
        let measured: Vec<_> = statements.iter().map(Measured::of).collect();
        let done =
            change::send((database, collection), &measured, Options::default(), turn).await?;
        turn.end();
        if let Some(error) = done.failed.into_iter().next().or(done.concern) {
            return Err(error);
        }
    }
    Ok(())
}

/// Writes a number behind its name.
pub(super) fn write(number: i64, out: &mut Builder) {
    if let Ok(small) = i32::try_from(number) {
        out.name(tag::INT32, b"number");
        out.copy(&small.to_le_bytes());
    } else {
        out.name(tag::INT64, b"number");
        out.copy(&number.to_le_bytes());
    }
}

/// The filter of a document's versions, up to a number or all. A document that ends sooner comes before those that
/// go on.
fn range((tag, id): &Value, last: Option<i64>) -> Vec<u8> {
    let mut out = Builder::with_capacity(2 * id.len() + 80);
    let start = out.begin();
    let key = out.begin_document(b"_id");
    let from = out.begin_document(b"$gt");
    out.name(*tag, b"document");
    out.copy(id);
    out.end(from);
    let to = out.begin_document(b"$lte");
    out.name(*tag, b"document");
    out.copy(id);
    match last {
        Some(last) => write(last, &mut out),
        None => {
            out.name(tag::MAX_KEY, b"number");
        }
    }
    out.end(to);
    out.end(key);
    out.end(start);
    out.into_bytes()
}

fn removal(id: &Value, last: i64) -> Vec<u8> {
    let mut out = Builder::default();
    let start = out.begin();
    out.name(tag::DOCUMENT, b"q");
    out.copy(&range(id, Some(last)));
    out.name(tag::INT32, b"limit");
    out.copy(&0_i32.to_le_bytes());
    out.end(start);
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::{RawBson, rawdoc};

    #[test]
    fn versions_of_a_document_are_a_range_of_keys() {
        let id = (tag::INT32, 7_i32.to_le_bytes().to_vec());
        let all = rawdoc! {
            "_id": { "$gt": { "document": 7 }, "$lte": { "document": 7, "number": RawBson::MaxKey } },
        };
        assert_eq!(range(&id, None), all.as_bytes());
        let oldest = rawdoc! {
            "q": { "_id": { "$gt": { "document": 7 }, "$lte": { "document": 7, "number": 3 } } },
            "limit": 0,
        };
        assert_eq!(removal(&id, 3), oldest.as_bytes());
    }
}
