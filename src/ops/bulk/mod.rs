//! Many writes of different kinds in as few commands as the server allows, each with an outcome of
//! its own.
//!
//! Inserts go through the driver. It has no call for the others below server 8, so their commands are
//! written here. Either are sent once more after a failure that allows it; a statement that may change
//! any number of documents does not.

pub(super) mod statement;
mod tally;

use super::head::Head;
use super::insert::{too_large, written};
use super::targets::{self, Outcome};
use super::turn::Turn;
use super::write::{self, Again};
use super::{Request, reply, sealing, unique};
use crate::crypto::vault::Vault;
use crate::error::driver::{several, whole_number, write_error};
use crate::error::{Code, Error, Result};
use crate::guard;
use crate::protocol::limit::DOCUMENT_BYTES;
use bson::{RawArrayBuf, RawBson, RawDocument, RawDocumentBuf, cstr};
use mongodb::error::ErrorKind;
use mongodb::{Collection, Database};
use statement::{Statement, Verb};
use tally::Tally;

pub(super) async fn run(
    request: &Request,
    vault: Option<&Vault>,
    (database, collection): (&Database, &Collection<RawDocumentBuf>),
    head: Head<'_>,
    payload: &[u8],
    turn: &mut Turn<'_>,
) -> Result<RawDocumentBuf> {
    let statements = statement::parse(payload)?;
    check(&statements, request.connection.allows_server_javascript())?;
    let bulk = Bulk {
        database,
        collection,
        vault,
        head,
        ordered: head.switch("ordered")?.unwrap_or(true),
    };
    let mut tally = Tally::default();
    for command in statement::commands(statements, bulk.ordered) {
        let outcome = match command.first().map(|first| first.verb) {
            None => Ok(()),
            Some(Verb::UpdateFound) => bulk.find_and_change(&command, &mut tally, turn).await,
            Some(Verb::Insert) => bulk.insert(&command, &mut tally, turn).await,
            Some(Verb::Update) => bulk.change(&command, Change::UPDATE, &mut tally, turn).await,
            Some(Verb::Delete) => bulk.change(&command, Change::DELETE, &mut tally, turn).await,
        };
        outcome.map_err(|error| tally.interrupted(error))?;
        if bulk.ordered && !tally.failed.is_empty() {
            break;
        }
    }
    // Only errors of inserts lack the names of the index's fields.
    unique::name_items(collection, &mut tally.failed).await;
    if let Some(vault) = vault {
        tally.failed =
            tally.failed.into_iter().map(|one| sealing::name_columns(vault, one)).collect();
    }
    Ok(tally.to_document())
}

/// What is refused before anything is sent.
fn check(statements: &[Statement<'_>], allow_javascript: bool) -> Result<()> {
    for Statement { position, verb, body } in statements {
        if *verb != Verb::Insert {
            if !allow_javascript {
                guard::refuse_server_javascript(body)?;
            }
        } else if body.len() > DOCUMENT_BYTES {
            return Err(too_large(*position, body.len()));
        }
    }
    Ok(())
}

struct Bulk<'a> {
    database: &'a Database,
    collection: &'a Collection<RawDocumentBuf>,
    vault: Option<&'a Vault>,
    head: Head<'a>,
    ordered: bool,
}

/// A command of updates or deletes.
#[derive(Debug, Clone, Copy)]
struct Change {
    name: &'static bson::raw::CStr,
    list: &'static bson::raw::CStr,
    deletes: bool,
}

impl Change {
    const UPDATE: Self = Self { name: cstr!("update"), list: cstr!("updates"), deletes: false };
    const DELETE: Self = Self { name: cstr!("delete"), list: cstr!("deletes"), deletes: true };

    /// Whether a statement may change any number of documents.
    fn changes_many(self, statement: &Statement<'_>) -> bool {
        let Ok(body) = RawDocument::from_bytes(statement.body) else { return true };
        if self.deletes {
            !body.get_i32("limit").is_ok_and(|limit| limit == 1)
        } else {
            body.get_bool("multi").unwrap_or(false)
        }
    }
}

