//! Our own words for the server's error codes: its texts quote stored values.

/// What a code of the server means, in words that quote nothing.
pub(super) fn words(code: i32) -> &'static str {
    match code {
        2 => "a value, or an option, that the operation does not take",
        4 | 9 | 40415 => "the command could not be read as it is written",
        14 => "a value of another type than the operation needs",
        20 => "an operation that is not allowed here",
        26 => "the collection or view does not exist",
        27 => "the index does not exist",
        28 => "a path leads through a value that has no fields",
        40 => "two changes of one path",
        43 => "the cursor was closed by the server",
        48 => "the collection exists already",
        52 | 57 => "a field's name that is not allowed",
        53 | 66 => "a change of the document's _id, or of another field that cannot change",
        59 => "the command does not exist on this server",
        61 | 13027 => "the sharded collection needs its shard key in the command",
        67 => "the index cannot be made as it is described",
        68 | 85 | 86 => "an index of that name, or of these fields, exists with other settings",
        72 => "options that do not go together",
        73 => "a collection's name that is not allowed",
        79 => "the write concern is not known to the server",
        91 | 11600 => "the server is shutting down",
        115 => "the server does not support the command",
        133 => "no server fits the read preference",
        136 => "the position in the capped collection was lost",
        146 | 292 => "the operation needs more memory than the server allows it",
        166 | 167 => "an operation that views do not take",
        168 => "a stage of the pipeline is not written as the server takes it",
        175 => "the collection, or an index of it, was removed meanwhile",
        189 | 10107 | 13435 | 13436 | 11602 => "the server is not, or no longer, the primary",
        211 => "the keys that sign times were not found",
        225 | 251 => "the transaction is over, or was never begun, on the server",
        238 => "the server has not implemented it",
        241 => "a value could not be converted to the type that was asked for",
        246 | 239 => "the data as of that time is no longer there",
        256 => "the transaction was committed already",
        257 => "the transaction is too large",
        262 | 290 => "the operation took longer than the server allows",
        291 => "no index of the kind that the query needs, such as a text or geospatial one",
        331 => "the pipeline's shape is not known before it runs",
        8000 => "the service refused the operation",
        11601 => "the operation was interrupted",
        16755 | 16804 => "a stored place is not GeoJSON that can be indexed",
        16872 | 16410 => "a path that is not written as the server takes it",
        _ => "its own words are in `serverMessage`",
    }
}

/// A name of the server's: a code's, a label. Anything but letters and digits is none.
pub(super) fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Bytes of a message at most.
pub(super) const MOST: usize = 2000;

/// The text, cut to what a message may have.
pub(super) fn shortened(text: &str) -> String {
    if text.len() <= MOST {
        return text.to_owned();
    }
    let end = (0..=MOST - 3).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(shortened("short"), "short");
        for letter in ["a", "é", "€", "😀"] {
            let cut = shortened(&letter.repeat(3000));
            assert!(cut.len() <= MOST && cut.len() > MOST - 8, "{letter}");
            assert!(cut.ends_with('…'));
        }
    }

    #[test]
    fn names_quote_nothing() {
        assert!(is_name("ConversionFailure") && is_name("Location16755"));
        for text in ["", "two words", "a\"b", "é", &"a".repeat(65)] {
            assert!(!is_name(text), "{text}");
        }
    }
}
