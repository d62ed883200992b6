//! Carrying a command out, and changing the counts by what it did.

use super::concerns::moves;
use super::delta::Delta;
use super::documents::{Seen, keys_of, projection, visit};
use crate::crypto::vault::Vault;
use crate::error::{Code, Error, Result};
use crate::model::counters::Counter;
use crate::ops::executor::executor;
use crate::ops::operation::Call;
use crate::ops::reading::Output;
use crate::ops::turn::Turn;
use crate::ops::{Reply, targets};
use crate::query::fixed_fields;
use crate::request::head::parsed;
use crate::request::{Body, Change, Command, Kind, Statement, Write};
use crate::steps::seal::{inserted_id, narrowed, only};
use bson::oid::ObjectId;
use bson::{RawBson, RawDocument, RawDocumentBuf};
use mongodb::bson::{Bson, Document, doc};
use mongodb::{Collection, Database};
use std::borrow::Cow;

/// How often a document that somebody else changes in between is looked for again, where there are no
/// transactions.
const ATTEMPTS: usize = 16;
/// Filters that one read asks for.
const FILTERS: usize = 100;

/// Carries out a command that has passed the steps, in the transaction of its turn if it has one. Where it
/// fails there, nothing is counted: the transaction is over.
pub(in crate::ops) async fn keep(counters: &[Counter], call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, vault, turn, out, .. } = call;
    let keeper = Keeper { counters, kind: command.kind, database, collection, vault, out };
    let (delta, outcome) = match &command.body {
        Body::Insert(documents) => keeper.insert(command, documents, turn).await?,
        Body::Change(list) => match list.as_slice() {
            [Statement { write: Write::Change(change), .. }] if keeper.is_alone() => {
                match (change.many, &change.update) {
                    (true, None) => keeper.delete(command, change, turn).await?,
                    (true, Some(_)) => keeper.change_all(command, change, turn).await?,
                    (false, _) => keeper.change_one(command, change, turn).await?,
                }
            }
            statements => keeper.change_each(command, statements, turn).await?,
        },
        _ => (Delta::default(), keeper.run(command, turn).await),
    };
    if outcome.is_ok() || !turn.has_session() {
        delta.send(counters, database, turn).await?;
    }
    outcome
}

/// What a command did to the counts, and what came of it.
type Done = Result<(Delta, Result<Reply>)>;

struct Keeper<'k> {
    counters: &'k [Counter],
    kind: Kind,
    database: &'k Database,
    collection: &'k Collection<RawDocumentBuf>,
    vault: Option<&'k Vault>,
    out: &'k Output<'k>,
}

