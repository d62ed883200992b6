// Generated from src/protocol.json by scripts/generate_protocol.mjs.
//! The numbers, limits and names that cross between the languages.

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Reads documents, a batch at a time.
    Find,
    /// Counts documents.
    Count,
    /// Inserts one document or many.
    Insert,
    /// Updates one document, or all that match.
    Update,
    /// Several updates, each with its own filter, in one command.
    UpdateEach,
    /// Deletes one document, or all that match.
    Delete,
    /// Asks the server whether it is there.
    Ping,
    /// Reads what a pipeline makes of the collection, a batch at a time.
    Aggregate,
    /// The different values of one field.
    Distinct,
    /// Changes, replaces or deletes one document and answers it.
    FindAndModify,
    /// Many writes of different kinds, each with an outcome of its own.
    Bulk,
    /// A command as the caller wrote it.
    Command,
    /// Starts the session's transaction.
    StartTransaction,
    /// Commits the session's transaction.
    CommitTransaction,
    /// Aborts the session's transaction.
    AbortTransaction,
    /// Brings documents up to date with the model's encryption.
    Rotate,
    /// Inserts a document where nothing matches, and answers it, or what did.
    InsertUnlessFound,
    /// Reads documents, and keeps others from writing them until the transaction ends.
    FindAndLock,
    /// Takes numbers in a row from the counter of the model's collection.
    Sequence,
    /// Compares a collection with what models declare of it, and brings it in line, a step at a
    /// time.
    Indexes,
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
            16 => Self::InsertUnlessFound,
            17 => Self::FindAndLock,
            18 => Self::Sequence,
            19 => Self::Indexes,
            _ => return None,
        })
    }
}

impl Kind {
    /// Whether it changes nothing, whatever becomes of it.
    #[must_use]
    pub const fn reads(self) -> bool {
        matches!(self, Self::Find | Self::Count | Self::Ping | Self::Aggregate | Self::Distinct)
    }

    /// Whether what stands behind its head may describe a query.
    #[must_use]
    pub const fn is_described(self) -> bool {
        matches!(
            self,
            Self::Find
                | Self::Count
                | Self::Update
                | Self::Delete
                | Self::Aggregate
                | Self::Distinct
                | Self::FindAndModify
                | Self::InsertUnlessFound
                | Self::FindAndLock
        )
    }
}

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
    BeforeRestore,
    AfterRestore,
    BeforeForceDelete,
    AfterForceDelete,
    BeforeUpdateQuery,
    AfterUpdateQuery,
    BeforeDeleteQuery,
    AfterDeleteQuery,
    BeforeBulkWrite,
    AfterBulkWrite,
    BeforeValidate,
    Validator,
    AfterValidate,
    OnInit,
    Listeners,
}

/// How many hook events there are.
pub const EVENTS: usize = 31;

/// An operation that raises hook events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
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
    /// What a query matches is updated.
    UpdateQuery,
    /// What a query matches is deleted.
    DeleteQuery,
    /// Statements of many kinds: `bulkWrite`, `upsertMany`.
    BulkWrite,
    /// The transaction in which a model was written was committed.
    Commit,
    /// The transaction in which a model was written was rolled back.
    Rollback,
    /// A deleted instance that was kept is there again.
    Restore,
    /// An instance is deleted for good, where deletes keep it.
    ForceDelete,
}

impl Lifecycle {
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
            7 => Self::UpdateQuery,
            8 => Self::DeleteQuery,
            9 => Self::BulkWrite,
            10 => Self::Commit,
            11 => Self::Rollback,
            12 => Self::Restore,
            13 => Self::ForceDelete,
            _ => return None,
        })
    }
}

impl Lifecycle {
    /// Events before the command, in order. As in Lucid the specific event comes first.
    #[must_use]
    pub const fn before(self) -> &'static [Event] {
        match self {
            Self::Create => &[
                Event::BeforeValidate,
                Event::Validator,
                Event::AfterValidate,
                Event::BeforeCreate,
                Event::BeforeSave,
            ],
            Self::Update => &[
                Event::BeforeValidate,
                Event::Validator,
                Event::AfterValidate,
                Event::BeforeUpdate,
                Event::BeforeSave,
            ],
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
            Self::Create => &[Event::AfterCreate, Event::AfterSave, Event::Listeners],
            Self::Update => &[Event::AfterUpdate, Event::AfterSave, Event::Listeners],
            Self::Delete => &[Event::AfterDelete, Event::Listeners],
            Self::Find => &[Event::AfterFind],
            Self::Fetch | Self::Stream => &[Event::AfterFetch],
            Self::Paginate => &[Event::AfterPaginate, Event::AfterFetch],
            Self::UpdateQuery => &[Event::AfterUpdateQuery, Event::Listeners],
            Self::DeleteQuery => &[Event::AfterDeleteQuery, Event::Listeners],
            Self::BulkWrite => &[Event::AfterBulkWrite, Event::Listeners],
            Self::Commit => &[Event::AfterCommit],
            Self::Rollback => &[Event::AfterRollback],
            Self::Restore => &[Event::AfterRestore, Event::Listeners],
            Self::ForceDelete => &[Event::AfterDelete, Event::AfterForceDelete, Event::Listeners],
        }
    }
}

