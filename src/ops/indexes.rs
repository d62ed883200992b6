//! Comparing a collection with what models declare of it, and bringing it in line, one step at a time.
//!
//! Each request reads what is there, and carries out the first step of what is to be done, or none. So it
//! does not matter who else is at it: what another process has done is not there to be done any more, and
//! where both are at the same thing, who comes second looks again.

use super::Reply;
use super::operation::{Call, Operation, Running};
use super::reply;
use super::turn::Turn;
use super::write::{self, Again};
use crate::error::driver::unreadable_reply;
use crate::error::{Code, Error, Result};
use crate::indexes::collection::{Options, collation_of};
use crate::indexes::declared::{self, ours};
use crate::indexes::diff::{Diff, Different, diff};
use crate::indexes::index::Index;
use crate::indexes::plan::{Allowed, State, Step};
use crate::request::Head;
use bson::{Bson, Document, RawDocumentBuf, doc};
use mongodb::Database;
use std::time::Duration;

/// The index on `_id`, which every collection has.
const ID_INDEX: &str = "_id_";
/// Entries of one reply: more indexes than a collection can have.
const ALL: i32 = 100_000;
/// Attempts at a step that others are at too.
const ATTEMPTS: u32 = 40;
/// The pause before another attempt, and the longest one.
const PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);
/// What the server says where somebody else has changed, or is changing, the same: there is such a collection
/// or index already, or none any more, or one is just being built.
const RACES: [i32; 12] = [26, 27, 48, 68, 85, 86, 112, 117, 276, 285, 12586, 12587];

pub(super) struct Indexes;

impl Operation for Indexes {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

/// What is declared, and what may be done.
struct Wanted<'a> {
    collection: &'a str,
    models: Vec<Document>,
    options: Options,
    allowed: Allowed,
    /// Whether the first step is to be carried out.
    applies: bool,
    /// Whether nothing but the collection itself is looked at.
    without_indexes: bool,
    /// Whether it is to be told which indexes nothing uses.
    counts: bool,
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, turn, .. } = call;
    let wanted = Wanted::read(command.head)?;
    let mut pause = PAUSE;
    for attempt in 1.. {
        match once(database, &wanted, turn).await {
            Err(error) if attempt < ATTEMPTS && is_race(&error) => {
                turn.end();
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            outcome => return outcome.and_then(|out| reply::raw(&out)).map(Reply::Document),
        }
    }
    Err(Error::new(Code::WriteConflict, "the collection is changed by others all the time"))
}

fn is_race(error: &Error) -> bool {
    let code = error.server.as_deref().and_then(|report| report.code);
    code.is_some_and(|code| RACES.contains(&code))
}

impl<'a> Wanted<'a> {
    fn read(head: Head<'a>) -> Result<Self> {
        let missing = |what: &str| Error::new(Code::InvalidQuery, format!("there is no {what}"));
        let models = head.documents("models")?.ok_or_else(|| missing("models"))?;
        let options = match head.document("options")? {
            Some(given) => Options::read(&given, &models)?,
            None => Options::default(),
        };
        Ok(Self {
            collection: head.text("collection")?.ok_or_else(|| missing("collection"))?,
            models,
            options,
            allowed: Allowed {
                drop_stale: head.flag("dropStale")?,
                rebuild: head.flag("rebuild")?,
            },
            applies: head.flag("apply")?,
            without_indexes: head.flag("withoutIndexes")?,
            counts: head.flag("unused")?,
        })
    }
}

/// Looks, does the first thing that is to be done, and says what; or says how everything is.
async fn once(database: &Database, wanted: &Wanted<'_>, turn: &mut Turn<'_>) -> Result<Document> {
    let name = wanted.collection;
    let found =
        ask(database, doc! { "listCollections": 1, "filter": { "name": name } }, turn).await?;
    let found = found.into_iter().next();
    let kind = found.as_ref().map_or("", |found| found.get_str("type").unwrap_or("collection"));
    let empty = Document::new();
    let there =
        found.as_ref().and_then(|found| found.get_document("options").ok()).unwrap_or(&empty);
    let inherited = if found.is_some() { collation_of(there) } else { wanted.options.collation() };
    let declared = if wanted.without_indexes {
        Vec::new()
    } else {
        declared::read(&wanted.models, inherited)?
    };
    if let (true, Some(first)) = (wanted.options.is_view() || kind == "view", declared.first()) {
        let message = format!(
            "{}: a view has no indexes; declare them on the model of its documents",
            first.model
        );
        return Err(Error::new(Code::ModelDefinition, message));
    }
    let has_indexes = !wanted.without_indexes && !matches!(kind, "" | "view");
    let listed = if has_indexes {
        let entries = ask(database, doc! { "listIndexes": name }, turn).await?;
        entries.into_iter().filter(is_own).map(|spec| Index::read(spec, None)).collect()
    } else {
        Vec::new()
    };
    let names: Vec<String> = declared.iter().map(|one| one.index.name.clone()).collect();
    let changed =
        if kind.is_empty() { Vec::new() } else { wanted.options.differences(kind, there) };
    let state = State {
        collection: name.to_owned(),
        exists: found.is_some(),
        is_wanted: wanted.without_indexes,
        options: (wanted.options.clone(), changed),
        indexes: diff(declared, listed),
    };
    let steps = state.steps(wanted.allowed);
    if let (true, Some(step)) = (wanted.applies, steps.first()) {
        carry_out(database, step, turn).await?;
        let left = i32::try_from(steps.len() - 1).unwrap_or(i32::MAX);
        return Ok(doc! { "done": step.to_document(), "left": left });
    }
    let mut out = told(&state, &steps);
    out.insert("declared", names);
    if wanted.counts && has_indexes {
        out.insert("unused", unused(database, name, turn).await?);
    }
    Ok(out)
}

