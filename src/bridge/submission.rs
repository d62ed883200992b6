//! What stands before the bytes of a request.

use crate::error::{Code, Error, Result};
use crate::protocol::limit::HEAD_BYTES;

/// What stands before the bytes of a request: who asks for what, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Submission {
    pub(super) slot: u32,
    pub(super) operation: u32,
    pub(super) connection: u32,
    pub(super) model: u32,
    pub(super) after: u32,
    pub(super) session: u32,
    pub(super) ring: u32,
    pub(super) flags: u32,
}

impl Submission {
    /// The submission and the request behind it.
    pub(super) fn read(bytes: &[u8]) -> Result<(Self, &[u8])> {
        let (head, body) = bytes.split_first_chunk::<HEAD_BYTES>().ok_or_else(|| {
            Error::new(Code::InvalidDocument, "a request is shorter than its head")
        })?;
        let mut words = [0; HEAD_BYTES / 4];
        for (word, bytes) in words.iter_mut().zip(head.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        let [slot, operation, connection, model, after, session, ring, flags] = words;
        Ok((Self { slot, operation, connection, model, after, session, ring, flags }, body))
    }
}
