//! Inserting a document where nothing matches, in one step of the server: an upsert whose update sets
//! fields of inserted documents only. MongoDB puts the fields that the filter fixes into what it
//! inserts, so the document is answered as it is stored; where one matched, that one.

use super::operation::{Call, Operation, Running};
use super::{Reply, driver_calls, insert, targets};
use crate::crypto::vault::Vault;
use crate::error::{Code, Error, Result};
use crate::request::Change;
use crate::request::head::misplaced;
use crate::steps::seal::{inserted_id, narrowed};
use bson::RawDocument;

/// The server's `NotSingleValueField`: the filter gives a field two values, so nothing can be made of it.
const AMBIGUOUS_FILTER: i32 = 54;
/// Attempts that end with a duplicate key. The second finds who has the key; when it does not, what is
/// searched for is not what the index is about.
const ATTEMPTS: usize = 3;

pub(super) struct InsertUnlessFound;

impl Operation for InsertUnlessFound {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(mut call: Call<'_, '_>) -> Result<Reply> {
    let change = call.command.change()?;
    let mut attempts = 1;
    loop {
        let Call { command, collection, vault, turn, out, .. } = &mut call;
        let outcome = match vault.filter(|_| change.unbound) {
            Some(vault) => targets::find_and_modify(vault, out, collection, command, turn).await,
            None => driver_calls::find_and_modify(out, collection, (command, change), turn).await,
        };
        match outcome {
            Err(error) if is_lost(&error) && attempts < ATTEMPTS && !turn.has_session() => {
                attempts += 1;
            }
            Err(error) if code_of(&error) == Some(AMBIGUOUS_FILTER) => return plainly(call).await,
            outcome => return outcome,
        }
    }
}

fn is_lost(error: &Error) -> bool {
    error.code == Code::DuplicateKey
}

fn code_of(error: &Error) -> Option<i32> {
    error.server.as_ref()?.code
}

/// Inserts the document as it is, sealed where its columns are.
async fn plainly(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, collection, vault, turn, out, .. } = call;
    let change = command.change()?;
    let bound = match vault.filter(|_| change.unbound) {
        Some(vault) => Some(bound(change, vault)?),
        None => None,
    };
    let update = bound.as_ref().unwrap_or(change).update.as_ref().ok_or_else(misplaced)?;
    let update = RawDocument::from_bytes(&update.bytes).map_err(|_| misplaced())?;
    let document = update.get_document("$setOnInsert").map_err(|_| misplaced())?;
    insert::one(collection, document, command.head, turn).await?;
    out.layout.document(document, out.flow)
}

fn bound<'a>(change: &Change<'a>, vault: &Vault) -> Result<Change<'a>> {
    let id = inserted_id(change).ok_or_else(misplaced)?;
    narrowed(change, vault, &id, true)
}
