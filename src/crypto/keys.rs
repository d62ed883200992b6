//! Master keys: one that writes, all that read.

use super::derived::{EncryptionKey, IndexKey, KEY, expand, lengthy};
use super::envelope::KeyId;
use crate::document::validate;
use crate::error::{Code, Error, Result};
use bson::spec::BinarySubtype;
use bson::{RawBsonRef, RawDocument};
use zeroize::Zeroizing;

/// A master key.
struct Master {
    id: KeyId,
    /// The application's name for it, for reports.
    name: String,
    key: Zeroizing<[u8; KEY]>,
}

/// The master keys of a connection, or of a tenant of it.
pub struct Keys {
    masters: Vec<Master>,
    primary: usize,
    tenant: String,
    namespace: Option<String>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} keys", self.masters.len())
    }
}

impl Keys {
    /// Reads `{ primary, keys: [{ name, key }], tenant?, namespace? }`.
    ///
    /// # Errors
    /// `E_CONFIGURATION` for a key of the wrong length, one that is there twice, no keys at all, or
    /// a primary that is not among them.
    pub fn from_document(bytes: &[u8]) -> Result<Self> {
        validate::document(bytes, 0)?;
        let document = RawDocument::from_bytes(bytes).map_err(|_| wrong("are no document"))?;
        let mut masters: Vec<Master> = Vec::new();
        for entry in document.get_array("keys").map_err(|_| wrong("are missing"))? {
            let entry = entry.ok().and_then(RawBsonRef::as_document);
            let entry = entry.ok_or_else(|| wrong("are off"))?;
            let name = entry.get_str("name").map_err(|_| wrong("have no name"))?;
            let material = entry
                .get_binary("key")
                .ok()
                .filter(|key| key.subtype == BinarySubtype::Generic)
                .and_then(|key| <[u8; KEY]>::try_from(key.bytes).ok())
                .map(Zeroizing::new)
                .ok_or_else(|| wrong(&format!("must have {KEY} bytes each; \"{name}\" has not")))?;
            let id = KeyId(*expand::<4>(&material, "key id", &[]));
            if let Some(same) = masters.iter().find(|one| one.id == id || one.name == name) {
                return Err(wrong(&format!(
                    "must differ; \"{}\" and \"{name}\" are the same",
                    same.name
                )));
            }
            masters.push(Master { id, name: name.to_owned(), key: material });
        }
        let primary = document.get_str("primary").map_err(|_| wrong("have no primary"))?;
        let primary = masters
            .iter()
            .position(|one| one.name == primary)
            .ok_or_else(|| wrong(&format!("do not have the primary \"{primary}\"")))?;
        Ok(Self {
            masters,
            primary,
            tenant: document.get_str("tenant").unwrap_or_default().to_owned(),
            namespace: document.get_str("namespace").ok().map(ToOwned::to_owned),
        })
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.masters.len()
    }

    /// Always false: a ring has a primary.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.masters.is_empty()
    }

    /// The place of the key that writes.
    #[must_use]
    pub fn primary(&self) -> usize {
        self.primary
    }

    /// The id of the key at `place`.
    #[must_use]
    pub fn id(&self, place: usize) -> KeyId {
        self.masters[place].id
    }

    /// The place of a key.
    #[must_use]
    pub fn place(&self, id: KeyId) -> Option<usize> {
        self.masters.iter().position(|one| one.id == id)
    }

    /// The application's name for a key, or its number.
    #[must_use]
    pub fn name(&self, id: KeyId) -> String {
        self.place(id).map_or_else(|| id.to_string(), |place| self.masters[place].name.clone())
    }

    /// Whose keys these are; empty where there are no tenants.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// What stands for the database's name in what values are bound to.
    pub(super) fn namespace<'a>(&'a self, database: &'a str) -> &'a str {
        self.namespace.as_deref().unwrap_or(database)
    }

    /// The key at `place` that encrypts for a purpose.
    pub(super) fn encryption_key(&self, place: usize, purpose: &[u8]) -> EncryptionKey {
        EncryptionKey::derive(&self.masters[place].key, &[self.tenant.as_bytes(), purpose])
    }

    /// The key at `place` that makes blind index entries for a purpose.
    pub(super) fn index_key(&self, place: usize, namespace: &str, purpose: &[u8]) -> IndexKey {
        let parts = [self.tenant.as_bytes(), namespace.as_bytes(), purpose];
        IndexKey::derive(&self.masters[place].key, &parts)
    }

    /// What a field's keys are for, unless the model says otherwise: the field of the collection.
    pub(super) fn purpose(collection: &str, path: &str) -> Vec<u8> {
        let mut out = Vec::new();
        lengthy(&mut out, collection.as_bytes());
        lengthy(&mut out, path.as_bytes());
        out
    }
}

fn wrong(what: &str) -> Error {
    Error::new(Code::Configuration, format!("encryption keys {what}"))
}
