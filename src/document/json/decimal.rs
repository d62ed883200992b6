//! The text of a decimal, as npm `bson` writes it.

use std::io::Write;

const BIAS: i32 = 6176;
const MOST_DIGITS: usize = 34;

/// Appends the number, without quotes. `bytes` are the 16 of the stored value.
pub fn decimal(out: &mut Vec<u8>, bytes: [u8; 16]) {
    let bits = u128::from_le_bytes(bytes);
    // The uppermost 32 bits hold the sign, the exponent and the first bits of the significand.
    let [.., a, b, c, d] = bytes;
    let high = u32::from_le_bytes([a, b, c, d]);
    let combination = (high >> 26) & 0x1F;
    if combination == 0x1F {
        return out.extend_from_slice(b"NaN");
    }
    if high >> 31 == 1 {
        out.push(b'-');
    }
    let (biased, first_bits) = match combination {
        0x1E => return out.extend_from_slice(b"Infinity"),
        _ if combination >> 3 == 3 => (high >> 15, 8 + ((high >> 14) & 1)),
        _ => (high >> 17, (high >> 14) & 7),
    };
    let exponent = i32::try_from(biased & 0x3FFF).unwrap_or_default() - BIAS;
    let rest = bits & ((1 << 110) - 1);
    let significand = (u128::from(first_bits) << 110) | rest;
    write(out, &significand.to_string(), exponent);
}

fn write(out: &mut Vec<u8>, digits: &str, exponent: i32) {
    let count = i32::try_from(digits.len()).unwrap_or_default();
    let scientific = count - 1 + exponent;
    // Writing to a vector cannot fail.
    let _ = if scientific >= 34 || scientific <= -7 || exponent > 0 {
        if digits.len() > MOST_DIGITS {
            match exponent {
                0 => write!(out, "0"),
                _ => write!(out, "0E{exponent:+}"),
            }
        } else {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            write!(out, "{first}{point}{rest}E{scientific:+}")
        }
    } else if exponent == 0 {
        write!(out, "{digits}")
    } else {
        let after = usize::try_from(-exponent).unwrap_or_default();
        match digits.len().checked_sub(after) {
            Some(place) if place > 0 => {
                let (whole, fraction) = digits.split_at(place);
                write!(out, "{whole}.{fraction}")
            }
            _ => write!(out, "0.{digits:0>after$}"),
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::Decimal128;

    fn text(bytes: [u8; 16]) -> String {
        let mut out = Vec::new();
        decimal(&mut out, bytes);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn writes_what_npm_bson_writes() {
        for number in [
            "0",
            "-0",
            "1",
            "-1",
            "1.10",
            "0.000001",
            "1E-7",
            "0.000000",
            "0E-7",
            "0E+3",
            "1E+1",
            "-1.500E+33",
            "123.456",
            "0.00001234567890123456789012345678901234",
            "1234567890123456789012345678901234",
            "1.234567890123456789012345678901234E+34",
            "9.999999999999999999999999999999999E+6144",
            "1E-6176",
            "Infinity",
            "-Infinity",
            "NaN",
        ] {
            let stored: Decimal128 = number.parse().unwrap();
            assert_eq!(text(stored.bytes()), number);
        }
    }

    #[test]
    fn a_significand_beyond_34_digits_is_zero_where_it_needs_an_exponent() {
        for (exponent, expected) in [
            (6176, "0"),
            (6177, "0E+1"),
            (6100, "0E-76"),
            (6175, "1298074214633706907132624082305023.9"),
        ] {
            let mut bytes = [0xFF; 16];
            let high: u32 = 0x6000_0000 | (exponent << 15) | 0x7FFF;
            bytes[12..].copy_from_slice(&high.to_le_bytes());
            assert_eq!(text(bytes), expected);
        }
    }
}
