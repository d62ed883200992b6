//! Commands as they are sent.

use super::*;
use crate::crypto::tests::{Locker, fields, keys, locker, parsed, raw, refused, users};
use crate::model::Model;
use crate::request::{Change, Statement};
use bson::{Bson, Document, doc};

/// What is sent, in the form in which it came.
#[derive(Debug)]
struct Outcome {
    head: Document,
    payload: Vec<Document>,
    opening: Opening,
    unbound: bool,
}

fn sealed(kind: Kind, head: &Document, payload: &[Document]) -> Result<Outcome> {
    sealed_by(&users(), kind, head, payload)
}

fn sealed_by(users: &Locker, kind: Kind, head: &Document, payload: &[Document]) -> Result<Outcome> {
    let payload: Vec<u8> = payload.iter().flat_map(raw).collect();
    sealed_bytes(users, kind, &[raw(head), payload].concat())
}

fn sealed_bytes(users: &Locker, kind: Kind, bytes: &[u8]) -> Result<Outcome> {
    let mut command = Command::parse(kind, bytes)?;
    let context = Context {
        model: &Model::default(),
        vault: Some(&users.vault),
        ruled: &[],
        allow_javascript: false,
        strangers: &[],
    };
    let Sealed { opening, .. } = apply(&mut command, &context)?;
    let mut head = parsed(command.head.as_bytes());
    let mut put = |key: &str, value: Bson| {
        if head.contains_key(key) {
            head.insert(key, value);
        }
    };
    put("sort", command.sort()?.unwrap_or_default().into());
    put("projection", command.projection()?.unwrap_or_default().into());
    let mut payload = Vec::new();
    let mut unbound = false;
    match &command.body {
        Body::Read(filter) => put("filter", parsed(filter).into()),
        Body::Raw(raw) => put("command", parsed(raw).into()),
        Body::Pipeline(stages) => put("pipeline", list(stages)),
        Body::Insert(documents) => payload.extend(documents.iter().map(|one| parsed(one))),
        Body::Change(statements) => {
            unbound = statements.iter().any(is_unbound);
            payload.extend(statements.iter().map(|one| shown(kind, one)));
            if let Ok(change) = command.change() {
                put("filter", parsed(&change.filter).into());
                if let Some(update) = &change.update {
                    put("update", value(update));
                    put("replacement", value(update));
                }
            }
        }
        Body::Other(_) => {}
    }
    Ok(Outcome { head, payload, opening, unbound })
}

fn list(array: &[u8]) -> Bson {
    Bson::Array(parsed(array).into_iter().map(|(_, value)| value).collect())
}

fn value(update: &crate::request::Modifications<'_>) -> Bson {
    if update.tag == tag::ARRAY { list(&update.bytes) } else { parsed(&update.bytes).into() }
}

fn is_unbound(statement: &Statement<'_>) -> bool {
    matches!(&statement.write, Write::Change(change) if change.unbound)
}

/// A change as a statement.
fn written(change: &Change<'_>) -> Document {
    let mut out = Builder::default();
    change.write(&mut out);
    let bytes = out.into_bytes();
    assert_eq!(bytes.len(), change.size());
    parsed(&bytes)
}

fn shown(kind: Kind, statement: &Statement<'_>) -> Document {
    match &statement.write {
        Write::Insert(document) => doc! { "insert": parsed(document) },
        Write::Change(change) if kind != Kind::Bulk => written(change),
        Write::Change(change) if change.update.is_none() => doc! { "delete": written(change) },
        Write::Change(change) => doc! { "update": written(change) },
    }
}

/// The head that is sent.
fn head(kind: Kind, given: &Document) -> Document {
    sealed(kind, given, &[]).unwrap().head
}

fn subtype(value: Option<&Bson>) -> Option<u8> {
    match value {
        Some(Bson::Binary(binary)) => Some(binary.subtype.into()),
        _ => None,
    }
}