impl Keeper<'_> {
    /// Whether a statement is the whole command.
    fn is_alone(&self) -> bool {
        !matches!(self.kind, Kind::Bulk | Kind::UpdateEach)
    }

    async fn run(&self, command: &Command<'_>, turn: &mut Turn<'_>) -> Result<Reply> {
        let &Self { kind, database, collection, vault, out, .. } = self;
        let call = Call { command, database, collection, vault, paging: None, turn, out };
        executor(kind).run(call).await
    }

    async fn insert(
        &self,
        command: &Command<'_>,
        documents: &[Cow<'_, [u8]>],
        turn: &mut Turn<'_>,
    ) -> Done {
        let mut delta = Delta::default();
        let outcome = self.run(command, turn).await;
        let is_ordered = !command.head.flag("unordered")?;
        let stored = stored(documents.len(), is_ordered, outcome.as_ref().err());
        for (document, _) in documents.iter().zip(stored).filter(|(_, stored)| *stored) {
            delta.add(keys_of(self.counters, document)?, 1);
        }
        Ok((delta, outcome))
    }

    /// All that match go: only their keys are kept, however many they are.
    async fn delete(
        &self,
        command: &Command<'_>,
        change: &Change<'_>,
        turn: &mut Turn<'_>,
    ) -> Done {
        let mut delta = Delta::default();
        let found = (None, projection(self.counters));
        let batches = targets::matching(self.collection, change, found, turn).await?;
        visit(batches, turn, |document| {
            delta.add(keys_of(self.counters, document)?, -1);
            Ok(())
        })
        .await?;
        let outcome = self.run(command, turn).await;
        if outcome.is_err() {
            delta = Delta::default();
        }
        Ok((delta, outcome))
    }

    async fn change_all(
        &self,
        command: &Command<'_>,
        change: &Change<'_>,
        turn: &mut Turn<'_>,
    ) -> Done {
        let before = self.matching(change, None, turn).await?;
        let outcome = self.run(command, turn).await;
        self.compare(before, Vec::new(), outcome, turn).await
    }

    /// One document: it is found first, and the command is of that one.
    async fn change_one(
        &self,
        command: &Command<'_>,
        change: &Change<'_>,
        turn: &mut Turn<'_>,
    ) -> Done {
        let mut attempts = 1;
        loop {
            let before = self.matching(change, command.sort()?, turn).await?;
            let found = before.ids().next().cloned();
            let made = if found.is_none() && change.upsert { Some(made_id(change)?) } else { None };
            let narrow = match (&found, &made) {
                (Some(id), _) => Some(only(change, id, false)),
                (None, Some(Made { id, said: false })) => Some(self.making(change, id)?),
                _ => None,
            };
            let outcome = match narrow {
                Some(change) => self.run(&with(command, change), turn).await,
                None => self.run(command, turn).await,
            };
            let is_lost = found.is_some() && outcome.as_ref().is_ok_and(is_nothing);
            if is_lost && attempts < ATTEMPTS && !turn.has_session() {
                attempts += 1;
                continue;
            }
            let made = made.into_iter().map(|one| one.id).collect();
            return self.compare(before, made, outcome, turn).await;
        }
    }

    /// An upsert that makes the document of this `_id`.
    fn making<'a>(&self, change: &Change<'a>, id: &RawBson) -> Result<Change<'a>> {
        match self.vault.filter(|_| change.unbound) {
            Some(vault) => narrowed(change, vault, id, true),
            None => Ok(only(change, id, true)),
        }
    }

    /// Several statements, of which one may find what another one made: whatever they are of matches one
    /// of them as it is, or is made by one.
    async fn change_each(
        &self,
        command: &Command<'_>,
        statements: &[Statement<'_>],
        turn: &mut Turn<'_>,
    ) -> Done {
        let mut before = Seen::default();
        let (mut made, mut filters) = (Vec::new(), Vec::new());
        for statement in statements {
            match &statement.write {
                Write::Insert(document) => made.extend(id_in(document)),
                Write::Change(change) if !moves(self.counters, change)? => {}
                Write::Change(change) if has_options(change) => {
                    let all = Change { many: true, ..change.clone() };
                    before.0.extend(self.matching(&all, None, turn).await?.0);
                }
                Write::Change(change) => filters.push(change.filter()?),
            }
        }
        for some in filters.chunks(FILTERS) {
            let filter = match some {
                [one] => one.clone(),
                several => doc! { "$or": several.to_vec() },
            };
            before.find(self.collection, self.counters, filter, turn).await?;
        }
        if !turn.has_session() {
            // One that is there already is not inserted.
            before.find_ids(self.collection, self.counters, &made, turn).await?;
        }
        let outcome = self.run(command, turn).await;
        self.compare(before, made, outcome, turn).await
    }

    /// What a change is of.
    async fn matching(
        &self,
        change: &Change<'_>,
        sort: Option<Document>,
        turn: &mut Turn<'_>,
    ) -> Result<Seen> {
        let found = (sort, projection(self.counters));
        let batches = targets::matching(self.collection, change, found, turn).await?;
        let mut seen = Seen::default();
        seen.take_all(self.counters, batches, turn).await?;
        Ok(seen)
    }

    /// Looks at the documents after the command, unless it has ended its transaction.
    async fn compare(
        &self,
        before: Seen,
        mut ids: Vec<RawBson>,
        outcome: Result<Reply>,
        turn: &mut Turn<'_>,
    ) -> Done {
        let mut delta = Delta::default();
        let has_failed = outcome.as_ref().map_or(true, has_failures);
        if has_failed && turn.has_session() {
            return Ok((delta, outcome));
        }
        ids.extend(before.ids().cloned());
        ids.extend(upserted(&outcome));
        let mut after = Seen::default();
        after.find_ids(self.collection, self.counters, &ids, turn).await?;
        delta.between(before, after);
        Ok((delta, outcome))
    }
}

/// The `_id` of what an upsert makes.
struct Made {
    id: RawBson,
    /// The request says it; the server would make another one otherwise.
    said: bool,
}

