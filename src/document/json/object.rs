//! Objects: JavaScript puts names that are array indices first, lets a name occur once, and reads
//! some documents as references.

use super::tape::Entry;
use super::value::{Writer, is_shown};
use super::{Unfit, text};
use crate::document::element::{Element, tag};
use std::collections::HashMap;

/// The largest array index of JavaScript.
const MOST_INDEX: u64 = (1 << 32) - 2;
/// Bits by which names of one document are told apart.
const SPOTS: usize = 1024;

impl<'a> Writer<'a> {
    /// Appends the object, or the reference, whose fields are the entries from `first` to `end`.
    pub fn object(&mut self, first: usize, end: usize) -> Result<(), Unfit> {
        let names = self.look(first, end);
        self.object_of(names, first, end)
    }

    /// Appends the scope of code. It is no reference, whatever its fields.
    pub fn scope(&mut self, first: usize, end: usize) -> Result<(), Unfit> {
        let names = Names { dollars: Dollars::None, ..self.look(first, end) };
        self.object_of(names, first, end)
    }

    fn object_of(&mut self, names: Names, first: usize, end: usize) -> Result<(), Unfit> {
        if !names.irregular && names.dollars != Dollars::Reference {
            self.out.push(b'{');
            let mut written = false;
            let mut place = first;
            while place < end {
                self.field(place, &mut written)?;
                place = self.entries[place].next;
            }
            self.out.push(b'}');
            return Ok(());
        }
        let places = self.ordered(first, end);
        if names.dollars == Dollars::Reference
            && let Some(reference) = self.reference(&places)
        {
            return self.put_reference(&reference, &places);
        }
        self.out.push(b'{');
        let mut written = false;
        for place in places {
            self.field(place, &mut written)?;
        }
        self.out.push(b'}');
        Ok(())
    }

    /// What is special about the names.
    fn look(&self, first: usize, end: usize) -> Names {
        let mut names = Names { irregular: false, dollars: Dollars::None };
        let mut spots = [0_u64; SPOTS / 64];
        let mut place = first;
        while place < end {
            let Entry { found, next } = &self.entries[place];
            let name = found.name(self.bytes);
            match name.first() {
                Some(b'0'..=b'9') => names.irregular |= index(name).is_some(),
                Some(b'$') => names.dollars = names.dollars.and(name),
                _ => {}
            }
            let spot = spot(name);
            names.irregular |= spots[spot / 64] >> (spot % 64) & 1 == 1;
            spots[spot / 64] |= 1 << (spot % 64);
            place = *next;
        }
        names
    }

    /// The fields as an object of JavaScript holds them: array indices in front; of one name the last
    /// value, at the place of the first.
    fn ordered(&self, first: usize, end: usize) -> Vec<usize> {
        let mut indices: Vec<(u64, usize)> = Vec::new();
        let mut others: Vec<usize> = Vec::new();
        let mut known: HashMap<&[u8], usize> = HashMap::new();
        let mut place = first;
        while place < end {
            let name = self.name(place);
            if let Some(index) = index(name) {
                indices.push((index, place));
            } else if let Some(earlier) = known.get(name) {
                others[*earlier] = place;
            } else {
                known.insert(name, others.len());
                others.push(place);
            }
            place = self.entries[place].next;
        }
        indices.sort_by_key(|(index, _)| *index);
        let mut places: Vec<usize> = Vec::with_capacity(indices.len() + others.len());
        let mut previous = None;
        for (index, place) in indices {
            if previous == Some(index) {
                places.pop();
            }
            previous = Some(index);
            places.push(place);
        }
        places.extend(others);
        places
    }