#[test]
fn what_is_not_encrypted_is_sent_as_it_is() {
    let given = doc! {
        "filter": { "name": "a" }, "sort": { "n": -1 }, "projection": { "n": 1, "ssn": 1 },
        "limit": 5, "collation": { "locale": "de" }, "comment": "c", "hint": "n_1",
        "min": { "n": 1 }, "max": { "n": 2 }, "let": { "x": 1 },
    };
    assert_eq!(head(Kind::Find, &given), given);
    let plain = sealed(Kind::Find, &given, &[]).unwrap();
    assert_eq!((plain.unbound, plain.opening.without_id), (false, false));
    assert_eq!(plain.opening.trust, Trust::Strict);
}

#[test]
fn an_id_that_opening_needs_is_read_and_hidden() {
    for (given, sent, hidden) in [
        (doc! { "_id": 0, "ssn": 1 }, doc! { "ssn": 1 }, true),
        (doc! { "_id": false }, doc! {}, true),
        (doc! { "_id": 0.0, "n": 0 }, doc! { "n": 0 }, true),
        (doc! { "_id": 1, "ssn": 1 }, doc! { "_id": 1, "ssn": 1 }, false),
        (doc! { "ssn": 0, "contacts.phone": 0 }, doc! { "ssn": 0, "contacts.phone": 0 }, false),
        (
            doc! { "contacts": { "$slice": [1, 2] } },
            doc! { "contacts": { "$slice": [1, 2] } },
            false,
        ),
        (
            doc! { "contacts": { "$elemMatch": { "note": 1 } } },
            doc! { "contacts": { "$elemMatch": { "note": 1 } } },
            false,
        ),
    ] {
        let outcome = sealed(Kind::Find, &doc! { "filter": {}, "projection": given }, &[]).unwrap();
        assert_eq!(outcome.head.get_document("projection").unwrap(), &sent);
        assert_eq!(outcome.opening.without_id, hidden, "{sent}");
    }
}

#[test]
fn heads_ask_nothing_that_cannot_be_answered() {
    for (kind, column, given) in [
        (Kind::Find, "ssn", doc! { "filter": { "ssn": 1 } }),
        (Kind::Count, "ssn", doc! { "filter": { "ssn": 1 } }),
        (Kind::Delete, "ssn", doc! { "filter": { "ssn": 1 } }),
        (Kind::Distinct, "ssn", doc! { "filter": { "ssn": 1 }, "key": "n" }),
        (Kind::Find, "ssn", doc! { "sort": { "ssn": 1 } }),
        (Kind::Find, "contacts", doc! { "sort": { "contacts": 1 } }),
        (Kind::Find, "email", doc! { "sort": { "email_bidx": 1 } }),
        (Kind::Find, "email", doc! { "min": { "email": 1 } }),
        (Kind::Find, "email", doc! { "max": { "email_bidx": 1 } }),
        (Kind::Distinct, "email", doc! { "key": "email" }),
        (Kind::Distinct, "email", doc! { "key": "email.x" }),
        (Kind::Distinct, "contacts.phone", doc! { "key": "contacts.phone" }),
        (Kind::Find, "ssn", doc! { "projection": { "ssn.x": 1 } }),
        (Kind::Find, "ssn", doc! { "projection": { "ssn": { "$slice": 1 } } }),
        (Kind::Find, "ssn", doc! { "projection": { "ssn": "$n" } }),
        (Kind::Find, "ssn", doc! { "projection": { "n": { "$toUpper": "$ssn" } } }),
        (
            Kind::Find,
            "contacts.phone",
            doc! { "projection": { "contacts": { "$elemMatch": { "phone": 1 } } } },
        ),
        (Kind::FindAndModify, "ssn", doc! { "filter": {}, "sort": { "ssn": 1 }, "remove": true }),
        (Kind::Aggregate, "ssn", doc! { "pipeline": [{ "$group": { "_id": "$ssn" } }] }),
        (
            Kind::Update,
            "contacts.phone",
            doc! {
                "filter": { "_id": 1 }, "update": { "$set": { "contacts.$[c].note": 1 } },
                "arrayFilters": [{ "c.phone": "1" }],
            },
        ),
    ] {
        refused(sealed(kind, &given, &[]), column, &given.to_string());
    }
    for key in ["n", "contacts.note", "address.street", ""] {
        assert!(sealed(Kind::Distinct, &doc! { "key": key }, &[]).is_ok());
    }
}

