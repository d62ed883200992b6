//! How many handlers a model has.

use crate::protocol::{EVENTS, Event};
use bson::RawArray;

/// Handlers of each hook event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hooks([u16; EVENTS]);

impl Hooks {
    /// From counts in the order of [`Event`].
    #[must_use]
    pub const fn new(counts: [u16; EVENTS]) -> Self {
        Self(counts)
    }

    /// Those of the events that `muted` has no bit of.
    #[must_use]
    pub fn without(self, muted: u32) -> Self {
        let mut kept = self;
        for (place, count) in kept.0.iter_mut().enumerate() {
            if muted >> place & 1 == 1 {
                *count = 0;
            }
        }
        kept
    }

    /// How many handlers `event` has.
    #[must_use]
    pub const fn count(&self, event: Event) -> u16 {
        self.0[event as usize]
    }

    /// From a descriptor's list of counts. Events that it does not know have no handlers.
    #[must_use]
    pub fn from_raw(list: &RawArray) -> Option<Self> {
        let mut hooks = Self::default();
        for (place, entry) in list.into_iter().enumerate() {
            *hooks.0.get_mut(place)? = u16::try_from(entry.ok()?.as_i32()?).ok()?;
        }
        Some(hooks)
    }
}
