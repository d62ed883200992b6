//! Filters: what becomes a condition on entries, what stays, what is refused.

use super::*;
use crate::crypto::seal::filter::id_in;
use bson::{Bson, Regex};

fn pattern() -> Bson {
    Bson::RegularExpression(Regex {
        pattern: bson::raw::CString::try_from("a").unwrap(),
        options: bson::raw::CString::try_from("").unwrap(),
    })
}

/// The stored entry of a value of `email`.
fn entry(users: &Locker, value: &str) -> Bson {
    users.sealed(&doc! { "email": value }).get("email_bidx").unwrap().clone()
}

#[test]
fn equality_asks_for_entries() {
    let users = users();
    let (a, b) = (entry(&users, "a"), entry(&users, "b"));
    let entries = |list: &[Bson]| doc! { "email_bidx": { "$in": list } };
    let not = |list: &[Bson]| doc! { "email_bidx": { "$nin": list } };
    let one = std::slice::from_ref(&a);
    let cases = [
        (doc! { "email": "a" }, entries(one)),
        (doc! { "email": " A " }, entries(one)),
        (doc! { "email": { "$eq": "a" } }, entries(one)),
        (doc! { "email": { "$in": ["a", "B"] } }, entries(&[a.clone(), b.clone()])),
        (doc! { "email": { "$in": [] } }, entries(&[])),
        (doc! { "email": null }, entries(&[Bson::Null])),
        (doc! { "email": { "$in": ["a", null] } }, entries(&[a.clone(), Bson::Null])),
        (doc! { "email": { "$ne": "a" } }, not(one)),
        (doc! { "email": { "$ne": null } }, not(&[Bson::Null])),
        (doc! { "email": { "$nin": ["a", null] } }, not(&[a.clone(), Bson::Null])),
        (doc! { "name": "x", "email": "a", "n": { "$gt": 1 } }, {
            let mut all = doc! { "name": "x" };
            all.extend(entries(one));
            all.extend(doc! { "n": { "$gt": 1 } });
            all
        }),
        (
            doc! { "email": { "$not": { "$eq": "a" } } },
            doc! { "$and": [{}, { "$nor": [entries(one)] }] },
        ),
        (
            doc! { "email": { "$not": { "$not": { "$in": ["a"] } } }, "n": 1 },
            doc! { "$and": [{ "n": 1 }, { "$nor": [
                { "$and": [{}, { "$nor": [entries(one)] }] },
            ] }] },
        ),
        (
            doc! { "$and": [{ "email": "a" }, { "$or": [{ "$nor": [{ "email": "b" }] }, { "n": 1 }] }] },
            doc! { "$and": [entries(one), { "$or": [
                { "$nor": [entries(&[b])] }, { "n": 1 },
            ] }] },
        ),
        // Presence and type are asked of the field itself.
        (doc! { "email": { "$exists": true } }, doc! { "email": { "$exists": true } }),
        (doc! { "ssn": { "$exists": false } }, doc! { "ssn": { "$exists": false } }),
        (doc! { "ssn": { "$type": 5 } }, doc! { "ssn": { "$type": 5 } }),
        (
            doc! { "email": { "$exists": true, "$ne": "a" } },
            doc! { "email_bidx": { "$nin": one }, "email": { "$exists": true } },
        ),
        // A document that is a value, not operators.
        (doc! { "name": { "first": "a" } }, doc! { "name": { "first": "a" } }),
        (doc! {}, doc! {}),
    ];
    for (filter, expected) in cases {
        assert_eq!(users.filter(&filter).unwrap(), expected, "{filter}");
    }
    // The same column twice: both conditions hold, and a name stands once in a document.
    assert_eq!(
        users.filter(&doc! { "email": { "$eq": "a", "$ne": "b" } }).unwrap(),
        doc! { "$and": [entries(one), not(&[entry(&users, "b")])] }
    );
    assert_eq!(
        users.filter(&doc! { "email": { "$not": { "$eq": "a" }, "$exists": true } }).unwrap(),
        doc! { "$and": [{ "email": { "$exists": true } }, { "$nor": [entries(one)] }] }
    );
}

#[test]
fn every_key_of_the_ring_is_asked_for() {
    let of = |bytes: &[u8]| locker(&keys(bytes), "users", "app", &fields());
    let (old, new) = (entry(&of(&[1]), "a"), entry(&of(&[2]), "a"));
    let both = of(&[2, 1]).filter(&doc! { "email": "a" }).unwrap();
    assert_eq!(both, doc! { "email_bidx": { "$in": [new, old] } });
}

