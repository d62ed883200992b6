use super::keyset::Owner;
use super::{compile, compiled_head, is_described};
use crate::error::Code;
use bson::{Document, RawDocumentBuf, bson, doc, rawdoc};
use proptest::prelude::*;

const NOBODY: Owner<'static> = Owner { model: "", collection: "", open: &|_| None };

fn compiled(description: &Document) -> Document {
    let bytes = compile(&description.to_vec().unwrap()).unwrap();
    Document::from_reader(&bytes[..]).unwrap()
}

fn filter(clauses: Vec<Document>) -> Document {
    compiled(&doc! { "w": clauses }).get_document("filter").unwrap().clone()
}

const GROUP: i32 = 14;
const END: i32 = 16;
const NOT: i32 = 32;
const OR: i32 = 64;

#[test]
fn and_binds_tighter_than_or() {
    let is = |flags: i32, field: &str| doc! { "k": flags, "f": field, "v": 1 };
    assert_eq!(filter(vec![]), doc! {});
    assert_eq!(filter(vec![is(0, "a"), is(0, "b")]), doc! { "a": 1, "b": 1 });
    assert_eq!(
        filter(vec![is(0, "a"), is(OR, "b"), is(0, "c")]),
        doc! { "$or": [{ "a": 1 }, { "b": 1, "c": 1 }] }
    );
    assert_eq!(
        filter(vec![is(0, "a"), is(0, "a")]),
        doc! { "a": 1, "$and": [{ "a": 1 }] },
        "a key that is taken is not overwritten"
    );
}

#[test]
fn a_negated_group_asks_its_members() {
    let group = |flags: i32| doc! { "k": GROUP + flags };
    let end = || doc! { "k": END };
    let is = |flags: i32, field: &str| doc! { "k": flags, "f": field, "v": 1 };
    assert_eq!(
        filter(vec![group(NOT), is(0, "a"), is(OR, "b"), end()]),
        doc! { "a": { "$nin": [1, null] }, "b": { "$nin": [1, null] } }
    );
    assert_eq!(
        filter(vec![group(NOT), is(0, "a"), is(0, "b"), end()]),
        doc! { "$or": [{ "a": { "$nin": [1, null] } }, { "b": { "$nin": [1, null] } }] }
    );
    assert_eq!(filter(vec![group(NOT), is(NOT, "a"), end()]), doc! { "a": 1 });
    assert_eq!(
        filter(vec![doc! { "k": 15 | NOT, "f": "l" }, is(0, "a"), is(OR, "b"), end()]),
        doc! { "l": {
            "$not": { "$elemMatch": { "$or": [{ "a": 1 }, { "b": 1 }] } }, "$ne": null
        } }
    );
}

#[test]
fn stages_stay_and_conditions_among_them_are_compiled() {
    // A stage that looks like conditions is a stage: the server refuses it.
    let odd = doc! { "w": [{ "k": 0, "f": "a", "v": 1 }] };
    let stages = bson!([
        { "$limit": 3 },
        [{ "k": 0, "f": "a", "v": 1 }, { "k": NOT, "f": "b", "v": 2 }],
        { "$match": { "w": [] } },
        odd.clone(),
    ]);
    let mut body = rawdoc! { "hint": "x" }.into_bytes();
    body.extend(doc! { "r": stages }.to_vec().unwrap());
    let head = Document::from_reader(&compiled_head(&body, NOBODY).unwrap().head[..]).unwrap();
    let compiled = doc! { "$match": { "a": 1, "b": { "$nin": [2, null] } } };
    let pipeline = vec![doc! { "$limit": 3 }, compiled, doc! { "$match": { "w": [] } }, odd];
    assert_eq!(head, doc! { "hint": "x", "pipeline": pipeline });
}

#[test]
fn values_are_data() {
    let object = || doc! { "$gt": 1 };
    let list = vec![doc! { "k": 5, "f": "a", "v": [1, object(), null] }];
    assert_eq!(
        filter(list),
        doc! { "$or": [{ "a": { "$in": [1, null] } }, { "a": { "$eq": { "$gt": 1 } } }] }
    );
    assert_eq!(
        filter(vec![doc! { "k": 0, "f": "a", "v": object() }]),
        doc! { "a": { "$eq": { "$gt": 1 } } }
    );
    assert_eq!(
        filter(vec![doc! { "k": 0, "f": "a", "v": null }]),
        doc! { "a": null },
        "null is what has no value"
    );
}

#[test]
fn what_no_builder_writes_is_refused() {
    for malformed in [
        doc! { "x": 1 },
        doc! { "w": 1 },
        doc! { "w": [1] },
        doc! { "w": [{}] },
        doc! { "w": [{ "k": 0, "f": "a" }] },
        doc! { "w": [{ "k": 0, "v": 1 }] },
        doc! { "w": [{ "k": 31, "f": "a", "v": 1 }] },
        doc! { "w": [{ "k": 0, "f": "a", "v": 1, "z": 1 }] },
        doc! { "w": [{ "k": GROUP }] },
        doc! { "w": [{ "k": END }] },
        doc! { "w": [{ "k": 11, "v": [1], "t": [] }] },
        doc! { "s": [1] },
        doc! { "o": [{ "f": "a", "d": 2 }] },
        doc! { "a": [{ "n": "a", "k": 1, "d": false, "f": [] }] },
        doc! { "u": [{ "a": true, "c": "x" }] },
        doc! { "c": 9 },
    ] {
        let error = compile(&malformed.to_vec().unwrap()).unwrap_err();
        assert_eq!(error.code, Code::InvalidQuery, "{malformed}");
    }
    let nul = doc! { "w": [{ "k": 9, "f": "a\0b" }] };
    assert_eq!(compile(&nul.to_vec().unwrap()).unwrap_err().code, Code::InvalidQuery);
}

