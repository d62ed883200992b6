//! Hook events and the operations that raise them.

/// How many hook events there are.
pub const EVENTS: usize = 16;

/// A hook event, in the order of the model descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the decorators")]
pub enum Event {
    BeforeSave,
    AfterSave,
    BeforeCreate,
    AfterCreate,
    BeforeUpdate,
    AfterUpdate,
    BeforeDelete,
    AfterDelete,
    BeforeFind,
    AfterFind,
    BeforeFetch,
    AfterFetch,
    BeforePaginate,
    AfterPaginate,
    AfterCommit,
    AfterRollback,
}

/// An operation that raises hook events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// An instance is stored for the first time.
    Create,
    /// A stored instance is saved again.
    Update,
    /// An instance is deleted.
    Delete,
    /// One document is looked for: `find`, `findBy`, `refresh`.
    Find,
    /// Any number of documents is read: `all`, `query().exec()`, `query().first()`.
    Fetch,
    /// A page and the total.
    Paginate,
    /// Any number of documents, a batch at a time.
    Stream,
    /// The transaction in which a model was written was committed.
    Commit,
    /// The transaction in which a model was written was rolled back.
    Rollback,
}

impl Operation {
    /// From the number that JavaScript uses.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Create,
            1 => Self::Update,
            2 => Self::Delete,
            3 => Self::Find,
            4 => Self::Fetch,
            5 => Self::Paginate,
            6 => Self::Stream,
            7 => Self::Commit,
            8 => Self::Rollback,
            _ => return None,
        })
    }

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
            Self::Commit | Self::Rollback => &[],
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
            Self::Commit => &[Event::AfterCommit],
            Self::Rollback => &[Event::AfterRollback],
        }
    }
}
