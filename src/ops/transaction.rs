//! Starting, committing and aborting the transaction of a session.

use super::Reply;
use super::operation::{Call, Operation, Running};
use super::turn::Turn;
use crate::client::session::Held;
use crate::error::{Code, Error, Result};
use crate::request::Head;
use bson::rawdoc;
use mongodb::options::{Acknowledgment, TransactionOptions};

/// Starts the session's transaction.
pub(super) struct Start;

impl Operation for Start {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(start(call))
    }
}

/// Commits it.
pub(super) struct Commit;

impl Operation for Commit {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(commit(call))
    }
}

/// Aborts it.
pub(super) struct Abort;

impl Operation for Abort {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(abort(call))
    }
}

async fn start(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, turn, .. } = call;
    let options = options(command.head, turn).await?;
    session(turn).await?.start(options).await?;
    Ok(Reply::Document(rawdoc! {}))
}

/// What a transaction has beside its commands: what the head says, and what holds for the connection.
pub(super) async fn options(head: Head<'_>, turn: &Turn<'_>) -> Result<TransactionOptions> {
    let mut options = TransactionOptions::default();
    options.read_concern = head.read_concern()?;
    let inherited = turn.connection().link().await?.database.write_concern().cloned();
    let mut concern = head.write_concern()?.or_else(|| inherited.clone()).unwrap_or_default();
    concern.w =
        concern.w.or_else(|| inherited.and_then(|one| one.w)).or(Some(Acknowledgment::Majority));
    options.write_concern = Some(concern);
    options.selection_criteria = head.read_preference()?;
    options.max_commit_time = head.duration("maxCommitTimeMS")?;
    Ok(options)
}

async fn commit(call: Call<'_, '_>) -> Result<Reply> {
    session(call.turn).await?.commit().await?;
    Ok(Reply::Document(rawdoc! {}))
}

async fn abort(call: Call<'_, '_>) -> Result<Reply> {
    session(call.turn).await?.abort().await?;
    Ok(Reply::Document(rawdoc! {}))
}

pub(super) async fn session<'t, 'a>(turn: &'t mut Turn<'a>) -> Result<&'t mut Held<'a>> {
    turn.hold()
        .await?
        .ok_or_else(|| Error::new(Code::InvalidQuery, "a transaction needs a session"))
}
