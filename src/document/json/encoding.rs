//! Text in the encoding that JavaScript reads fastest.

use super::Unfit;

/// JSON text on its way to JavaScript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonText {
    /// ISO 8859-1: a copy of its bytes is a string of JavaScript.
    Latin1(Vec<u8>),
    /// Where there is a character that ISO 8859-1 lacks.
    Wide(String),
}

/// The first byte of the first character that ISO 8859-1 lacks.
const BEYOND: u8 = 0xC4;

impl JsonText {
    /// From UTF-8.
    ///
    /// # Errors
    /// [`Unfit`] for what is none.
    pub fn new(mut text: Vec<u8>) -> Result<Self, Unfit> {
        if text.is_ascii() {
            return Ok(Self::Latin1(text));
        }
        if largest(&text) >= BEYOND {
            return String::from_utf8(text).map(Self::Wide).map_err(|_| Unfit);
        }
        let mut from = 0;
        let mut to = 0;
        while from < text.len() {
            let run = ascii_run(&text[from..]);
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
        Ok(Self::Latin1(text))
    }

    /// Bytes that it takes here.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Latin1(text) => text.len(),
            Self::Wide(text) => text.len(),
        }
    }

    /// Whether there is nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The largest byte; written so that the compiler takes many at a time.
fn largest(text: &[u8]) -> u8 {
    text.iter().fold(0, |largest, byte| largest.max(*byte))
}

/// How many bytes from the start are ASCII.
fn ascii_run(text: &[u8]) -> usize {
    let (blocks, _) = text.as_chunks::<32>();
    let run = blocks.iter().take_while(|block| block.is_ascii()).count() * 32;
    text[run..].iter().position(|byte| !byte.is_ascii()).map_or(text.len(), |found| run + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_one_byte_become_latin_1() {
        let of = |text: &str| JsonText::new(text.as_bytes().to_vec()).unwrap();
        assert_eq!(of("abc"), JsonText::Latin1(b"abc".to_vec()));
        let all: String = (0..=255).map(char::from).collect();
        assert_eq!(of(&all), JsonText::Latin1((0..=255).collect()));
        assert_eq!(of("é"), JsonText::Latin1(vec![0xE9]));
        assert_eq!(of("Zoë, José"), JsonText::Latin1(b"Zo\xEB, Jos\xE9".to_vec()));
        for text in ["Ā", "Zoë 😀", "日本", "\u{800}"] {
            assert_eq!(of(text), JsonText::Wide(text.to_owned()));
        }
    }
}
