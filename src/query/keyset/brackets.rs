//! `MongoDB`'s order of BSON types (manual, "Comparison/Sort Order"). Types of one bracket are compared
//! by value; between brackets the bracket decides, and `$gt` and `$lt` never look beyond theirs.

use super::Way;
use crate::document::element::tag;
use std::ops::Range;

const BRACKETS: [&[u8]; 17] = [
    &[tag::MIN_KEY],
    &[tag::UNDEFINED],
    &[tag::NULL],
    &[tag::DOUBLE, tag::INT32, tag::INT64, tag::DECIMAL128],
    &[tag::STRING, tag::SYMBOL],
    &[tag::DOCUMENT],
    &[tag::ARRAY],
    &[tag::BINARY],
    &[tag::OBJECT_ID],
    &[tag::BOOLEAN],
    &[tag::DATE],
    &[tag::TIMESTAMP],
    &[tag::REGEX],
    &[tag::DB_POINTER],
    &[tag::CODE],
    &[tag::CODE_WITH_SCOPE],
    &[tag::MAX_KEY],
];

pub(super) const UNDEFINED: usize = 1;
pub(super) const NULL: usize = 2;
pub(super) const NUMBER: usize = 3;
pub(super) const ARRAY: usize = 6;

/// The bracket of a BSON type, counted from the smallest.
pub(super) fn bracket_of(tag: u8) -> usize {
    BRACKETS.iter().position(|types| types.contains(&tag)).unwrap_or(BRACKETS.len() - 1)
}

/// The brackets that come after `bracket` on the way.
pub(super) fn beyond(bracket: usize, way: Way) -> Range<usize> {
    match way {
        Way::Up => bracket + 1..BRACKETS.len(),
        Way::Down => 0..bracket,
    }
}

/// The types of a bracket as `$type` names them.
pub(super) fn type_codes(bracket: usize) -> impl Iterator<Item = i32> {
    let code = |one: &u8| if *one == tag::MIN_KEY { -1 } else { i32::from(*one) };
    BRACKETS[bracket].iter().map(code)
}
