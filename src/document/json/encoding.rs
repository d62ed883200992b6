//! Text in the encoding that JavaScript reads fastest.

/// JSON text on its way to JavaScript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonText {
    /// ISO 8859-1: a copy of its bytes is a string of JavaScript.
    Latin1(Vec<u8>),
    /// UTF-8, where there is a character that ISO 8859-1 lacks.
    Utf8(Vec<u8>),
}

/// The first byte of the first character that ISO 8859-1 lacks.
const BEYOND: u8 = 0xC4;

impl JsonText {
    /// From UTF-8.
    pub(super) fn new(mut text: Vec<u8>) -> Self {
        if text.is_ascii() {
            return Self::Latin1(text);
        }
        if text.iter().any(|byte| *byte >= BEYOND) {
            return Self::Utf8(text);
        }
        let mut from = 0;
        let mut to = 0;
        while from < text.len() {
            let run = text[from..].iter().position(|byte| !byte.is_ascii());
            let run = run.unwrap_or(text.len() - from);
            text.copy_within(from..from + run, to);
            from += run;
            to += run;
            if let Some([lead, trail]) = text.get(from..from + 2) {
                text[to] = (lead << 6) | (trail & 0x3F);
                from += 2;
                to += 1;
            }
        }
        text.truncate(to);
        Self::Latin1(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_one_byte_become_latin_1() {
        let of = |text: &str| JsonText::new(text.as_bytes().to_vec());
        assert_eq!(of("abc"), JsonText::Latin1(b"abc".to_vec()));
        let all: String = (0..=255).map(char::from).collect();
        assert_eq!(of(&all), JsonText::Latin1((0..=255).collect()));
        assert_eq!(of("é"), JsonText::Latin1(vec![0xE9]));
        assert_eq!(of("Zoë, José"), JsonText::Latin1(b"Zo\xEB, Jos\xE9".to_vec()));
        for text in ["Ā", "Zoë 😀", "日本", "\u{800}"] {
            assert_eq!(of(text), JsonText::Utf8(text.as_bytes().to_vec()));
        }
    }
}
