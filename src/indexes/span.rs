//! Spans of time as people write them: `30 days`, `12h`, `90`.

use bson::Bson;

const UNITS: [(&[&str], f64); 5] = [
    (&["s", "sec", "second", "seconds"], 1.0),
    (&["m", "min", "minute", "minutes"], 60.0),
    (&["h", "hour", "hours"], 3600.0),
    (&["d", "day", "days"], 86_400.0),
    (&["w", "week", "weeks"], 604_800.0),
];

/// The most seconds that the server takes.
const MOST: f64 = 2_147_483_647.0;

/// Seconds: of a number, or of a text with a unit. `None` for what is neither, or no whole number of seconds.
pub fn seconds(given: &Bson) -> Option<i32> {
    let number = match given {
        Bson::Int32(number) => f64::from(*number),
        #[allow(clippy::cast_precision_loss, reason = "what is so large is refused below")]
        Bson::Int64(number) => *number as f64,
        Bson::Double(number) => *number,
        Bson::String(text) => {
            let text = text.trim();
            let end =
                text.find(|one: char| !one.is_ascii_digit() && one != '.').unwrap_or(text.len());
            let (count, unit) = text.split_at(end);
            let unit = unit.trim().to_lowercase();
            let (_, each) = UNITS.iter().find(|(names, _)| names.contains(&unit.as_str()))?;
            count.parse::<f64>().ok()? * each
        }
        _ => return None,
    };
    let is_whole = number.fract() == 0.0 && (0.0..=MOST).contains(&number);
    #[allow(clippy::cast_possible_truncation, reason = "it is whole, and within the bounds")]
    is_whole.then_some(number as i32)
}
