//! Cursors of pages as text: encrypted, because the values of an order may be those of columns that
//! nobody is shown.
//!
//! base64url of: version, nonce, and by AES-256-GCM with the version authenticated: what it holds; then
//! the tag.

use super::derived::KEY;
use super::nonce::{self, NONCE};
use crate::error::{Code, Error, Result};
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// Version 1 was signed and not encrypted.
const VERSION: u8 = 2;
const TAG: usize = 16;

/// Seals where no secret is configured: good in this process only.
static OWN_SECRET: OnceLock<Zeroizing<[u8; KEY]>> = OnceLock::new();

/// Seals and opens cursors.
pub struct CursorKey(Aes256Gcm);

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("CursorKey")
    }
}

impl CursorKey {
    /// The key of a connection's `cursorSecret`: one of its own, so that nothing else that the secret
    /// protects passes for a cursor.
    ///
    /// # Errors
    /// `E_UNSUPPORTED` when the operating system gives no random bytes.
    pub fn new(secret: Option<&str>) -> Result<Self> {
        let secret = match secret {
            Some(secret) => secret.as_bytes(),
            None => own_secret()?,
        };
        let mut hmac = Hmac::<Sha256>::new_from_slice(secret)
            .map_err(|_| Error::new(Code::Configuration, "cursorSecret is no key"))?;
        hmac.update(b"lucent-odm cursor, sealed");
        let key: Zeroizing<[u8; KEY]> = Zeroizing::new(hmac.finalize().into_bytes().into());
        Ok(Self(Aes256Gcm::new((&*key).into())))
    }

    /// The cursor that holds `plain`.
    ///
    /// # Errors
    /// `E_UNSUPPORTED` without random bytes.
    pub fn seal(&self, plain: &[u8]) -> Result<String> {
        let nonce = nonce::next()?;
        let mut bytes = [&[VERSION][..], &nonce, plain].concat();
        let tag = self
            .0
            .encrypt_inout_detached(
                (&nonce).into(),
                &[VERSION],
                InOutBuf::from(&mut bytes[1 + NONCE..]),
            )
            .map_err(|_| Error::new(Code::InvalidQuery, "a cursor would be too long"))?;
        bytes.extend_from_slice(&tag);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What a cursor holds; `None` when it was not sealed with this key.
    #[must_use]
    pub fn open(&self, text: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (&version, rest) = bytes.split_first()?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>()?;
        let (sealed, tag) = rest.split_last_chunk::<TAG>()?;
        let mut plain = sealed.to_vec();
        let data = InOutBuf::from(&mut plain[..]);
        let opened = self.0.decrypt_inout_detached(nonce.into(), &[VERSION], data, tag.into());
        (version == VERSION && opened.is_ok()).then_some(plain)
    }
}

fn own_secret() -> Result<&'static [u8]> {
    if let Some(known) = OWN_SECRET.get() {
        return Ok(&known[..]);
    }
    let mut made = Zeroizing::new([0; KEY]);
    getrandom::fill(&mut *made).map_err(|_| nonce::no_random())?;
    Ok(&OWN_SECRET.get_or_init(|| made)[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELD: &[u8] = b"what a cursor holds";

    fn key() -> CursorKey {
        CursorKey::new(Some("a secret for the tests")).unwrap()
    }

    #[test]
    fn opens_what_it_sealed() {
        for held in [&b""[..], HELD, &[0; 5000]] {
            let text = key().seal(held).unwrap();
            assert!(text.bytes().all(|one| one.is_ascii_alphanumeric() || b"-_".contains(&one)));
            assert_eq!(key().open(&text).as_deref(), Some(held));
            assert_ne!(key().seal(held).unwrap(), text, "nor that two are the same is shown");
        }
    }

    #[test]
    fn the_format_stays() {
        let text = "AgECAwQFBgcICQoLDEUPIpdSu7jytcAjv46L9uiR4YM9TsDPuwiz0mYJFqic2y3V";
        assert_eq!(key().open(text).as_deref(), Some(HELD), "of a release before");
    }

    #[test]
    fn with_any_bit_changed_it_is_none() {
        let bytes = URL_SAFE_NO_PAD.decode(key().seal(HELD).unwrap()).unwrap();
        for bit in 0..8 * bytes.len() {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key().open(&URL_SAFE_NO_PAD.encode(damaged)), None);
        }
        for length in 0..bytes.len() {
            assert_eq!(key().open(&URL_SAFE_NO_PAD.encode(&bytes[..length])), None);
            assert_eq!(key().open(&URL_SAFE_NO_PAD.encode(&bytes[length + 1..])), None);
        }
    }

    #[test]
    fn other_text_is_none() {
        let text = key().seal(HELD).unwrap();
        let long = "A".repeat(1_000_000);
        let spaced = format!("{} {}", &text[..9], &text[9..]);
        for other in [
            "",
            &format!("{text}AAAA"),
            &format!("{text}="),
            &format!("{text}\n"),
            &spaced,
            &text.replace(['-', '_'], "+"),
            "{\"after\":1}",
            "6b0cc830f2ad4dc07df5ed03",
            &long,
        ] {
            assert!(other == text || key().open(other).is_none());
        }
    }

    #[test]
    fn it_is_good_for_its_own_secret_alone() {
        let text = key().seal(HELD).unwrap();
        let other = |secret| CursorKey::new(secret).unwrap();
        assert_eq!(other(Some("another secret of tests")).open(&text), None);
        assert_eq!(other(None).open(&text), None);
        let own = other(None).seal(HELD).unwrap();
        assert_eq!(other(None).open(&own).as_deref(), Some(HELD));
        assert_eq!(other(Some("")).open(&own), None);
    }
}
