//! Asking the server whether it is there. Not part of a session: no transaction may hold it.

use super::turn::Turn;
use crate::error::Result;
use bson::{RawDocumentBuf, rawdoc};
use mongodb::Database;
use mongodb::bson::doc;
use std::time::Instant;

pub(super) async fn run(database: &Database, turn: &mut Turn<'_>) -> Result<RawDocumentBuf> {
    turn.take_place().await?;
    let started = Instant::now();
    database.run_command(doc! { "ping": 1 }).await?;
    Ok(rawdoc! { "milliseconds": started.elapsed().as_secs_f64() * 1000.0 })
}
