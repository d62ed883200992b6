//! What a request would be sent as, without sending it.

use super::Request;
use crate::error::Result;

/// The head of the request with what its query compiles to.
///
/// # Errors
/// Those that the request would answer with before it is sent.
pub fn preview(mut request: Request) -> Result<Vec<u8>> {
    request.compile()?;
    Ok(request.body)
}
