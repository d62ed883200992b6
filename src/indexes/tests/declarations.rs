//! What becomes of declarations.

use crate::error::Code;
use crate::indexes::declared::{Declared, read};
use crate::indexes::{span, validator};
use bson::{Bson, Document, doc};

fn one(model: Document) -> Declared {
    let mut list = read(&[model], None).unwrap();
    assert_eq!(list.len(), 1, "{list:?}");
    list.remove(0)
}

fn model(index: Document) -> Document {
    let email = doc! { "path": "email", "column": "email", "blind": { "name": "email__blind", "unique": true } };
    let ssn = doc! { "path": "ssn", "column": "ssn" };
    doc! { "name": "User", "encrypted": [email, ssn], "indexes": [index] }
}

fn refused(index: Document) -> String {
    let error = read(&[model(index)], None).unwrap_err();
    assert_eq!(error.code, Code::ModelDefinition);
    error.message
}

#[test]
fn names_are_those_that_drivers_give() {
    for (keys, name) in [
        (doc! { "a": 1 }, "a_1"),
        (doc! { "a": "asc", "b.c": "desc" }, "a_1_b.c_-1"),
        (doc! { "a": 1.0, "t": "text" }, "a_1_t_text"),
        (doc! { "$**": 1 }, "$**_1"),
        (doc! { "email": -1 }, "email__blind_-1"),
    ] {
        let declared = one(model(doc! { "keys": keys }));
        assert_eq!(declared.index.name, name);
        assert!(!declared.is_named);
    }
    assert!(one(model(doc! { "keys": { "a": 1 }, "name": "mine" })).is_named);
}

#[test]
fn options_become_those_of_the_server() {
    let declared = one(model(doc! {
        "keys": { "a": 1 },
        "where": { "status": "x" },
        "expireAfter": "12h",
        "unique": true,
        "sphereVersion": 3,
    }));
    assert_eq!(
        declared.index.spec,
        doc! {
            "key": { "a": 1 },
            "expireAfterSeconds": 43_200,
            "unique": true,
            "2dsphereIndexVersion": 3,
            "partialFilterExpression": { "status": "x" },
            "name": "a_1",
        }
    );
}

#[test]
fn what_cannot_be_is_refused_by_name_and_without_values() {
    for (index, what) in [
        (doc! { "keys": {} }, "needs `keys`"),
        (doc! { "keys": { "a": "up" } }, "kind of an index of \"a\""),
        (doc! { "keys": { "a": 0 } }, "kind of an index of \"a\""),
        (doc! { "keys": { "ssn": 1 } }, "\"ssn\" is encrypted without a blind index"),
        (doc! { "keys": { "ssn.part": 1 } }, "\"ssn\" is encrypted without a blind index"),
        (doc! { "keys": { "a": 1 }, "where": { "ssn": "1-2-3" } }, "`where` compares \"ssn\""),
        (
            doc! { "keys": { "a": 1 }, "where": { "$or": [{ "ssn": "1-2-3" }] } },
            "`where` compares \"ssn\"",
        ),
        (doc! { "keys": { "a": 1 }, "uniq": true }, "no option \"uniq\""),
        (doc! { "keys": { "a": 1 }, "expireAfter": "soon" }, "`expireAfter` is"),
    ] {
        let message = refused(index);
        assert!(message.contains(what), "{message}");
        assert!(message.starts_with("User: ") && !message.contains("1-2-3"), "{message}");
    }
}

#[test]
fn a_unique_blind_index_is_declared_as_one() {
    let blind = doc! { "path": "email", "column": "email", "blind": { "name": "email__blind" } };
    let index = doc! { "keys": { "email": 1 }, "unique": true };
    let source = doc! { "name": "User", "encrypted": [blind], "indexes": [index] };
    let error = read(&[source], None).unwrap_err();
    assert_eq!(error.column.as_deref(), Some("email"));
}

