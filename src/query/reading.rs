//! Reading descriptions.

use super::description::{
    Aggregate, Asks, Calculate, Clause, Condition, Direction, Near, Nulls, PageOf, Query, Selected,
    SortKey, Stage, Union,
};
use super::tree::Given;
use crate::document::element::{self, EMPTY_DOCUMENT, Element, tag, value_of};
use crate::error::{Code, Error, Result};
use crate::protocol::{asks, calculate, clause_flag, clause_kind};

/// Reads a description, whose bytes were validated.
///
/// # Errors
/// `E_INVALID_QUERY`.
pub(super) fn read(bytes: &[u8]) -> Result<Query<'_>> {
    let mut query = Query::default();
    for part in parts(bytes)? {
        let (name, given) = part?;
        match name {
            b"w" => query.clauses = list(given, clause)?,
            b"s" => query.selected = list(given, selected)?,
            b"o" => query.order = list(given, sort_key)?,
            b"l" => query.limit = Some(given),
            b"k" => query.skip = Some(given),
            b"m" => query.most = Some(given),
            b"c" => {
                query.asks = match small(given)? {
                    asks::COUNT => Asks::Count,
                    asks::FILTER => Asks::Filter,
                    asks::KEY => Asks::Key,
                    _ => return Err(unknown()),
                }
            }
            b"g" => query.groups = list(given, text)?,
            b"a" => query.aggregates = list(given, aggregate)?,
            b"h" => query.having = list(given, clause)?,
            b"d" => query.distinct = flag(given)?,
            b"i" => query.distinct_on = list(given, text)?,
            b"u" => query.unions = list(given, union)?,
            b"n" => query.near = Some(near(given)?),
            b"e" => query.distance = Some(text(given)?),
            b"t" => query.score = Some(text(given)?),
            b"p" => query.page = Some(page(given)?),
            b"r" => query.stages = Some(list(given, stage)?),
            _ => return Err(unknown()),
        }
    }
    Ok(query)
}

/// The elements of a document or an array.
pub(super) fn parts(bytes: &[u8]) -> Result<impl Iterator<Item = Result<(&[u8], Given<'_>)>>> {
    let limit = element::document_end(bytes, 0)?;
    let mut at = 4;
    Ok(std::iter::from_fn(move || {
        let found: Element = match element::read(bytes, at, limit) {
            Ok(found) => found?,
            Err(error) => {
                at = limit - 1;
                return Some(Err(error));
            }
        };
        at = found.end;
        Some(Ok((found.name(bytes), Given { tag: found.tag, bytes: value_of(bytes, &found) })))
    }))
}

fn list<'a, T>(given: Given<'a>, read: impl Fn(Given<'a>) -> Result<T>) -> Result<Vec<T>> {
    if given.tag != tag::ARRAY {
        return Err(unknown());
    }
    parts(given.bytes)?.map(|part| read(part?.1)).collect()
}

/// The elements of a document by their names; a name that is not among them is refused.
fn fields<'a, const N: usize>(
    given: Given<'a>,
    names: [&[u8]; N],
) -> Result<[Option<Given<'a>>; N]> {
    if given.tag != tag::DOCUMENT {
        return Err(unknown());
    }
    let mut found = [None; N];
    for part in parts(given.bytes)? {
        let (name, value) = part?;
        let place = names.iter().position(|one| *one == name).ok_or_else(unknown)?;
        found[place] = Some(value);
    }
    Ok(found)
}

