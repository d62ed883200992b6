//! What writes have done so far.

use crate::crypto::vault::Vault;
use crate::error::{Error, ServerReport};
use crate::steps::seal::name_columns;
use bson::{RawArrayBuf, RawBson, RawDocumentBuf, cstr, rawdoc};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counts, ids and failures, by the statements' places in the whole payload.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) inserted: u64,
    pub(super) matched: u64,
    pub(super) modified: u64,
    pub(super) deleted: u64,
    pub(super) upserted: Vec<(u32, RawBson)>,
    pub(super) failed: Vec<Error>,
    pub(super) concern: Option<Error>,
    /// Statements whose documents were not there.
    pub(super) missed: Vec<u32>,
    /// Statements of which it is known how they went.
    pub(super) known: Vec<u32>,
}

impl Tally {
    fn is_empty(&self) -> bool {
        let counts = [self.inserted, self.matched, self.modified, self.deleted];
        counts == [0; 4] && self.upserted.is_empty() && self.failed.is_empty()
    }

    /// Names encrypted columns in place of what stands for them.
    pub(super) fn name_columns(&mut self, vault: Option<&Vault>) {
        if let Some(vault) = vault {
            let failed = std::mem::take(&mut self.failed);
            self.failed = failed.into_iter().map(|one| name_columns(vault, one)).collect();
        }
    }

    /// Adds what another command has done.
    pub(super) fn add(&mut self, other: Self) {
        self.inserted = self.inserted.saturating_add(other.inserted);
        self.matched = self.matched.saturating_add(other.matched);
        self.modified = self.modified.saturating_add(other.modified);
        self.deleted = self.deleted.saturating_add(other.deleted);
        self.upserted.extend(other.upserted);
        self.failed.extend(other.failed);
        self.concern = other.concern.or(self.concern.take());
        self.missed.extend(other.missed);
        self.known.extend(other.known);
    }

    /// The reply of a bulk write that came to its end.
    pub(super) fn to_document(&self) -> RawDocumentBuf {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let mut failed: Vec<&Error> = self.failed.iter().collect();
        failed.sort_by_key(|error| error.server.as_ref().and_then(|report| report.position));
        let items: RawArrayBuf =
            failed.into_iter().map(|error| RawBson::Document(error.to_document())).collect();
        let upserted: RawArrayBuf = self
            .upserted
            .iter()
            .map(|(index, id)| {
                let mut one = rawdoc! { "index": i64::from(*index) };
                one.append(cstr!("_id"), id.clone());
                RawBson::Document(one)
            })
            .collect();
        let mut reply = rawdoc! {
            "inserted": count(self.inserted),
            "matched": count(self.matched),
            "modified": count(self.modified),
            "deleted": count(self.deleted),
        };
        reply.append(cstr!("upserted"), upserted);
        reply.append(cstr!("items"), items);
        if let Some(concern) = &self.concern {
            reply.append(cstr!("concern"), concern.to_document());
        }
        if !self.missed.is_empty() {
            reply.append(cstr!("missed"), places(&self.missed));
        }
        reply
    }

    /// The error of a bulk write that ended half-way, with what is known to be done.
    pub(super) fn interrupted(&self, mut error: Error) -> Error {
        if self.is_empty() {
            return error;
        }
        let Self { inserted, matched, modified, deleted, .. } = self;
        error.message = format!(
            "{} (half-way: {inserted} inserted, {matched} matched, {modified} modified, {deleted} \
             deleted, {} upserted, {} failed before)",
            error.message,
            self.upserted.len(),
            self.failed.len()
        );
        let report: &mut ServerReport = error.server.get_or_insert_default();
        let mut done = self.to_document();
        done.append(cstr!("known"), places(&self.known));
        report.done = Some(done);
        error
    }
}

fn places(list: &[u32]) -> RawArrayBuf {
    list.iter().map(|place| RawBson::Int64(i64::from(*place))).collect()
}

/// What an operation has done by now, for those who give up on it half-way.
#[derive(Debug, Default)]
pub(super) struct SoFar(Mutex<Option<Box<Tally>>>);

impl SoFar {
    /// Adds what another command has done.
    pub(super) fn add(&self, done: Tally) {
        self.lock().get_or_insert_default().add(done);
    }

    /// All of it, at the end.
    pub(super) fn take(&self) -> Tally {
        self.lock().take().map(|tally| *tally).unwrap_or_default()
    }

    /// The error of an operation that ended half-way.
    pub(super) fn interrupted(&self, error: Error) -> Error {
        match self.lock().as_ref() {
            Some(tally) => tally.interrupted(error),
            None => error,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<Tally>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn an_error_half_way_says_what_was_done() {
        let broken = || Error::new(Code::ConnectionFailed, "the connection broke");
        assert_eq!(Tally::default().interrupted(broken()), broken());
        let tally =
            Tally { inserted: 3, upserted: vec![(4, RawBson::Int32(7))], ..Tally::default() };
        let error = tally.interrupted(broken());
        assert!(error.message.contains("3 inserted"), "{}", error.message);
        assert!(error.message.contains("1 upserted"), "{}", error.message);
        let document = error.to_document();
        let done = document.get_document("done").unwrap();
        assert_eq!(done.get_i64("inserted").unwrap(), 3);
    }

    #[test]
    fn failures_are_in_the_order_of_the_statements() {
        let at = |position| {
            let report = ServerReport { position: Some(position), ..ServerReport::default() };
            Error::reported(Code::DuplicateKey, "taken", report)
        };
        let tally = Tally { failed: vec![at(5), at(2)], ..Tally::default() };
        let document = tally.to_document();
        let places: Vec<i64> = document
            .get_array("items")
            .unwrap()
            .into_iter()
            .map(|item| item.unwrap().as_document().unwrap().get_i64("position").unwrap())
            .collect();
        assert_eq!(places, [2, 5]);
    }
}
