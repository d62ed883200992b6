//! Objects: JavaScript puts names that are array indices first, lets a name occur once, and reads
//! some documents as references.

use super::value::{id, is_shown, next, string, value};
use super::{Style, Unfit, text};
use crate::document::element::{self, Element, tag};
use std::collections::HashMap;

/// The largest array index of JavaScript.
const MOST_INDEX: u64 = (1 << 32) - 2;
/// Bits by which names of one document are told apart.
const SPOTS: usize = 1024;

/// A document about to be written.
#[derive(Debug)]
pub struct Object<'a> {
    bytes: &'a [u8],
    start: usize,
    limit: usize,
    /// Its names are not simply to be written in their order.
    irregular: bool,
    /// Its `$` names are those of a reference.
    reference: bool,
}

impl<'a> Object<'a> {
    /// Looks at the names of the document at `start`.
    pub fn read(bytes: &'a [u8], start: usize) -> Result<Self, Unfit> {
        let limit = element::document_end(bytes, start).map_err(|_| Unfit)?;
        let mut spots = [0_u64; SPOTS / 64];
        let mut irregular = false;
        let mut dollars = Dollars::None;
        let mut at = start + 4;
        while let Some(found) = next(bytes, at, limit)? {
            let name = found.name(bytes);
            match name.first() {
                Some(b'0'..=b'9') => irregular |= index(name).is_some(),
                Some(b'$') => dollars = dollars.and(name),
                _ => {}
            }
            let spot = spot(name);
            irregular |= spots[spot / 64] >> (spot % 64) & 1 == 1;
            spots[spot / 64] |= 1 << (spot % 64);
            at = found.end;
        }
        let reference = dollars == Dollars::Reference;
        Ok(Self { bytes, start, limit, irregular: irregular || reference, reference })
    }

    /// Appends the object's text.
    pub fn write(&self, out: &mut Vec<u8>, style: Style) -> Result<(), Unfit> {
        if !self.irregular {
            let mut fields = Fields::open(out, style, self.bytes);
            let mut at = self.start + 4;
            while let Some(found) = next(self.bytes, at, self.limit)? {
                fields.put(&found)?;
                at = found.end;
            }
            fields.close();
            return Ok(());
        }
        let entries = self.entries()?;
        if self.reference
            && let Some(reference) = Reference::among(self.bytes, &entries)
        {
            return reference.write(out, style, &entries);
        }
        let mut fields = Fields::open(out, style, self.bytes);
        for found in &entries {
            fields.put(found)?;
        }
        fields.close();
        Ok(())
    }

    /// The fields as an object of JavaScript holds them: array indices in front; of one name the last
    /// value, at the place of the first.
    fn entries(&self) -> Result<Vec<Element>, Unfit> {
        let mut indices: Vec<(u64, Element)> = Vec::new();
        let mut others: Vec<Element> = Vec::new();
        let mut places: HashMap<&[u8], usize> = HashMap::new();
        let mut at = self.start + 4;
        while let Some(found) = next(self.bytes, at, self.limit)? {
            at = found.end;
            let name = found.name(self.bytes);
            if let Some(index) = index(name) {
                indices.push((index, found));
            } else if let Some(place) = places.get(name) {
                others[*place] = found;
            } else {
                places.insert(name, others.len());
                others.push(found);
            }
        }
        indices.sort_by_key(|(index, _)| *index);
        let mut entries: Vec<Element> = Vec::with_capacity(indices.len() + others.len());
        let mut previous = None;
        for (index, found) in indices {
            if previous == Some(index) {
                entries.pop();
            }
            previous = Some(index);
            entries.push(found);
        }
        entries.extend(others);
        Ok(entries)
    }
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

/// The fields of one object, being written.
struct Fields<'a, 'b> {
    out: &'b mut Vec<u8>,
    style: Style,
    bytes: &'a [u8],
    first: bool,
}

impl<'a, 'b> Fields<'a, 'b> {
    fn open(out: &'b mut Vec<u8>, style: Style, bytes: &'a [u8]) -> Self {
        out.push(b'{');
        Self { out, style, bytes, first: true }
    }

    fn put(&mut self, found: &Element) -> Result<(), Unfit> {
        if !is_shown(found) {
            return Ok(());
        }
        self.name(found.name(self.bytes));
        value(self.out, self.style, self.bytes, found)
    }

    fn name(&mut self, name: &[u8]) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        text::quoted(self.out, name);
        self.out.push(b':');
    }

    fn close(self) {
        self.out.push(b'}');
    }
}

/// A document that reads as a `DBRef`.
struct Reference<'a> {
    bytes: &'a [u8],
    collection: &'a [u8],
    id: Element,
    db: Option<&'a [u8]>,
}

impl<'a> Reference<'a> {
    /// `None` when the values are not those of a reference.
    fn among(bytes: &'a [u8], entries: &[Element]) -> Option<Self> {
        let get = |name: &[u8]| entries.iter().find(|found| found.name(bytes) == name);
        let text = |found: &Element| {
            matches!(found.tag, tag::STRING | tag::SYMBOL).then(|| string(bytes, found))
        };
        let collection = text(get(b"$ref")?)?;
        let id = *get(b"$id").filter(|id| !matches!(id.tag, tag::NULL | tag::UNDEFINED))?;
        let db = match get(b"$db") {
            Some(found) => Some(text(found)?),
            None => None,
        };
        let (collection, db) = split(collection).unwrap_or((collection, db));
        Some(Self { bytes, collection, id, db })
    }

    fn write(&self, out: &mut Vec<u8>, style: Style, entries: &[Element]) -> Result<(), Unfit> {
        let indices = entries.partition_point(|found| index(found.name(self.bytes)).is_some());
        let (indices, others) = entries.split_at(indices);
        let mut fields = Fields::open(out, style, self.bytes);
        for found in indices {
            fields.put(found)?;
        }
        fields.name(b"$ref");
        text::quoted(fields.out, self.collection);
        fields.name(b"$id");
        value(fields.out, style, self.bytes, &self.id)?;
        for found in others {
            match found.name(self.bytes) {
                b"$ref" | b"$id" | b"$db" => {}
                // The class loses it on the way, or takes it for a prototype.
                b"__proto__" => return Err(Unfit),
                _ => fields.put(found)?,
            }
        }
        if let Some(db) = self.db {
            fields.name(b"$db");
            text::quoted(fields.out, db);
        }
        fields.close();
        Ok(())
    }
}

/// A database and a collection, where a name holds exactly one dot.
fn split(name: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let dot = name.iter().position(|byte| *byte == b'.')?;
    let (db, collection) = (&name[..dot], &name[dot + 1..]);
    (!collection.contains(&b'.')).then_some((collection, Some(db)))
}

/// A pointer of old programs, which reads as a `DBRef`.
pub fn pointer(out: &mut Vec<u8>, bytes: &[u8], found: &Element) {
    let name_end = found.end - 13;
    let name = &bytes[found.value_at + 4..name_end];
    let (collection, db) = split(name).unwrap_or((name, None));
    out.extend_from_slice(b"{\"$ref\":");
    text::quoted(out, collection);
    out.extend_from_slice(b",\"$id\":");
    id(out, &bytes[found.end - 12..found.end]);
    if let Some(db) = db {
        out.extend_from_slice(b",\"$db\":");
        text::quoted(out, db);
    }
    out.push(b'}');
}
