//! A model's columns as the chunk writer sees them: stored names in order.

use std::collections::HashMap;

/// The columns of one model, in the order of its descriptor.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    names: Vec<Box<[u8]>>,
    ids: Vec<bool>,
    places: HashMap<Box<[u8]>, usize>,
}

impl Columns {
    /// `columns`: stored name, and whether an ObjectId there reads as hexadecimal text.
    pub fn new(columns: impl IntoIterator<Item = (String, bool)>) -> Self {
        let mut out = Self::default();
        for (name, id) in columns {
            let name: Box<[u8]> = name.into_bytes().into();
            out.places.insert(name.clone(), out.names.len());
            out.names.push(name);
            out.ids.push(id);
        }
        out
    }

    /// How many columns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether the model declares no columns, or plain documents are read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether an ObjectId of this column reads as hexadecimal text.
    #[must_use]
    pub fn reads_id_as_text(&self, place: usize) -> bool {
        self.ids[place]
    }

    /// The place of a stored name. Documents mostly hold their fields in the order in which the
    /// model declares them, so `expected` (one past the last hit) is tried first.
    #[must_use]
    pub fn place(&self, name: &[u8], expected: usize) -> Option<usize> {
        match self.names.get(expected) {
            Some(guess) if **guess == *name => Some(expected),
            _ => self.places.get(name).copied(),
        }
    }
}
