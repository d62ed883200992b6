//! Field encryption: the envelope, the key ring, blind indexes, and documents sealed and opened.
//!
//! Pure: bytes in, bytes out. `docs/internal/encryption.md` has the format and the reasons.

pub mod blind;
pub mod canonical;
pub mod cursor;
mod derived;
pub mod envelope;
pub mod key_ring;
pub mod keys;
mod nonce;
mod number;
pub mod open;
pub mod rotate;
pub mod seal;
pub mod vault;

pub use derived::worn;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
mod vectors;
