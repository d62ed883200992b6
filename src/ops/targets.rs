//! Changes that seal values bound to their document, of documents that are not known yet: the ids
//! first, then a change for each, under the same filter.

use super::Reply;
use super::change::{self, Options, Place};
use super::driver_calls::{self, Outcome};
use super::lost_race::is_lost;
use super::measured::Measured;
use super::reading::{Batches, Output};
use super::turn::Turn;
use crate::crypto::vault::Vault;
use crate::error::{Code, Error, Result};
use crate::request::{Change, Command, Statement, Write};
use crate::steps::seal::{inserted_id, narrowed};
use bson::{RawBson, RawDocumentBuf};
use mongodb::Collection;
use mongodb::bson::{Document, doc};

/// How often a document that somebody else changes in between is looked for again.
const ATTEMPTS: usize = 16;
/// Statements of one command at most.
const STATEMENTS: usize = 1000;
/// Bytes of one command's statements, roughly.
const BYTES: usize = 8 * 1024 * 1024;

/// An update of one document, or of all that match.
pub(super) async fn update(
    vault: &Vault,
    place: Place<'_>,
    change: &Change<'_>,
    turn: &mut Turn<'_>,
) -> Result<Outcome> {
    for _ in 0..ATTEMPTS {
        let ids = ids(place.1, change, None, turn).await?;
        if ids.is_empty() {
            if !change.upsert {
                return Ok(Outcome::default());
            }
            let id = inserted_id(change).unwrap_or_else(new_id);
            match one(vault, place, change, (&id, true), turn).await {
                Err(error) if is_lost(&error, change, Some(vault), turn)? => continue,
                outcome => return outcome,
            }
        }
        if change.many {
            return each(vault, place, change, (&ids, false), turn).await;
        }
        let outcome = one(vault, place, change, (&ids[0], false), turn).await?;
        if outcome.matched > 0 {
            return Ok(outcome);
        }
    }
    Err(busy())
}

/// A change of one document that answers it.
pub(super) async fn find_and_modify(
    vault: &Vault,
    out: &Output<'_>,
    collection: &Collection<RawDocumentBuf>,
    command: &Command<'_>,
    turn: &mut Turn<'_>,
) -> Result<Reply> {
    let change = command.change()?;
    for _ in 0..ATTEMPTS {
        let found = ids(collection, change, command.sort()?, turn).await?.into_iter().next();
        let inserting = found.is_none();
        if inserting && !change.upsert {
            return Ok(Reply::Chunks(Vec::new()));
        }
        let id = found.or_else(|| inserted_id(change)).unwrap_or_else(new_id);
        let narrow = narrowed(change, vault, &id, inserting)?;
        match driver_calls::find_and_modify(out, collection, (command, &narrow), turn).await {
            Err(error) if inserting && is_lost(&error, change, Some(vault), turn)? => {}
            Ok(Reply::Chunks(none)) if none.is_empty() && !inserting => {}
            outcome => return outcome,
        }
    }
    Err(busy())
}

/// The `_id`s of what matches.
async fn ids(
    collection: &Collection<RawDocumentBuf>,
    change: &Change<'_>,
    sort: Option<Document>,
    turn: &mut Turn<'_>,
) -> Result<Vec<RawBson>> {
    matching(collection, change, (sort, doc! { "_id": 1 }), turn).await?.ids(turn).await
}

/// What a change is of: the documents that match, or the first of them.
pub(super) async fn matching(
    collection: &Collection<RawDocumentBuf>,
    change: &Change<'_>,
    (sort, projection): (Option<Document>, Document),
    turn: &mut Turn<'_>,
) -> Result<Batches> {
    let options = change.options;
    let find = collection.find(change.filter()?).projection(projection);
    let find = if change.many { find } else { find.limit(-1) };
    turn.hold().await?;
    let find = options!(
        find,
        sort = sort,
        max_time = turn.max_time(change.shared)?,
        comment = change.shared.comment(),
        hint = change.hint()?,
        collation = options.collation()?,
        let_vars = options.document("let")?,
    );
    Batches::open(find, turn).await
}

/// A change of one document; `inserting`: it is not there yet.
async fn one(
    vault: &Vault,
    place: Place<'_>,
    change: &Change<'_>,
    (id, inserting): (&RawBson, bool),
    turn: &mut Turn<'_>,
) -> Result<Outcome> {
    if change.update.as_ref().is_some_and(|update| update.replaces().unwrap_or(false)) {
        // The driver's call for updates takes no document that replaces another.
        return each(vault, place, change, (std::slice::from_ref(id), inserting), turn).await;
    }
    driver_calls::update(place.1, &narrowed(change, vault, id, inserting)?, turn).await
}

/// One statement for each id, in as few commands as need be.
async fn each(
    vault: &Vault,
    place: Place<'_>,
    change: &Change<'_>,
    (ids, inserting): (&[RawBson], bool),
    turn: &mut Turn<'_>,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut concern = None;
    let mut rest = ids;
    while !rest.is_empty() {
        let (mut statements, mut sizes, mut bytes) = (Vec::new(), Vec::new(), 0);
        while statements.len() < rest.len().min(STATEMENTS) && bytes < BYTES {
            let write = narrowed(change, vault, &rest[statements.len()], inserting)?;
            let statement = Statement { position: 0, write: Write::Change(write) };
            let size = statement.size();
            bytes += size;
            sizes.push(size);
            statements.push(statement);
        }
        rest = &rest[statements.len()..];
        let options = Options {
            ordered: true,
            comment: change.shared.raw_comment(),
            variables: change.options.raw_document("let")?,
        };
        let measured = statements.iter().zip(sizes);
        let statements: Vec<_> =
            measured.map(|(statement, bytes)| Measured { statement, bytes }).collect();
        let done = change::send(place, &statements, options, turn)
            .await
            .map_err(|error| outcome.interrupted(error))?;
        outcome.upserted = outcome.upserted.or(done.upserted.into_iter().next().map(|one| one.1));
        outcome.matched = outcome.matched.saturating_add(done.matched);
        outcome.modified = outcome.modified.saturating_add(done.modified);
        if let Some(failed) = done.failed.into_iter().next() {
            return Err(outcome.interrupted(failed));
        }
        concern = done.concern.or(concern);
    }
    match concern {
        Some(error) => Err(outcome.interrupted(error)),
        None => Ok(outcome),
    }
}

fn new_id() -> RawBson {
    RawBson::ObjectId(bson::oid::ObjectId::new())
}

fn busy() -> Error {
    Error::new(
        Code::WriteConflict,
        format!("others changed the document each of the {ATTEMPTS} times it was found"),
    )
}