#[test]
fn depth_is_bounded_whatever_is_nested() {
    let is = || doc! { "k": 0, "f": "a", "v": 1 };
    let groups = |flags: &dyn Fn(usize) -> i32, more: bool, depth: usize| {
        let mut clauses = Vec::new();
        for level in 0..depth {
            clauses.push(doc! { "k": GROUP + flags(level) });
            if more {
                clauses.push(is());
                clauses.push(doc! { "k": OR, "f": "b", "v": 1 });
            }
        }
        clauses.push(is());
        clauses.extend((0..depth).map(|_| doc! { "k": END }));
        doc! { "w": clauses }.to_vec().unwrap()
    };
    // Groups of one condition come to that condition.
    assert!(compile(&groups(&|_| 0, false, 50_000)).is_ok());
    assert!(compile(&groups(&|level| if level % 2 == 1 { NOT } else { 0 }, false, 50_000)).is_ok());
    let error = compile(&groups(&|_| 0, true, 50_000)).unwrap_err();
    assert_eq!(error.code, Code::DocumentTooDeep);
    let path = doc! { "g": [vec!["0"; 100_000].join(".")] };
    assert_eq!(compile(&path.to_vec().unwrap()).unwrap_err().code, Code::DocumentTooDeep);
}

#[test]
fn the_parts_stand_in_the_head() {
    let request = |description: &RawDocumentBuf| {
        let head = rawdoc! { "comment": "x" };
        let body = [head.as_bytes(), description.as_bytes()].concat();
        assert!(is_described(&body));
        Document::from_reader(&compiled_head(&body, NOBODY).unwrap().head[..]).unwrap()
    };
    assert!(!is_described(rawdoc! { "filter": {} }.as_bytes()));
    assert_eq!(
        request(&rawdoc! { "w": [{ "k": 9, "f": "a" }], "l": 0, "m": 5, "s": ["b"] }),
        doc! {
            "comment": "x",
            "filter": { "a": { "$exists": true }, "_id": { "$in": [] } },
            "projection": { "_id": 1, "b": 1 },
            "limit": 1,
        }
    );
    assert_eq!(
        request(&rawdoc! { "g": ["a"], "m": 1 }),
        doc! {
            "comment": "x",
            "pipeline": [
                { "$group": { "_id": { "g0": { "$ifNull": ["$a", null] } } } },
                { "$project": { "_id": 0, "a": "$_id.g0" } },
                { "$limit": 1 },
            ],
            "documents": true,
        }
    );
}

#[test]
fn like_is_sent_as_a_pattern_without_second_tries() {
    for (pattern, source) in [
        ("abc", r"^abc\z"),
        ("abc%", "^abc"),
        ("%", ""),
        ("%a%b%", "^(?>.*?a)(?>.*?b)"),
        ("a%%b", r"^a(?>.{1,})(?<=b)\z"),
        (r"\%_\_", r"^%._\z"),
        ("a\0", r"^a\x00\z"),
    ] {
        let sent = filter(vec![doc! { "k": 8, "f": "a", "v": pattern }]);
        let regex = sent.get_document("a").unwrap().get("$regex").unwrap();
        let bson::Bson::RegularExpression(regex) = regex else { panic!("no pattern: {regex}") };
        assert_eq!((regex.pattern.as_str(), regex.options.as_str()), (source, "is"));
    }
}

/// Documents with the names and types of descriptions, more often than not in the wrong places.
fn anything() -> impl Strategy<Value = bson::Bson> {
    let leaf = prop_oneof![
        any::<i32>().prop_map(bson::Bson::from),
        (0..128_i32).prop_map(bson::Bson::from),
        any::<f64>().prop_map(bson::Bson::from),
        any::<bool>().prop_map(bson::Bson::from),
        "[a-c.0-9$*%_]{0,6}".prop_map(bson::Bson::from),
        Just(bson::Bson::Null),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(bson::Bson::from),
            prop::collection::vec(("[wsolkmcgahdiunetfvq]", inner), 0..6)
                .prop_map(|fields| bson::Bson::from(fields.into_iter().collect::<Document>())),
        ]
    })
}

/// A description whose clauses are well formed.
fn clauses() -> impl Strategy<Value = Document> {
    let clause = (0..20_i32, 0..4_i32, "[a-c.0-9]{1,5}", anything(), anything())
        .prop_map(|(kind, flags, f, v, t)| doc! { "k": kind | flags << 5, "f": f, "v": v, "t": t });
    prop::collection::vec(clause, 0..12).prop_map(|w| doc! { "w": w })
}

proptest! {
    #[test]
    fn no_bytes_end_the_process(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        let _ = compile(&bytes);
        let _ = compiled_head(&bytes, NOBODY);
    }

    #[test]
    fn no_document_ends_the_process(description in anything(), counts in 0..3_i32) {
        if let bson::Bson::Document(mut description) = description {
            description.insert("c", counts);
            if let Ok(parts) = compile(&description.to_vec().unwrap()) {
                prop_assert!(crate::document::validate::document(&parts, 0).is_ok());
            }
        }
    }

    #[test]
    fn what_is_compiled_is_a_document(description in clauses(), flip in any::<(usize, u8)>()) {
        let mut bytes = description.to_vec().unwrap();
        if let Ok(parts) = compile(&bytes) {
            prop_assert!(crate::document::validate::document(&parts, 0).is_ok());
        }
        let place = flip.0 % bytes.len();
        bytes[place] = flip.1;
        let _ = compile(&bytes);
    }
}
