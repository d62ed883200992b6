//! What each operation is to its executor.

use super::Reply;
use super::page::Paging;
use super::reading::Output;
use super::turn::Turn;
use crate::crypto::vault::Vault;
use crate::error::Result;
use crate::request::Command;
use bson::RawDocumentBuf;
use mongodb::{Collection, Database};
use std::pin::Pin;

/// An operation under way. Each has a future of its own, so that the smallest does not carry the size
/// of the largest.
pub(super) type Running<'a> = Pin<Box<dyn Future<Output = Result<Reply>> + Send + 'a>>;

/// Carries out the commands of one kind.
pub(super) trait Operation: Sync {
    /// Sends what has passed all steps, and reads the answer.
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a>;
}

/// What an operation works with.
#[derive(Debug)]
pub(super) struct Call<'a, 't> {
    /// What is to be done, as the steps left it.
    pub(super) command: &'a Command<'a>,
    pub(super) database: &'a Database,
    pub(super) collection: &'a Collection<RawDocumentBuf>,
    /// The model's encrypted columns, if it has any.
    pub(super) vault: Option<&'a Vault>,
    /// Of a page by cursor.
    pub(super) paging: Option<Paging>,
    pub(super) turn: &'a mut Turn<'t>,
    pub(super) out: &'a Output<'a>,
}
