//! How documents go back: encrypted columns opened, as chunks or as JSON.

use super::json::Form;
use super::{Flow, Reply};
use crate::crypto::open::Opening;
use crate::crypto::seal::notes::Check;
use crate::crypto::vault::Vault;
use crate::document::{chunk, json};
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::telemetry::{self, Phase};
use bson::RawDocument;
use mongodb::raw_batch_cursor::RawBatch;
use std::borrow::Cow;
use std::panic::resume_unwind;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};

/// Opens the encrypted columns of rows, in the way that the request needs.
pub(super) type Opener = (Arc<Vault>, Opening, Option<Arc<Check>>);

/// Bytes of a batch from which on it is opened beside the I/O thread: what takes longer than handing it
/// over does.
const LARGE: usize = 64 * 1024;

/// Large batches that are opened at a time: more would take the cores from everybody else.
static OPENING: Semaphore = Semaphore::const_new(2);

/// What becomes of a read's documents.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) model: Arc<Model>,
    pub(super) form: Form,
    /// Opens encrypted columns.
    pub(super) opener: Option<Opener>,
}

impl Layout {
    /// A batch as it goes back. A large one with encrypted columns is opened on another thread, so that
    /// the I/O thread fetches the next one, and serves others, meanwhile.
    pub(super) async fn batch(self: &Arc<Self>, batch: RawBatch, flow: &Flow) -> Result<Reply> {
        let _timer = telemetry::time(flow.trace(), Phase::Layout);
        if self.opener.is_none() || batch.as_raw_document().as_bytes().len() < LARGE {
            return self.reply(&batch);
        }
        // The semaphore is never closed, so acquiring cannot fail.
        let _permit = OPENING.acquire().await;
        let layout = Arc::clone(self);
        spawn_blocking(move || layout.reply(&batch)).await.unwrap_or_else(unfinished)
    }

    /// One document as it goes back.
    pub(super) fn document(&self, document: &RawDocument, flow: &Flow) -> Result<Reply> {
        let _timer = telemetry::time(flow.trace(), Phase::Layout);
        let rows = &[document.as_bytes()];
        let append = |row: &[u8], out: &mut Vec<u8>| self.append(row, out);
        Ok(Reply::Chunks(vec![chunk::from_documents(rows, &self.model.columns, append)?]))
    }

    /// A batch that holds what only JavaScript can write as JSON goes back as chunks.
    fn reply(&self, batch: &RawBatch) -> Result<Reply> {
        let documents = batch.doc_slices()?.as_bytes();
        if let Form::Json(form) = &self.form {
            let rows = match &self.opener {
                None => Cow::Borrowed(documents),
                Some((vault, opening, check)) => {
                    Cow::Owned(vault.open_batch_checked(documents, *opening, check.as_deref())?)
                }
            };
            let plan = form.plan(&self.model);
            let text = json::rows(&rows, &self.model.columns, plan, &form.zone);
            if let Ok(Some(text)) = text {
                return Ok(Reply::Json(text));
            }
        }
        self.chunks(documents).map(Reply::Chunks)
    }

    /// The chunks of a BSON array of documents. Encrypted columns are opened right into them.
    fn chunks(&self, documents: &[u8]) -> Result<Vec<Vec<u8>>> {
        let append = |row: &[u8], out: &mut Vec<u8>| self.append(row, out);
        chunk::from_batch(documents, &self.model.columns, append).map_err(|error| {
            match error.code {
                Code::InvalidDocument | Code::DocumentTooDeep => {
                    let collection = &self.model.collection;
                    Error::new(error.code, format!("collection {collection}: {}", error.message))
                }
                _ => error,
            }
        })
    }

    fn append(&self, row: &[u8], out: &mut Vec<u8>) -> Result<()> {
        match &self.opener {
            None => chunk::as_stored(row, out),
            Some((vault, opening, check)) => vault.open_to(row, *opening, check.as_deref(), out),
        }
    }
}

/// A panic goes on where it can be answered for.
fn unfinished(error: JoinError) -> Result<Reply> {
    match error.try_into_panic() {
        Ok(payload) => resume_unwind(payload),
        Err(_) => Err(Error::new(Code::Aborted, "the process is about to end")),
    }
}
