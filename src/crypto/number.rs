//! One form for numbers that are equal, whatever they are stored as.

use crate::document::element::tag;

/// The most that a decimal of 34 digits holds.
const MOST: u128 = 10_u128.pow(34) - 1;
/// What a decimal's exponent is stored with.
const BIAS: i32 = 6176;

/// A number by its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    /// A whole one that 64 bits hold.
    Whole(i64),
    /// Any other of 34 digits at most: `coefficient * 10^exponent`, the last digit not zero.
    Decimal { negative: bool, coefficient: u128, exponent: i32 },
    /// What only a double can be, an infinity, or NaN.
    Double(f64),
}

impl Number {
    /// The number that a value is, if it is one.
    pub(super) fn read(tag: u8, value: &[u8]) -> Option<Self> {
        Some(match tag {
            tag::INT32 => Self::Whole(i32::from_le_bytes(value.try_into().ok()?).into()),
            tag::INT64 => Self::Whole(i64::from_le_bytes(value.try_into().ok()?)),
            tag::DOUBLE => Self::of_double(f64::from_le_bytes(value.try_into().ok()?)),
            tag::DECIMAL128 => Self::of_decimal(u128::from_le_bytes(value.try_into().ok()?)),
            _ => return None,
        })
    }

    /// Appends the form: a type, and bytes that only this number has.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::Whole(number) => {
                out.push(tag::INT64);
                out.extend_from_slice(&number.to_le_bytes());
            }
            Self::Decimal { negative, coefficient, exponent } => {
                out.push(tag::DECIMAL128);
                out.push(negative.into());
                out.extend_from_slice(&coefficient.to_le_bytes());
                out.extend_from_slice(&exponent.to_le_bytes());
            }
            Self::Double(number) => {
                out.push(tag::DOUBLE);
                out.extend_from_slice(&number.to_le_bytes());
            }
        }
    }

    fn of_double(number: f64) -> Self {
        if number.is_nan() {
            return Self::Double(f64::NAN);
        }
        if number.is_infinite() {
            return Self::Double(number);
        }
        exact(number).map_or(Self::Double(number), |(coefficient, exponent)| {
            Self::normal(number.is_sign_negative(), coefficient, exponent)
        })
    }

    fn of_decimal(bits: u128) -> Self {
        let negative = bits >> 127 == 1;
        match (bits >> 122) & 0x1F {
            0x1F => return Self::Double(f64::NAN),
            0x1E => return Self::Double(if negative { f64::NEG_INFINITY } else { f64::INFINITY }),
            _ => {}
        }
        // With both bits set the coefficient would have more than 34 digits: such a number is zero.
        let oversized = (bits >> 125) & 3 == 3;
        let coefficient = bits & ((1 << 113) - 1);
        if oversized || coefficient > MOST {
            return Self::Whole(0);
        }
        let biased = i32::try_from((bits >> 113) & 0x3FFF).unwrap_or_default();
        Self::normal(negative, coefficient, biased - BIAS)
    }

    /// Of `coefficient * 10^exponent`.
    fn normal(negative: bool, mut coefficient: u128, mut exponent: i32) -> Self {
        if coefficient == 0 {
            return Self::Whole(0);
        }
        while coefficient.is_multiple_of(10) {
            coefficient /= 10;
            exponent += 1;
        }
        let whole = u32::try_from(exponent)
            .ok()
            .and_then(|exponent| 10_i128.checked_pow(exponent))
            .and_then(|power| power.checked_mul(i128::try_from(coefficient).ok()?))
            .and_then(|number| i64::try_from(if negative { -number } else { number }).ok());
        whole.map_or(Self::Decimal { negative, coefficient, exponent }, Self::Whole)
    }
}

