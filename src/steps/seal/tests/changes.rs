//! What writes store.

use super::*;

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
