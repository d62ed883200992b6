//! A request as the bridge hands it over.

use super::Flow;
use crate::client::connection::Connection;
use crate::client::session::Session;
use crate::crypto::key_ring::KeyRing;
use crate::crypto::vault::Vault;
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::query;
use crate::request::Kind;
use std::sync::Arc;

/// A command on its way: who asked, of what, and the bytes.
#[derive(Debug)]
pub struct Request {
    /// What to do.
    pub kind: Kind,
    /// Where.
    pub connection: Arc<Connection>,
    /// On which model's collection.
    pub model: Arc<Model>,
    /// Head and payload, as `docs/internal/boundary.md` lays them out.
    pub body: Vec<u8>,
    /// The operation that must have succeeded before this one is sent.
    pub after: Option<Arc<Flow>>,
    /// The session that it is part of.
    pub session: Option<Arc<Session>>,
    /// The keys of the model's encrypted columns.
    pub ring: Option<Arc<KeyRing>>,
    /// Every model with encrypted columns or a scope, as far as it is known: pipelines reach others'
    /// collections.
    pub ruled: Arc<[Arc<Model>]>,
}

impl Request {
    /// Puts what a query compiles to in the place of its description, if there is one.
    pub(super) fn compile(&mut self) -> Result<()> {
        if takes_query(self.kind) && query::is_described(&self.body) {
            self.body = query::compiled_head(&self.body)?;
        }
        Ok(())
    }

    /// The model's encrypted columns in a database, if it has any.
    pub(super) fn vault(&self, database: &str) -> Result<Option<Arc<Vault>>> {
        if self.model.encrypted.is_empty() {
            return Ok(None);
        }
        let ring = self.ring.as_ref().ok_or_else(|| {
            Error::new(
                Code::Configuration,
                format!("{} has encrypted columns, and there are no keys", self.model.name),
            )
        })?;
        Ok(Some(ring.vault(&self.model, database)))
    }
}

/// Whether what stands behind the head of such a request is the description of a query.
const fn takes_query(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Find
            | Kind::FindAndLock
            | Kind::InsertUnlessFound
            | Kind::Count
            | Kind::Aggregate
            | Kind::Distinct
            | Kind::Update
            | Kind::Delete
            | Kind::FindAndModify
    )
}