#[test]
fn anything_but_equality_is_refused() {
    let users = users();
    let cases = [
        // Without a blind index nothing can be found.
        ("ssn", doc! { "ssn": "a" }),
        ("ssn", doc! { "ssn": null }),
        ("ssn", doc! { "ssn": { "$ne": "a" } }),
        ("ssn", doc! { "ssn": { "$in": [] } }),
        ("ssn", doc! { "$or": [{ "n": 1 }, { "$and": [{ "$nor": [{ "ssn": 1 }] }] }] }),
        // No order, no pattern, nothing from inside.
        ("email", doc! { "email": { "$gt": "a" } }),
        ("email", doc! { "email": { "$gte": "a", "$lt": "b" } }),
        ("email", doc! { "email": { "$regex": "a" } }),
        ("email", doc! { "email": pattern() }),
        ("email", doc! { "email": { "$in": ["a", pattern()] } }),
        ("email", doc! { "email": { "$not": pattern() } }),
        ("email", doc! { "email": { "$not": { "$gt": "a" } } }),
        ("email", doc! { "email": { "$elemMatch": { "$eq": "a" } } }),
        ("email", doc! { "email": { "$all": ["a"] } }),
        ("email", doc! { "email": { "$size": 1 } }),
        ("email", doc! { "email": { "$mod": [2, 0] } }),
        ("email", doc! { "email": { "$bitsAllSet": 1 } }),
        ("email", doc! { "email": { "$in": "no list" } }),
        ("email", doc! { "email.domain": "a" }),
        ("email", doc! { "email.0": "a" }),
        ("contacts.phone", doc! { "contacts.phone": "a" }),
        ("contacts.phone", doc! { "contacts.0.phone": { "$gt": "a" } }),
        ("contacts.phone", doc! { "contacts.phone.x": { "$exists": true } }),
        // What is around it compares nothing as a whole.
        ("contacts.", doc! { "contacts": { "phone": "a" } }),
        ("contacts.", doc! { "contacts": [] }),
        ("contacts.", doc! { "contacts": { "$eq": { "phone": "a" } } }),
        ("contacts.", doc! { "contacts": { "$in": [{ "phone": "a" }] } }),
        ("contacts.", doc! { "contacts": { "$all": [{ "$elemMatch": { "phone": "a" } }] } }),
        ("contacts.", doc! { "contacts": { "$not": { "$elemMatch": { "phone": "a" } } } }),
        ("address.geo.city", doc! { "address": { "geo": { "city": "a" } } }),
        ("address.geo.city", doc! { "address.geo": { "$ne": { "city": "a" } } }),
        ("contacts.phone", doc! { "contacts": { "$elemMatch": { "phone": "a" } } }),
        ("contacts.fax", doc! { "contacts": { "$elemMatch": { "$or": [{ "fax": "a" }] } } }),
        (
            "contacts.fax",
            doc! { "contacts": { "$elemMatch": { "fax": { "$exists": true, "$ne": 1 } } } },
        ),
        // Expressions read what is stored.
        ("email", doc! { "$expr": { "$eq": ["$email", "a"] } }),
        ("email", doc! { "$and": [{ "$expr": { "$gt": [{ "$strLenCP": "$email" }, 1] } }] }),
        ("email", doc! { "$expr": { "$eq": ["$$ROOT.email", "a"] } }),
        ("email", doc! { "$expr": { "$eq": ["$$CURRENT.email", "a"] } }),
        ("contacts.phone", doc! { "$expr": { "$in": ["a", "$contacts.phone"] } }),
        ("email", doc! { "$jsonSchema": { "properties": { "email": { "enum": ["a"] } } } }),
        (
            "contacts.",
            doc! { "$jsonSchema": { "properties": { "contacts": {
                "items": { "properties": { "phone": { "type": "string" } } },
            } } } },
        ),
        ("", doc! { "$jsonSchema": { "anyOf": [{ "patternProperties": { "^e": {} } }] } }),
    ];
    for (column, filter) in cases {
        refused(users.filter(&filter), column, &filter.to_string());
    }
}

#[test]
fn what_does_not_touch_an_encrypted_value_stays() {
    let users = users();
    for filter in [
        doc! { "name": pattern(), "n": { "$gt": 1, "$mod": [2, 0] } },
        doc! { "contacts": null },
        doc! { "contacts": { "$exists": true, "$size": 2 } },
        doc! { "contacts": { "$type": "array" } },
        doc! { "contacts": { "$elemMatch": { "note": "a", "phone": { "$exists": true } } } },
        doc! { "contacts.note": { "$regex": "a" } },
        doc! { "contacts.0.note": "a" },
        doc! { "contacts.phone": { "$exists": true } },
        doc! { "address.geo.other": 1, "address.street": { "geo": 1 } },
        doc! { "emails": "a", "xemail": "a", "x.email": "a" },
        doc! { "$expr": { "$eq": ["$name", { "$literal": "$email" }] } },
        doc! { "$expr": { "$eq": ["$name", "email"] } },
        doc! { "$jsonSchema": { "required": ["email"], "properties": { "name": { "enum": ["a"] } } } },
        doc! { "$comment": "email", "$and": [] },
        doc! { "$text": { "$search": "email" } },
    ] {
        assert_eq!(users.filter(&filter).unwrap(), filter);
    }
}

