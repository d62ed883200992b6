//! Blind indexes: what equal values have in common without saying what they are.
//!
//! An entry is a BSON binary of subtype [`ENTRY`]: `key id 4 | HMAC-SHA-256, cut`. The code is over
//! the normaliser and the value, so that another normaliser makes other entries.

use super::canonical;
use super::derived::IndexKey;
use super::envelope::KeyId;
use crate::document::element::tag;
use crate::error::Result;
use crate::model::fields::Normalizer;

pub use crate::protocol::subtype::ENTRY;

/// The version of what the code is over.
const VERSION: u8 = 1;

impl Normalizer {
    const fn number(self) -> u8 {
        self.trim as u8 | (self.lowercase as u8) << 1 | (self.custom as u8) << 2
    }

    /// The canonical form of a value after normalising. `done`: the custom function's result.
    pub(super) fn canonical(self, tag: u8, value: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let text = (tag == tag::STRING && (self.trim || self.lowercase)).then(|| {
            // A string has its length before it and a zero behind it.
            value.get(4..value.len() - 1).and_then(|bytes| std::str::from_utf8(bytes).ok())
        });
        let Some(Some(text)) = text else { return canonical::write(tag, value, out) };
        let text = if self.trim { text.trim() } else { text };
        let text =
            if self.lowercase { text.to_lowercase().into() } else { std::borrow::Cow::from(text) };
        let mut normal = Vec::with_capacity(text.len() + 5);
        normal.extend_from_slice(&i32::try_from(text.len() + 1).unwrap_or(i32::MAX).to_le_bytes());
        normal.extend_from_slice(text.as_bytes());
        normal.push(0);
        canonical::write(tag, &normal, out)
    }
}

/// The content of an entry.
///
/// # Errors
/// `E_INVALID_DOCUMENT` for bytes that lie.
pub fn entry(
    (id, key): (KeyId, &IndexKey),
    normalizer: Normalizer,
    length: usize,
    (tag, value): (u8, &[u8]),
) -> Result<Vec<u8>> {
    let mut normal = zeroize::Zeroizing::new(Vec::with_capacity(value.len() + 8));
    normalizer.canonical(tag, value, &mut normal)?;
    let code = key.code(&[&[VERSION, normalizer.number()], &normal]);
    let mut out = Vec::with_capacity(4 + length);
    out.extend_from_slice(&id.0);
    out.extend_from_slice(&code[..length]);
    Ok(out)
}
