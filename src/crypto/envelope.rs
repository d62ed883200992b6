//! The stored form of an encrypted value.
//!
//! A BSON binary of subtype [`ENVELOPE`]:
//! `version 1 | algorithm 1 | key id 4 | BSON type 1 | nonce 12 | ciphertext | tag 16`.

use super::derived::EncryptionKey;
use super::nonce::{self, NONCE};
use crate::error::Result;
use crate::model::fields::Binding;
use aes_gcm::AeadInOut;
use aes_gcm::aead::inout::InOutBuf;

pub use crate::protocol::subtype::ENVELOPE;
/// The version that is written.
const VERSION: u8 = 1;
/// Version, algorithm, key id and BSON type: authenticated, not encrypted.
pub const HEADER: usize = 7;
/// Length of the authentication tag.
const TAG: usize = 16;
/// What an envelope is longer than its value.
pub const OVERHEAD: usize = HEADER + NONCE + TAG;

impl Binding {
    /// The number in the algorithm byte: AES-256-GCM with either binding.
    const fn algorithm(self) -> u8 {
        match self {
            Self::Document => 1,
            Self::Column => 2,
        }
    }

    const fn from_algorithm(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Document),
            2 => Some(Self::Column),
            _ => None,
        }
    }
}

/// Which master key an envelope, or a blind index entry, was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub [u8; 4]);

impl std::fmt::Display for KeyId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:08x}", u32::from_be_bytes(self.0))
    }
}

/// An envelope that was taken apart, and not opened.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// What the value is bound to.
    pub binding: Binding,
    /// The master key.
    pub key: KeyId,
    /// BSON type of the value.
    pub tag: u8,
    header: &'a [u8],
    nonce: &'a [u8; NONCE],
    sealed: &'a [u8],
    proof: &'a [u8; TAG],
}

impl<'a> Envelope<'a> {
    /// Takes the content of a binary apart. `None` when it is no envelope of a known version.
    #[must_use]
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (header, rest) = bytes.split_at_checked(HEADER)?;
        let &[VERSION, algorithm, a, b, c, d, tag] = header else { return None };
        let binding = Binding::from_algorithm(algorithm)?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let (sealed, proof) = rest.split_last_chunk()?;
        Some(Self { binding, key: KeyId([a, b, c, d]), tag, header, nonce, sealed, proof })
    }

    /// Appends the value to `out`. `bound` is what it is bound to. Answers false, and leaves `out`
    /// as it was, when the envelope was changed, moved, or made with another key.
    pub fn open(&self, key: &EncryptionKey, bound: &[&[u8]], out: &mut Vec<u8>) -> bool {
        let start = out.len();
        out.extend_from_slice(self.sealed);
        let data = Associated::new(self.header, bound);
        let plain = InOutBuf::from(&mut out[start..]);
        let opened = key.cipher().decrypt_inout_detached(
            self.nonce.into(),
            data.bytes(),
            plain,
            self.proof.into(),
        );
        if opened.is_err() {
            out.truncate(start);
        }
        opened.is_ok()
    }
}

/// Appends the envelope of a value to `out`.
///
/// # Errors
/// `E_ENCRYPTION_LIMIT`, `E_UNSUPPORTED` without random bytes.
pub fn seal(
    (id, key): (KeyId, &EncryptionKey),
    binding: Binding,
    bound: &[&[u8]],
    (tag, value): (u8, &[u8]),
    out: &mut Vec<u8>,
) -> Result<()> {
    let [a, b, c, d] = id.0;
    let header = [VERSION, binding.algorithm(), a, b, c, d, tag];
    let nonce = nonce::next()?;
    let cipher = key.cipher_to_seal()?;
    out.reserve(value.len() + OVERHEAD);
    out.extend_from_slice(&header);
    out.extend_from_slice(&nonce);
    let start = out.len();
    out.extend_from_slice(value);
    let data = Associated::new(&header, bound);
    let proof = cipher
        .encrypt_inout_detached((&nonce).into(), data.bytes(), InOutBuf::from(&mut out[start..]))
        // Fails only for values of 64 GiB.
        .map_err(|_| crate::document::element::invalid("a value is too long to encrypt", 0))?;
    out.extend_from_slice(&proof);
    Ok(())
}

/// Associated data, on the stack where it fits: this runs once for each value.
struct Associated {
    inline: [u8; 192],
    length: usize,
    spilled: Vec<u8>,
}

impl Associated {
    fn new(header: &[u8], bound: &[&[u8]]) -> Self {
        let mut data = Self { inline: [0; 192], length: 0, spilled: Vec::new() };
        data.push(header);
        for part in bound {
            data.push(part);
        }
        data
    }

    fn push(&mut self, part: &[u8]) {
        let end = self.length + part.len();
        if self.spilled.is_empty() {
            if let Some(room) = self.inline.get_mut(self.length..end) {
                room.copy_from_slice(part);
                self.length = end;
                return;
            }
            self.spilled.extend_from_slice(&self.inline[..self.length]);
        }
        self.spilled.extend_from_slice(part);
        self.length = end;
    }

    fn bytes(&self) -> &[u8] {
        if self.spilled.is_empty() { &self.inline[..self.length] } else { &self.spilled }
    }
}