#[test]
fn explained_commands_are_sealed() {
    let users = users();
    let filter = doc! { "email": "a" };
    let entries = users.filter(&filter).unwrap();
    let explain = |inner: Document| doc! { "command": { "explain": inner, "verbosity": "q" } };
    for (given, sent) in [
        (
            doc! { "find": "users", "filter": filter.clone(), "limit": 1 },
            doc! { "find": "users", "filter": entries.clone(), "limit": 1 },
        ),
        (
            doc! { "count": "users", "query": filter.clone() },
            doc! { "count": "users", "query": entries.clone() },
        ),
        (
            doc! { "aggregate": "users", "pipeline": [{ "$match": filter }], "cursor": {} },
            doc! { "aggregate": "users", "pipeline": [{ "$match": entries }], "cursor": {} },
        ),
    ] {
        assert_eq!(head(Kind::Command, &explain(given)), explain(sent));
    }
    let sorted = explain(doc! { "find": "users", "filter": {}, "sort": { "ssn": 1 } });
    refused(sealed(Kind::Command, &sorted, &[]), "ssn", "an explained order");
}

#[test]
fn rows_of_a_pipeline_are_trusted_as_far_as_they_are_documents() {
    let trust = |given: Document| sealed(Kind::Aggregate, &given, &[]).unwrap().opening.trust;
    assert_eq!(trust(doc! { "pipeline": [{ "$match": {} }] }), Trust::Strict);
    assert_eq!(trust(doc! { "pipeline": [{ "$unwind": "$n" }] }), Trust::Strict);
    assert_eq!(trust(doc! { "pipeline": [{ "$group": { "_id": "$n" } }] }), Trust::Reshaped);
    // A pipeline on the database reads no documents of the model.
    let whole = doc! { "pipeline": [{ "$match": { "ssn": 1 } }], "onDatabase": true };
    assert_eq!(trust(whole.clone()), Trust::Reshaped);
    assert_eq!(head(Kind::Aggregate, &whole), whole);
}

#[test]
fn changes_are_sealed_or_wait_for_their_documents() {
    let change = doc! { "$set": { "ssn": "s" } };
    for (filter, more, unbound) in [
        (doc! { "_id": 1 }, doc! {}, false),
        (doc! { "_id": { "$eq": 1 }, "n": 1 }, doc! {}, false),
        (doc! { "$and": [{ "_id": 1 }] }, doc! {}, false),
        (doc! {}, doc! {}, true),
        (doc! { "n": 1 }, doc! {}, true),
        (doc! { "_id": { "$in": [1, 2] } }, doc! {}, true),
        // Ids that are equal under a collation need not be the same.
        (doc! { "_id": "a" }, doc! { "collation": { "locale": "en", "strength": 2 } }, true),
    ] {
        for kind in [Kind::Update, Kind::FindAndModify] {
            let mut given = doc! { "filter": filter.clone(), "update": change.clone() };
            given.extend(more.clone());
            let outcome = sealed(kind, &given, &[]).unwrap();
            assert_eq!(outcome.unbound, unbound, "{given}");
            let request = &outcome.head;
            assert_eq!(request.get_document("filter").unwrap(), &filter);
            let changed = request.get_document("update").unwrap().get_document("$set").unwrap();
            assert_eq!(subtype(changed.get("ssn")), (!unbound).then_some(0xE1));
        }
    }
    // What is bound to its column needs no document.
    let column = doc! { "filter": { "n": 1 }, "update": { "$set": { "email": "a" } } };
    assert!(!sealed(Kind::Update, &column, &[]).unwrap().unbound);
    let replacement = doc! { "filter": { "n": 1 }, "replacement": { "ssn": "a" } };
    assert!(sealed(Kind::FindAndModify, &replacement, &[]).unwrap().unbound);
    let pipeline = doc! { "filter": { "n": 1 }, "update": [{ "$set": { "n": 1 } }] };
    assert_eq!(head(Kind::Update, &pipeline), pipeline);
}

