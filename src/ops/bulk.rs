//! Many writes of different kinds in as few commands as the server allows, each with an outcome of
//! its own. Inserts go through the driver.

use super::change::{self, Options, Place, place};
use super::divide::{Verb, commands, verb};
use super::driver_calls::Outcome;
use super::insert::{self, too_large, written};
use super::operation::{Call, Operation, Running};
use super::tally::Tally;
use super::turn::Turn;
use super::{Reply, reply, targets, unique};
use crate::crypto::vault::Vault;
use crate::error::driver::several;
use crate::error::{Code, Error, Result};
use crate::protocol::limit::DOCUMENT_BYTES;
use crate::request::head::misplaced;
use crate::request::{Head, Statement, Write};
use mongodb::error::ErrorKind;

pub(super) struct Bulk;

impl Operation for Bulk {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, vault, turn, .. } = call;
    let statements = command.statements();
    for Statement { position, write } in statements {
        match write {
            Write::Insert(document) if document.len() > DOCUMENT_BYTES => {
                return Err(too_large(*position, document.len()));
            }
            _ => {}
        }
    }
    let ordered = command.head.switch("ordered")?.unwrap_or(true);
    let lot = Lot { place: (database, collection), vault, head: command.head, ordered };
    let mut tally = Tally::default();
    for command in commands(statements, ordered) {
        let outcome = match command.first().map(|first| verb(first)) {
            None => continue,
            Some(Verb::Insert) => lot.insert(&command, turn).await,
            Some(Verb::UpdateFound) => lot.find_and_change(command[0], &mut tally, turn).await,
            Some(Verb::Update | Verb::Delete) => lot.change(&command, turn).await,
        };
        tally.add(outcome.map_err(|error| tally.interrupted(error))?);
        if ordered && !tally.failed.is_empty() {
            break;
        }
    }
    // Only errors of inserts lack the names of the index's fields.
    unique::name_items(collection, &mut tally.failed).await;
    tally.name_columns(vault);
    Ok(Reply::Document(tally.to_document()))
}

struct Lot<'a> {
    place: Place<'a>,
    vault: Option<&'a Vault>,
    head: Head<'a>,
    ordered: bool,
}

impl Lot<'_> {
    async fn change(&self, statements: &[&Statement<'_>], turn: &mut Turn<'_>) -> Result<Tally> {
        let comment = self.head.raw_comment();
        let options = Options { ordered: self.ordered, comment, variables: None };
        change::send(self.place, statements, options, turn).await
    }

    /// An update whose encrypted values are bound to documents that must be found first. What it did is
    /// counted also where it ends half-way.
    async fn find_and_change(
        &self,
        statement: &Statement<'_>,
        tally: &mut Tally,
        turn: &mut Turn<'_>,
    ) -> Result<Tally> {
        let (Some(vault), Write::Change(change)) = (self.vault, &statement.write) else {
            return Err(misplaced());
        };
        let mut counted = Tally::default();
        let mut broken = None;
        let done = match targets::update(vault, self.place, change, turn).await {
            Ok(outcome) => outcome,
            Err(mut error) => {
                let done = error.server.as_mut().and_then(|report| report.done.take());
                if error.server.as_ref().is_none_or(|report| report.code.is_none()) {
                    broken = Some(error);
                } else if error.code == Code::WriteConcern {
                    counted.concern = Some(error);
                } else {
                    error.server.get_or_insert_default().position = Some(statement.position);
                    counted.failed.push(error);
                }
                done.as_ref().map(Outcome::of).unwrap_or_default()
            }
        };
        (counted.matched, counted.modified) = (done.matched, done.modified);
        counted.upserted.extend(done.upserted.map(|id| (statement.position, id)));
        match broken {
            Some(error) => {
                tally.add(counted);
                Err(error)
            }
            None => Ok(counted),
        }
    }

    async fn insert(&self, statements: &[&Statement<'_>], turn: &mut Turn<'_>) -> Result<Tally> {
        let documents = statements.iter().filter_map(|one| match &one.write {
            Write::Insert(document) => Some(&**document),
            Write::Change(_) => None,
        });
        let mut tally = Tally::default();
        let sent = insert::send(self.place.1, documents, (self.head, self.ordered), turn).await?;
        let Err(error) = sent else {
            tally.inserted = statements.len() as u64;
            return Ok(tally);
        };
        let ErrorKind::InsertMany(failure) = &*error.kind else { return Err(error.into()) };
        tally.inserted = written(&error, statements.len(), self.ordered).map_or(0, u64::from);
        let concern = failure.write_concern_error.as_ref().map(|concern| concern.code);
        tally.failed = Error::from(error).server.map(|report| report.items).unwrap_or_default();
        reply::check_places(&tally.failed, statements.len())?;
        tally.concern = concern.map(|code| several(Vec::new(), Some(code)));
        place(&mut tally.failed, statements);
        Ok(tally)
    }
}
