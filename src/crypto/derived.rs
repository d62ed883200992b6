//! Keys derived from a master key, and how often each was used.

use crate::error::{Code, Error, Result};
use aes_gcm::{Aes256Gcm, KeyInit};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// Bytes of a master key and of a derived one.
pub const KEY: usize = 32;

/// Bytes of SHA-256's block: what HMAC takes a key of without hashing it first.
const BLOCK: usize = 64;

/// What derived keys of this format are separated from all others by.
const SALT: &[u8] = b"lucent-odm/1";

/// Values that one derived key may encrypt before somebody should rotate. With random nonces the
/// chance of two equal ones grows with the square of their number.
pub const WARN_AT: u64 = 1 << 30;
/// Values that one derived key encrypts at most.
pub const REFUSE_AT: u64 = 1 << 31;

/// Derived keys that passed [`WARN_AT`] in this process.
static WORN: AtomicU32 = AtomicU32::new(0);

/// How many derived keys have encrypted more values than is good for them.
#[must_use]
pub fn worn() -> u32 {
    WORN.load(Ordering::Relaxed)
}

/// Uses by fingerprint of the derived key: rings of several threads count together.
static USES: Mutex<Option<HashMap<[u8; 16], Arc<AtomicU64>>>> = Mutex::new(None);

/// Bytes from a master key for one purpose. Every part is prefixed by its length.
pub fn expand<const N: usize>(
    master: &[u8; KEY],
    label: &str,
    parts: &[&[u8]],
) -> Zeroizing<[u8; N]> {
    let mut info = Vec::new();
    lengthy(&mut info, label.as_bytes());
    for part in parts {
        lengthy(&mut info, part);
    }
    let mut out = Zeroizing::new([0; N]);
    // Fails only for more than 255 blocks.
    let expanded = Hkdf::<Sha256>::new(Some(SALT), master).expand(&info, &mut *out);
    debug_assert!(expanded.is_ok(), "no key is longer than 255 blocks");
    out
}

/// Appends a part with its length before it, so that no two lists of parts have the same bytes.
pub fn lengthy(out: &mut Vec<u8>, part: &[u8]) {
    // Names and ids are far below 4 GiB.
    out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(part);
}

/// A key that encrypts values, with its schedule.
pub struct EncryptionKey {
    cipher: Aes256Gcm,
    uses: Arc<AtomicU64>,
}

impl std::fmt::Debug for EncryptionKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("EncryptionKey")
    }
}

impl EncryptionKey {
    /// The key of a purpose.
    pub fn derive(master: &[u8; KEY], parts: &[&[u8]]) -> Self {
        let key = expand::<KEY>(master, "encrypt", parts);
        let fingerprint = expand::<16>(&key, "fingerprint", &[]);
        let mut uses = USES.lock().unwrap_or_else(PoisonError::into_inner);
        let uses = uses.get_or_insert_default().entry(*fingerprint).or_default();
        Self { cipher: Aes256Gcm::new((&*key).into()), uses: Arc::clone(uses) }
    }

    /// The cipher, for reading.
    pub fn cipher(&self) -> &Aes256Gcm {
        &self.cipher
    }

    /// The cipher, for one value more.
    ///
    /// # Errors
    /// `E_ENCRYPTION_LIMIT`.
    pub fn cipher_to_seal(&self) -> Result<&Aes256Gcm> {
        let before = self.uses.fetch_add(1, Ordering::Relaxed);
        if before == WARN_AT {
            WORN.fetch_add(1, Ordering::Relaxed);
        }
        if before >= REFUSE_AT {
            self.uses.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::new(
                Code::EncryptionLimit,
                "this process encrypted 2^31 values with one key; make a new primary key and \
                 rotate",
            ));
        }
        Ok(&self.cipher)
    }

    #[cfg(test)]
    pub fn pretend_uses(&self, uses: u64) {
        self.uses.store(uses, Ordering::Relaxed);
    }
}

/// A key that makes blind index entries.
#[derive(Clone)]
pub struct IndexKey(Hmac<Sha256>);

impl std::fmt::Debug for IndexKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("IndexKey")
    }
}

impl IndexKey {
    /// The key of a purpose.
    pub fn derive(master: &[u8; KEY], parts: &[&[u8]]) -> Self {
        let key = expand::<BLOCK>(master, "blind index", parts);
        Self(Hmac::new((&*key).into()))
    }

    /// The code of what is in the parts.
    pub fn code(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hmac = self.0.clone();
        for part in parts {
            hmac.update(part);
        }
        hmac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_different_purposes_differ() {
        let master = [7; KEY];
        let derive = |parts: &[&[u8]]| *expand::<32>(&master, "encrypt", parts);
        assert_ne!(derive(&[b"ab", b"c"]), derive(&[b"a", b"bc"]));
        assert_ne!(derive(&[b"a"]), derive(&[b"a", b""]));
        assert_ne!(derive(&[]), *expand::<32>(&master, "blind index", &[]));
        assert_ne!(derive(&[]), *expand::<32>(&[8; KEY], "encrypt", &[]));
    }

    #[test]
    fn keys_are_overwritten_when_they_are_dropped() {
        fn overwritten<T: zeroize::ZeroizeOnDrop>() {}
        overwritten::<Aes256Gcm>();
        // HMAC is two states and a buffer of its hash, and not marked itself.
        overwritten::<Sha256>();
    }

    #[test]
    fn a_key_is_worn_and_then_refused() {
        let key = EncryptionKey::derive(&[41; KEY], &[b"limits"]);
        let before = worn();
        key.pretend_uses(WARN_AT);
        assert!(key.cipher_to_seal().is_ok());
        assert_eq!(worn(), before + 1);
        key.pretend_uses(REFUSE_AT - 1);
        assert!(key.cipher_to_seal().is_ok());
        // Another ring with the same key counts with it.
        let again = EncryptionKey::derive(&[41; KEY], &[b"limits"]);
        for _ in 0..3 {
            assert_eq!(again.cipher_to_seal().unwrap_err().code, Code::EncryptionLimit);
        }
        assert!(EncryptionKey::derive(&[41; KEY], &[b"other"]).cipher_to_seal().is_ok());
    }
}
