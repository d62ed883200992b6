//! Updating one document, or all that match.

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
    let outcome = match vault.filter(|_| change.unbound) {
        Some(vault) => targets::update(vault, (database, collection), change, turn).await?,
        None => driver_calls::update(collection, change, turn).await?,
    };
    Ok(Reply::Document(outcome.to_document()))
}
