//! Strings, hexadecimal digits and base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const DIGITS: &[u8; 16] = b"0123456789abcdef";
/// The two digits of each byte.
const PAIRS: [[u8; 2]; 256] = {
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [DIGITS[byte >> 4], DIGITS[byte & 15]];
        byte += 1;
    }
    pairs
};
const LOW_BITS: u64 = u64::MAX / 255;
const HIGH_BITS: u64 = LOW_BITS << 7;

/// Bytes of a quoted string that are written otherwise than they are.
#[inline]
const fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Whether one of eight bytes is written otherwise than it is.
#[inline]
const fn any_escaped(word: u64) -> bool {
    const fn zeroes(word: u64) -> u64 {
        word.wrapping_sub(LOW_BITS) & !word
    }
    let control = word.wrapping_sub(LOW_BITS * 0x20) & !word;
    let quote = zeroes(word ^ (LOW_BITS * b'"' as u64));
    let slash = zeroes(word ^ (LOW_BITS * b'\\' as u64));
    (control | quote | slash) & HIGH_BITS != 0
}

/// Whether every byte is written as it is.
#[inline]
fn is_plain(text: &[u8]) -> bool {
    let (words, tail) = text.as_chunks::<8>();
    if words.iter().any(|word| any_escaped(u64::from_le_bytes(*word))) {
        return false;
    }
    // The last bytes once more with those before them; a short text is filled up with what is plain.
    match (text.last_chunk::<8>(), tail) {
        (_, []) => true,
        (Some(last), _) => !any_escaped(u64::from_le_bytes(*last)),
        (None, _) => !tail.iter().any(|byte| is_escaped(*byte)),
    }
}

/// A string with its quotes. `text` is UTF-8.
#[inline]
pub fn quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    if is_plain(text) {
        out.extend_from_slice(text);
    } else {
        escaped(out, text);
    }
    out.push(b'"');
}

#[cold]
fn escaped(out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let Some(run) = rest.iter().position(|byte| is_escaped(*byte)) {
        out.extend_from_slice(&rest[..run]);
        escape(out, rest[run]);
        rest = &rest[run + 1..];
    }
    out.extend_from_slice(rest);
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0C => b'f',
        b'\r' => b'r',
        _ => {
            out.extend_from_slice(b"\\u00");
            hex(out, &[byte]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Hexadecimal digits, without quotes.
pub fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(bytes.iter().flat_map(|byte| PAIRS[usize::from(*byte)]));
}

/// An ObjectId's digits, with quotes.
pub fn id(out: &mut Vec<u8>, bytes: [u8; 12]) {
    let mut text = [b'"'; 26];
    for (pair, byte) in text[1..25].as_chunks_mut().0.iter_mut().zip(bytes) {
        *pair = PAIRS[usize::from(byte)];
    }
    out.extend_from_slice(&text);
}

/// Bytes as base64, with quotes.
pub fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, 0);
    // The room is exact.
    let written = STANDARD.encode_slice(bytes, &mut out[start..]).unwrap_or_default();
    out.truncate(start + written);
    out.push(b'"');
}

/// A UUID's 16 bytes, with quotes.
pub fn uuid(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        hex(out, &[*byte]);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_are_escaped_as_json_stringify_does() {
        for code in 0..0x300_u32 {
            let one = char::from_u32(code).unwrap();
            for text in [one.to_string(), format!("{one}abcdefgh"), format!("abcdefghijk{one}é")] {
                let written = text_of(|out| quoted(out, text.as_bytes()));
                assert_eq!(written, serde_json::to_string(&text).unwrap());
            }
        }
        assert_eq!(
            text_of(|out| quoted(out, "\u{2028}\u{7f}😀".as_bytes())),
            "\"\u{2028}\u{7f}😀\""
        );
    }

    #[test]
    fn bytes_are_base64_and_uuids_have_dashes() {
        assert_eq!(text_of(|out| base64(out, b"")), "\"\"");
        assert_eq!(text_of(|out| base64(out, b"abc")), "\"YWJj\"");
        assert_eq!(text_of(|out| base64(out, &[0xFF, 0xFE])), "\"//4=\"");
        let bytes: Vec<u8> = (0..16).collect();
        assert_eq!(text_of(|out| uuid(out, &bytes)), "\"00010203-0405-0607-0809-0a0b0c0d0e0f\"");
    }
}