#[test]
fn in_transition_both_forms_are_found() {
    let users = users();
    let written = users.sealed(&doc! { "_id": 1, "coming": "a" });
    let entry = written.get("coming_bidx").unwrap().clone();
    let or = |operator: &str, list: Vec<Document>| doc! { "$and": [{}, { operator: list }] };
    let forms = |values: Vec<Bson>| {
        vec![
            doc! { "coming_bidx": { "$in": [entry.clone()] } },
            doc! { "coming": { "$in": values } },
        ]
    };
    let sealed_null = doc! { "coming_bidx": null, "coming": { "$type": 5 } };
    let cases = [
        (doc! { "coming": "a" }, or("$or", forms(vec!["a".into()]))),
        (doc! { "coming": { "$ne": "a" } }, or("$nor", forms(vec!["a".into()]))),
        (doc! { "coming": { "$in": ["a", null] } }, {
            let mut list = forms(vec!["a".into(), Bson::Null]);
            list.push(sealed_null.clone());
            or("$or", list)
        }),
        (
            doc! { "coming": null },
            or(
                "$or",
                vec![
                    doc! { "coming_bidx": { "$in": [] } },
                    doc! { "coming": { "$in": [null] } },
                    sealed_null,
                ],
            ),
        ),
    ];
    for (filter, expected) in cases {
        assert_eq!(users.filter(&filter).unwrap(), expected, "{filter}");
    }
    // On its way back a column is searched the same way; entries are those that it had.
    let before = locker_of(&[doc! {
        "path": "going", "bind": "document", "blind": { "name": "going_bidx", "bits": 64 },
    }]);
    let entry = before.sealed(&doc! { "_id": 1, "going": 5 }).get("going_bidx").unwrap().clone();
    let expected = doc! { "$and": [{ "n": 1 }, { "$or": [
        { "going_bidx": { "$in": [entry] } }, { "going": { "$in": [5] } },
    ] }] };
    assert_eq!(users.filter(&doc! { "n": 1, "going": 5 }).unwrap(), expected);
    refused(users.filter(&doc! { "going": { "$gt": 5 } }), "going", "an order");
}

#[test]
fn the_id_that_a_filter_asks_for_is_found() {
    let id = |filter: &Document| id_in(&raw(filter)).unwrap();
    let seven = id(&doc! { "_id": 7 });
    assert!(seven.is_some());
    for same in [
        doc! { "_id": { "$eq": 7 } },
        doc! { "_id": 7.0, "n": 1 },
        doc! { "$and": [{ "n": 1 }, { "$and": [{ "_id": 7_i64 }] }] },
        doc! { "_id": { "$eq": 7, "$exists": true } },
    ] {
        assert_eq!(id(&same), seven, "{same}");
    }
    for none in [
        doc! {},
        doc! { "n": 7 },
        doc! { "_id": { "$in": [7] } },
        doc! { "_id": { "$gt": 7 } },
        doc! { "_id": { "$ne": 7 } },
        doc! { "_id": { "$not": { "$eq": 7 } } },
        doc! { "_id": pattern() },
        doc! { "$or": [{ "_id": 7 }] },
        doc! { "$nor": [{ "_id": 7 }] },
        doc! { "x._id": 7 },
        doc! { "_id.x": 7 },
    ] {
        assert_eq!(id(&none), None, "{none}");
    }
    assert!(id(&doc! { "_id": { "a": 1 } }).is_some());
    assert!(id(&doc! { "_id": null }).is_some());
}

#[test]
fn keys_of_an_order_are_checked() {
    let users = users();
    let check = |order: &Document| {
        users.check_keys(users.fields().tree(), &raw(order), "it cannot be sorted by")
    };
    for column in
        ["ssn", "email", "contacts.phone", "contacts.0.phone", "ssn.a", "contacts", "address"]
    {
        let order = doc! { "name": 1, column: -1 };
        let named = column.split('.').next().unwrap();
        refused(check(&order), named, column);
    }
    refused(check(&doc! { "email_bidx": 1 }), "email", "an entry");
    assert!(check(&doc! { "name": 1, "address.street": 1, "contacts.note": 1 }).is_ok());
}

#[test]
fn nesting_has_an_end() {
    let users = users();
    let wrap = |name: &str, inner: Vec<u8>| {
        let inner = RawDocumentBuf::from_bytes(inner).unwrap();
        let mut out = RawDocumentBuf::new();
        out.append(bson::raw::CString::try_from(name).unwrap(), inner);
        out.into_bytes()
    };
    let mut not = raw(&doc! { "$eq": "a" });
    for _ in 0..400 {
        not = wrap("$not", not);
    }
    assert_eq!(code(users.seal_filter(&wrap("email", not))), Code::InvalidDocument);
    let mut and = raw(&doc! { "email": "a" });
    for _ in 0..400 {
        // An array looks like a document with a place for a name.
        and = wrap("$and", wrap("0", and));
        and[4] = tag::ARRAY;
    }
    assert_eq!(code(users.seal_filter(&and)), Code::InvalidDocument);
}
