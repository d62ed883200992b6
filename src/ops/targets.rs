//! Changes that seal values bound to their document, of documents that are not known yet: the ids
//! first, then a change for each, under the same filter.

use super::head::Head;
use super::reading::{Batches, Output};
use super::turn::Turn;
use super::write::{self, Again};
use super::{Reply, find_and_modify, reply, sealing, update};
use crate::crypto::vault::Vault;
use crate::error::driver::write_error;
use crate::error::{Code, Error, Result};
use bson::{RawArrayBuf, RawBson, RawDocumentBuf, cstr, rawdoc};
use mongodb::bson::doc;
use mongodb::{Collection, Database};

/// How often a document that somebody else changes in between is looked for again.
const ATTEMPTS: usize = 16;
/// Statements of one command at most.
const STATEMENTS: usize = 1000;
/// Bytes of one command's statements, roughly.
const BYTES: usize = 8 * 1024 * 1024;

/// What changes did.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) matched: u64,
    pub(super) modified: u64,
    pub(super) upserted: Option<RawBson>,
}

impl Outcome {
    /// The reply of an update.
    pub(super) fn to_document(&self) -> RawDocumentBuf {
        let mut reply = rawdoc! {
            "matched": i64::try_from(self.matched).unwrap_or(i64::MAX),
            "modified": i64::try_from(self.modified).unwrap_or(i64::MAX),
        };
        if let Some(id) = &self.upserted {
            reply.append(cstr!("upsertedId"), id.clone());
        }
        reply
    }

    /// The error of a change that ended half-way, with what it had done before.
    fn interrupted(&self, mut error: Error) -> Error {
        if self.matched > 0 {
            error.message = format!(
                "{} (half-way: {} documents matched and {} modified before)",
                error.message, self.matched, self.modified
            );
            error.server.get_or_insert_default().done = Some(self.to_document());
        }
        error
    }

    /// From the reply of an update.
    pub(super) fn of(reply: &RawDocumentBuf) -> Self {
        let count = |key: &str| reply.get_i64(key).ok().and_then(|n| u64::try_from(n).ok());
        Self {
            matched: count("matched").unwrap_or(0),
            modified: count("modified").unwrap_or(0),
            upserted: reply.get("upsertedId").ok().flatten().map(RawBson::from),
        }
    }
}

type Place<'a> = (&'a Database, &'a Collection<RawDocumentBuf>);

/// An update of one document, or of all that match.
pub(super) async fn update(
    vault: &Vault,
    (database, collection): Place<'_>,
    head: Head<'_>,
    turn: &mut Turn<'_>,
) -> Result<Outcome> {
    let multi = head.flag("multi")?;
    let upsert = head.flag("upsert")?;
    for _ in 0..ATTEMPTS {
        let ids = ids(collection, head, multi, turn).await?;
        if ids.is_empty() {
            if !upsert {
                return Ok(Outcome::default());
            }
            let id = sealing::inserted_id(head).unwrap_or_else(new_id);
            match one(vault, (database, collection), head, (&id, true), turn).await {
                Err(error) if taken_meanwhile(&error, turn) => continue,
                outcome => return outcome,
            }
        }
        if multi {
            return each(vault, (database, collection), head, (&ids, false), turn).await;
        }
        let outcome = one(vault, (database, collection), head, (&ids[0], false), turn).await?;
        if outcome.matched > 0 {
            return Ok(outcome);
        }
    }
    Err(busy())
}

/// A change of one document that answers it.
pub(super) async fn find_and_modify<S>(
    vault: &Vault,
    out: &Output<'_, S>,
    (_, collection): Place<'_>,
    head: Head<'_>,
    turn: &mut Turn<'_>,
) -> Result<Reply> {
    let upsert = head.flag("upsert")?;
    for _ in 0..ATTEMPTS {
        let found = ids(collection, head, false, turn).await?.into_iter().next();
        let inserting = found.is_none();
        if inserting && !upsert {
            return Ok(Reply::Chunks(Vec::new()));
        }
        let id = found.or_else(|| sealing::inserted_id(head)).unwrap_or_else(new_id);
        let narrow = sealing::narrowed(head.as_bytes(), vault, &id, inserting)?;
        match find_and_modify::run(out, collection, Head::of(&narrow)?, turn).await {
            Err(error) if inserting && taken_meanwhile(&error, turn) => {}
            Ok(Reply::Chunks(none)) if none.is_empty() && !inserting => {}
            outcome => return outcome,
        }
    }
    Err(busy())
}

