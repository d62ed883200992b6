//! Pages by cursor: the order of a query made total, places in it, and the filter that goes on from one.
//!
//! A place is a document of stored values, named by their positions in the order, uninterpreted. What
//! a cursor holds is the side of the place, eight bytes that name the query, and the place.

mod bounds;
mod brackets;
mod place;
#[cfg(test)]
mod tests;

use super::description::{Direction, PageOf, Query};
use super::reading::{number, parts};
use super::refusal::{invalid, quote};
use super::sort;
use super::tree::{Fields, Given};
use crate::document::element::tag;
use crate::document::json;
use crate::error::{Code, Error, Result};
use bounds::Sorted;
use sha2::{Digest, Sha256};

const NULL: Given<'static> = Given { tag: tag::NULL, bytes: &[] };

/// Bytes that tell a cursor's query from others.
const QUERY: usize = 8;

/// Which way an order, or a page, goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

impl Way {
    const fn turned(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }

    /// The same way, or the other one for a page that is read backwards.
    fn read(self, backwards: bool) -> Self {
        if backwards { self.turned() } else { self }
    }

    const fn number(self) -> i32 {
        match self {
            Self::Up => 1,
            Self::Down => -1,
        }
    }
}

/// Whose documents a query reads, and how its cursors are opened.
#[derive(Clone, Copy)]
pub struct Owner<'a> {
    /// The model's name.
    pub model: &'a str,
    /// Where its documents are.
    pub collection: &'a str,
    /// What was sealed as this text; `None` when it was not sealed by us.
    pub open: &'a dyn Fn(&str) -> Option<Vec<u8>>,
}

#[derive(Debug, Clone)]
struct SortField {
    name: String,
    way: Way,
}

/// A page under way: where its rows begin and end in the order.
#[derive(Debug)]
pub struct Page {
    order: Vec<SortField>,
    collation: Rules,
    query: [u8; QUERY],
    limit: u64,
    backwards: bool,
    cursor: Option<String>,
    rows: u64,
    first: Option<Vec<u8>>,
    last: Option<Vec<u8>>,
}

/// Where a page lies.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// What is to be sealed as its cursor.
    Place(Vec<u8>),
    /// A page without rows lies where its own cursor does.
    Same(String),
}

/// What there is around a page; `None` on a side where there is nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Where the page after this one begins.
    pub next: Option<End>,
    /// Where the page before this one ends.
    pub previous: Option<End>,
}

/// What of a collation decides whether two values are equal.
#[derive(Debug, Clone, Copy, Default)]
struct Rules {
    collated: bool,
    /// Different texts may be equal.
    loose: bool,
}

impl Page {
    /// The page that a query asks for; `collation` is the document of the options.
    pub(super) fn of(
        query: &Query<'_>,
        page: PageOf<'_>,
        collation: Option<&[u8]>,
        owner: Owner<'_>,
    ) -> Result<Self> {
        let order = order(query)?;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "JavaScript checks that it is a positive integer"
        )]
        let limit = number(page.limit) as u64;
        Ok(Self {
            query: digest(&order, collation, owner)?,
            collation: collation.map(Rules::of).transpose()?.unwrap_or_default(),
            order,
            limit,
            backwards: page.backwards,
            cursor: page.cursor.map(ToOwned::to_owned),
            rows: 0,
            first: None,
            last: None,
        })
    }

    /// What the cursor holds, if the page has one.
    pub(super) fn opened(&self, owner: Owner<'_>) -> Result<Option<Vec<u8>>> {
        let Some(text) = self.cursor.as_deref() else { return Ok(None) };
        let damaged = "the cursor is damaged, or was made with another cursorSecret";
        let opened = (owner.open)(text).filter(|plain| plain.len() > QUERY);
        let opened = opened.ok_or_else(|| Error::new(Code::InvalidCursor, damaged))?;
        if opened[1..=QUERY] != self.query {
            let other = "the cursor belongs to another query: model, order or collation differ";
            return Err(Error::new(Code::InvalidCursor, other));
        }
        Ok(Some(opened))
    }

    /// What is sent for the page, in place of what is sent for the query; `opened` is its cursor.
    pub(super) fn narrow<'a>(
        &'a self,
        mut sent: Fields<'a>,
        opened: Option<&'a [u8]>,
    ) -> Result<Fields<'a>> {
        let mut sort = Fields::default();
        for one in &self.order {
            sort.set(one.name.as_str().into(), one.way.read(self.backwards).number().into());
        }
        sent.set("sort".into(), sort.into());
        // One more than the page has, to know whether there are more.
        sent.set(
            "limit".into(),
            i32::try_from(self.limit.saturating_add(1)).unwrap_or(i32::MAX).into(),
        );
        if let Some(given) = sent.take_document("projection") {
            sent.set("projection".into(), self.projection(given)?.into());
        }
        if let Some(opened) = opened {
            let beyond = self.beyond(opened)?;
            let filter = match sent.take_document("filter").filter(|filter| !filter.is_empty()) {
                Some(filter) => Fields::of("$and", vec![filter.into(), beyond.into()]),
                None => beyond,
            };
            sent.set("filter".into(), filter.bounded()?.into());
        }
        Ok(sent)
    }

    /// Finds what lies on the page's side of the cursor's place.
    fn beyond<'a>(&'a self, opened: &'a [u8]) -> Result<Fields<'a>> {
        let (head, place) = opened.split_at(1 + QUERY);
        let after = head[0] == 1;
        let mut values = parts(place)?;
        let mut sorted = Vec::new();
        for one in &self.order {
            let value = values.next().transpose()?.map_or(NULL, |(_, value)| value);
            sorted.push(Sorted { name: &one.name, way: one.way.read(self.backwards), value });
        }
        Ok(bounds::filter(&sorted, after == self.backwards))
    }

    /// The projection with the fields of the order.
    fn projection<'a>(&'a self, mut given: Fields<'a>) -> Result<Fields<'a>> {
        let computes_only = !given.names().any(|name| given.is(name, 1));
        for SortField { name, .. } in &self.order {
            let covering = given
                .names()
                .find(|one| *one == name || name.starts_with(&format!("{one}.")))
                .map(ToString::to_string);
            if let Some(covering) = covering {
                if !given.is(&covering, 1) {
                    let what = "a page by cursor needs the fields of its order, and";
                    return Err(invalid(format!("{what} {} is left out", quote(name))));
                }
                continue;
            }
            if computes_only {
                continue;
            }
            // The server refuses a projection of both a field and something inside it.
            let inside = format!("{name}.");
            given.retain(|one| !one.starts_with(&inside));
            given.set(name.as_str().into(), 1.into());
        }
        Ok(given)
    }

    /// Notes rows that came, as they are stored.
    ///
    /// # Errors
    /// `E_INVALID_QUERY` for what has no definite place: an array, ids that the collation may take for
    /// equal. `E_INVALID_DOCUMENT`.
    pub fn take(&mut self, row: &[u8]) -> Result<()> {
        let place = self.place(row)?;
        if self.rows < self.limit {
            if self.first.is_none() {
                self.first = Some(place.clone());
            }
            self.last = Some(place);
        }
        self.rows += 1;
        Ok(())
    }

    /// What there is around the rows that came.
    #[must_use]
    pub fn ends(self) -> Ends {
        let more = self.rows > self.limit;
        let came = self.cursor.is_some();
        let (first, last) =
            if self.backwards { (self.last, self.first) } else { (self.first, self.last) };
        let (next, previous) = if self.backwards { (came, more) } else { (more, came) };
        let (query, cursor) = (self.query, self.cursor);
        let end = |side: u8, place: Option<Vec<u8>>| match place {
            Some(place) => Some(End::Place([&[side][..], &query, &place].concat())),
            None => cursor.clone().map(End::Same),
        };
        Ends {
            next: if next { end(1, last) } else { None },
            previous: if previous { end(0, first) } else { None },
        }
    }
}

