use super::{End, Owner, Page};
use crate::error::{Code, Result};
use crate::query::compiled_head;
use bson::oid::ObjectId;
use bson::spec::ElementType;
use bson::{Bson, Document, RawDocumentBuf, doc};

/// A cursor of these tests is what it holds, in hexadecimal digits.
fn open(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn text(plain: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap();
    plain.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[derive(Clone, Default)]
struct Asked {
    order: Vec<Document>,
    collation: Option<Document>,
    selected: Vec<Bson>,
    clauses: Vec<Document>,
    backwards: bool,
    cursor: Option<String>,
    limit: i32,
    collection: &'static str,
}

fn by(order: &[(&str, i32)]) -> Asked {
    let order = order.iter().map(|(field, way)| doc! { "f": *field, "d": *way }).collect();
    Asked { order, limit: 3, collection: "users", ..Asked::default() }
}

impl Asked {
    fn sent(&self) -> Result<(Document, Page)> {
        let mut page = doc! { "l": self.limit, "b": self.backwards };
        page.extend(self.cursor.clone().map(|cursor| ("c".to_owned(), cursor.into())));
        let mut description = doc! { "p": page };
        for (name, list) in [("o", &self.order), ("w", &self.clauses)] {
            if !list.is_empty() {
                description.insert(name, list.clone());
            }
        }
        if !self.selected.is_empty() {
            description.insert("s", self.selected.clone());
        }
        let mut head = doc! {};
        head.extend(self.collation.clone().map(|one| ("collation".to_owned(), one.into())));
        let body = [head.to_vec().unwrap(), description.to_vec().unwrap()].concat();
        let owner = Owner { model: "User", collection: self.collection, open: &open };
        let compiled = compiled_head(&body, owner)?;
        Ok((Document::from_reader(&compiled.head[..]).unwrap(), compiled.page.unwrap()))
    }

    /// What is sent for the page that goes on from a document.
    fn from(&self, document: &Document, inclusive: bool) -> Document {
        let (_, mut page) = self.sent().unwrap();
        page.limit = 1;
        page.take(&document.to_vec().unwrap()).unwrap();
        page.rows = 9;
        page.cursor = Some(String::new());
        let Some(End::Place(mut plain)) = page.ends().next else { panic!("no place") };
        plain[0] = u8::from(inclusive == self.backwards);
        let asked = Self { cursor: Some(text(&plain)), ..self.clone() };
        asked.sent().unwrap().0.get_document("filter").unwrap().clone()
    }

    fn place_of(&self, document: &[u8]) -> Result<()> {
        self.sent()?.1.take(document)
    }
}

fn names(document: &Document) -> Vec<(&str, i32)> {
    document.iter().map(|(name, way)| (name.as_str(), way.as_i32().unwrap())).collect()
}

#[test]
fn an_order_is_made_total() {
    for (order, total) in [
        (&[][..], &[("_id", 1)][..]),
        (&[("age", 1)], &[("age", 1), ("_id", 1)]),
        (&[("age", -1)], &[("age", -1), ("_id", -1)]),
        (&[("age", 1), ("status", -1)], &[("age", 1), ("status", -1), ("_id", -1)]),
        (&[("age", 1), ("_id", -1)], &[("age", 1), ("_id", -1)]),
        (&[("age", 1), ("_id", 1), ("status", -1)], &[("age", 1), ("_id", 1)]),
        (&[("age", 1), ("status", 1), ("age", -1)], &[("age", -1), ("status", 1), ("_id", 1)]),
    ] {
        let (sent, _) = by(order).sent().unwrap();
        assert_eq!(names(sent.get_document("sort").unwrap()), total);
        assert_eq!(sent.get_i32("limit").unwrap(), 4);
        let (turned, _) = Asked { backwards: true, ..by(order) }.sent().unwrap();
        let back: Vec<_> = total.iter().map(|(name, way)| (*name, -way)).collect();
        assert_eq!(names(turned.get_document("sort").unwrap()), back);
    }
    let refused = by(&[("score", 0)]).sent().unwrap_err();
    assert_eq!(refused.code, Code::InvalidQuery);
}

#[test]
fn the_order_the_model_and_the_collation_name_a_query() {
    let digest = |asked: &Asked| asked.sent().unwrap().1.query;
    let en = |more: Document| {
        let mut collation = doc! { "locale": "en" };
        collation.extend(more);
        Asked { collation: Some(collation), ..by(&[("age", 1)]) }
    };
    let all = [
        by(&[("age", 1)]),
        by(&[("age", -1)]),
        by(&[("status", 1)]),
        by(&[("age", 1), ("status", 1)]),
        Asked { collection: "people", ..by(&[("age", 1)]) },
        en(doc! {}),
        en(doc! { "strength": 2 }),
    ];
    let digests: std::collections::HashSet<_> = all.iter().map(digest).collect();
    assert_eq!(digests.len(), all.len());
    assert_eq!(digest(&by(&[("age", 1), ("_id", 1)])), digest(&all[0]));
    let turned = doc! { "strength": 2, "locale": "en" };
    let turned = Asked { collation: Some(turned), ..by(&[("age", 1)]) };
    assert_eq!(digest(&turned), digest(&all[6]));
    // Of a release before: cursors outlive one.
    let known = en(doc! { "strength": 2, "numericOrdering": true });
    assert_eq!(text(&digest(&known)), "cb2a85e40c7f14c5");
}

#[test]
fn the_filter_is_a_flat_or_of_ranges_beside_the_bound_of_the_first_field() {
    let id = ObjectId::new();
    let numbers = [1, 16, 18, 19];
    let above = [2, 14, 3, 5, 7, 8, 9, 17, 11, 12, 13, 15, 127];
    let types: Vec<i32> = numbers.into_iter().chain(above).collect();
    let after_id = vec![7, 8, 9, 17, 11, 12, 13, 15, 127];
    let up = by(&[("age", 1)]).from(&doc! { "age": 7, "_id": id }, false);
    assert_eq!(
        up.get_document("age").unwrap(),
        &doc! { "$type": types.clone(), "$not": { "$lt": 7 } }
    );
    let branches = up.get_array("$or").unwrap();
    assert_eq!(branches.len(), 2);
    let first = branches[0].as_document().unwrap().get_document("age").unwrap();
    assert!(first.get_f64("$ne").unwrap().is_nan());
    assert_eq!(first.get("$not"), Some(&Bson::from(doc! { "$lte": 7 })));
    assert_eq!(first.get("$type"), Some(&Bson::from(types)));
    let rest = doc! { "age": { "$eq": 7 }, "_id": { "$type": after_id, "$not": { "$lte": id } } };
    assert_eq!(branches[1], rest.into());

    let down = by(&[("age", -1)]).from(&doc! { "age": 7, "_id": id }, false);
    assert_eq!(down.get_document("age").unwrap(), &doc! { "$not": { "$gt": 7 } });
    let branches = down.get_array("$or").unwrap();
    let numbers = doc! { "$type": [1, 16, 18, 19, -1, 6], "$not": { "$gte": 7 } };
    assert_eq!(branches[0], doc! { "age": numbers }.into());
    assert_eq!(branches[1], doc! { "age": { "$in": [null, []] } }.into());
    assert_eq!(branches.len(), 3);
}

#[test]
fn null_and_missing_are_one() {
    for backwards in [false, true] {
        let asked = Asked { backwards, ..by(&[("age", 1)]) };
        let missing = asked.from(&doc! { "_id": "x" }, false);
        assert_eq!(missing, asked.from(&doc! { "age": null, "_id": "x" }, false));
        assert_eq!(missing.keys().collect::<Vec<_>>(), ["$or"]);
        let last = missing.get_array("$or").unwrap().last().unwrap().as_document().unwrap();
        assert_eq!(last.get_document("age").unwrap(), &doc! { "$eq": null });
    }
}

#[test]
fn nan_is_the_smallest_number_and_nothing_is_beyond_the_greatest() {
    let first = |age: Bson, backwards| {
        let asked = Asked { backwards, ..by(&[("age", 1)]) };
        let filter = asked.from(&doc! { "age": age, "_id": 1 }, false);
        let branch = filter.get_array("$or").unwrap()[0].as_document().unwrap();
        branch.get_document("age").unwrap().clone()
    };
    let decimal: Bson = "NaN".parse::<bson::Decimal128>().unwrap().into();
    for nan in [f64::NAN.into(), decimal] {
        assert!(first(nan.clone(), false).get_f64("$ne").unwrap().is_nan());
        assert_eq!(first(nan, true), doc! { "$type": [-1, 6] });
    }
    let infinite: Bson = "Infinity".parse::<bson::Decimal128>().unwrap().into();
    assert!(first(infinite, true).contains_key("$not"));
    let ids = by(&[("_id", 1)]);
    assert_eq!(ids.from(&doc! { "_id": Bson::MaxKey }, false), doc! { "_id": { "$in": [] } });
    let least = ids.from(&doc! { "_id": Bson::MinKey }, false);
    assert_eq!(least.get_document("_id").unwrap().keys().collect::<Vec<_>>(), ["$type"]);
    assert_eq!(ids.from(&doc! { "_id": 7 }, false).keys().collect::<Vec<_>>(), ["_id"]);
}

#[test]
fn the_place_itself_is_found_only_when_it_is_included() {
    let document = doc! { "age": 7, "_id": 1 };
    let at = Bson::from(doc! { "age": { "$eq": 7 }, "_id": { "$eq": 1 } });
    for backwards in [false, true] {
        let asked = Asked { backwards, ..by(&[("age", 1)]) };
        let branches =
            |inclusive| asked.from(&document, inclusive).get_array("$or").unwrap().clone();
        assert!(!branches(false).contains(&at));
        assert!(branches(true).contains(&at));
    }
}

#[test]
fn values_that_look_like_operators_are_values() {
    let filter = by(&[("age", 1)]).from(&doc! { "age": { "$gt": 1 }, "_id": 1 }, false);
    let branches = filter.get_array("$or").unwrap();
    let equal = branches[1].as_document().unwrap().get_document("age").unwrap();
    assert_eq!(equal, &doc! { "$eq": { "$gt": 1 } });
    let pattern =
        bson::Regex { pattern: "a".try_into().unwrap(), options: "i".try_into().unwrap() };
    let filter = by(&[("age", -1)]).from(&doc! { "age": pattern.clone(), "_id": 1 }, false);
    let branches = filter.get_array("$or").unwrap();
    let compared = branches[1].as_document().unwrap();
    let expected = doc! { "$lt": ["$age", { "$literal": pattern }] };
    assert_eq!(compared.get_document("$expr").unwrap(), &expected);
}

#[test]
fn conditions_of_the_query_stay_beside_those_of_the_page() {
    let clauses = vec![doc! { "k": 0, "f": "a", "v": 1 }];
    let asked = Asked { clauses, ..by(&[]) };
    assert_eq!(asked.sent().unwrap().0.get_document("filter").unwrap(), &doc! { "a": 1 });
    let filter = asked.from(&doc! { "_id": 1 }, false);
    let both = filter.get_array("$and").unwrap();
    assert_eq!(both[0], doc! { "a": 1 }.into());
    assert!(both[1].as_document().unwrap().contains_key("_id"));
}

#[test]
fn what_the_order_needs_is_read() {
    let order = [("addr.city", 1), ("age", 1)];
    for (selected, expected) in [
        (vec!["status"], doc! { "_id": 1, "status": 1, "addr.city": 1, "age": 1 }),
        (vec!["addr", "age"], doc! { "_id": 1, "addr": 1, "age": 1 }),
        (vec!["age.x"], doc! { "_id": 1, "addr.city": 1, "age": 1 }),
        (vec!["addr.zip"], doc! { "_id": 1, "addr.zip": 1, "addr.city": 1, "age": 1 }),
    ] {
        let selected = selected.into_iter().map(Bson::from).collect();
        let (sent, _) = Asked { selected, ..by(&order) }.sent().unwrap();
        assert_eq!(sent.get_document("projection").unwrap(), &expected);
    }
    assert!(!by(&order).sent().unwrap().0.contains_key("projection"));
    let selected = vec![Bson::from(doc! { "f": "status", "a": "age" })];
    let refused = Asked { selected, ..by(&order) }.sent().unwrap_err();
    assert_eq!(refused.code, Code::InvalidQuery);
}

/// A document of one element, which has no value that libraries would write.
fn odd(tag: ElementType, value: &[u8]) -> Vec<u8> {
    let inner = [&[tag as u8][..], b"age\0", value, &[0]].concat();
    let length = i32::try_from(inner.len() + 4).unwrap();
    [&length.to_le_bytes()[..], &inner].concat()
}

#[test]
fn rows_without_a_definite_place_are_refused() {
    let en = || Some(doc! { "locale": "en", "strength": 2 });
    let plain = |document: Document| document.to_vec().unwrap();
    let age = by(&[("age", 1)]);
    let collated = Asked { collation: en(), ..age.clone() };
    let pointer = [&6i32.to_le_bytes()[..], b"users\0", &[0; 12]].concat();
    let symbol = plain(doc! { "age": Bson::Symbol("x".into()) });
    for (asked, document) in [
        (&by(&[("tags", 1)]), plain(doc! { "tags": ["a"], "_id": 1 })),
        (&by(&[("tags", 1)]), plain(doc! { "tags": [], "_id": 1 })),
        (&by(&[("addr.city", 1)]), plain(doc! { "addr": [{ "city": "x" }], "_id": 1 })),
        (&by(&[("tags.0", 1)]), plain(doc! { "tags": ["a"], "_id": 1 })),
        (&age, odd(ElementType::Undefined, &[])),
        (&age, odd(ElementType::DbPointer, &pointer)),
        (&collated, symbol.clone()),
        (&collated, plain(doc! { "_id": "x" })),
        (&collated, plain(doc! { "_id": { "a": "x" } })),
    ] {
        assert_eq!(asked.place_of(&document).unwrap_err().code, Code::InvalidQuery);
    }
    let with = |collation| Asked { collation: Some(collation), ..by(&[]) };
    for (asked, document) in [
        (&age, symbol),
        (&by(&[]), plain(doc! { "_id": "x" })),
        (&with(doc! { "locale": "simple", "strength": 2 }), plain(doc! { "_id": "x" })),
        (&with(doc! { "locale": "en" }), plain(doc! { "_id": "x" })),
        (&with(en().unwrap()), plain(doc! { "_id": ObjectId::new() })),
        (
            &by(&[("a.b", 1), ("none.x", 1), ("x.y", 1)]),
            plain(doc! { "a": 1, "none": null, "x.y": 2 }),
        ),
    ] {
        asked.place_of(&document).unwrap();
    }
    assert!(age.place_of(&[9, 0, 0, 0, 16, b'a', b'g', b'e', 0]).is_err());
}

#[test]
fn a_cursor_of_another_query_or_none_is_refused() {
    let page = |asked: &Asked| {
        let mut page = asked.sent().unwrap().1;
        page.take(&doc! { "_id": 1, "age": 1 }.to_vec().unwrap()).unwrap();
        page.rows = 9;
        page.ends().next
    };
    let age = by(&[("age", 1)]);
    let Some(End::Place(plain)) = page(&age) else { panic!("no place") };
    for (asked, cursor) in [
        (by(&[("age", -1)]), text(&plain)),
        (age.clone(), "zz".into()),
        (age.clone(), String::new()),
        (age.clone(), text(&plain[..8])),
    ] {
        let refused = Asked { cursor: Some(cursor), ..asked }.sent().unwrap_err();
        assert_eq!(refused.code, Code::InvalidCursor);
    }
    let cursor = Some(text(&plain));
    assert!(Asked { cursor, ..age }.sent().is_ok());
}

#[test]
fn a_page_without_rows_lies_where_its_cursor_does() {
    let (_, mut page) = by(&[]).sent().unwrap();
    page.cursor = Some("here".into());
    let ends = page.ends();
    assert_eq!((ends.next, ends.previous), (None, Some(End::Same("here".into()))));
    let (_, page) = by(&[]).sent().unwrap();
    assert_eq!(page.ends(), super::Ends::default());
}

#[test]
fn groups_and_unions_have_no_cursors() {
    let description = |more: Document| {
        let mut description = doc! { "p": { "l": 1, "b": false } };
        description.extend(more);
        [doc! {}.to_vec().unwrap(), description.to_vec().unwrap()].concat()
    };
    let owner = Owner { model: "User", collection: "users", open: &open };
    for more in [doc! { "d": true }, doc! { "g": ["a"] }, doc! { "c": 1 }, doc! { "c": 2 }] {
        let refused = compiled_head(&description(more.clone()), owner).unwrap_err();
        assert_eq!(refused.code, Code::InvalidQuery);
        let alone = RawDocumentBuf::from_bytes(description(more)[5..].to_vec()).unwrap();
        assert!(crate::query::compile(alone.as_bytes()).is_err());
    }
}
