//! Asking the server whether it is there.

use crate::client::connection::Connection;
use crate::error::Result;
use bson::{RawDocumentBuf, rawdoc};
use mongodb::bson::doc;
use std::time::Instant;

pub(super) async fn run(connection: &Connection) -> Result<RawDocumentBuf> {
    let started = Instant::now();
    connection.database().await?.run_command(doc! { "ping": 1 }).await?;
    Ok(rawdoc! { "milliseconds": started.elapsed().as_secs_f64() * 1000.0 })
}
