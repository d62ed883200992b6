//! A key ring: master keys, and what was derived from them for models.

use super::derived::KEY;
use super::keys::Keys;
use super::vault::Vault;
use crate::error::Result;
use crate::model::Model;
use bson::spec::BinarySubtype;
use bson::{Binary, rawdoc};
use std::sync::{Arc, Mutex, PoisonError};

/// Vaults kept. A process has few models; hooks that are added at run time make new ones.
const MAX_VAULTS: usize = 512;

/// Keys, and what was derived from them for models so far.
pub struct KeyRing {
    keys: Arc<Keys>,
    vaults: Mutex<Vec<Arc<Vault>>>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "KeyRing of {:?}", self.keys)
    }
}

impl KeyRing {
    /// As [`Keys::from_document`].
    ///
    /// # Errors
    /// `E_CONFIGURATION`.
    pub fn from_document(bytes: &[u8]) -> Result<Self> {
        let keys = Arc::new(Keys::from_document(bytes)?);
        Ok(Self { keys, vaults: Mutex::default() })
    }

    /// Keys that seal nothing for anybody: what is made with them has the form of what is sent.
    ///
    /// # Errors
    /// `E_CONFIGURATION`.
    pub fn of_nobody() -> Result<Self> {
        let key = Binary { subtype: BinarySubtype::Generic, bytes: vec![0; KEY] };
        let keys = rawdoc! { "primary": "none", "keys": [{ "name": "none", "key": key }] };
        Self::from_document(keys.as_bytes())
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The encrypted fields of a model in a database, with these keys.
    pub fn vault(&self, model: &Arc<Model>, database: &str) -> Arc<Vault> {
        let mut vaults = self.vaults.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = vaults.iter().find(|one| one.serves(model, database)) {
            return Arc::clone(found);
        }
        if vaults.len() == MAX_VAULTS {
            vaults.clear();
        }
        let vault = Arc::new(Vault::new(&self.keys, model, database));
        vaults.push(Arc::clone(&vault));
        vault
    }
}
