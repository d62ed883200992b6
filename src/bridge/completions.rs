//! Replies pile up here; one coalesced wake tells JavaScript to fetch them all.

use crate::document::json::JsonText;
use crate::ops::{Reply, Sink};
use crate::protocol::completion_flag::{FAILED, JSON, MORE};
use crate::protocol::left;
use crate::protocol::limit::{
    DRAIN_BYTES, INLINE_BYTES, RECORD_BYTES, SLAB_BYTES, TABLE_BYTES, TURN_BYTES,
};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use std::borrow::Cow;
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

    /// Writes records into `room` for as long as they fit. Answers how many bytes it wrote; `over` is
    /// told the slots whose operation is over. No wake is sent while something is left: JavaScript
    /// asks again by itself.
    pub(super) fn drain(&self, room: &mut [u8], mut over: impl FnMut(u32)) -> (usize, u32) {
        let mut written = 0;
        let mut queue = self.lock();
        let rest = loop {
            let Some(completion) = queue.front() else {
                self.signalled.store(false, Ordering::Release);
                break left::NOTHING;
            };
            let Some(inline) = completion.inline() else { break left::ATTACHMENTS };
            let size = RECORD_BYTES + inline.len().next_multiple_of(8);
            let Some(record) = room.get_mut(written..written + size) else {
                break if size > SLAB_BYTES { left::ATTACHMENTS } else { left::SLAB };
            };
            completion.write(0, &inline, record);
            written += size;
            if !completion.more {
                over(completion.slot);
            }
            drop(inline);
            queue.pop_front();
        };
        if rest != left::NOTHING {
            self.signalled.store(true, Ordering::Release);
        }
        (written, rest)
    }

    /// Takes what is ready, up to a bound: the table, then the attachments that its records refer to in
    /// order.
    pub(super) fn drain_attached(&self, mut over: impl FnMut(u32)) -> Vec<Attachment> {
        self.signalled.store(false, Ordering::Release);
        let mut table = Vec::new();
        let mut attachments = Vec::new();
        let mut size = 0;
        let mut queue = self.lock();
        while size < DRAIN_BYTES && table.len() < TABLE_BYTES {
            let Some(completion) = queue.pop_front() else { break };
            if !completion.more {
                over(completion.slot);
            }
            size += append(completion, &mut table, &mut attachments);
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
        buffers
    }
}

impl Completion {
    /// What stands in the record itself; `None` where there is something to attach.
    fn inline(&self) -> Option<Cow<'_, [u8]>> {
        match &self.reply {
            Reply::Document(reply) => Some(Cow::Borrowed(reply.as_bytes())),
            Reply::Failed(error) => Some(Cow::Owned(error.to_document().into_bytes())),
            Reply::Chunks(chunks) => match chunks.as_slice() {
                [] => Some(Cow::Borrowed(&[])),
                [one] if one.len() <= INLINE_BYTES => Some(Cow::Borrowed(one)),
                _ => None,
            },
            Reply::Json(_) => None,
        }
    }

    /// Writes head and inline payload; `record` has their size.
    fn write(&self, attached: u32, inline: &[u8], record: &mut [u8]) {
        let mut flags = if self.more { MORE } else { 0 };
        match &self.reply {
            Reply::Failed(_) => flags |= FAILED,
            Reply::Json(_) => flags |= JSON,
            Reply::Document(_) | Reply::Chunks(_) => {}
        }
        let length = u32::try_from(inline.len()).unwrap_or(u32::MAX);
        let (head, rest) = record.split_at_mut(RECORD_BYTES);
        for (place, word) in head.chunks_exact_mut(4).zip([self.slot, flags, attached, length]) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        let (payload, padding) = rest.split_at_mut(inline.len());
        payload.copy_from_slice(inline);
        padding.fill(0);
    }
}

/// Appends a record; answers how many bytes it carries.
fn append(completion: Completion, table: &mut Vec<u8>, attachments: &mut Vec<Attachment>) -> usize {
    let inline = completion.inline();
    let attached = match (&inline, &completion.reply) {
        (None, Reply::Chunks(chunks)) => u32::try_from(chunks.len()).unwrap_or(u32::MAX),
        (None, _) => 1,
        (Some(_), _) => 0,
    };
    let inline = inline.unwrap_or_default();
    let start = table.len();
    table.resize(start + RECORD_BYTES + inline.len().next_multiple_of(8), 0);
    if let Some(record) = table.get_mut(start..) {
        completion.write(attached, &inline, record);
    }
    let mut carried = RECORD_BYTES + inline.len();
    drop(inline);
    if attached > 0 {
        let first = attachments.len();
        match completion.reply {
            Reply::Chunks(chunks) => attachments.extend(chunks.into_iter().map(Attachment::Bytes)),
            Reply::Json(text) => attachments.push(Attachment::Text(text)),
            Reply::Document(_) | Reply::Failed(_) => {}
        }
        carried += attachments.iter().skip(first).map(Attachment::len).sum::<usize>();
    }
    carried
}