/// A stage, or the conditions of one, which are an array: no stage is.
fn stage(given: Given<'_>) -> Result<Stage<'_>> {
    match given.tag {
        tag::DOCUMENT => Ok(Stage::Given(given)),
        _ => Ok(Stage::Match(list(given, clause)?)),
    }
}

fn need(given: Option<Given<'_>>) -> Result<Given<'_>> {
    given.ok_or_else(unknown)
}

pub(super) fn text(given: Given<'_>) -> Result<&str> {
    let text = match given.tag {
        tag::STRING => given.bytes.get(4..given.bytes.len() - 1),
        _ => None,
    };
    text.and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or_else(unknown)
}

fn flag(given: Given<'_>) -> Result<bool> {
    if given.tag == tag::BOOLEAN { Ok(given.bytes == [1]) } else { Err(unknown()) }
}

pub(super) fn small(given: Given<'_>) -> Result<i32> {
    match (given.tag, <[u8; 4]>::try_from(given.bytes)) {
        (tag::INT32, Ok(bytes)) => Ok(i32::from_le_bytes(bytes)),
        _ => Err(unknown()),
    }
}

pub(super) fn document(given: Option<Given<'_>>) -> Result<Given<'_>> {
    given.filter(|given| given.tag == tag::DOCUMENT).ok_or_else(unknown)
}

fn array(given: Option<Given<'_>>) -> Result<Given<'_>> {
    given.filter(|given| given.tag == tag::ARRAY).ok_or_else(unknown)
}

fn selected(given: Given<'_>) -> Result<Selected<'_>> {
    if given.tag == tag::STRING {
        return Ok(Selected { field: text(given)?, alias: None });
    }
    let [field, alias] = fields(given, [b"f", b"a"])?;
    Ok(Selected { field: text(need(field)?)?, alias: Some(text(need(alias)?)?) })
}

fn sort_key(given: Given<'_>) -> Result<SortKey<'_>> {
    let [field, direction, nulls] = fields(given, [b"f", b"d", b"n"])?;
    let direction = match small(need(direction)?)? {
        1 => Direction::Ascending,
        -1 => Direction::Descending,
        0 => Direction::TextScore,
        _ => return Err(unknown()),
    };
    let nulls = match nulls.map(small).transpose()? {
        None => None,
        Some(1) => Some(Nulls::First),
        Some(2) => Some(Nulls::Last),
        Some(_) => return Err(unknown()),
    };
    Ok(SortKey { field: text(need(field)?)?, direction, nulls })
}

fn aggregate(given: Given<'_>) -> Result<Aggregate<'_>> {
    let [alias, calculate, distinct, paths] = fields(given, [b"n", b"k", b"d", b"f"])?;
    let calculate = match small(need(calculate)?)? {
        calculate::COUNT => Calculate::Count,
        calculate::MIN => Calculate::Min,
        calculate::MAX => Calculate::Max,
        calculate::SUM => Calculate::Sum,
        calculate::AVG => Calculate::Avg,
        _ => return Err(unknown()),
    };
    let paths = list(need(paths)?, text)?;
    let distinct = flag(need(distinct)?)?;
    if paths.is_empty() && (calculate != Calculate::Count || distinct) {
        return Err(unknown());
    }
    Ok(Aggregate { alias: text(need(alias)?)?, calculate, distinct, fields: paths })
}

fn union(given: Given<'_>) -> Result<Union<'_>> {
    let [all, collection, member] = fields(given, [b"a", b"c", b"q"])?;
    Ok(Union {
        all: flag(need(all)?)?,
        collection: text(need(collection)?)?,
        member: read(document(member)?.bytes)?,
    })
}

fn page(given: Given<'_>) -> Result<PageOf<'_>> {
    let [limit, backwards, cursor] = fields(given, [b"l", b"b", b"c"])?;
    Ok(PageOf {
        limit: need(limit)?,
        backwards: flag(need(backwards)?)?,
        cursor: cursor.map(text).transpose()?,
    })
}

fn near(given: Given<'_>) -> Result<Near<'_>> {
    let [field, center, least, most] = fields(given, [b"f", b"c", b"l", b"m"])?;
    Ok(Near { field: text(need(field)?)?, center: need(center)?, least, most })
}

fn clause(given: Given<'_>) -> Result<Clause<'_>> {
    let [kind, field, value, second] = fields(given, [b"k", b"f", b"v", b"t"])?;
    let kind = small(need(kind)?)?;
    let bare = kind & !(clause_flag::NEGATED | clause_flag::OR);
    let compare = |operator| Ok(Condition::Compare { operator, value: need(value)? });
    let like = |fold| Ok(Condition::Like { pattern: text(need(value)?)?, fold });
    let condition = match bare {
        clause_kind::EQUAL => compare("$eq"),
        clause_kind::GREATER => compare("$gt"),
        clause_kind::GREATER_OR_EQUAL => compare("$gte"),
        clause_kind::LESS => compare("$lt"),
        clause_kind::LESS_OR_EQUAL => compare("$lte"),
        clause_kind::IN => Ok(Condition::In(array(value)?)),
        clause_kind::BETWEEN => Ok(Condition::Between { from: need(value)?, to: need(second)? }),
        clause_kind::LIKE => like(false),
        clause_kind::FOLDED_LIKE => like(true),
        clause_kind::EXISTS => Ok(Condition::Exists),
        clause_kind::TEST => Ok(Condition::Test(document(value)?)),
        clause_kind::EITHER => {
            Ok(Condition::Either { holds: array(value)?, fails: array(second)? })
        }
        clause_kind::TEXT => Ok(Condition::Text(need(value)?)),
        clause_kind::RAW => Ok(Condition::Raw(document(value)?)),
        clause_kind::GROUP => Ok(Condition::Group),
        clause_kind::ELEMENT => Ok(Condition::Element),
        clause_kind::END => Ok(Condition::End),
        _ => Err(unknown()),
    }?;
    let named = !matches!(
        condition,
        Condition::Either { .. }
            | Condition::Text(_)
            | Condition::Raw(_)
            | Condition::Group
            | Condition::End
    );
    let field = if named { text(need(field)?)? } else { "" };
    Ok(Clause {
        or: kind & clause_flag::OR != 0,
        negated: kind & clause_flag::NEGATED != 0,
        field,
        condition,
    })
}

/// A description that no builder writes.
pub(super) fn unknown() -> Error {
    Error::new(Code::InvalidQuery, "the description of a query is malformed")
}

/// How many a number of the description says; those that are none are not.
pub(super) fn number(given: Given<'_>) -> f64 {
    match (given.tag, given.bytes.len()) {
        (tag::INT32, _) => small(given).map(f64::from).unwrap_or_default(),
        (tag::DOUBLE, 8) => {
            <[u8; 8]>::try_from(given.bytes).map(f64::from_le_bytes).unwrap_or_default()
        }
        _ => 0.0,
    }
}

/// Whether a document has no fields.
pub(super) fn is_empty(given: Given<'_>) -> bool {
    given.bytes.len() <= EMPTY_DOCUMENT
}