impl Bulk<'_> {
    /// Updates whose encrypted values are bound to documents that must be found first.
    async fn find_and_change(
        &self,
        statements: &[Statement<'_>],
        tally: &mut Tally,
        turn: &mut Turn<'_>,
    ) -> Result<()> {
        let Some(vault) = self.vault else { return Err(unreadable()) };
        for Statement { position, body, .. } in statements {
            let head = sealing::head_of_statement(body)?;
            let place = (self.database, self.collection);
            match targets::update(vault, place, Head::of(&head)?, turn).await {
                Ok(outcome) => {
                    tally.matched = tally.matched.saturating_add(outcome.matched);
                    tally.modified = tally.modified.saturating_add(outcome.modified);
                    tally.upserted.extend(outcome.upserted.map(|id| (*position, id)));
                }
                Err(mut error) => {
                    if let Some(report) = error.server.as_mut()
                        && let Some(done) = report.done.take().map(|done| Outcome::of(&done))
                    {
                        tally.matched = tally.matched.saturating_add(done.matched);
                        tally.modified = tally.modified.saturating_add(done.modified);
                    }
                    if error.server.as_ref().is_none_or(|report| report.code.is_none()) {
                        return Err(error);
                    }
                    if error.code == Code::WriteConcern {
                        tally.concern = Some(error);
                        continue;
                    }
                    error.server.get_or_insert_default().position = Some(*position);
                    tally.failed.push(error);
                }
            }
        }
        Ok(())
    }

    async fn insert(
        &self,
        statements: &[Statement<'_>],
        tally: &mut Tally,
        turn: &mut Turn<'_>,
    ) -> Result<()> {
        let documents = statements.iter().map(document).collect::<Result<Vec<_>>>()?;
        let insert = options!(
            self.collection.insert_many(&documents).ordered(self.ordered),
            comment = self.head.comment(),
            session = turn.begin().await?,
        );
        let Err(error) = insert.await else {
            tally.inserted += documents.len() as u64;
            return Ok(());
        };
        let ErrorKind::InsertMany(failure) = &*error.kind else { return Err(error.into()) };
        let inserted = written(&error, documents.len(), self.ordered).map_or(0, u64::from);
        let concern = failure.write_concern_error.as_ref().map(|concern| concern.code);
        let mut failed = Error::from(error).server.map(|report| report.items).unwrap_or_default();
        reply::check_places(&failed, documents.len())?;
        tally.inserted += inserted;
        if let Some(code) = concern {
            tally.concern = Some(several(Vec::new(), Some(code)));
        }
        place(&mut failed, statements);
        tally.failed.append(&mut failed);
        Ok(())
    }

    async fn change(
        &self,
        statements: &[Statement<'_>],
        kind: Change,
        tally: &mut Tally,
        turn: &mut Turn<'_>,
    ) -> Result<()> {
        let list = statements
            .iter()
            .map(|one| document(one).map(RawBson::Document))
            .collect::<Result<RawArrayBuf>>()?;
        let mut command = RawDocumentBuf::new();
        command.append(kind.name, self.collection.name());
        command.append(kind.list, list);
        command.append(cstr!("ordered"), self.ordered);
        if let Some(comment) = self.head.raw_comment() {
            command.append(cstr!("comment"), comment);
        }
        let again = if statements.iter().any(|one| kind.changes_many(one)) {
            Again::Forbidden
        } else {
            Again::Allowed
        };
        let reply = write::send(self.database, command, again, turn).await?;
        let touched = reply::count(&reply, "n")?;
        let upserted = upserted(&reply, statements);
        if kind.deletes {
            tally.deleted = tally.deleted.saturating_add(touched);
        } else {
            let matched = touched.saturating_sub(upserted.len() as u64);
            tally.matched = tally.matched.saturating_add(matched);
            let modified = reply::count(&reply, "nModified")?;
            tally.modified = tally.modified.saturating_add(modified);
        }
        tally.upserted.extend(upserted);
        let mut failed: Vec<Error> =
            reply::entries(&reply, "writeErrors").map(write_error).collect();
        reply::check_places(&failed, statements.len())?;
        place(&mut failed, statements);
        tally.failed.append(&mut failed);
        tally.concern = write::concern(&reply).or_else(|| tally.concern.take());
        Ok(())
    }
}

fn document(statement: &Statement<'_>) -> Result<RawDocumentBuf> {
    RawDocumentBuf::from_bytes(statement.body.to_vec())
        .map_err(|_| Error::new(Code::InvalidDocument, "request: a payload document is not valid"))
}

fn unreadable() -> Error {
    Error::new(Code::InvalidDocument, "the server's reply could not be read")
}

/// From places in the command to places in the whole payload.
pub(super) fn place(failed: &mut [Error], statements: &[Statement<'_>]) {
    for report in failed.iter_mut().filter_map(|error| error.server.as_mut()) {
        report.position = report.position.and_then(|index| position(statements, index));
    }
}

fn position(statements: &[Statement<'_>], index: u32) -> Option<u32> {
    statements.get(usize::try_from(index).ok()?).map(|statement| statement.position)
}

fn upserted(reply: &RawDocument, statements: &[Statement<'_>]) -> Vec<(u32, RawBson)> {
    reply::entries(reply, "upserted")
        .filter_map(|entry| {
            let index = entry.get("index").ok().flatten().and_then(whole_number)?;
            let index = u32::try_from(index).ok()?;
            let id = entry.get("_id").ok().flatten()?;
            Some((position(statements, index)?, RawBson::from(id)))
        })
        .collect()
}