/// Whether an index is one that is declared: not that of `_id`, nor of a clustered collection.
fn is_own(spec: &Document) -> bool {
    spec.get_str("name").ok() != Some(ID_INDEX) && !spec.get_bool("clustered").unwrap_or(false)
}

async fn carry_out(database: &Database, step: &Step, turn: &mut Turn<'_>) -> Result<()> {
    for command in &step.commands {
        send(database, command, turn).await.map_err(|error| told_of(step, error))?;
    }
    Ok(())
}

/// What was to be done when it failed. What the server says of it may quote values.
fn told_of(step: &Step, mut error: Error) -> Error {
    if is_race(&error) {
        return error;
    }
    let names = step.names.join(", ");
    error.message = match (step.does, error.code) {
        (_, Code::DuplicateKey) => {
            let report = error.server.as_deref();
            let index = report.and_then(|report| report.index.clone()).unwrap_or(names);
            format!(
                "documents that are there have the same values, so that the unique index {index} cannot be built \
                 ({}); other indexes of the same step were not built either",
                error.message
            )
        }
        ("createCollection", _) => {
            format!("the collection could not be created: {}", error.message)
        }
        ("changeCollection", _) => format!("{names} could not be changed: {}", error.message),
        _ => format!("{} {names}: {}", step.does, error.message),
    };
    error
}

/// Sends a command that changes something.
async fn send(
    database: &Database,
    command: &Document,
    turn: &mut Turn<'_>,
) -> Result<RawDocumentBuf> {
    let reply = write::send(database, reply::raw(command)?, Again::Forbidden, turn).await?;
    turn.end();
    match write::concern(&reply) {
        Some(error) => Err(error),
        None => Ok(reply),
    }
}

/// The entries of what answers with a cursor.
async fn ask(
    database: &Database,
    mut command: Document,
    turn: &mut Turn<'_>,
) -> Result<Vec<Document>> {
    command.insert("cursor", doc! { "batchSize": ALL });
    turn.hold().await?;
    let reply = reply::raw(&database.run_command(command).await?)?;
    turn.end();
    let cursor = reply.get_document("cursor").map_err(|_| unreadable_reply())?;
    reply::entries(cursor, "firstBatch")
        .map(|entry| Document::try_from(entry).map_err(|_| unreadable_reply()))
        .collect()
}

/// The indexes that nothing has used since the server that answers began to count.
async fn unused(database: &Database, collection: &str, turn: &mut Turn<'_>) -> Result<Vec<Bson>> {
    let command = doc! { "aggregate": collection, "pipeline": [{ "$indexStats": {} }] };
    let entries = ask(database, command, turn).await?;
    let unused = entries.into_iter().filter(is_own).filter_map(|entry| {
        let accesses = entry.get_document("accesses").ok()?;
        let uses = accesses.get("ops").map(|uses| uses.as_i64().or(uses.as_i32().map(Into::into)));
        (uses.flatten() == Some(0)).then(|| {
            let since = accesses.get("since").cloned().unwrap_or(Bson::Null);
            Bson::Document(
                doc! { "name": entry.get_str("name").unwrap_or_default(), "since": since },
            )
        })
    });
    Ok(unused.collect())
}

/// How everything is.
fn told(state: &State, steps: &[Step]) -> Document {
    let Diff { missing, stale, different } = &state.indexes;
    let list = |indexes: &[Index]| -> Vec<Bson> {
        indexes.iter().map(|one| Bson::Document(one.to_document())).collect()
    };
    let steps: Vec<Bson> = steps.iter().map(|step| Bson::Document(step.to_document())).collect();
    let different: Vec<Bson> =
        different.iter().map(|one| Bson::Document(told_different(one))).collect();
    let options = state
        .options
        .1
        .iter()
        .map(|one| Bson::Document(doc! { "option": one.option, "inPlace": one.in_place }));
    doc! {
        "exists": state.exists,
        "missing": list(missing),
        "stale": list(stale),
        "different": different,
        "options": options.collect::<Vec<_>>(),
        "steps": steps,
    }
}

fn told_different(one: &Different) -> Document {
    let parts: Vec<&str> = one.parts.iter().map(|part| ours(part)).collect();
    doc! {
        "name": &one.listed.name,
        "options": parts,
        "inPlace": one.is_in_place(),
        "declared": one.declared.to_document(),
        "stored": one.listed.to_document(),
    }
}
