//! Starting, committing and aborting the transaction of a session.

use super::head::Head;
use super::turn::Turn;
use crate::client::session::Held;
use crate::error::{Code, Error, Result};
use bson::{RawDocumentBuf, rawdoc};
use mongodb::options::{Acknowledgment, TransactionOptions};

pub(super) async fn start(head: Head<'_>, turn: &mut Turn<'_>) -> Result<RawDocumentBuf> {
    let mut options = TransactionOptions::default();
    options.read_concern = head.read_concern()?;
    let inherited = turn.connection().link().await?.database.write_concern().cloned();
    let mut concern = head.write_concern()?.or_else(|| inherited.clone()).unwrap_or_default();
    concern.w =
        concern.w.or_else(|| inherited.and_then(|one| one.w)).or(Some(Acknowledgment::Majority));
    options.write_concern = Some(concern);
    options.selection_criteria = head.read_preference()?;
    options.max_commit_time = head.duration("maxCommitTimeMS")?;
    session(turn).await?.start(options).await?;
    Ok(rawdoc! {})
}

pub(super) async fn commit(turn: &mut Turn<'_>) -> Result<RawDocumentBuf> {
    session(turn).await?.commit().await?;
    Ok(rawdoc! {})
}

pub(super) async fn abort(turn: &mut Turn<'_>) -> Result<RawDocumentBuf> {
    session(turn).await?.abort().await?;
    Ok(rawdoc! {})
}

async fn session<'t, 'a>(turn: &'t mut Turn<'a>) -> Result<&'t mut Held<'a>> {
    turn.hold()
        .await?
        .ok_or_else(|| Error::new(Code::InvalidQuery, "a transaction needs a session"))
}
