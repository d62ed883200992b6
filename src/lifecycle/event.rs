//! What kinds of operations raise hook events; which these are stands in the protocol.

use crate::protocol::Lifecycle;

impl Lifecycle {
    /// Whether there is something to command. What is not is over when its hooks hear of it: they
    /// cannot fail it any more.
    #[must_use]
    pub const fn has_command(self) -> bool {
        !matches!(self, Self::Commit | Self::Rollback)
    }
}
