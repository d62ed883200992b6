//! Links are what nested loops over the documents find.

mod heads;

use super::keys::Keys;
use super::links::small;
use super::{
    Cut, Found, Gathered, Inside, Leg, Links, Matches, Order, Parents, Source, Through, When, With,
};
use crate::client::connection::Connection;
use crate::client::destination::Destination;
use crate::client::options::ConnectionOptions;
use crate::crypto::canonical;
use crate::document::build::Builder;
use crate::document::chunk::{as_stored, from_documents};
use crate::document::columns::Columns;
use crate::model::Model;
use bson::oid::ObjectId;
use bson::{Binary, Bson, DateTime, Decimal128, Document, RawDocumentBuf, doc, rawdoc};
use proptest::prelude::*;
use std::sync::Arc;

fn destination() -> Destination {
    let options = rawdoc! { "name": "main", "url": "mongodb://127.0.0.1:1/x" };
    Connection::new(ConnectionOptions::from_document(options.as_bytes()).unwrap()).into()
}

/// `_id` is read as text, `ref` is a column, `other` is none.
fn columns() -> Columns {
    Columns::new([("_id".into(), true), ("ref".into(), true)])
}

fn source(matches: &str) -> Source {
    Source {
        model: Arc::new(Model { columns: columns(), ..Model::default() }),
        destination: destination(),
        ring: None,
        matches: matches.as_bytes().into(),
        head: Vec::new(),
        query: Vec::new(),
        has: Vec::new(),
        ordered: false,
    }
}

fn leg(key: &str, source: Source, cut: Cut) -> Leg {
    let key = key.as_bytes().into();
    Leg {
        key,
        source,
        when: None,
        through: None,
        cut,
        one: false,
        name: None,
        json: None,
        with: With::default(),
        calculation: None,
    }
}

fn chunks(rows: &[Document]) -> Vec<Vec<u8>> {
    let rows: Vec<_> = rows.iter().map(|row| RawDocumentBuf::try_from(row).unwrap()).collect();
    let lay_out = |rows: &[RawDocumentBuf]| {
        let rows: Vec<_> = rows.iter().map(|row| row.as_bytes()).collect();
        from_documents(&rows, &columns(), as_stored).unwrap()
    };
    rows.chunks(3).map(lay_out).collect()
}

/// A value, of few different ones in many forms.
fn value() -> impl Strategy<Value = Bson> {
    let decimal = |number: i32, zeros: &str| {
        format!("{number}{zeros}").parse::<Decimal128>().map(Bson::Decimal128).unwrap()
    };
    (0..14_u8, 0..3_i32).prop_map(move |(kind, n)| match kind {
        0 | 1 => Bson::Int32(n),
        2 => Bson::Int64(n.into()),
        3 => Bson::Double(n.into()),
        4 => decimal(n, ".00"),
        5 | 6 => Bson::ObjectId(ObjectId::from_bytes([u8::try_from(n).unwrap(); 12])),
        7 | 8 => Bson::String(n.to_string()),
        9 => Bson::DateTime(DateTime::from_millis(n.into())),
        10 => Bson::Binary(Binary { subtype: 4.into(), bytes: vec![u8::try_from(n).unwrap(); 16] }),
        11 => Bson::Boolean(n == 0),
        12 => Bson::Null,
        _ => Bson::Document(doc! { "$gt": n }),
    })
}

/// Rows with `_id` and, mostly, `ref` and `other`: a value, or an array.
fn rows(most: usize) -> impl Strategy<Value = Vec<Document>> {
    let field = prop_oneof![
        2 => value().prop_map(Some),
        1 => prop::collection::vec(value(), 0..4).prop_map(|list| Some(Bson::Array(list))),
        1 => Just(None),
    ];
    prop::collection::vec((field.clone(), field), 0..most).prop_map(|fields| {
        let row = |(place, (one, other)): (usize, (Option<Bson>, Option<Bson>))| {
            let mut row = doc! { "_id": i64::try_from(place).unwrap() };
            row.extend(one.map(|value| ("ref".to_owned(), value)));
            row.extend(other.map(|value| ("other".to_owned(), value)));
            row
        };
        fields.into_iter().enumerate().map(row).collect()
    })
}

