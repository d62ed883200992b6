//! The time zone in which moments are shown: what JavaScript says of Luxon's default zone.

use bson::{RawBsonRef, RawDocument};

/// Offsets from UTC in minutes, and when they change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Zone {
    /// Shown as `Z`.
    utc: bool,
    /// Ends of the time for which offsets are known; `None` for all time.
    known: Option<(i64, i64)>,
    /// Offset before the first change; `None` when no zone was given.
    first: Option<i32>,
    /// Since when, and the offset from then on; in order.
    changes: Vec<(i64, i32)>,
}

/// A change is the moment and the offset, two 64-bit floats.
const CHANGE: usize = 16;

impl Zone {
    /// A zone of one offset.
    #[must_use]
    pub const fn fixed(offset: i32, utc: bool) -> Self {
        Self { utc, known: None, first: Some(offset), changes: Vec::new() }
    }

    /// Reads a zone as `docs/internal/boundary.md` lays it out; `None` when it is something else.
    #[must_use]
    pub fn from_raw(document: &RawDocument) -> Option<Self> {
        let number = |key: &str| document.get(key).ok().flatten().and_then(number);
        let known = match (number("from"), number("to")) {
            (None, None) => None,
            (from, to) => Some((from?, to?)),
        };
        let mut changes = Vec::new();
        if let Some(value) = document.get("changes").ok()? {
            let RawBsonRef::Binary(binary) = value else { return None };
            for change in binary.bytes.chunks_exact(CHANGE) {
                let (moment, offset) = change.split_at(CHANGE / 2);
                let offset = i32::try_from(whole(float(offset)?)?).ok()?;
                changes.push((whole(float(moment)?)?, offset));
            }
        }
        Some(Self {
            utc: document.get_bool("utc").unwrap_or(false),
            known,
            first: Some(i32::try_from(number("offset")?).ok()?),
            changes,
        })
    }

    /// Whether moments are shown with a `Z` in place of their offset.
    #[must_use]
    pub const fn is_utc(&self) -> bool {
        self.utc
    }

    /// The offset at a moment, where it is known.
    #[must_use]
    pub fn offset(&self, millis: i64) -> Option<i32> {
        if self.known.is_some_and(|(from, to)| millis < from || millis >= to) {
            return None;
        }
        match self.changes.partition_point(|(since, _)| *since <= millis) {
            0 => self.first,
            place => Some(self.changes[place - 1].1),
        }
    }
}

fn number(value: RawBsonRef<'_>) -> Option<i64> {
    match value {
        RawBsonRef::Int32(number) => Some(number.into()),
        RawBsonRef::Int64(number) => Some(number),
        RawBsonRef::Double(number) => whole(number),
        _ => None,
    }
}

fn float(bytes: &[u8]) -> Option<f64> {
    bytes.try_into().ok().map(f64::from_le_bytes)
}

#[allow(clippy::cast_possible_truncation, reason = "the guard admits whole numbers that fit")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9.1e15).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::spec::BinarySubtype;
    use bson::{Binary, rawdoc};

    #[test]
    fn offsets_change_at_their_moments() {
        let mut bytes = Vec::new();
        for number in [1000.0_f64, 120.0, 5000.0, 60.0] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let changes = Binary { subtype: BinarySubtype::Generic, bytes };
        let zone = rawdoc! { "offset": 60, "from": 0, "to": 9000.0, "changes": changes };
        let zone = Zone::from_raw(&zone).unwrap();
        let offsets = [-1, 0, 999, 1000, 4999, 5000, 8999, 9000].map(|millis| zone.offset(millis));
        assert_eq!(
            offsets,
            [None, Some(60), Some(60), Some(120), Some(120), Some(60), Some(60), None]
        );
    }

    #[test]
    fn what_is_no_zone_is_refused() {
        assert_eq!(Zone::from_raw(&rawdoc! {}), None);
        assert_eq!(Zone::from_raw(&rawdoc! { "offset": 0.5 }), None);
        assert_eq!(Zone::from_raw(&rawdoc! { "offset": 0, "from": 1 }), None);
        assert_eq!(Zone::from_raw(&rawdoc! { "offset": 0, "changes": 1 }), None);
        assert_eq!(
            Zone::from_raw(&rawdoc! { "offset": 0, "utc": true }),
            Some(Zone::fixed(0, true))
        );
    }
}
