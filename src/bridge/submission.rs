//! What stands before the bytes of a request.

use crate::error::{Code, Error, Result};
use crate::protocol::limit::HEAD_BYTES;
use crate::protocol::submission;

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

/// The request, and the document behind it that is the caller's context, whose length stands in the
/// flags.
pub(super) fn split_context(body: &[u8], flags: u32) -> Result<(&[u8], &[u8])> {
    let length = usize::try_from(flags >> submission::CONTEXT).unwrap_or(usize::MAX);
    let split = body.len().checked_sub(length).map(|at| body.split_at(at));
    split.ok_or_else(|| Error::new(Code::InvalidDocument, "a request is shorter than its context"))
}
