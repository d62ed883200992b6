//! Dates as JavaScript and Luxon write them.

use super::{Unfit, Zone};

/// Milliseconds that a JavaScript `Date` can be away from 1970.
const FURTHEST: i64 = 8_640_000_000_000_000;
const DAY: i64 = 86_400_000;

/// What `Date.prototype.toJSON` answers, with its quotes.
pub fn moment(out: &mut Vec<u8>, millis: i64) {
    if !is_date(millis) {
        out.extend_from_slice(b"null");
        return;
    }
    out.push(b'"');
    day(out, millis);
    time(out, millis);
    out.extend_from_slice(b"Z\"");
}

/// What Luxon's `toISODate` answers in UTC, with its quotes.
pub fn calendar_day(out: &mut Vec<u8>, millis: i64) -> Result<(), Unfit> {
    if !is_date(millis) {
        return Err(Unfit);
    }
    out.push(b'"');
    day(out, millis);
    out.push(b'"');
    Ok(())
}

/// What Luxon's `toISO` answers in a zone, with its quotes.
pub fn zoned(out: &mut Vec<u8>, millis: i64, zone: &Zone) -> Result<(), Unfit> {
    if !is_date(millis) {
        return Err(Unfit);
    }
    let offset = zone.offset(millis).ok_or(Unfit)?;
    let local = millis + i64::from(offset) * 60_000;
    if !is_date(local) {
        return Err(Unfit);
    }
    out.push(b'"');
    day(out, local);
    time(out, local);
    if zone.is_utc() {
        out.push(b'Z');
    } else {
        let mut text = *b"+00:00";
        if offset < 0 {
            text[0] = b'-';
        }
        put(&mut text[1..3], offset.unsigned_abs() / 60);
        put(&mut text[4..6], offset.unsigned_abs() % 60);
        out.extend_from_slice(&text);
    }
    out.push(b'"');
    Ok(())
}

const fn is_date(millis: i64) -> bool {
    millis.unsigned_abs() <= FURTHEST.unsigned_abs()
}

fn day(out: &mut Vec<u8>, millis: i64) {
    let (year, month, day) = civil(millis.div_euclid(DAY));
    let mut text = *b"+000000-00-00";
    put(&mut text[1..7], year.unsigned_abs());
    put(&mut text[8..10], month);
    put(&mut text[11..13], day);
    if (0..=9999).contains(&year) {
        out.extend_from_slice(&text[3..]);
    } else {
        if year < 0 {
            text[0] = b'-';
        }
        out.extend_from_slice(&text);
    }
}

fn time(out: &mut Vec<u8>, millis: i64) {
    // Less than a day.
    let rest = u32::try_from(millis.rem_euclid(DAY)).unwrap_or_default();
    let mut text = *b"T00:00:00.000";
    put(&mut text[1..3], rest / 3_600_000);
    put(&mut text[4..6], rest / 60_000 % 60);
    put(&mut text[7..9], rest / 1000 % 60);
    put(&mut text[10..13], rest % 1000);
    out.extend_from_slice(&text);
}

/// Year, month and day of a day counted from 1970 (H. Hinnant, "chrono-compatible low-level date
/// algorithms": the year starts in March, so that the leap day ends it).
fn civil(days: i64) -> (i32, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // A `Date` is within 300,000 years of 1970.
    let small = |number: i64| u32::try_from(number).unwrap_or_default();
    (i32::try_from(year).unwrap_or_default(), small(month), small(day))
}

/// Fills the text with a number's digits.
#[allow(clippy::cast_possible_truncation, reason = "a digit is small")]
fn put(text: &mut [u8], number: u32) {
    let mut rest = number;
    for byte in text.iter_mut().rev() {
        *byte = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn moments() {
        for (millis, expected) in [
            (0, "\"1970-01-01T00:00:00.000Z\""),
            (-1, "\"1969-12-31T23:59:59.999Z\""),
            (1_709_210_096_789, "\"2024-02-29T12:34:56.789Z\""),
            (253_402_300_799_999, "\"9999-12-31T23:59:59.999Z\""),
            (253_402_300_800_000, "\"+010000-01-01T00:00:00.000Z\""),
            (-62_167_219_200_000, "\"0000-01-01T00:00:00.000Z\""),
            (-62_167_219_200_001, "\"-000001-12-31T23:59:59.999Z\""),
            (FURTHEST, "\"+275760-09-13T00:00:00.000Z\""),
            (-FURTHEST, "\"-271821-04-20T00:00:00.000Z\""),
            (FURTHEST + 1, "null"),
            (i64::MIN, "null"),
        ] {
            assert_eq!(text(|out| moment(out, millis)), expected);
        }
    }

    #[test]
    fn calendar_days() {
        assert_eq!(text(|out| calendar_day(out, 0).unwrap()), "\"1970-01-01\"");
        assert_eq!(
            text(|out| calendar_day(out, -62_167_219_200_001).unwrap()),
            "\"-000001-12-31\""
        );
        assert_eq!(calendar_day(&mut Vec::new(), FURTHEST + 1), Err(Unfit));
    }

    #[test]
    fn zones() {
        let india = Zone::fixed(330, false);
        assert_eq!(text(|out| zoned(out, 0, &india).unwrap()), "\"1970-01-01T05:30:00.000+05:30\"");
        let west = Zone::fixed(-45, false);
        assert_eq!(text(|out| zoned(out, 0, &west).unwrap()), "\"1969-12-31T23:15:00.000-00:45\"");
        let london = Zone::fixed(0, false);
        assert_eq!(
            text(|out| zoned(out, 0, &london).unwrap()),
            "\"1970-01-01T00:00:00.000+00:00\""
        );
        let utc = Zone::fixed(0, true);
        assert_eq!(text(|out| zoned(out, 0, &utc).unwrap()), "\"1970-01-01T00:00:00.000Z\"");
        assert_eq!(zoned(&mut Vec::new(), FURTHEST, &india), Err(Unfit));
        assert_eq!(zoned(&mut Vec::new(), 0, &Zone::default()), Err(Unfit));
    }
}
