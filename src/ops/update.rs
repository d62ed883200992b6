//! Updating one document, or all that match.

use super::lost_race::{REPEATS, is_lost};
use super::operation::{Call, Operation, Running};
use super::{Reply, driver_calls, targets};
use crate::error::Result;

pub(super) struct Update;

impl Operation for Update {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, vault, turn, .. } = call;
    let change = command.change()?;
    if let Some(vault) = vault.filter(|_| change.unbound) {
        let outcome = targets::update(vault, (database, collection), change, turn).await?;
        return Ok(Reply::Document(outcome.to_document()));
    }
    let mut repeats = 0;
    loop {
        match driver_calls::update(collection, change, turn).await {
            Err(error) if repeats < REPEATS && is_lost(&error, change, vault, turn)? => {
                repeats += 1;
            }
            outcome => return Ok(Reply::Document(outcome?.to_document())),
        }
    }
}
