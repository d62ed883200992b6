//! What an operation does.

/// What an operation does. The numbers are JavaScript's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Read documents, a batch at a time.
    Find,
    /// Count documents.
    Count,
    /// Insert one document or many.
    Insert,
    /// Update one document, or all that match.
    Update,
    /// Several updates, each with its own filter, in one command.
    UpdateEach,
    /// Delete one document, or all that match.
    Delete,
    /// Ask the server whether it is there.
    Ping,
    /// Read what a pipeline makes of the collection, a batch at a time.
    Aggregate,
    /// The different values of one field.
    Distinct,
    /// Change, replace or delete one document and answer it.
    FindAndModify,
    /// Many writes of different kinds, each with an outcome of its own.
    Bulk,
    /// A command as the caller wrote it.
    Command,
    /// Start the session's transaction.
    StartTransaction,
    /// Commit the session's transaction.
    CommitTransaction,
    /// Abort the session's transaction.
    AbortTransaction,
    /// Bring documents up to date with the model's encryption.
    Rotate,
}

impl Kind {
    /// From the number that JavaScript uses.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Find,
            1 => Self::Count,
            2 => Self::Insert,
            3 => Self::Update,
            4 => Self::UpdateEach,
            5 => Self::Delete,
            6 => Self::Ping,
            7 => Self::Aggregate,
            8 => Self::Distinct,
            9 => Self::FindAndModify,
            10 => Self::Bulk,
            11 => Self::Command,
            12 => Self::StartTransaction,
            13 => Self::CommitTransaction,
            14 => Self::AbortTransaction,
            15 => Self::Rotate,
            _ => return None,
        })
    }

    /// Whether a description of a query may stand behind the request's head.
    #[must_use]
    pub const fn takes_query(self) -> bool {
        matches!(
            self,
            Self::Find
                | Self::Count
                | Self::Aggregate
                | Self::Distinct
                | Self::Update
                | Self::Delete
                | Self::FindAndModify
        )
    }

    /// Whether it changes nothing, whatever becomes of it.
    #[must_use]
    pub const fn reads(self) -> bool {
        matches!(self, Self::Find | Self::Count | Self::Aggregate | Self::Distinct)
    }
}