/// The `_id`s of what matches.
async fn ids(
    collection: &Collection<RawDocumentBuf>,
    head: Head<'_>,
    all: bool,
    turn: &mut Turn<'_>,
) -> Result<Vec<RawBson>> {
    let find = collection.find(head.filter()?).projection(doc! { "_id": 1 });
    let find = if all { find } else { find.limit(-1) };
    turn.hold().await?;
    let find = options!(
        find,
        sort = head.document("sort")?,
        max_time = turn.max_time(head)?,
        comment = head.comment(),
        hint = head.hint()?,
        collation = head.collation()?,
        let_vars = head.document("let")?,
    );
    let mut batches = Batches::open(find, turn).await?;
    let mut ids = Vec::new();
    while let Some(batch) = batches.next(turn).await? {
        for entry in batch.doc_slices()?.into_iter().flatten() {
            let id = entry.as_document().and_then(|one| one.get("_id").ok().flatten());
            ids.extend(id.map(RawBson::from));
        }
    }
    Ok(ids)
}

/// A change of one document; `inserting`: it is not there yet.
async fn one(
    vault: &Vault,
    place: Place<'_>,
    head: Head<'_>,
    (id, inserting): (&RawBson, bool),
    turn: &mut Turn<'_>,
) -> Result<Outcome> {
    if sealing::replaces(head)? {
        // The driver's call for updates takes no document that replaces another.
        return each(vault, place, head, (std::slice::from_ref(id), inserting), turn).await;
    }
    let narrow = sealing::narrowed(head.as_bytes(), vault, id, inserting)?;
    let reply = update::run(place.1, Head::of(&narrow)?, turn).await?;
    Ok(Outcome::of(&reply))
}

/// One statement for each id, in as few commands as need be.
async fn each(
    vault: &Vault,
    (database, collection): Place<'_>,
    head: Head<'_>,
    (ids, inserting): (&[RawBson], bool),
    turn: &mut Turn<'_>,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut concern = None;
    let mut rest = ids;
    while !rest.is_empty() {
        let mut updates = RawArrayBuf::new();
        let mut bytes = 0;
        let mut taken = 0;
        while taken < rest.len() && taken < STATEMENTS && bytes < BYTES {
            let statement = statement(vault, head, &rest[taken], inserting)?;
            bytes += statement.as_bytes().len();
            updates.push(RawBson::Document(statement));
            taken += 1;
        }
        rest = &rest[taken..];
        let mut command = rawdoc! { "update": collection.name() };
        command.append(cstr!("updates"), updates);
        command.append(cstr!("ordered"), true);
        if let Some(variables) = head.raw_document("let")? {
            command.append(cstr!("let"), variables);
        }
        if let Some(comment) = head.raw_comment() {
            command.append(cstr!("comment"), comment);
        }
        let reply = write::send(database, command, Again::Allowed, turn)
            .await
            .map_err(|error| outcome.interrupted(error))?;
        let upserted = reply::entries(&reply, "upserted")
            .find_map(|one| one.get("_id").ok().flatten().map(RawBson::from));
        let inserted = u64::from(upserted.is_some());
        outcome.upserted = outcome.upserted.or(upserted);
        let matched = reply::count(&reply, "n")?.saturating_sub(inserted);
        outcome.matched = outcome.matched.saturating_add(matched);
        let modified = reply::count(&reply, "nModified")?;
        outcome.modified = outcome.modified.saturating_add(modified);
        if let Some(failed) = reply::entries(&reply, "writeErrors").next() {
            return Err(outcome.interrupted(write_error(failed)));
        }
        concern = write::concern(&reply).or(concern);
    }
    match concern {
        Some(error) => Err(outcome.interrupted(error)),
        None => Ok(outcome),
    }
}

/// `{ q, u, … }` for one document.
fn statement(
    vault: &Vault,
    head: Head<'_>,
    id: &RawBson,
    inserting: bool,
) -> Result<RawDocumentBuf> {
    let narrow = sealing::narrowed(head.as_bytes(), vault, id, inserting)?;
    let narrow = Head::of(&narrow)?;
    let mut out = RawDocumentBuf::new();
    out.append(cstr!("q"), narrow.raw_document("filter")?.unwrap_or_default());
    out.append(cstr!("u"), narrow.raw_document("update")?.unwrap_or_default());
    out.append(cstr!("multi"), false);
    if inserting {
        out.append(cstr!("upsert"), true);
    }
    for (key, name) in [("arrayFilters", cstr!("arrayFilters")), ("collation", cstr!("collation"))]
    {
        if let Some(value) = narrow.raw_value(key) {
            out.append(name, value);
        }
    }
    Ok(out)
}

/// Whether an upsert failed because somebody else inserted the same meanwhile, so that there is
/// something to find now. In a transaction nothing new is found.
fn taken_meanwhile(error: &Error, turn: &Turn<'_>) -> bool {
    error.code == Code::DuplicateKey && !turn.has_session()
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
