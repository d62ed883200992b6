//! The filter that finds what comes after a place in an order, or at it.

use super::Way;
use super::brackets::{ARRAY, NULL, NUMBER, UNDEFINED, beyond, bracket_of, type_codes};
use crate::document::element::tag;
use crate::query::filter::nothing;
use crate::query::tree::{Fields, Given, Value};

/// A field of an order with a value of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sorted<'a> {
    pub(super) name: &'a str,
    pub(super) way: Way,
    pub(super) value: Given<'a>,
}

/// Finds the documents that come after `place`, or with `inclusive` also the one that is there.
///
/// One flat `$or`, whose branches each name a range of an index over the fields: the server merges
/// them in order and stops at the limit. It tries only so many ways of giving indexes to branches,
/// so there are as few as can be.
pub(super) fn filter<'a>(place: &[Sorted<'a>], inclusive: bool) -> Fields<'a> {
    let mut branches = branches(place, inclusive);
    if branches.len() <= 1 {
        return branches.pop().unwrap_or_else(nothing);
    }
    bound(place).with("$or", documents(branches))
}

fn documents(filters: Vec<Fields<'_>>) -> Vec<Value<'_>> {
    filters.into_iter().map(Value::from).collect()
}

fn branches<'a>(place: &[Sorted<'a>], inclusive: bool) -> Vec<Fields<'a>> {
    let mut branches = Vec::new();
    let mut equal = Fields::default();
    for (index, one) in place.iter().enumerate() {
        branches.extend(after(one).into_iter().map(|branch| joined(&equal, branch)));
        // Null and missing are one value to the order, and to a comparison with null.
        equal.set(one.name.into(), Value::field("$eq", one.value));
        if one.value.tag == tag::NULL && one.name != "_id" {
            let rest = undivided(&place[index + 1..], inclusive);
            branches.extend(rest.map(|rest| joined(&equal, rest)));
            return branches;
        }
    }
    if inclusive {
        branches.push(equal);
    }
    branches
}

fn joined<'a>(equal: &Fields<'a>, branch: Fields<'a>) -> Fields<'a> {
    let mut joined = equal.clone();
    joined.extend(branch);
    joined
}

/// The same without alternatives, as not being before; `None` when there can be nothing.
///
/// Where the server merges branches whose documents it has fetched, it takes missing for less than
/// null. So documents that are equal by null have to come from one branch.
fn undivided<'a>(place: &[Sorted<'a>], inclusive: bool) -> Option<Fields<'a>> {
    let mut found = branches(place, inclusive);
    if found.len() <= 1 {
        return found.pop();
    }
    let turned: Vec<_> = place.iter().map(|one| Sorted { way: one.way.turned(), ..*one }).collect();
    let before = branches(&turned, !inclusive);
    let bound = bound(place);
    Some(if before.is_empty() { bound } else { bound.with("$nor", documents(before)) })
}

/// What every document at or after `place` has in its first field. Says nothing new, but wherever the
/// server reads an index over that field without the branches, it starts at the place.
fn bound<'a>(place: &[Sorted<'a>]) -> Fields<'a> {
    let Some(Sorted { name, way, value }) = place.first().copied() else {
        return Fields::default();
    };
    if has_one_value(value.tag) || value.tag == tag::REGEX {
        return Fields::default();
    }
    if way == Way::Down {
        return Fields::of(name, not("$gt", value));
    }
    let own = bracket_of(value.tag);
    let brackets = std::iter::once(own).chain(beyond(own, way)).filter(|one| *one != ARRAY);
    let types: Vec<Value<'_>> = brackets.flat_map(type_codes).map(Value::from).collect();
    Fields::of(name, Fields::of("$type", types).with("$not", Fields::of("$lt", value)))
}

fn not<'a>(operator: &'static str, value: Given<'a>) -> Fields<'a> {
    Fields::of("$not", Fields::of(operator, value))
}

/// Filters, one of which holds for every document that comes after the value in its field.
fn after<'a>(one: &Sorted<'a>) -> Vec<Fields<'a>> {
    let Sorted { name, way, value } = *one;
    let brackets = beyond(bracket_of(value.tag), way);
    let is_id = name == "_id";
    // An id is never missing. A look by type keeps the server on the index of the order: for an id
    // that equals null it would take that of the ids, and sort.
    let by_type = |bracket: &usize| *bracket != NULL || is_id;
    // A document that holds an array is found by its elements, in order to be refused.
    let types: Vec<i32> = brackets
        .clone()
        .filter(|bracket| *bracket != ARRAY)
        .filter(by_type)
        .flat_map(type_codes)
        .collect();
    let mut branches = with_value(one, &types);
    if is_id {
        return branches;
    }
    // An empty array sorts as the deprecated `undefined` does, before null.
    let mut values = Vec::new();
    if brackets.contains(&NULL) {
        values.push(Value::Null);
    }
    if brackets.contains(&UNDEFINED) {
        values.push(Value::Array(Vec::new()));
    }
    if !values.is_empty() {
        branches.push(Fields::of(name, Fields::of("$in", values)));
    }
    branches
}

/// What is of one of `types`, or of the value's own type and beyond the value.
fn with_value<'a>(one: &Sorted<'a>, types: &[i32]) -> Vec<Fields<'a>> {
    let Sorted { name, way, value } = *one;
    let of_types = |types: &mut dyn Iterator<Item = i32>| {
        Fields::of("$type", types.map(Value::from).collect::<Vec<_>>())
    };
    let mut others = Vec::new();
    if !types.is_empty() {
        others.push(Fields::of(name, of_types(&mut types.iter().copied())));
    }
    if has_one_value(value.tag) {
        return others;
    }
    let own = bracket_of(value.tag);
    let up = way == Way::Up;
    if value.tag == tag::REGEX {
        // Comparisons do not take one, and expressions compare all types.
        let field = Value::from(format!("${name}"));
        let compared = vec![field, Value::field("$literal", value)];
        let expression = Value::field(if up { "$gt" } else { "$lt" }, compared);
        let of_own = of_types(&mut type_codes(own));
        others.push(Fields::of(name, of_own).with("$expr", expression));
        return others;
    }
    // NaN is the smallest number; a comparison finds it only where it is what is compared with.
    if own == NUMBER && !up && is_nan(value) {
        return others;
    }
    let mut codes = type_codes(own).chain(types.iter().copied());
    let beyond = Fields::of(if up { "$lte" } else { "$gte" }, value);
    let mut operators = of_types(&mut codes).with("$not", beyond);
    if own == NUMBER && up {
        operators.set("$ne".into(), NAN.into());
    }
    vec![Fields::of(name, operators)]
}

/// A quiet one, as JavaScript has it.
const NAN: Given<'static> = Given { tag: tag::DOUBLE, bytes: &[0, 0, 0, 0, 0, 0, 0xF8, 0x7F] };

const fn has_one_value(tag: u8) -> bool {
    matches!(tag, tag::MIN_KEY | tag::MAX_KEY | tag::NULL)
}

fn is_nan(value: Given<'_>) -> bool {
    match (value.tag, value.bytes) {
        (tag::DOUBLE, bytes) => {
            bytes.try_into().is_ok_and(|bytes| f64::from_le_bytes(bytes).is_nan())
        }
        // The five bits behind the sign.
        (tag::DECIMAL128, [.., last]) => last & 0x7C == 0x7C,
        _ => false,
    }
}
