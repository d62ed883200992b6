//! Changing, replacing or deleting one document and answering it, as it was or as it is now.

use super::lost_race::{REPEATS, is_lost};
use super::operation::{Call, Operation, Running};
use super::{Reply, driver_calls, targets};
use crate::error::Result;

pub(super) struct FindAndModify;

impl Operation for FindAndModify {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, collection, vault, turn, out, .. } = call;
    let change = command.change()?;
    if let Some(vault) = vault.filter(|_| change.unbound) {
        return targets::find_and_modify(vault, out, collection, command, turn).await;
    }
    let mut repeats = 0;
    loop {
        match driver_calls::find_and_modify(out, collection, (command, change), turn).await {
            Err(error) if repeats < REPEATS && is_lost(&error, change, vault, turn)? => {
                repeats += 1;
            }
            outcome => return outcome,
        }
    }
}
