//! What all who look at documents make of them.

use super::Watched;
use super::seen::Seen;
use crate::error::Result;
use crate::ops::counting::Delta;
use crate::ops::histories::{Origin, Rows};
use crate::ops::turn::Turn;
use mongodb::Database;

/// What is to be written because of a command.
pub(super) struct Notes<'n> {
    watched: &'n Watched<'n>,
    delta: Delta,
    rows: Rows<'n>,
}

impl<'n> Notes<'n> {
    pub(super) fn new(watched: &'n Watched<'n>, origin: Origin<'n>) -> Self {
        Self { watched, delta: Delta::default(), rows: Rows::new(&watched.histories, origin) }
    }

    /// What became of one document.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub(super) fn tell(&mut self, before: Option<&[u8]>, after: Option<&[u8]>) -> Result<()> {
        self.delta.tell(self.watched.counters, before, after)?;
        self.rows.tell(before, after)
    }

    /// What became of several.
    ///
    /// # Errors
    /// As [`tell`](Self::tell).
    pub(super) fn compare(&mut self, before: &Seen, after: &Seen) -> Result<()> {
        for (id, document) in &before.0 {
            self.tell(Some(document), after.0.get(id).map(|one| &**one))?;
        }
        for (_, document) in after.0.iter().filter(|(id, _)| !before.0.contains_key(*id)) {
            self.tell(None, Some(document))?;
        }
        Ok(())
    }

    /// Nothing has become of anything.
    pub(super) fn forget(&mut self) {
        self.delta = Delta::default();
        self.rows.forget();
    }

    /// Writes it.
    ///
    /// # Errors
    /// Those of the writes.
    pub(super) async fn send(self, database: &Database, turn: &mut Turn<'_>) -> Result<()> {
        self.delta.send(self.watched.counters, database, turn).await?;
        self.rows.send(database, turn).await
    }
}