/// Kinds of the steps of a lifecycle run.
pub mod step {
    /// The operation is over.
    pub const DONE: u32 = 0;
    /// Call a handler.
    pub const HOOK: u32 = 1;
    /// Encode, submit, and await the reply.
    pub const COMMAND: u32 = 2;
    /// Take the reply: hydrate, mark as persisted.
    pub const SETTLE: u32 = 3;
    /// Move on to the next subject.
    pub const NEXT: u32 = 4;
    /// Go back to the first subject.
    pub const REWIND: u32 = 5;
    /// Reject: a before hook answered `false`.
    pub const ABORT: u32 = 6;
    /// Reject with what was thrown.
    pub const FAIL: u32 = 7;
}

/// How the last step of a lifecycle run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Ok,
    /// A handler answered `false`.
    Refused,
    /// A handler or the command failed.
    Threw,
    /// There was nothing to write.
    Clean,
}

impl Outcome {
    /// From the number that JavaScript uses.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Ok,
            1 => Self::Refused,
            2 => Self::Threw,
            3 => Self::Clean,
            _ => return None,
        })
    }
}

/// What a statement of a bulk write does; its document has the name, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementKind {
    /// It inserts the document.
    Insert,
    /// It changes or replaces what its filter finds.
    Update,
    /// It deletes what its filter finds.
    Delete,
}

impl StatementKind {
    /// From its name.
    #[must_use]
    pub const fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"insert" => Self::Insert,
            b"update" => Self::Update,
            b"delete" => Self::Delete,
            _ => return None,
        })
    }
}

/// Where in a step's number its parts stand; the kind is in the bits below.
pub mod step_bits {
    /// The hook event starts at this bit.
    pub const EVENT: u32 = 4;
    /// The handler's index starts at this bit.
    pub const HANDLER: u32 = 9;
}

/// Flags of a record in the table of completions.
pub mod completion_flag {
    /// The payload is an error.
    pub const FAILED: u32 = 1;
    /// More completions of this operation will come.
    pub const MORE: u32 = 2;
    /// The attachment is JSON text.
    pub const JSON: u32 = 4;
}

/// What a drain into a slab left, in the low bits of its answer.
pub mod left {
    /// Nothing: the next completion sends a wake.
    pub const NOTHING: u32 = 0;
    /// The next record needs more room than this slab has.
    pub const SLAB: u32 = 1;
    /// The next record has attachments, or needs more room than any slab has.
    pub const ATTACHMENTS: u32 = 2;
}

/// What the head of a submitted request says beyond handles and numbers.
pub mod submission {
    /// In the place of a slot to wait for: none.
    pub const NOBODY: u32 = 4_294_967_295;
    /// Flag: the operation tells where its time goes.
    pub const TRACE: u32 = 1;
    /// The length of the context behind the request starts at this bit of the flags.
    pub const CONTEXT: u32 = 8;
}

/// What a clause of a description says.
pub mod clause_kind {
    /// `$eq`.
    pub const EQUAL: i32 = 0;
    /// `$gt`.
    pub const GREATER: i32 = 1;
    /// `$gte`.
    pub const GREATER_OR_EQUAL: i32 = 2;
    /// `$lt`.
    pub const LESS: i32 = 3;
    /// `$lte`.
    pub const LESS_OR_EQUAL: i32 = 4;
    /// One of a list.
    pub const IN: i32 = 5;
    /// From one value to another.
    pub const BETWEEN: i32 = 6;
    /// `LIKE`, with a pattern.
    pub const LIKE: i32 = 7;
    /// `ILIKE`, with a pattern.
    pub const FOLDED_LIKE: i32 = 8;
    /// The field is there.
    pub const EXISTS: i32 = 9;
    /// Operators as they are sent.
    pub const TEST: i32 = 10;
    /// Finished filters: where it holds, and where it does not.
    pub const EITHER: i32 = 11;
    /// A text search.
    pub const TEXT: i32 = 12;
    /// A native filter.
    pub const RAW: i32 = 13;
    /// Begins a group.
    pub const GROUP: i32 = 14;
    /// Begins conditions on an element of an array.
    pub const ELEMENT: i32 = 15;
    /// Ends a group or the conditions on an element.
    pub const END: i32 = 16;
    /// There are related rows: the head's `has` says which.
    pub const RELATED: i32 = 17;
}

/// Flags of a clause, added to its kind.
pub mod clause_flag {
    /// It does not hold.
    pub const NEGATED: i32 = 32;
    /// It is an alternative to those before it.
    pub const OR: i32 = 64;
}

