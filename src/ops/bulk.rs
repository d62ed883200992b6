//! Many writes of different kinds in as few commands as the server allows, each with an outcome of
//! its own. Inserts go through the driver.

use super::change::{self, Options, Place, place};
use super::divide::{Verb, commands, verb};
use super::driver_calls::Outcome;
use super::insert::{self, too_large, written};
use super::measured::Measured;
use super::missing::missing;
use super::operation::{Call, Operation, Running};
use super::tally::Tally;
use super::turn::Turn;
use super::{Reply, lost_race, reply, targets, unique};
use crate::crypto::vault::Vault;
use crate::error::driver::several;
use crate::error::{Code, Error, Result};
use crate::protocol::limit::DOCUMENT_BYTES;
use crate::request::head::misplaced;
use crate::request::{Expects, Head, Statement, Write};
use crate::steps;
use mongodb::bson::Document;
use mongodb::error::ErrorKind;
use std::collections::{HashMap, HashSet};

pub(super) struct Bulk;

impl Operation for Bulk {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, vault, turn, out, .. } = call;
    let statements = command.statements();
    for Statement { position, write } in statements {
        match write {
            Write::Insert(document) if document.len() > DOCUMENT_BYTES => {
                return Err(too_large(*position, document.len()));
            }
            _ => {}
        }
    }
    // A statement that fails ends a transaction: those behind it would be of none.
    let ordered = command.head.switch("ordered")?.unwrap_or(true) || turn.has_session();
    let conditions = steps::conditions(&out.layout.model, command.head, vault)?;
    let place = (database, collection);
    let lot = Lot { place, conditions, vault, head: command.head, ordered };
    let so_far = out.so_far;
    let commands = commands(statements.iter().map(Measured::of), ordered);
    let several = commands.len() > 1;
    for command in commands {
        let Some(first) = command.first() else { continue };
        let mut done = Tally::default();
        let outcome = match verb(first) {
            Verb::Insert => lot.insert(&command, &mut done, turn).await,
            Verb::UpdateFound => lot.find_and_change(first, &mut done, turn).await,
            Verb::Update | Verb::Delete | Verb::Remove => {
                lot.change(&command, &mut done, turn).await
            }
        };
        done.name_columns(vault);
        if let Err(error) = outcome {
            so_far.add(done);
            return Err(error);
        }
        if several {
            done.known.extend(command.iter().map(|one| one.position));
        }
        let stops = ordered
            && (!done.failed.is_empty()
                || (!done.missed.is_empty() && first.expects() == Expects::FoundAlone));
        so_far.add(done);
        if stops {
            break;
        }
    }
    Ok(Reply::Document(so_far.take().to_document()))
}

struct Lot<'a> {
    place: Place<'a>,
    conditions: Document,
    vault: Option<&'a Vault>,
    head: Head<'a>,
    ordered: bool,
}