/// The query's order, made total: `_id` decides where all else is equal, and nothing after it counts.
fn order(query: &Query<'_>) -> Result<Vec<SortField>> {
    let mut order = Vec::new();
    for key in sort::last_of_each(&query.order) {
        let way = match key.direction {
            Direction::Ascending => Way::Up,
            Direction::Descending => Way::Down,
            Direction::TextScore => {
                let need = "a page by cursor needs an order of stored values, which that of";
                return Err(invalid(format!("{need} {} is not", quote(key.field))));
            }
        };
        order.push(SortField { name: key.field.to_owned(), way });
        if key.field == "_id" {
            return Ok(order);
        }
    }
    let way = order.last().map_or(Way::Up, |last| last.way);
    order.push(SortField { name: "_id".to_owned(), way });
    Ok(order)
}

/// Tells queries apart whose cursors are not each other's: model, order, collation. It is of what
/// `JSON.stringify` makes of them.
fn digest(order: &[SortField], collation: Option<&[u8]>, owner: Owner<'_>) -> Result<[u8; QUERY]> {
    let mut text = b"[".to_vec();
    json::quoted(&mut text, owner.model.as_bytes());
    text.push(b',');
    json::quoted(&mut text, owner.collection.as_bytes());
    text.extend_from_slice(b",[");
    for (place, one) in order.iter().enumerate() {
        text.extend_from_slice(if place == 0 { b"[" } else { b",[" });
        json::quoted(&mut text, one.name.as_bytes());
        text.extend_from_slice(format!(",{}]", one.way.number()).as_bytes());
    }
    text.extend_from_slice(b"],[");
    let mut options: Vec<(&[u8], Given<'_>)> =
        collation.map(parts).transpose()?.into_iter().flatten().collect::<Result<_>>()?;
    options.sort_by_key(|(name, _)| *name);
    for (place, (name, value)) in options.into_iter().enumerate() {
        text.extend_from_slice(if place == 0 { b"[" } else { b",[" });
        json::quoted(&mut text, name);
        text.push(b',');
        match value.tag {
            tag::STRING => json::quoted(&mut text, text_in(value)),
            tag::BOOLEAN => {
                let word: &[u8] = if value.bytes == [1] { b"true" } else { b"false" };
                text.extend_from_slice(word);
            }
            _ => text.extend_from_slice(number(value).to_string().as_bytes()),
        }
        text.push(b']');
    }
    text.extend_from_slice(b"]]");
    let mut name = [0; QUERY];
    name.copy_from_slice(&Sha256::digest(&text)[..QUERY]);
    Ok(name)
}

/// The text of a string's value, which nobody has looked at before.
fn text_in(value: Given<'_>) -> &[u8] {
    value.bytes.get(4..value.bytes.len().saturating_sub(1)).unwrap_or_default()
}

impl Rules {
    fn of(collation: &[u8]) -> Result<Self> {
        let mut rules = Self { collated: true, loose: false };
        for part in parts(collation)? {
            let (name, value) = part?;
            let text = text_in(value);
            match name {
                b"locale" => rules.collated = text != b"simple",
                b"strength" => rules.loose |= number(value) < 3.0,
                b"numericOrdering" => rules.loose |= value.bytes == [1],
                b"alternate" => rules.loose |= text == b"shifted",
                _ => {}
            }
        }
        rules.loose &= rules.collated;
        Ok(rules)
    }
}
