//! The rows of a command: noted while its documents are looked at, and written behind it.

use super::columns::write;
use super::draft::Draft;
use super::numbers::{self, Span};
use super::said::{Origin, Pair};
use crate::crypto::canonical;
use crate::document::build::Builder;
use crate::document::element::{elements, find, tag, value_of};
use crate::error::{Code, Error, Result};
use crate::model::histories::{History, Keeps};
use crate::ops::conditions;
use crate::ops::insert;
use crate::ops::turn::Turn;
use crate::protocol::limit::DOCUMENT_BYTES;
use bson::oid::ObjectId;
use bson::{DateTime, RawDocumentBuf};
use mongodb::{Collection, Database};

/// How often rows are numbered anew where others took the numbers, which only happens without transactions.
const ATTEMPTS: usize = 16;

/// The rows of all histories.
pub(in crate::ops) struct Rows<'r> {
    origin: Origin<'r>,
    at: i64,
    lots: Vec<(&'r History, Vec<Draft>)>,
}

impl<'r> Rows<'r> {
    pub(in crate::ops) fn new(histories: &[&'r History], origin: Origin<'r>) -> Self {
        let lots = histories.iter().map(|history| (*history, Vec::new())).collect();
        Self { origin, at: DateTime::now().timestamp_millis(), lots }
    }

    /// Notes what became of a document.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub(in crate::ops) fn tell(
        &mut self,
        before: Option<&[u8]>,
        after: Option<&[u8]>,
    ) -> Result<()> {
        let pair = Pair { before, after };
        let Some(document) = after.or(before).filter(|_| before != after) else { return Ok(()) };
        let (Some(form), Some(id)) = (canonical::id_of(document)?, find(document, b"_id")?) else {
            return Ok(());
        };
        for (history, drafts) in &mut self.lots {
            if !conditions::hold(&history.when, document)? {
                continue;
            }
            let differences = pair.differences(history, &self.origin)?;
            let mut out = Builder::default();
            self.origin.write((history, self.at), pair, &mut out)?;
            let is_there_still = before.is_some() && after.is_some();
            match (history.keeps, before) {
                _ if is_there_still && differences.is_empty() => continue,
                (Keeps::Changes, _) => write(&differences, history, &self.origin, &mut out),
                (Keeps::Versions, Some(before)) => version(history, before, &mut out)?,
                (Keeps::Versions, None) => continue,
            }
            let id = (id.tag, value_of(document, &id).to_vec());
            drafts.push(Draft { form: form.clone(), id, rest: out.into_bytes() });
        }
        Ok(())
    }

    /// Nothing has become of anything.
    pub(in crate::ops) fn forget(&mut self) {
        for (_, drafts) in &mut self.lots {
            drafts.clear();
        }
    }

    /// Writes the rows.
    ///
    /// # Errors
    /// Those of the writes.
    pub(in crate::ops) async fn send(self, database: &Database, turn: &mut Turn<'_>) -> Result<()> {
        let Self { origin, at, lots } = self;
        for (history, drafts) in lots.into_iter().filter(|(_, drafts)| !drafts.is_empty()) {
            let collection = database.collection(&history.collection);
            let lot = Lot { origin, at, history, collection: &collection, database };
            let sent = match history.keeps {
                Keeps::Changes => lot.changes(&drafts, turn).await,
                Keeps::Versions => lot.versions(drafts, turn).await,
            };
            sent.map_err(|error| said_of(history, error))?;
        }
        Ok(())
    }
}

/// Where the rows of one history go.
struct Lot<'l> {
    origin: Origin<'l>,
    at: i64,
    history: &'l History,
    collection: &'l Collection<RawDocumentBuf>,
    database: &'l Database,
}

impl Lot<'_> {
    async fn changes(&self, drafts: &[Draft], turn: &mut Turn<'_>) -> Result<()> {
        let key = |out: &mut Builder| {
            out.name(tag::DATE, b"at");
            out.copy(&self.at.to_le_bytes());
            out.name(tag::OBJECT_ID, b"row");
            out.copy(&ObjectId::new().bytes());
        };
        let rows: Vec<_> = drafts.iter().map(|draft| draft.row(key, |_| {})).collect();
        self.insert(&rows, turn).await
    }

    /// Each document's versions go on counting, and the oldest go where there are too many.
    async fn versions(&self, mut drafts: Vec<Draft>, turn: &mut Turn<'_>) -> Result<()> {
        for attempt in 1.. {
            let known = numbers::known(self.collection, &drafts, turn).await?;
            let span = |draft: &Draft| known.get(&draft.form).copied().unwrap_or_default();
            let number = |draft: &Draft| {
                let next = span(draft).last + 1;
                move |out: &mut Builder| numbers::write(next, out)
            };
            let rows: Vec<_> =
                drafts.iter().map(|draft| draft.row(number(draft), number(draft))).collect();
            let Err(error) = self.insert(&rows, turn).await else {
                let Some(limit) = self.history.limit else { return Ok(()) };
                let beyond = drafts.iter().filter_map(|draft| {
                    let Span { first, last } = span(draft);
                    let oldest = last + 1 - limit;
                    (first > 0 && first <= oldest).then_some((&draft.id, oldest))
                });
                return numbers::prune(self.database, self.collection, beyond, turn).await;
            };
            let taken = error.code == Code::DuplicateKey && !turn.has_session();
            if !taken || attempt == ATTEMPTS {
                return Err(error);
            }
            let written = error.server.as_ref().and_then(|report| report.written).unwrap_or(0);
            drafts.drain(..usize::try_from(written).unwrap_or(0).min(drafts.len()));
        }
        Ok(())
    }

    async fn insert(&self, rows: &[Vec<u8>], turn: &mut Turn<'_>) -> Result<()> {
        if let Some(row) = rows.iter().find(|row| row.len() > DOCUMENT_BYTES) {
            return Err(insert::too_large(0, row.len()));
        }
        let bytes = rows.iter().map(Vec::as_slice);
        let sent = insert::send(self.collection, bytes, (self.origin.head, true), turn).await?;
        turn.end();
        sent.map_err(|error| {
            let written = insert::written(&error, rows.len(), true);
            let mut error = Error::from(error);
            error.server.get_or_insert_default().written = written;
            error
        })
    }
}

/// The document as it was, encrypted columns as they are stored: they are bound to its `_id`, which goes with them.
fn version(history: &History, before: &[u8], out: &mut Builder) -> Result<()> {
    let document = out.begin_document(b"document");
    for found in elements(before)? {
        if history.omitted.iter().all(|field| **field != *found.name(before)) {
            out.element(before, &found);
        }
    }
    out.end(document);
    Ok(())
}

fn said_of(history: &History, mut error: Error) -> Error {
    let History { name, collection, .. } = history;
    error.message = format!("the history \"{name}\" in {collection}: {}", error.message);
    error
}

#[cfg(test)]
mod tests;
