//! Counters: one document a sequence, in a collection of their own.

use super::Reply;
use super::operation::{Call, Operation, Running};
use super::turn::Turn;
use crate::error::driver::whole_number;
use crate::error::{Code, Error, Result};
use bson::{RawDocumentBuf, rawdoc};
use mongodb::bson::doc;
use mongodb::options::ReturnDocument;
use mongodb::{Collection, Database};

/// The collection of the counters.
const COUNTERS: &str = "counters";
/// Attempts at a counter that others make at the same moment.
const ATTEMPTS: usize = 10;
/// The largest integer that JavaScript counts to.
const LARGEST: i64 = (1 << 53) - 1;

/// Takes numbers in a row, and answers the first.
pub(super) struct Sequence;

impl Operation for Sequence {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, turn, .. } = call;
    let taken = command.head.count("count")?.and_then(|count| i64::try_from(count).ok());
    let taken = taken.ok_or_else(|| Error::new(Code::InvalidQuery, "there is no count"))?;
    let counters = counters(database);
    let mut attempts = 1;
    let counter = loop {
        let call = counters
            .find_one_and_update(
                doc! { "_id": collection.name() },
                doc! { "$inc": { "value": taken } },
            )
            .upsert(true)
            .return_document(ReturnDocument::After);
        // It is part of no transaction: two that count would conflict, and one of them be repeated.
        turn.hold().await?;
        let call = options!(call, max_time = turn.time_left());
        match call.await.map_err(Error::from) {
            Err(error) if error.code == Code::DuplicateKey && attempts < ATTEMPTS => attempts += 1,
            outcome => break outcome?,
        }
    };
    let last = counter.as_ref().and_then(|one| one.get("value").ok().flatten());
    let last = last.and_then(whole_number).filter(|last| (taken..=LARGEST).contains(last));
    let first = last.map(|last| last - taken + 1).ok_or_else(|| {
        Error::new(
            Code::InvalidValue,
            format!(
                "the counter of the collection {} in the collection {COUNTERS} holds no integer",
                collection.name()
            ),
        )
    })?;
    Ok(Reply::Document(rawdoc! { "first": first }))
}

/// Forgets the counter of a collection, so that the next number is 1.
pub(super) async fn restart(
    database: &Database,
    collection: &Collection<RawDocumentBuf>,
    turn: &mut Turn<'_>,
) -> Result<()> {
    turn.hold().await?;
    counters(database).delete_one(doc! { "_id": collection.name() }).await?;
    Ok(())
}

fn counters(database: &Database) -> Collection<RawDocumentBuf> {
    database.collection(COUNTERS)
}
