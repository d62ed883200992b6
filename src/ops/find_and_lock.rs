//! Reading the documents that match, and locking them until the transaction ends.
//!
//! MongoDB has no locks of its own for this, and an update that changes nothing does not count as one:
//! a field is set and, by the same command, removed. From then on every other transaction that writes
//! one of the documents is refused, and writes outside of transactions wait. The documents are stored
//! as they were.

use super::change::{self, Options, Place};
use super::measured::Measured;
use super::operation::{Call, Operation, Running};
use super::reading::ids_of;
use super::turn::Turn;
use super::{Reply, find};
use crate::error::{Code, Error, Result};
use crate::request::{Change, Head, Statement, Write};
use bson::{RawArrayBuf, RawBson, cstr, rawdoc};

/// The field that a lock sets and removes again.
const LOCK: &bson::raw::CStr = cstr!("_lucent_lock");
/// Documents in one command at most.
const MOST: usize = 10_000;

pub(super) struct FindAndLock;

impl Operation for FindAndLock {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, mut paging, turn, out, .. } = call;
    if !turn.has_session() {
        return Err(Error::new(Code::InvalidQuery, "a lock needs a transaction, which holds it"));
    }
    let mut batches = find::open(command, collection, turn).await?;
    let (mut replies, mut ids) = (Vec::new(), Vec::new());
    while let Some(batch) = batches.next(turn).await? {
        ids_of(&batch, &mut ids)?;
        if let Some(paging) = &mut paging {
            paging.take(&batch)?;
        }
        replies.push(out.layout.batch(batch, out.flow).await?);
    }
    for some in ids.chunks(MOST) {
        lock((database, collection), some, command.head, turn).await?;
    }
    let last = replies.pop().unwrap_or_else(|| Reply::Chunks(Vec::new()));
    for reply in replies {
        out.ready().await?;
        out.give(reply).await?;
    }
    match paging {
        Some(paging) => paging.close(last),
        None => Ok(last),
    }
}

async fn lock(
    place: Place<'_>,
    ids: &[RawBson],
    head: Head<'_>,
    turn: &mut Turn<'_>,
) -> Result<()> {
    let ids: RawArrayBuf = ids.iter().cloned().collect();
    let mut field = bson::RawDocumentBuf::new();
    field.append(LOCK, true);
    let filter = rawdoc! { "_id": { "$in": ids } };
    let sets = rawdoc! { "q": filter.clone(), "u": { "$set": field.clone() }, "multi": true };
    let removes = rawdoc! { "q": filter, "u": { "$unset": field }, "multi": true };
    let statements = [(0, &sets), (1, &removes)].map(|(position, one)| {
        let change = Change::from_statement(one.as_bytes(), head, false)?;
        Ok(Statement { position, write: Write::Change(change) })
    });
    let statements = statements.into_iter().collect::<Result<Vec<_>>>()?;
    let statements: Vec<_> = statements.iter().map(Measured::of).collect();
    let options = Options { ordered: true, ..Options::default() };
    let done = change::send(place, &statements, options, turn).await?;
    match done.failed.into_iter().next() {
        Some(mut error) => {
            if let Some(report) = error.server.as_mut() {
                report.position = None;
            }
            Err(error)
        }
        None => Ok(()),
    }
}