/// What a finite double is exactly, as `coefficient * 10^exponent`, if 34 digits hold it.
fn exact(number: f64) -> Option<(u128, i32)> {
    let bits = number.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = i32::try_from((bits >> 52) & 0x7FF).ok()?;
    let (mut mantissa, mut power) = match biased {
        0 => (u128::from(fraction), -1074),
        _ => (u128::from(fraction | 1 << 52), biased - 1075),
    };
    if mantissa == 0 {
        return Some((0, 0));
    }
    let zeros = mantissa.trailing_zeros();
    mantissa >>= zeros;
    power += i32::try_from(zeros).ok()?;
    // number = mantissa * 2^power, and the mantissa is odd.
    let mut exponent = 0;
    while power > 0 && mantissa.is_multiple_of(5) {
        mantissa /= 5;
        power -= 1;
        exponent += 1;
    }
    let (base, count) = if power < 0 { (5_u128, -power) } else { (2, power) };
    let factor = base.checked_pow(u32::try_from(count).ok()?)?;
    let coefficient = mantissa.checked_mul(factor).filter(|number| *number <= MOST)?;
    Some((coefficient, exponent + power.min(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::Decimal128;
    use proptest::prelude::*;

    fn double(number: f64) -> Number {
        Number::read(tag::DOUBLE, &number.to_le_bytes()).unwrap()
    }

    fn decimal(text: &str) -> Number {
        let number: Decimal128 = text.parse().unwrap();
        Number::read(tag::DECIMAL128, &number.bytes()).unwrap()
    }

    fn form(number: Number) -> Vec<u8> {
        let mut out = Vec::new();
        number.write(&mut out);
        out
    }

    #[test]
    fn equal_numbers_have_one_form() {
        let int32 = |number: i32| Number::read(tag::INT32, &number.to_le_bytes()).unwrap();
        let int64 = |number: i64| Number::read(tag::INT64, &number.to_le_bytes()).unwrap();
        let groups: [&[Number]; 14] = [
            &[int32(7), int64(7), double(7.0), decimal("7"), decimal("7.00"), decimal("0.7E1")],
            &[int32(0), double(0.0), double(-0.0), decimal("0"), decimal("-0"), decimal("0E+9")],
            &[double(7.5), decimal("7.5"), decimal("7.50"), decimal("75E-1")],
            &[double(-0.375), decimal("-0.375")],
            &[int64(i64::MIN), double(-9_223_372_036_854_775_808.0)],
            &[int64(i64::MAX), decimal("9223372036854775807")],
            &[double(9_223_372_036_854_775_808.0), decimal("9223372036854775808")],
            &[double(1e22), decimal("1E22"), decimal("10000000000000000000000")],
            &[double(10e21 * 2_f64.powi(60)), decimal("1152921504606846976E22")],
            &[decimal("0.1"), decimal("0.10")],
            // The double next to a tenth is not a tenth.
            &[double(0.1)],
            &[double(f64::NAN), double(-f64::NAN), decimal("NaN")],
            &[double(f64::INFINITY), decimal("Infinity")],
            &[double(f64::NEG_INFINITY), decimal("-Infinity")],
        ];
        for (place, group) in groups.iter().enumerate() {
            for one in *group {
                assert_eq!(form(*one), form(group[0]), "{one:?}");
                for other in groups.iter().skip(place + 1).copied().flatten() {
                    assert_ne!(form(*one), form(*other), "{one:?} {other:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn doubles_keep_what_they_are(left in any::<f64>(), right in any::<f64>()) {
            prop_assert_eq!(form(double(left)) == form(double(right)), left.partial_cmp(&right).is_some_and(std::cmp::Ordering::is_eq));
        }

        #[test]
        fn decimals_are_what_they_are_of(digits in 0..i64::MAX, places in 0..20_u32, zeros in 0..10_u32) {
            let short = format!("{digits}E-{places}");
            let long = format!("{digits}{}E-{}", "0".repeat(zeros as usize), places + zeros);
            prop_assert_eq!(form(decimal(&short)), form(decimal(&long)));
            let more = format!("{}E-{places}", digits + 1);
            prop_assert_ne!(form(decimal(&short)), form(decimal(&more)));
        }

        #[test]
        fn integers_are_the_doubles_that_hold_them(number in -(1_i64 << 53)..(1_i64 << 53)) {
            #[allow(clippy::cast_precision_loss, reason = "53 bits")]
            let same = number as f64;
            prop_assert_eq!(double(same), Number::Whole(number));
            prop_assert_eq!(decimal(&number.to_string()), Number::Whole(number));
        }
    }
}