fn values<'a>(row: &'a Document, name: &str) -> Vec<&'a Bson> {
    let all = match row.get(name) {
        Some(Bson::Array(list)) => list.iter().collect(),
        other => other.into_iter().collect::<Vec<_>>(),
    };
    all.into_iter().filter(|one| !matches!(one, Bson::Null | Bson::Document(_))).collect()
}

fn same(one: &Bson, other: &Bson) -> bool {
    let number = |value: &Bson| match value {
        Bson::Int32(number) => Some(f64::from(*number)),
        Bson::Int64(number) => i32::try_from(*number).ok().map(f64::from),
        Bson::Double(number) => Some(*number),
        Bson::Decimal128(number) => number.to_string().parse().ok(),
        _ => None,
    };
    match (number(one), number(other)) {
        (Some(one), Some(other)) => (one - other).abs() < 0.5,
        (None, None) => one == other,
        _ => false,
    }
}

fn belong(above: (&Document, &str), below: (&Document, &str)) -> bool {
    let below = values(below.0, below.1);
    values(above.0, above.1).into_iter().any(|one| below.iter().any(|other| same(one, other)))
}

/// What a server would answer to the reads that keys are divided into, as rows and as chunks.
fn read(keys: &Keys, found: (&[Document], &str), most: usize) -> (Vec<Document>, Vec<Found>) {
    let (mut all, mut reads, mut first) = (Vec::new(), Vec::new(), 0);
    while first < keys.len() {
        let (condition, next) = keys.condition(found.1.as_bytes(), first, (1 << 20, most));
        let condition = Document::from_reader(&condition[..]).unwrap();
        let list = condition.get_document(found.1).unwrap().get_array("$in").unwrap().clone();
        assert_eq!(list.len(), next - first);
        let wanted = doc! { "keys": list };
        let rows = found.0.iter().filter(|row| belong((&wanted, "keys"), (row, found.1)));
        let rows: Vec<Document> = rows.cloned().collect();
        reads.push(Found { keys: small(first)..small(next), chunks: chunks(&rows) });
        all.extend(rows);
        first = next;
    }
    (all, reads)
}

fn gathered(leg: &Leg, rows: &[Document]) -> Parents {
    let mut parents = Parents::default();
    for chunk in chunks(rows) {
        leg.gather(&chunk, (&columns(), None), &mut parents).unwrap();
    }
    assert_eq!(parents.len(), rows.len());
    parents
}

fn id(row: &Document) -> i64 {
    row.get_i64("_id").unwrap()
}

/// For each row above the ids of those that it is linked to, and of the documents between.
fn ids(
    links: &Links,
    rows: usize,
    related: &[Document],
    between: Option<&[Document]>,
) -> Vec<Vec<(i64, i64)>> {
    let mut out = Builder::default();
    let start = out.begin();
    links.write(&mut out);
    out.end(start);
    let written = Document::from_reader(&out.into_bytes()[..]).unwrap();
    let numbers = |name: &str| -> Vec<usize> {
        let Ok(bytes) = written.get_binary_generic(name) else { return Vec::new() };
        bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four) as usize).collect()
    };
    let (all, pivots) = (numbers("links"), numbers("pivots"));
    let (starts, links) = all.split_at(rows + 1);
    assert_eq!((starts[0], starts[rows]), (0, links.len()));
    let pair = |place: usize| {
        let pivot = between.map_or(-1, |between| id(&between[pivots[place]]));
        (id(&related[links[place]]), pivot)
    };
    starts
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .map(|(from, to)| (from..to).map(pair).collect())
        .collect()
}

fn cut_of(cut: Cut, all: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    all.into_iter().skip(cut.skip).take(cut.limit.unwrap_or(usize::MAX)).collect()
}

fn cut() -> impl Strategy<Value = Cut> {
    let limit = prop_oneof![3 => Just(None), 1 => (0..3_usize).prop_map(Some)];
    (prop_oneof![3 => Just(0), 1 => 0..3_usize], limit)
        .prop_map(|(skip, limit)| Cut { skip, limit })
}