#[test]
fn a_change_is_narrowed_to_one_document() {
    let users = users();
    let narrow = |given: &Document, id: &bson::RawBson, inserting| {
        let bytes = raw(given);
        let command = Command::parse(Kind::Update, &bytes).unwrap();
        written(&narrowed(command.change().unwrap(), &users.vault, id, inserting).unwrap())
    };
    let given = doc! {
        "filter": { "n": 1 }, "update": { "$set": { "ssn": "s" } }, "sort": { "n": 1 },
        "hint": "n_1", "multi": true, "upsert": true, "comment": "c", "let": { "x": 1 },
    };
    for (id, inserting) in [(Bson::Int32(7), false), ("key".into(), true)] {
        let raw_id = bson::RawBson::try_from(id.clone()).unwrap();
        let narrow = narrow(&given, &raw_id, inserting);
        let expected = doc! { "$and": [{ "n": 1 }, { "_id": id.clone() }] };
        assert_eq!(narrow.get_document("q").unwrap(), &expected);
        for gone in ["sort", "hint", "multi"] {
            assert_eq!(narrow.get(gone), None);
        }
        assert_eq!(narrow.contains_key("upsert"), inserting);
        let set = narrow.get_document("u").unwrap().get_document("$set").unwrap();
        let row = doc! { "_id": id, "ssn": set.get("ssn").unwrap().clone() };
        assert_eq!(users.opened(&row).unwrap().get_str("ssn").unwrap(), "s");
    }
    // Other ids may be equal under a collation: the very one is meant.
    let alike = doc! {
        "filter": {}, "update": { "$set": { "ssn": "s" } }, "collation": { "locale": "en" },
    };
    let filter = |id: &str, inserting| {
        let id = bson::RawBson::String(id.into());
        narrow(&alike, &id, inserting).get_document("q").unwrap().clone()
    };
    let pattern = doc! { "_id": { "$regex": "^a\\.B\\x00\\ é\\z" } };
    assert_eq!(filter("a.B\0 é", false), doc! { "$and": [{}, { "_id": "a.B\0 é" }, pattern] });
    assert_eq!(filter("a", true), doc! { "$and": [{}, { "_id": "a" }] });
    // A head without a filter is one that matches all.
    let none = doc! { "update": { "$set": { "n": 1 } } };
    let narrow = narrow(&none, &bson::RawBson::Int32(1), false);
    assert_eq!(narrow.get_document("q").unwrap(), &doc! { "$and": [{}, { "_id": 1 }] });
}

#[test]
fn what_an_upsert_inserts_may_bring_its_id() {
    let id = |given: Document| {
        let bytes = raw(&given);
        inserted_id(Command::parse(Kind::Update, &bytes).unwrap().change().unwrap())
    };
    let brings = doc! { "update": { "$setOnInsert": { "_id": 5 } } };
    assert_eq!(id(brings), Some(bson::RawBson::Int32(5)));
    for none in [
        doc! { "update": [] },
        doc! { "update": { "$set": { "_id": 5 } } },
        doc! { "update": { "$setOnInsert": 5 } },
        doc! { "update": { "$setOnInsert": { "n": 5 } } },
    ] {
        assert_eq!(id(none), None);
    }
}

/// MongoDB stores what an upsert's filter asks for: the entry, but no value that it belongs to.
#[test]
fn an_upsert_stores_what_it_asks_for() {
    let run = |filter: &Document, update: Bson| {
        let mut given = doc! { "filter": filter.clone(), "update": update.clone(), "upsert": true };
        let outcomes = [
            sealed(Kind::Update, &given, &[]),
            sealed(Kind::FindAndModify, &given, &[]),
            sealed(
                Kind::Bulk,
                &doc! {},
                &[doc! { "update": {
                    "q": filter.clone(), "u": update.clone(), "upsert": true,
                } }],
            ),
        ];
        given.insert("upsert", false);
        assert!(sealed(Kind::Update, &given, &[]).is_ok());
        outcomes
    };
    let asks = [
        doc! { "email": "a" },
        doc! { "email": { "$eq": "a" }, "n": 1 },
        doc! { "$and": [{ "n": 1 }, { "$and": [{ "email": { "$in": ["a"] } }] }] },
    ];
    for filter in &asks {
        let other = Bson::Document(doc! { "$set": { "n": 1 } });
        for outcome in run(filter, other) {
            let sealed = outcome.unwrap();
            let text = format!("{:?}", sealed.payload);
            assert!(text.contains("$setOnInsert") && text.contains("email_bidx"), "{filter}");
        }
        let pipeline = Bson::Array(vec![doc! { "$set": { "n": 1 } }.into()]);
        for outcome in run(filter, pipeline) {
            refused(outcome, "email", &filter.to_string());
        }
        for sets in [
            doc! { "$set": { "email": "a" } },
            doc! { "$set": { "n": 1 }, "$setOnInsert": { "email": "b" } },
            doc! { "email": "a" },
        ] {
            assert!(run(filter, sets.into()).iter().all(Result::is_ok));
        }
    }
    for filter in [
        doc! { "email": { "$exists": true } },
        doc! { "email": { "$ne": "a" } },
        doc! { "email": { "$in": ["a", "b"] } },
        doc! { "$or": [{ "email": "a" }, { "n": 1 }] },
        doc! { "n": 1 },
    ] {
        let other = doc! { "$set": { "n": 1 } };
        assert!(run(&filter, other.into()).iter().all(Result::is_ok), "{filter}");
    }
}

