//! A request as the bridge hands it over.

use super::Flow;
use super::page::Paging;
use crate::client::connection::Connection;
use crate::client::session::Session;
use crate::crypto::cursor::CursorKey;
use crate::crypto::key_ring::KeyRing;
use crate::crypto::vault::Vault;
use crate::document::element;
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::query::keyset::Owner;
use crate::query::{self, KeyList};
use crate::relations::{Has, With};
use crate::request::{Head, Kind};
use std::sync::Arc;

/// A command on its way: who asked, of what, and the bytes.
#[derive(Debug)]
pub struct Request {
    /// What to do.
    pub kind: Kind,
    /// Where.
    pub connection: Arc<Connection>,
    /// In another database than the connection's own.
    pub database: Option<Arc<str>>,
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
    /// What is read with its rows.
    pub with: With,
    /// What conditions over related rows ask.
    pub has: Vec<Has>,
}

impl Request {
    /// Puts what a query compiles to in the place of its description, if there is one.
    pub(super) fn compile(&mut self) -> Result<Option<Paging>> {
        let is_described = self.kind.is_described() && query::is_described(&self.body);
        if !is_described || self.brings_rows() {
            return Ok(None);
        }
        let key = || CursorKey::new(self.connection.cursor_secret());
        let open = |text: &str| key().ok()?.open(text);
        let Model { name, collection, .. } = &*self.model;
        let owner = Owner { model: name, collection, open: &open };
        let compiled = query::compiled_head(&self.body, owner)?;
        let paging = match compiled.page {
            Some(page) => Some(Paging { page, key: key()? }),
            None => None,
        };
        self.body = compiled.head;
        Ok(paging)
    }

    /// Whether nothing is read but what belongs to rows that stand behind the head.
    pub(super) fn brings_rows(&self) -> bool {
        let is_given = || Head::of(self.split().0)?.flag("given");
        self.has_relations() && is_given().unwrap_or(false)
    }

    /// Whether something is read with its rows.
    pub(super) const fn has_relations(&self) -> bool {
        !self.with.is_empty()
    }

    /// Puts keys in the place of conditions over related rows.
    pub(super) fn put_keys(&mut self, lists: &[KeyList]) -> Result<()> {
        if self.kind.is_described() && query::is_described(&self.body) && !self.brings_rows() {
            let (head, description) = self.split();
            self.body = [head, &query::with_keys(description, lists)?].concat();
        }
        Ok(())
    }

    /// The head.
    pub(super) fn head(&self) -> &[u8] {
        self.split().0
    }

    /// What stands behind the head.
    pub(super) fn payload(&self) -> &[u8] {
        self.split().1
    }

    fn split(&self) -> (&[u8], &[u8]) {
        let end = element::document_end(&self.body, 0).unwrap_or(self.body.len());
        self.body.split_at(end)
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
