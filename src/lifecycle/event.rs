//! Which hook events an operation raises, and when.

use crate::protocol::{Event, Lifecycle};

impl Lifecycle {
    /// Whether there is something to command. What is not is over when its hooks hear of it: they
    /// cannot fail it any more.
    #[must_use]
    pub const fn has_command(self) -> bool {
        !matches!(self, Self::Commit | Self::Rollback)
    }

    /// Events before the command, in order. As in Lucid the specific event comes first.
    #[must_use]
    pub const fn before(self) -> &'static [Event] {
        match self {
            Self::Create => &[Event::BeforeCreate, Event::BeforeSave],
            Self::Update => &[Event::BeforeUpdate, Event::BeforeSave],
            Self::Delete => &[Event::BeforeDelete],
            Self::Find => &[Event::BeforeFind],
            Self::Fetch | Self::Stream => &[Event::BeforeFetch],
            Self::Paginate => &[Event::BeforePaginate, Event::BeforeFetch],
            Self::UpdateQuery => &[Event::BeforeUpdateQuery],
            Self::DeleteQuery => &[Event::BeforeDeleteQuery],
            Self::BulkWrite => &[Event::BeforeBulkWrite],
            Self::Commit | Self::Rollback => &[],
            Self::Restore => &[Event::BeforeRestore],
            Self::ForceDelete => &[Event::BeforeForceDelete, Event::BeforeDelete],
        }
    }

    /// Events after the command, in order.
    #[must_use]
    pub const fn after(self) -> &'static [Event] {
        match self {
            Self::Create => &[Event::AfterCreate, Event::AfterSave],
            Self::Update => &[Event::AfterUpdate, Event::AfterSave],
            Self::Delete => &[Event::AfterDelete],
            Self::Find => &[Event::AfterFind],
            Self::Fetch | Self::Stream => &[Event::AfterFetch],
            Self::Paginate => &[Event::AfterPaginate, Event::AfterFetch],
            Self::UpdateQuery => &[Event::AfterUpdateQuery],
            Self::DeleteQuery => &[Event::AfterDeleteQuery],
            Self::BulkWrite => &[Event::AfterBulkWrite],
            Self::Commit => &[Event::AfterCommit],
            Self::Rollback => &[Event::AfterRollback],
            Self::Restore => &[Event::AfterRestore],
            Self::ForceDelete => &[Event::AfterDelete, Event::AfterForceDelete],
        }
    }
}