#[test]
fn inserted_documents_are_sealed() {
    let rows = [doc! { "_id": 1, "ssn": "a" }, doc! { "_id": 2, "email": "b", "n": 1 }];
    let users = users();
    let outcome = sealed_by(&users, Kind::Insert, &doc! {}, &rows).unwrap();
    let sent = outcome.payload;
    assert_eq!(subtype(sent[0].get("ssn")), Some(0xE1));
    assert_eq!(subtype(sent[1].get("email_bidx")), Some(0xE2));
    for (sent, row) in sent.iter().zip(&rows) {
        assert_eq!(&users.opened(sent).unwrap(), row);
    }
    refused(sealed(Kind::Insert, &doc! {}, &[doc! { "ssn": "a" }]), "ssn", "no _id");
    // Bytes that lie.
    let broken = [&raw(&doc! {})[..], b"\x09\0\0\0\0"].concat();
    let broken = sealed_bytes(&users, Kind::Insert, &broken);
    assert_eq!(broken.unwrap_err().code, Code::InvalidDocument);
}

#[test]
fn statements_of_bulk_writes_are_sealed() {
    let users = users();
    let change = |name: &str| doc! { "$set": { name: "a" } };
    let statements = [
        doc! { "insert": { "_id": 1, "ssn": "a" } },
        doc! { "update": { "q": { "_id": 1 }, "u": change("ssn") } },
        doc! { "update": { "q": { "n": 1 }, "u": change("ssn"), "multi": true, "upsert": true } },
        doc! { "update": { "q": { "email": "a" }, "u": change("email") } },
        doc! { "update": { "q": { "n": 1 }, "u": [{ "$set": { "n": 2 } }] } },
        doc! { "update": { "q": { "_id": 1 }, "u": { "ssn": "a", "n": 1 } } },
        doc! { "delete": { "q": { "email": "a" }, "limit": 1 } },
        doc! {
            "update": { "q": { "_id": "a" }, "u": change("ssn"), "collation": { "locale": "en" } },
        },
    ];
    let sent = sealed_by(&users, Kind::Bulk, &doc! {}, &statements).unwrap().payload;
    let verbs: Vec<_> = sent.iter().map(|one| one.keys().next().unwrap().as_str()).collect();
    let update = "update";
    assert_eq!(verbs, ["insert", update, update, update, update, update, "delete", update]);
    let body = |place: usize| sent[place].get_document(verbs[place]).unwrap();
    let value = |place: usize, name: &str| {
        let whole = body(place).get_document("u").unwrap();
        whole.get_document("$set").unwrap_or(whole).get(name).cloned()
    };
    assert_eq!(subtype(body(0).get("ssn")), Some(0xE1));
    assert_eq!(subtype(value(1, "ssn").as_ref()), Some(0xE1));
    // One whose documents must be found is as it was, but for its filter.
    assert_eq!(body(2), statements[2].get_document("update").unwrap());
    assert_eq!(subtype(value(3, "email_bidx").as_ref()), Some(0xE2));
    assert_eq!(subtype(value(5, "ssn").as_ref()), Some(0xE1));
    let entries = users.filter(&doc! { "email": "a" }).unwrap();
    for place in [3, 6] {
        assert_eq!(body(place).get_document("q").unwrap(), &entries);
    }
    assert_eq!(body(6).get_i32("limit").unwrap(), 1);
    // What must be found waits for its document.
    for (place, statement) in statements.into_iter().enumerate() {
        let one = sealed_by(&users, Kind::Bulk, &doc! {}, &[statement]).unwrap();
        assert_eq!(one.unbound, place == 2 || place == 7, "{place}");
    }
    for (column, one) in [
        ("ssn", doc! { "delete": { "q": { "ssn": "a" }, "limit": 1 } }),
        ("ssn", doc! { "update": { "q": {}, "u": { "$inc": { "ssn": 1 } } } }),
        (
            "contacts.phone",
            doc! { "update": {
                "q": {}, "u": { "$set": { "contacts.$[c].note": 1 } },
                "arrayFilters": [{ "c.phone": 1 }],
            } },
        ),
        ("ssn", doc! { "insert": { "ssn": "a" } }),
    ] {
        let shown = one.to_string();
        refused(sealed(Kind::Bulk, &doc! {}, &[one]), column, &shown);
    }
    for wrong in [
        doc! { "updateFound": { "q": {}, "u": change("ssn") } },
        doc! { "replace": {} },
        doc! { "insert": 1 },
        doc! {},
    ] {
        let error = sealed(Kind::Bulk, &doc! {}, &[wrong]).unwrap_err();
        assert_eq!(error.code, Code::InvalidQuery);
    }
}