impl Lot<'_> {
    /// Updates, or deletes. An upsert that lost a race runs again, in order with those behind it.
    async fn change(
        &self,
        statements: &[Measured<'_, '_>],
        tally: &mut Tally,
        turn: &mut Turn<'_>,
    ) -> Result<()> {
        let mut lost = HashMap::new();
        let mut rest = statements.to_vec();
        while !rest.is_empty() {
            let options = Options {
                ordered: self.ordered,
                comment: self.head.raw_comment(),
                variables: None,
            };
            let mut done = change::send(self.place, &rest, options, turn).await?;
            rest = self.again(&rest, &mut done, &mut lost, turn)?;
            tally.add(done);
        }
        tally.missed = self.missing(statements, tally, turn).await?;
        Ok(())
    }

    /// The statements that are sent again; their failures are none.
    fn again<'s, 'a>(
        &self,
        sent: &[Measured<'s, 'a>],
        done: &mut Tally,
        lost: &mut HashMap<u32, usize>,
        turn: &Turn<'_>,
    ) -> Result<Vec<Measured<'s, 'a>>> {
        let mut again = Vec::new();
        let mut failed = Vec::new();
        for error in std::mem::take(&mut done.failed) {
            let position = error.server.as_ref().and_then(|report| report.position);
            let place = position
                .and_then(|position| sent.binary_search_by_key(&position, |one| one.position).ok());
            let repeats = match place.map(|place| (place, &sent[place].write)) {
                Some((place, Write::Change(change)))
                    if lost_race::is_lost(&error, change, self.vault, turn)? =>
                {
                    let times = lost.entry(sent[place].position).or_default();
                    *times += 1;
                    (*times <= lost_race::REPEATS).then_some(place)
                }
                _ => None,
            };
            match repeats {
                Some(place) if self.ordered => again.extend_from_slice(&sent[place..]),
                Some(place) => again.push(sent[place]),
                None => failed.push(error),
            }
        }
        done.failed = failed;
        Ok(again)
    }

    /// Which of the statements that had to find their documents did not.
    async fn missing(
        &self,
        statements: &[Measured<'_, '_>],
        tally: &Tally,
        turn: &mut Turn<'_>,
    ) -> Result<Vec<u32>> {
        let failed: HashSet<u32> =
            tally.failed.iter().filter_map(|one| one.server.as_ref()?.position).collect();
        let first = if self.ordered { failed.iter().min() } else { None };
        let expecting: Vec<_> = statements
            .iter()
            .filter(|one| one.expects() != Expects::Nothing && !failed.contains(&one.position))
            .filter(|one| first.is_none_or(|first| one.position < *first))
            .map(|one| one.statement)
            .collect();
        let matched = usize::try_from(tally.matched + tally.deleted).unwrap_or(usize::MAX);
        match expecting.as_slice() {
            _ if matched >= expecting.len() => Ok(Vec::new()),
            [one] if one.expects() == Expects::FoundAlone => Ok(vec![one.position]),
            several => missing(self.place.1, (&self.conditions, several), matched, turn).await,
        }
    }

    /// An update whose encrypted values are bound to documents that must be found first. What it did is
    /// counted also where it ends half-way.
    async fn find_and_change(
        &self,
        statement: &Statement<'_>,
        tally: &mut Tally,
        turn: &mut Turn<'_>,
    ) -> Result<()> {
        let (Some(vault), Write::Change(change)) = (self.vault, &statement.write) else {
            return Err(misplaced());
        };
        let (done, outcome) = match targets::update(vault, self.place, change, turn).await {
            Ok(outcome) => (outcome, Ok(())),
            Err(mut error) => {
                let done = error.server.as_mut().and_then(|report| report.done.take());
                let done = done.as_ref().map(Outcome::of).unwrap_or_default();
                if error.server.as_ref().is_none_or(|report| report.code.is_none()) {
                    (done, Err(error))
                } else if error.code == Code::WriteConcern {
                    tally.concern = Some(error);
                    (done, Ok(()))
                } else {
                    error.server.get_or_insert_default().position = Some(statement.position);
                    tally.failed.push(error);
                    (done, Ok(()))
                }
            }
        };
        (tally.matched, tally.modified) = (done.matched, done.modified);
        tally.upserted.extend(done.upserted.map(|id| (statement.position, id)));
        outcome
    }

    async fn insert(
        &self,
        statements: &[Measured<'_, '_>],
        tally: &mut Tally,
        turn: &mut Turn<'_>,
    ) -> Result<()> {
        let documents = statements.iter().filter_map(|one| match &one.write {
            Write::Insert(document) => Some(&**document),
            Write::Change(_) => None,
        });
        let sent = insert::send(self.place.1, documents, (self.head, self.ordered), turn).await?;
        let Err(error) = sent else {
            tally.inserted = statements.len() as u64;
            return Ok(());
        };
        let ErrorKind::InsertMany(failure) = &*error.kind else { return Err(error.into()) };
        tally.inserted = written(&error, statements.len(), self.ordered).map_or(0, u64::from);
        let concern = failure.write_concern_error.as_ref().map(|concern| concern.code);
        tally.failed = Error::from(error).server.map(|report| report.items).unwrap_or_default();
        reply::check_places(&tally.failed, statements.len())?;
        tally.concern = concern.map(|code| several(Vec::new(), Some(code)));
        place(&mut tally.failed, statements);
        // Only errors of inserts lack the names of the index's fields.
        unique::name_items(self.place.1, &mut tally.failed).await;
        Ok(())
    }
}