/// What a description asks of its query.
pub mod asks {
    /// Its rows.
    pub const ROWS: i32 = 0;
    /// Their number.
    pub const COUNT: i32 = 1;
    /// Which documents match.
    pub const FILTER: i32 = 2;
    /// What its conditions say of `_id`.
    pub const KEY: i32 = 3;
}

/// What an aggregate of a description makes of the values.
pub mod calculate {
    /// How many there are.
    pub const COUNT: i32 = 0;
    /// The least.
    pub const MIN: i32 = 1;
    /// The greatest.
    pub const MAX: i32 = 2;
    /// Their sum.
    pub const SUM: i32 = 3;
    /// Their average.
    pub const AVG: i32 = 4;
}

/// What a chunk's tags say beyond BSON's type codes.
pub mod tag {
    /// The document lacks the field.
    pub const MISSING: u8 = 0;
    /// An ObjectId whose 24 hexadecimal digits stand in the text region.
    pub const ID_TEXT: u8 = 7;
    /// A string in which something is not ASCII.
    pub const WIDE_STRING: u8 = 130;
    /// A document in which a text is not ASCII.
    pub const WIDE_DOCUMENT: u8 = 131;
    /// An array in which a text is not ASCII.
    pub const WIDE_ARRAY: u8 = 132;
    /// The 12 bytes of an ObjectId.
    pub const ID_BYTES: u8 = 135;
}

/// Subtypes of binary data that the package writes.
pub mod subtype {
    /// An encrypted value.
    pub const ENVELOPE: u8 = 225;
    /// An entry of a blind index.
    pub const ENTRY: u8 = 226;
}

/// Sizes and counts that both languages go by.
pub mod limit {
    /// The head of a submitted request: eight 32-bit words.
    pub const HEAD_BYTES: usize = 32;
    /// A slab that JavaScript hands in for completions.
    pub const SLAB_BYTES: usize = 65_536;
    /// The head of a record in the table of completions.
    pub const RECORD_BYTES: usize = 16;
    /// Payload of one drain at most: what is left waits for the next turn of the event loop, so
    /// that no drain holds the loop for long.
    pub const DRAIN_BYTES: usize = 524_288;
    /// After a drain of this size JavaScript drains again in the next turn of the event loop, and
    /// no wake is sent until then: a wake that is sent during a drain would be answered in the same
    /// turn.
    pub const TURN_BYTES: usize = 262_144;
    /// A table of completions takes inline payloads until it has this size, so that a small
    /// document kept alive does not keep a large buffer alive.
    pub const TABLE_BYTES: usize = 65_536;
    /// Chunks above this size cross as buffers of their own.
    pub const INLINE_BYTES: usize = 16_384;
    /// Batches that may be under way before the reader asks for more: enough to keep server, core
    /// and reader busy at once, few enough to bound memory.
    pub const WINDOW_BATCHES: usize = 4;
    /// The head of a chunk.
    pub const CHUNK_HEAD_BYTES: usize = 16;
    /// Documents in one chunk at most: a document kept alive keeps its chunk alive.
    pub const CHUNK_ROWS: usize = 64;
    /// The document that takes a chunk past this many bytes is its last.
    pub const CHUNK_BYTES: usize = 65_536;
    /// Hexadecimal digits of an ObjectId.
    pub const ID_DIGITS: usize = 24;
    /// MongoDB's limit for a stored document.
    pub const DOCUMENT_BYTES: usize = 16_777_216;
    /// Statements of one request together at most, unless a single one is larger.
    pub const COMMAND_BYTES: usize = 16_777_216;
    /// Bytes of a database's name at most.
    pub const DATABASE_NAME: usize = 63;
    /// Levels of documents and arrays that MongoDB stores, the document itself included.
    pub const DOCUMENT_DEPTH: usize = 100;
    /// Relations that one read loads at most, those below others included.
    pub const LEGS: usize = 256;
    /// Relations below each other in one read.
    pub const LEG_DEPTH: usize = 16;
}

/// What holds for a connection unless its settings say otherwise.
pub mod preset {
    /// Sockets of the pool: the Rust driver's own default of 10 costs a third of the throughput.
    pub const MAX_POOL_SIZE: u32 = 100;
}

/// An option of connection strings that the core reads itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlOption {
    /// `timeoutMS`.
    TimeoutMS,
    /// `uuidRepresentation`.
    UuidRepresentation,
    /// `w`.
    W,
}

impl UrlOption {
    /// From its name in any case.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        [Self::TimeoutMS, Self::UuidRepresentation, Self::W]
            .into_iter()
            .find(|one| one.name().eq_ignore_ascii_case(name))
    }

    /// Its name as it is documented.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TimeoutMS => "timeoutMS",
            Self::UuidRepresentation => "uuidRepresentation",
            Self::W => "w",
        }
    }
}

/// The one field of the document around a value that is compared with an encrypted column; a
/// request in which one is left is not sent.
pub const PLAIN_MARK: &[u8] = b"\x01lucent.plain";