#[test]
fn coalesced_updates_know_their_documents() {
    let statement = |q: Document| doc! { "q": q, "u": { "$set": { "ssn": "a" } } };
    let bound = sealed(Kind::UpdateEach, &doc! {}, &[statement(doc! { "_id": 1 })]).unwrap();
    let set = bound.payload[0].get_document("u").unwrap().get_document("$set").unwrap().clone();
    assert_eq!(subtype(set.get("ssn")), Some(0xE1));
    let none = sealed(Kind::UpdateEach, &doc! {}, &[statement(doc! { "n": 1 })]);
    assert_eq!(none.unwrap_err().code, Code::InvalidQuery);
}

#[test]
fn statements_are_checked_before_they_are_read() {
    // Deeper than MongoDB allows: nothing here may recurse into it.
    let mut deep = raw(&doc! { "$eq": 1 });
    for _ in 0..2_000 {
        let mut outer = bson::RawDocumentBuf::new();
        outer.append(bson::cstr!("$not"), bson::RawDocumentBuf::from_bytes(deep).unwrap());
        deep = outer.into_bytes();
    }
    let deep = bson::RawDocumentBuf::from_bytes(deep).unwrap();
    let q = bson::rawdoc! { "contacts": deep };
    let users = users();
    for (kind, statement) in [
        (Kind::Bulk, bson::rawdoc! { "delete": { "q": q.clone(), "limit": 1 } }),
        (Kind::UpdateEach, bson::rawdoc! { "q": q, "u": {} }),
    ] {
        let bytes = [&raw(&doc! {})[..], statement.as_bytes()].concat();
        let error = sealed_bytes(&users, kind, &bytes).unwrap_err();
        assert_eq!(error.code, Code::DocumentTooDeep);
    }
}

#[test]
fn other_keys_of_the_ring_are_asked_for_everywhere() {
    let both = locker(&keys(&[2, 1]), "users", "app", &fields());
    let filter = doc! { "email": "a" };
    let entries = both.filter(&filter).unwrap();
    assert_eq!(entries.get_document("email_bidx").unwrap().get_array("$in").unwrap().len(), 2);
    for (kind, given, sent) in [
        (Kind::Find, doc! { "filter": filter.clone() }, doc! { "filter": entries.clone() }),
        (
            Kind::Aggregate,
            doc! { "pipeline": [{ "$match": filter.clone() }] },
            doc! { "pipeline": [{ "$match": entries.clone() }] },
        ),
    ] {
        assert_eq!(sealed_by(&both, kind, &given, &[]).unwrap().head, sent);
    }
    let statement = doc! { "delete": { "q": filter, "limit": 0 } };
    let sent = sealed_by(&both, Kind::Bulk, &doc! {}, &[statement]).unwrap().payload;
    assert_eq!(sent, [doc! { "delete": { "q": entries, "limit": 0 } }]);
}
