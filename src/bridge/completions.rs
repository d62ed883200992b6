//! Replies pile up here; one coalesced wake tells JavaScript to fetch them all.

use crate::document::json::JsonText;
use crate::ops::{Reply, Sink};
use crate::protocol::completion_flag::{FAILED, JSON, MORE};
use crate::protocol::limit::{DRAIN_BYTES, INLINE_BYTES, RECORD_BYTES, TABLE_BYTES, TURN_BYTES};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Wakes the JavaScript thread. Weak: it does not keep the process alive by itself.
pub(super) type Wake = ThreadsafeFunction<(), (), (), napi::Status, false, true>;

/// A reply on its way to JavaScript.
#[derive(Debug)]
pub(super) struct Completion {
    slot: u32,
    reply: Reply,
    more: bool,
}

/// The queue of one Node environment.
pub(super) struct Completions {
    queue: Mutex<VecDeque<Completion>>,
    signalled: AtomicBool,
    detached: AtomicBool,
    wake: Wake,
}

/// The sink of one operation.
pub(super) struct SlotSink {
    slot: u32,
    completions: Arc<Completions>,
    /// The last reply was handed over. JavaScript may have given the slot to another operation, and
    /// what was given up on may still be under way.
    over: AtomicBool,
}

impl SlotSink {
    pub(super) const fn new(slot: u32, completions: Arc<Completions>) -> Self {
        Self { slot, completions, over: AtomicBool::new(false) }
    }
}

impl Sink for SlotSink {
    fn deliver(&self, reply: Reply, more: bool) {
        // Replies of one operation come one after the other.
        if self.over.load(Ordering::Relaxed) {
            return;
        }
        self.over.store(!more, Ordering::Relaxed);
        self.completions.push(Completion { slot: self.slot, reply, more });
    }
}

/// What crosses by itself.
#[derive(Debug)]
pub(super) enum Attachment {
    Bytes(Vec<u8>),
    Text(JsonText),
}

impl Attachment {
    const fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Text(text) => text.len(),
        }
    }
}

/// What one drain hands over.
#[derive(Debug, Default)]
pub(super) struct Drained {
    /// The table, then the attachments that its records refer to in order.
    pub(super) buffers: Vec<Attachment>,
    /// Slots whose operation is over.
    pub(super) finished: Vec<u32>,
}

impl Completions {
    pub(super) fn new(wake: Wake) -> Self {
        Self {
            queue: Mutex::default(),
            signalled: AtomicBool::new(false),
            detached: AtomicBool::new(false),
            wake,
        }
    }

    /// The environment is going away: replies of operations still under way are dropped.
    pub(super) fn detach(&self) {
        self.detached.store(true, Ordering::Release);
        self.lock().clear();
    }

    pub(super) fn wake(&self) -> &Wake {
        &self.wake
    }

    fn push(&self, completion: Completion) {
        if self.detached.load(Ordering::Acquire) {
            return;
        }
        self.lock().push_back(completion);
        self.signal();
    }

    fn signal(&self) {
        if !self.signalled.swap(true, Ordering::AcqRel) {
            self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }

    /// A panic while the lock was held cannot have left the queue in a bad state.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Completion>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what is ready, up to a bound.
    pub(super) fn drain(&self) -> Drained {
        self.signalled.store(false, Ordering::Release);
        let mut table = Vec::new();
        let mut attachments = Vec::new();
        let mut finished = Vec::new();
        let mut size = 0;
        let mut queue = self.lock();
        while size < DRAIN_BYTES && table.len() < TABLE_BYTES {
            let Some(completion) = queue.pop_front() else { break };
            if !completion.more {
                finished.push(completion.slot);
            }
            size += write(completion, &mut table, &mut attachments);
        }
        let left = !queue.is_empty();
        let mut buffers = Vec::with_capacity(1 + attachments.len());
        if !table.is_empty() {
            buffers.push(Attachment::Bytes(table));
            buffers.append(&mut attachments);
        }
        if buffers.iter().map(Attachment::len).sum::<usize>() >= TURN_BYTES {
            self.signalled.store(true, Ordering::Release);
            drop(queue);
        } else {
            drop(queue);
            if left {
                self.signal();
            }
        }
        Drained { buffers, finished }
    }
}

/// Appends a record; answers how many bytes it carries.
fn write(completion: Completion, table: &mut Vec<u8>, attachments: &mut Vec<Attachment>) -> usize {
    let mut flags = if completion.more { MORE } else { 0 };
    let mut attached = 0_u32;
    let mut carried = 0;
    let mut inline: &[u8] = &[];
    let document;
    let mut chunks = Vec::new();
    match completion.reply {
        Reply::Document(reply) => {
            document = reply;
            inline = document.as_bytes();
        }
        Reply::Failed(error) => {
            flags |= FAILED;
            document = error.to_document();
            inline = document.as_bytes();
        }
        Reply::Chunks(all) => chunks = all,
        Reply::Json(text) => {
            flags |= JSON;
            attached = 1;
            carried = text.len();
            attachments.push(Attachment::Text(text));
        }
    }
    match chunks.as_slice() {
        [one] if one.len() <= INLINE_BYTES => inline = one,
        _ => {}
    }
    if inline.is_empty() {
        attached += u32::try_from(chunks.len()).unwrap_or(u32::MAX);
        carried += chunks.iter().map(Vec::len).sum::<usize>();
    }
    let length = u32::try_from(inline.len()).unwrap_or(u32::MAX);
    for word in [completion.slot, flags, attached, length] {
        table.extend_from_slice(&word.to_le_bytes());
    }
    table.extend_from_slice(inline);
    table.resize(table.len().next_multiple_of(8), 0);
    carried += inline.len() + RECORD_BYTES;
    if inline.is_empty() {
        attachments.extend(chunks.into_iter().map(Attachment::Bytes));
    }
    carried
}