fn name() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("ref"), Just("other")]
}

proptest! {
    #[test]
    fn links_are_what_nested_loops_find(above in rows(9), below in rows(12), cut in cut(), key in name(), on in name()) {
        let leg = leg(key, source(on), cut);
        let mut parents = gathered(&leg, &above);
        let (read, reads) = read(&parents.keys, (&below, on), usize::MAX);
        let matches = Matches::of(&reads, &leg.source, &mut parents.keys).unwrap();
        let links = Links::direct(&parents, &matches, cut);
        let expected = above.iter().map(|row| {
            let rows = below.iter().filter(|one| belong((row, key), (one, on)));
            cut_of(cut, rows.map(|one| (id(one), -1)).collect())
        });
        prop_assert_eq!(ids(&links, above.len(), &read, None), expected.collect::<Vec<_>>());
    }

    #[test]
    fn reads_of_some_keys_each_link_the_same_rows(above in rows(9), below in rows(12), most in 1..4_usize, ordered in any::<bool>()) {
        // With an order, rows of several keys are found by one read.
        let above: Vec<_> = above.into_iter().filter(|row| !ordered || values(row, "ref").len() < 2).collect();
        let leg = leg("ref", Source { ordered, ..source("other") }, Cut::default());
        let mut parents = gathered(&leg, &above);
        let (read, reads) = read(&parents.keys, (&below, "other"), most);
        let matches = Matches::of(&reads, &leg.source, &mut parents.keys).unwrap();
        let links = Links::direct(&parents, &matches, leg.cut);
        for (row, mut linked) in above.iter().zip(ids(&links, above.len(), &read, None)) {
            if !ordered {
                linked.sort_unstable();
            }
            let rows = below.iter().filter(|one| belong((row, "ref"), (one, "other")));
            prop_assert_eq!(linked, rows.map(|one| (id(one), -1)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn documents_between_lead_on(above in rows(7), middle in rows(9), below in rows(9), cut in cut(), by_related in any::<bool>()) {
        let through = Through { source: source("other"), key: b"ref"[..].into(), tree: None };
        let leg = Leg { through: Some(through), ..leg("ref", source("ref"), cut) };
        let through = leg.through.as_ref().unwrap();
        let mut parents = gathered(&leg, &above);
        let (between, reads) = read(&parents.keys, (&middle, "other"), usize::MAX);
        let pivots = Matches::of(&reads, &through.source, &mut parents.keys).unwrap();
        let mut inner = Parents::default();
        for chunk in reads.iter().flat_map(|read| &read.chunks) {
            through.gather(chunk, &mut inner).unwrap();
        }
        let (related, reads) = read(&inner.keys, (&below, "ref"), usize::MAX);
        let matches = Matches::of(&reads, &leg.source, &mut inner.keys).unwrap();
        let order = if by_related { Order::Related } else { Order::Between };
        let links = Links::through((&parents, &pivots), (&inner, &matches), order, cut);
        let expected = above.iter().map(|row| {
            let mut pairs = Vec::new();
            for pivot in middle.iter().filter(|one| belong((row, "ref"), (one, "other"))) {
                let rows = below.iter().filter(|one| belong((pivot, "ref"), (one, "ref")));
                pairs.extend(rows.map(|one| (id(one), id(pivot))));
            }
            if by_related {
                pairs.sort_by_key(|(row, _)| *row);
            }
            cut_of(cut, pairs)
        });
        prop_assert_eq!(ids(&links, above.len(), &related, Some(&between)), expected.collect::<Vec<_>>());
        let linked: Vec<i64> = ids(&links, above.len(), &related, Some(&between)).concat().iter().map(|pair| pair.0).collect();
        let is_linked = related.iter().map(|row| linked.contains(&id(row))).collect::<Vec<_>>();
        prop_assert_eq!(links.linked(&matches).unwrap_or_else(|| vec![true; related.len()]), is_linked);
    }
}

#[test]
fn rows_take_part_when_a_column_says_so() {
    let mut form = Vec::new();
    canonical::write(0x10, &7_i32.to_le_bytes(), &mut form).unwrap();
    let when = Some(When { key: b"other"[..].into(), form, known: None });
    let leg = Leg { when, ..leg("ref", source("_id"), Cut::default()) };
    let row = |other: Bson| doc! { "_id": 1_i64, "ref": 5, "other": other };
    let rows = [row(7.into()), row(7.0.into()), row("7".into()), doc! { "_id": 1_i64, "ref": 5 }];
    let parents = gathered(&leg, &rows);
    let taken: Vec<usize> = (0..rows.len()).map(|row| parents.keys_of(row).len()).collect();
    assert_eq!(taken, [1, 1, 0, 0]);
}

#[test]
fn rows_that_are_nobodys_take_no_part() {
    let leg = leg("ref", source("_id"), Cut::default());
    let rows: Vec<_> = (0..5).map(|n| doc! { "_id": i64::from(n), "ref": n }).collect();
    let linked = [true, false, true, true, false];
    let mut parents = Parents::default();
    for chunk in chunks(&rows) {
        leg.gather(&chunk, (&columns(), Some(&linked)), &mut parents).unwrap();
    }
    let taken: Vec<bool> = (0..rows.len()).map(|row| !parents.keys_of(row).is_empty()).collect();
    assert_eq!(taken, linked);
}

#[test]
fn keys_may_be_inside_of_documents_and_arrays() {
    let leg = leg("a.b", source("_id"), Cut::default());
    let rows = [
        doc! { "_id": 1_i64, "a": { "b": 1 } },
        doc! { "_id": 2_i64, "a": [{ "b": 1 }, { "b": [2, 3] }, { "c": 4 }, 5] },
        doc! { "_id": 3_i64, "a.b": 4, "a": 1 },
        doc! { "_id": 4_i64, "a": 1 },
    ];
    let parents = gathered(&leg, &rows);
    let keys: Vec<_> = (0..rows.len()).map(|row| parents.keys_of(row).to_vec()).collect();
    assert_eq!(keys, [vec![0], vec![0, 1, 2], vec![3], vec![]]);
}

#[test]
fn documents_inside_of_rows_have_keys_of_their_own() {
    let legs = |path| vec![leg(path, source("_id"), Cut::default())];
    let parts =
        Inside { name: (*b"parts").into(), with: With { legs: legs("part"), ..With::default() } };
    let lines = With { legs: legs("ref"), inside: vec![parts], ..With::default() };
    let with =
        With { inside: vec![Inside { name: (*b"lines").into(), with: lines }], ..With::default() };
    let rows = [
        doc! { "lines": [{ "ref": 1, "parts": [{ "part": 7 }, { "part": 8 }] }, 5, { "ref": 2 }] },
        doc! { "lines": { "ref": 2, "parts": { "part": 8 } } },
        doc! { "lines": [{ "ref": 3 }] },
        doc! {},
        doc! { "lines": [{ "ref": [1, 3] }] },
    ];
    let mut gathered = Gathered::of(&with);
    for chunk in chunks(&rows) {
        let linked = [true, true, false, true, true];
        gathered.take(&with, &chunk, (&columns(), Some(&linked))).unwrap();
    }
    let keys = |parents: &Parents| -> Vec<Vec<u32>> {
        (0..parents.len()).map(|row| parents.keys_of(row).to_vec()).collect()
    };
    let [lines] = &gathered.inside[..] else { panic!("{gathered:?}") };
    assert_eq!(lines.starts, [0, 2, 3, 3, 3, 4]);
    assert_eq!(keys(&lines.gathered.parents[0]), [vec![0], vec![1], vec![1], vec![0, 2]]);
    let [parts] = &lines.gathered.inside[..] else { panic!("{gathered:?}") };
    assert_eq!(parts.starts, [0, 2, 2, 3, 3]);
    assert_eq!(keys(&parts.gathered.parents[0]), [vec![0], vec![1], vec![1]]);
}
