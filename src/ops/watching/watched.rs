//! Who looks at what a command writes.

use crate::error::Result;
use crate::model::Model;
use crate::model::counters::Counter;
use crate::model::histories::{History, Keeps};
use crate::ops::counting::moves;
use crate::request::{Body, Change, Command, Write};
use crate::steps::scope::{Lift, lift};
use mongodb::bson::{Document, doc};

/// What a command concerns.
#[derive(Debug)]
pub(in crate::ops) struct Watched<'m> {
    pub(super) model: &'m Model,
    pub(super) counters: &'m [Counter],
    pub(super) histories: Vec<&'m History>,
}

impl<'m> Watched<'m> {
    /// Who has to look at the documents that a command writes; none where it cannot concern anybody.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`, `E_INVALID_QUERY`.
    pub(in crate::ops) fn by(model: &'m Model, command: &Command<'_>) -> Result<Option<Self>> {
        let Model { counters, histories, .. } = model;
        if counters.is_empty() && histories.is_empty() {
            return Ok(None);
        }
        let mut held = Vec::new();
        for history in histories {
            if lift(&history.name, command.head)? == Lift::Held {
                held.push(history);
            }
        }
        let watched = Self { model, counters, histories: held };
        let concerns = match &command.body {
            Body::Insert(_) => watched.sees_new(),
            Body::Change(list) => list.iter().try_fold(false, |is, one| match &one.write {
                _ if is => Ok(true),
                Write::Insert(_) => Ok(watched.sees_new()),
                Write::Change(change) => watched.sees(change),
            })?,
            Body::Read(_) | Body::Pipeline(_) | Body::Raw(_) | Body::Other(_) => false,
        };
        Ok(concerns.then_some(watched))
    }

    /// Whether documents that are made concern anybody: there is no version before the first.
    fn sees_new(&self) -> bool {
        !self.counters.is_empty() || self.histories.iter().any(|one| one.keeps == Keeps::Changes)
    }

    /// Whether a change may concern anybody.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub(super) fn sees(&self, change: &Change<'_>) -> Result<bool> {
        Ok(!self.histories.is_empty()
            || (!self.counters.is_empty() && moves(self.counters, change)?))
    }

    /// What is read of documents: all, or what they are counted by.
    pub(super) fn projection(&self) -> Document {
        if !self.histories.is_empty() {
            return doc! {};
        }
        let mut out = doc! { "_id": 1 };
        for field in self.counters.iter().flat_map(Counter::fields) {
            out.insert(field, 1);
        }
        out
    }
}
