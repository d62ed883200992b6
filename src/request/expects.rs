//! What a statement says of its document.

/// Whether a statement's document has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// It may find any number of them.
    Nothing,
    /// The one of its `_id` has to be.
    Found,
    /// Asking for it afterwards would not tell, so the statement has a command to itself.
    FoundAlone,
}
