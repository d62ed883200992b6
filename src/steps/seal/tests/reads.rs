//! What reads ask, and what their rows are trusted with.

use super::*;

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
