//! The encrypted fields of one collection under one ring of keys.

use super::blind;
use super::derived::{EncryptionKey, IndexKey, lengthy};
use super::envelope::{self, Envelope};
use super::keys::Keys;
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::model::fields::Binding;
use crate::model::fields::{Blind, Field, Fields};
use std::iter::repeat_with;
use std::sync::{Arc, OnceLock};

/// Keys of one field, by the places of their master keys, derived when they are first needed.
#[derive(Debug)]
struct FieldKeys {
    /// What every value of the field is bound to: where it is.
    bound: Vec<u8>,
    purpose: Vec<u8>,
    sealing: Vec<OnceLock<EncryptionKey>>,
    indexing: Vec<OnceLock<IndexKey>>,
}

/// Seals and opens values of a model's encrypted fields.
#[derive(Debug)]
pub struct Vault {
    ring: Arc<Keys>,
    model: Arc<Model>,
    database: String,
    keys: Vec<FieldKeys>,
}

impl Vault {
    pub(super) fn new(ring: &Arc<Keys>, model: &Arc<Model>, database: &str) -> Self {
        let namespace = ring.namespace(database);
        let keys = model
            .encrypted
            .list()
            .iter()
            .map(|field| {
                let mut bound = Vec::new();
                for part in [namespace, &model.collection, &field.path, ring.tenant()] {
                    lengthy(&mut bound, part.as_bytes());
                }
                let purpose = field.purpose.as_ref().map_or_else(
                    || Keys::purpose(&model.collection, &field.path),
                    |purpose| purpose.as_bytes().to_vec(),
                );
                FieldKeys {
                    bound,
                    purpose,
                    sealing: repeat_with(OnceLock::new).take(ring.len()).collect(),
                    indexing: repeat_with(OnceLock::new).take(ring.len()).collect(),
                }
            })
            .collect();
        Self {
            ring: Arc::clone(ring),
            model: Arc::clone(model),
            database: database.to_owned(),
            keys,
        }
    }

    pub(super) fn serves(&self, model: &Arc<Model>, database: &str) -> bool {
        Arc::ptr_eq(&self.model, model) && self.database == database
    }

    /// The model's encrypted fields.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.model.encrypted
    }

    /// One of them.
    #[must_use]
    pub fn field(&self, field: usize) -> &Field {
        &self.model.encrypted.list()[field]
    }

    /// The collection that holds the model's documents.
    #[must_use]
    pub fn collection(&self) -> &str {
        &self.model.collection
    }

    /// The keys.
    pub(super) fn ring(&self) -> &Keys {
        &self.ring
    }

    fn sealing(&self, field: usize, place: usize) -> &EncryptionKey {
        let keys = &self.keys[field];
        keys.sealing[place].get_or_init(|| self.ring.encryption_key(place, &keys.purpose))
    }

    fn indexing(&self, field: usize, place: usize) -> &IndexKey {
        let keys = &self.keys[field];
        keys.indexing[place].get_or_init(|| {
            let ring = &self.ring;
            ring.index_key(place, ring.namespace(&self.database), &keys.purpose)
        })
    }

    /// Appends the envelope of a value, made with the primary key. `id` is the canonical form of the
    /// document's `_id`, needed for fields that are bound to it.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY` without the `_id`, `E_ENCRYPTION_LIMIT`.
    pub fn seal(
        &self,
        field: usize,
        id: Option<&[u8]>,
        value: (u8, &[u8]),
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let ring = &self.ring;
        let spec = self.field(field);
        let id = match spec.binding {
            Binding::Column => &[][..],
            Binding::Document => id.ok_or_else(|| {
                self.refuse(field, "its value can be written once the document's _id is known")
            })?,
        };
        let place = ring.primary();
        let key = (ring.id(place), self.sealing(field, place));
        envelope::seal(key, spec.binding, &[&self.keys[field].bound, id], value, out)
    }

    /// Appends the value of an envelope and answers its BSON type.
    ///
    /// # Errors
    /// `E_UNKNOWN_KEY`, `E_DECRYPTION_FAILED`.
    pub fn open(
        &self,
        field: usize,
        id: Option<&[u8]>,
        envelope: &Envelope<'_>,
        out: &mut Vec<u8>,
    ) -> Result<u8> {
        let ring = &self.ring;
        let Some(place) = ring.place(envelope.key) else {
            return Err(self.error(
                field,
                Code::UnknownKey,
                &format!(
                    " was encrypted with the key {}, which the ring does not have",
                    envelope.key
                ),
            ));
        };
        let id = match envelope.binding {
            Binding::Column => Some(&[][..]),
            Binding::Document => id,
        };
        let key = self.sealing(field, place);
        match id {
            Some(id) if envelope.open(key, &[&self.keys[field].bound, id], out) => Ok(envelope.tag),
            Some(_) => Err(self.failed(field)),
            None => Err(self.error(
                field,
                Code::DecryptionFailed,
                " is bound to its document, and was read without the document's _id",
            )),
        }
    }

    /// The blind index entries of a value: with the primary key, or with every key of the ring.
    pub(super) fn entries(
        &self,
        field: usize,
        blind: &Blind,
        value: (u8, &[u8]),
        every_key: bool,
    ) -> Result<Vec<Vec<u8>>> {
        let ring = &self.ring;
        let one = |place: usize| {
            let key = (ring.id(place), self.indexing(field, place));
            blind::entry(key, blind.normalizer, blind.length, value)
        };
        if !every_key {
            return Ok(vec![one(ring.primary())?]);
        }
        // The primary's first, so that what is read first is what most documents have.
        let primary = ring.primary();
        std::iter::once(primary)
            .chain((0..ring.len()).filter(|place| *place != primary))
            .map(one)
            .collect()
    }

    /// The application's name for a key.
    #[must_use]
    pub fn key_name(&self, id: envelope::KeyId) -> String {
        self.ring.name(id)
    }

    /// An error about a field; `what` goes on after its name.
    fn error(&self, field: usize, code: Code, what: &str) -> Error {
        let Field { path, column, .. } = self.field(field);
        let message = format!("{}: the encrypted column \"{path}\"{what}", self.model.name);
        Error::new(code, message).of(column)
    }

    pub(crate) fn failed(&self, field: usize) -> Error {
        self.error(field, Code::DecryptionFailed, " holds a value that could not be decrypted")
    }

    /// The error of a condition or a change that the field cannot take.
    pub(crate) fn refuse(&self, field: usize, why: &str) -> Error {
        self.error(field, Code::EncryptedColumnQuery, &format!(": {why}"))
    }
}