    fn name(&self, place: usize) -> &'a [u8] {
        self.entries[place].found.name(self.bytes)
    }

    /// A name and its value, unless that is undefined. `written`: another field is there already.
    fn field(&mut self, place: usize, written: &mut bool) -> Result<(), Unfit> {
        if !is_shown(&self.entries[place].found) {
            return Ok(());
        }
        self.key(self.name(place), written);
        self.value(place)
    }

    fn key(&mut self, name: &[u8], written: &mut bool) {
        if *written {
            self.out.push(b',');
        }
        *written = true;
        text::quoted(self.out, name);
        self.out.push(b':');
    }

    /// `None` when the values are not those of a reference.
    fn reference(&self, places: &[usize]) -> Option<Reference<'a>> {
        let get = |name: &[u8]| places.iter().copied().find(|place| self.name(*place) == name);
        let text = |place: usize| {
            let found = &self.entries[place].found;
            matches!(found.tag, tag::STRING | tag::SYMBOL).then(|| self.string(found))
        };
        let collection = text(get(b"$ref")?)?;
        let id = get(b"$id")?;
        if matches!(self.entries[id].found.tag, tag::NULL | tag::UNDEFINED) {
            return None;
        }
        let db = match get(b"$db") {
            Some(place) => Some(text(place)?),
            None => None,
        };
        let (collection, db) = split(collection).unwrap_or((collection, db));
        Some(Reference { collection, id, db })
    }

    fn put_reference(&mut self, of: &Reference<'a>, places: &[usize]) -> Result<(), Unfit> {
        let indices = places.partition_point(|place| index(self.name(*place)).is_some());
        let (indices, others) = places.split_at(indices);
        self.out.push(b'{');
        let mut written = false;
        for place in indices {
            self.field(*place, &mut written)?;
        }
        self.key(b"$ref", &mut written);
        text::quoted(self.out, of.collection);
        self.key(b"$id", &mut written);
        self.value(of.id)?;
        for place in others {
            match self.name(*place) {
                b"$ref" | b"$id" | b"$db" => {}
                // The class loses it on the way, or takes it for a prototype.
                b"__proto__" => return Err(Unfit),
                _ => self.field(*place, &mut written)?,
            }
        }
        if let Some(db) = of.db {
            self.key(b"$db", &mut written);
            text::quoted(self.out, db);
        }
        self.out.push(b'}');
        Ok(())
    }

    /// A pointer of old programs, which reads as a `DBRef`.
    pub fn pointer(&mut self, found: &Element) {
        let name = &self.bytes[found.value_at + 4..found.end - 13];
        let (collection, db) = split(name).unwrap_or((name, None));
        let mut id = [0; 12];
        id.copy_from_slice(&self.bytes[found.end - 12..found.end]);
        self.put(b"{\"$ref\":");
        text::quoted(self.out, collection);
        self.put(b",\"$id\":");
        text::id(self.out, id);
        if let Some(db) = db {
            self.put(b",\"$db\":");
            text::quoted(self.out, db);
        }
        self.put(b"}");
    }
}

/// What the names of one document are.
#[derive(Clone, Copy)]
struct Names {
    /// They are not simply to be written in their order: array indices, or perhaps the same one twice.
    irregular: bool,
    dollars: Dollars,
}

/// What the names that start with a dollar are, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dollars {
    None,
    Reference,
    Other,
}

impl Dollars {
    fn and(self, name: &[u8]) -> Self {
        match (self, name) {
            (Self::Other, _) => Self::Other,
            (_, b"$ref" | b"$id" | b"$db") => Self::Reference,
            _ => Self::Other,
        }
    }
}

/// What a document holds that reads as a `DBRef`.
struct Reference<'a> {
    collection: &'a [u8],
    id: usize,
    db: Option<&'a [u8]>,
}

/// The value of a canonical array index.
fn index(name: &[u8]) -> Option<u64> {
    if name.is_empty() || name.len() > 10 || (name.len() > 1 && name[0] == b'0') {
        return None;
    }
    let mut index = 0;
    for byte in name {
        index = index * 10 + u64::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    (index <= MOST_INDEX).then_some(index)
}

/// A number below [`SPOTS`] that is the same for the same name.
#[inline]
fn spot(name: &[u8]) -> usize {
    let (first, last) = match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (name.first_chunk::<4>(), name.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
            }
            _ => (name.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
        },
    };
    let mixed =
        (first ^ last.rotate_left(29) ^ name.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    // The uppermost bits are the best mixed ones.
    usize::try_from(mixed >> 54).unwrap_or_default()
}

/// A database and a collection, where a name holds exactly one dot.
fn split(name: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let dot = name.iter().position(|byte| *byte == b'.')?;
    let (db, collection) = (&name[..dot], &name[dot + 1..]);
    (!collection.contains(&b'.')).then_some((collection, Some(db)))
}