fn made_id(change: &Change<'_>) -> Result<Made> {
    let said = match inserted_id(change) {
        Some(id) => Some(id),
        None => replacing_id(change)?.or(fixed_id(&parsed(&change.filter)?)),
    };
    if said.is_none() && fixed_fields(&change.filter)?.contains(&&b"_id"[..]) {
        let what = "an upsert of documents that are counted needs to say their _id";
        return Err(Error::new(Code::InvalidQuery, what));
    }
    let new = || RawBson::ObjectId(ObjectId::new());
    Ok(Made { said: said.is_some(), id: said.unwrap_or_else(new) })
}

fn replacing_id(change: &Change<'_>) -> Result<Option<RawBson>> {
    match &change.update {
        Some(update) if update.replaces()? => Ok(id_in(&update.bytes)),
        _ => Ok(None),
    }
}

/// The one `_id` that a filter asks for.
fn fixed_id(filter: &Document) -> Option<RawBson> {
    let own = filter.get("_id").and_then(|id| match id {
        Bson::Document(condition) => condition.get("$eq").or_else(|| {
            condition
                .get_array("$in")
                .ok()
                .filter(|list| list.len() == 1)
                .and_then(|list| list.first())
        }),
        Bson::RegularExpression(_) | Bson::Array(_) => None,
        id => Some(id),
    });
    let parts = || filter.get_array("$and").into_iter().flatten().filter_map(Bson::as_document);
    let own = own.and_then(|id| RawBson::try_from(id.clone()).ok());
    own.or_else(|| parts().find_map(fixed_id))
}

fn id_in(document: &[u8]) -> Option<RawBson> {
    let raw = RawDocument::from_bytes(document).ok();
    raw.and_then(|one| one.get("_id").ok().flatten()).map(RawBson::from)
}

/// Whether its filter cannot be asked for with those of others.
fn has_options(change: &Change<'_>) -> bool {
    ["collation", "let"].iter().any(|name| change.options.has(name))
}

/// The command with another change.
fn with<'a>(command: &Command<'a>, change: Change<'a>) -> Command<'a> {
    let statement = Statement { position: 0, write: Write::Change(change) };
    Command { body: Body::Change(vec![statement]), ..command.clone() }
}

/// Whether nothing was found to be changed.
fn is_nothing(reply: &Reply) -> bool {
    match reply {
        Reply::Chunks(chunks) => chunks.is_empty(),
        Reply::Document(counts) => ["matched", "deleted"]
            .iter()
            .all(|name| counts.get_i64(name).map_or(true, |count| count == 0)),
        _ => false,
    }
}

/// Whether the reply of several statements tells of failures.
pub(in crate::ops) fn has_failures(reply: &Reply) -> bool {
    let Reply::Document(document) = reply else { return false };
    let items = document.get_array("items");
    items.is_ok_and(|items| !items.is_empty())
}

/// Which of the documents of an insert are stored.
fn stored(documents: usize, is_ordered: bool, error: Option<&Error>) -> Vec<bool> {
    let Some(error) = error else { return vec![true; documents] };
    let report = error.server.as_deref();
    let Some(written) = report.and_then(|report| report.written) else {
        return vec![false; documents];
    };
    let written = usize::try_from(written).unwrap_or(usize::MAX);
    let failed = |place: usize| {
        let items = report.map(|report| &report.items[..]).unwrap_or_default();
        let position = |item: &Error| item.server.as_ref()?.position;
        items.iter().any(|item| position(item).is_some_and(|at| at as usize == place))
    };
    (0..documents).map(|at| if is_ordered { at < written } else { !failed(at) }).collect()
}

/// The `_id`s of documents that upserts made, as the reply has them, or the error of one that ended half-way.
fn upserted(outcome: &Result<Reply>) -> Vec<RawBson> {
    let document = match outcome {
        Ok(Reply::Document(reply)) => Some(reply),
        Ok(_) => None,
        Err(error) => error.server.as_ref().and_then(|report| report.done.as_ref()),
    };
    let Some(document) = document else { return Vec::new() };
    let one = document.get("upsertedId").ok().flatten().map(RawBson::from);
    let list = document.get_array("upserted").into_iter().flatten().flatten();
    let several = list.filter_map(|one| one.as_document()?.get("_id").ok()?.map(RawBson::from));
    one.into_iter().chain(several).collect()
}
