//! Carrying a command out, and looking at the documents around it.

use super::Watched;
use super::made::{Made, made_id};
use super::notes::Notes;
use super::outcome::{has_failures, is_nothing, stored, upserted};
use super::seen::{Seen, id_in};
use crate::crypto::vault::Vault;
use crate::error::Result;
use crate::ops::executor::executor;
use crate::ops::histories::Origin;
use crate::ops::operation::Call;
use crate::ops::reading::Output;
use crate::ops::turn::Turn;
use crate::ops::{Reply, targets};
use crate::request::{Body, Change, Command, Kind, Statement, Write};
use crate::steps::seal::{narrowed, only};
use bson::{RawBson, RawDocumentBuf};
use mongodb::bson::{Document, doc};
use mongodb::{Collection, Database};
use std::borrow::Cow;

/// How often a document that somebody else changes in between is looked for again, where there are no
/// transactions.
const ATTEMPTS: usize = 16;
/// Filters that one read asks for.
const FILTERS: usize = 100;

/// Carries out a command that has passed the steps, in the transaction of its turn if it has one. Where it
/// fails there, nothing is noted: the transaction is over.
pub(in crate::ops) async fn watch(watched: &Watched<'_>, call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, vault, turn, out, .. } = call;
    let origin = Origin { model: watched.model, vault, head: command.head };
    let mut watch = Watch {
        watched,
        notes: Notes::new(watched, origin),
        kind: command.kind,
        database,
        collection,
        vault,
        out,
    };
    let outcome = match &command.body {
        Body::Insert(documents) => watch.insert(command, documents, turn).await?,
        Body::Change(list) => match list.as_slice() {
            [Statement { write: Write::Change(change), .. }] if watch.is_alone() => {
                match (change.many, &change.update) {
                    (true, None) => watch.delete(command, change, turn).await?,
                    (true, Some(_)) => watch.change_all(command, change, turn).await?,
                    (false, _) => watch.change_one(command, change, turn).await?,
                }
            }
            statements => watch.change_each(command, statements, turn).await?,
        },
        _ => watch.run(command, turn).await,
    };
    if outcome.is_ok() || !turn.has_session() {
        watch.notes.send(database, turn).await?;
    }
    outcome
}

/// What came of a command, whose documents are looked at by now.
type Done = Result<Result<Reply>>;

struct Watch<'w> {
    watched: &'w Watched<'w>,
    notes: Notes<'w>,
    kind: Kind,
    database: &'w Database,
    collection: &'w Collection<RawDocumentBuf>,
    vault: Option<&'w Vault>,
    out: &'w Output<'w>,
}

impl Watch<'_> {
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
        &mut self,
        command: &Command<'_>,
        documents: &[Cow<'_, [u8]>],
        turn: &mut Turn<'_>,
    ) -> Done {
        let outcome = self.run(command, turn).await;
        let is_ordered = !command.head.flag("unordered")?;
        let stored = stored(documents.len(), is_ordered, outcome.as_ref().err());
        for (document, _) in documents.iter().zip(stored).filter(|(_, stored)| *stored) {
            self.notes.tell(None, Some(document))?;
        }
        Ok(outcome)
    }

    /// All that match go: nothing has to be read afterwards, and only what is noted of them is kept.
    async fn delete(
        &mut self,
        command: &Command<'_>,
        change: &Change<'_>,
        turn: &mut Turn<'_>,
    ) -> Done {
        let found = (None, self.watched.projection());
        let batches = targets::matching(self.collection, change, found, turn).await?;
        batches.visit(turn, |document| self.notes.tell(Some(document), None)).await?;
        let outcome = self.run(command, turn).await;
        if outcome.is_err() {
            self.notes.forget();
        }
        Ok(outcome)
    }

    async fn change_all(
        &mut self,
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
        &mut self,
        command: &Command<'_>,
        change: &Change<'_>,
        turn: &mut Turn<'_>,
    ) -> Done {
        let mut attempts = 1;
        loop {
            let before = self.matching(change, command.sort()?, turn).await?;
            let found = before.ids().next();
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
        &mut self,
        command: &Command<'_>,
        statements: &[Statement<'_>],
        turn: &mut Turn<'_>,
    ) -> Done {
        let mut before = Seen::default();
        let (mut made, mut filters) = (Vec::new(), Vec::new());
        for statement in statements {
            match &statement.write {
                Write::Insert(document) => made.extend(id_in(document)),
                Write::Change(change) if !self.watched.sees(change)? => {}
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
            before.find(self.collection, self.watched, filter, turn).await?;
        }
        if !turn.has_session() {
            // One that is there already is not inserted.
            before.find_ids(self.collection, self.watched, &made, turn).await?;
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
        let found = (sort, self.watched.projection());
        let batches = targets::matching(self.collection, change, found, turn).await?;
        let mut seen = Seen::default();
        seen.take_all(batches, turn).await?;
        Ok(seen)
    }

    /// Looks at the documents after the command, unless it has ended its transaction.
    async fn compare(
        &mut self,
        before: Seen,
        mut ids: Vec<RawBson>,
        outcome: Result<Reply>,
        turn: &mut Turn<'_>,
    ) -> Done {
        let has_failed = outcome.as_ref().map_or(true, has_failures);
        if has_failed && turn.has_session() {
            return Ok(outcome);
        }
        ids.extend(before.ids());
        ids.extend(upserted(&outcome));
        let mut after = Seen::default();
        after.find_ids(self.collection, self.watched, &ids, turn).await?;
        self.notes.compare(&before, &after)?;
        Ok(outcome)
    }
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