#[test]
fn what_is_deleted_does_not_count_unless_it_is_to() {
    let source = |index: Document| {
        doc! { "name": "User", "present": { "deleted_at": null }, "indexes": [index] }
    };
    let filter = |index: Document| {
        one(source(index)).index.spec.get_document("partialFilterExpression").cloned().ok()
    };
    let present = doc! { "deleted_at": null };
    assert_eq!(filter(doc! { "keys": { "a": 1 } }), None);
    assert_eq!(filter(doc! { "keys": { "a": 1 }, "unique": true }), Some(present));
    let where_too = doc! { "keys": { "a": 1 }, "unique": true, "where": { "b": 1 } };
    assert_eq!(filter(where_too), Some(doc! { "b": 1, "deleted_at": null }));
    let own = doc! { "keys": { "a": 1 }, "unique": true, "where": { "deleted_at": { "$gt": 1 } } };
    let both = doc! { "deleted_at": { "$gt": 1 }, "$and": [{ "deleted_at": null }] };
    assert_eq!(filter(own), Some(both));
    assert_eq!(filter(doc! { "keys": { "a": 1 }, "unique": true, "amongTrashed": true }), None);
}

#[test]
fn classes_of_one_collection() {
    let base = doc! { "name": "Vehicle", "indexes": [{ "keys": { "serial": 1 }, "unique": true }] };
    let kind = |name: &str, kind: Document, parent: i32, plates: &str| {
        doc! {
            "name": name, "parent": parent, "kind": kind,
            "indexes": [
                { "keys": { "serial": 1 }, "unique": true },
                { "keys": { plates: 1 }, "unique": true },
                { "keys": { "doors": 1 } },
            ],
        }
    };
    let models = [
        base,
        kind("Car", doc! { "kind": { "$in": ["car", "truck"] } }, 0, "plate"),
        kind("Truck", doc! { "kind": "truck" }, 1, "plate"),
        kind("Bike", doc! { "kind": "bike" }, 0, "plate"),
    ];
    let names: Vec<String> =
        read(&models, None).unwrap().into_iter().map(|one| one.index.name).collect();
    assert_eq!(names, ["serial_1", "plate_1_kind_car", "doors_1", "plate_1_kind_bike"]);
}

#[test]
fn two_of_one_name_must_be_the_same() {
    let models = |other: Document| {
        [
            doc! { "name": "One", "indexes": [{ "keys": { "a": 1 } }] },
            doc! { "name": "Two", "indexes": [other] },
        ]
    };
    assert_eq!(read(&models(doc! { "keys": { "a": 1 } }), None).unwrap().len(), 1);
    let named = read(&models(doc! { "keys": { "a": 1 }, "name": "mine" }), None).unwrap();
    assert_eq!(named.len(), 1);
    assert_eq!(named[0].index.name, "mine");
    let error = read(&models(doc! { "keys": { "a": 1 }, "unique": true }), None).unwrap_err();
    assert!(
        error.message.contains("Two: it and One declare two indexes \"a_1\""),
        "{}",
        error.message
    );
}

#[test]
fn spans_of_time() {
    let text = |text: &str| span::seconds(&Bson::from(text));
    for (given, seconds) in [
        ("90 s", 90),
        ("1.5 minutes", 90),
        ("12h", 43_200),
        (" 30 Days ", 2_592_000),
        ("1 week", 604_800),
    ] {
        assert_eq!(text(given), Some(seconds), "{given}");
    }
    for given in ["", "s", "1", "1 year", "-1 s", "0.5 s", "1e3 s", "100000 weeks", "1 s 2"] {
        assert_eq!(text(given), None, "{given}");
    }
    assert_eq!(span::seconds(&Bson::Int32(0)), Some(0));
    assert_eq!(span::seconds(&Bson::Double(1.5)), None);
    assert_eq!(span::seconds(&Bson::Int64(-1)), None);
    assert_eq!(span::seconds(&Bson::Null), None);
}

#[test]
fn a_validator_of_several_classes_requires_what_all_do() {
    let name = doc! { "name": "name", "type": "string", "schema": { "required": true } };
    let doors = doc! { "name": "doors", "schema": { "required": true, "minimum": 1 } };
    let secret = doc! { "name": "secret", "type": "string" };
    let moving = doc! { "name": "moving", "type": "string" };
    let models = [
        doc! { "columns": [name.clone()] },
        doc! {
            "columns": [name, doors, secret, moving],
            "encrypted": [{ "path": "secret" }, { "path": "moving", "transition": "encrypting" }],
        },
    ];
    let expected = doc! {
        "$jsonSchema": {
            "bsonType": "object",
            "properties": {
                "name": { "bsonType": "string" },
                "doors": { "minimum": 1 },
                "secret": { "bsonType": ["binData", "null"] },
            },
            "required": ["name"],
        },
    };
    assert_eq!(validator::schema(&models), expected);
}
