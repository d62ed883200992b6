//! Asking the server whether it is there. Not part of a session: no transaction may hold it.

use super::Reply;
use super::operation::{Call, Operation, Running};
use crate::error::Result;
use bson::rawdoc;
use mongodb::bson::doc;
use std::time::Instant;

pub(super) struct Ping;

impl Operation for Ping {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    call.turn.take_place().await?;
    let started = Instant::now();
    call.database.run_command(doc! { "ping": 1 }).await?;
    Ok(Reply::Document(rawdoc! { "milliseconds": started.elapsed().as_secs_f64() * 1000.0 }))
}
