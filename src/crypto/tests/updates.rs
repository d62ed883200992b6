//! Changes: which operators take encrypted columns, and what is written.

use super::*;
use bson::Bson;

/// What becomes of a path that an operator names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The value under it is sealed.
    Sealed,
    /// The change is sent as it is.
    Kept,
    /// `E_ENCRYPTED_COLUMN_QUERY`.
    Refused,
}

use Fate::{Kept, Refused, Sealed};

#[test]
fn every_operator_in_every_place() {
    let users = users();
    // Of a field apart, an encrypted one, one inside of it, and one that is above.
    let table: [(&str, Bson, [Fate; 4]); 16] = [
        ("$set", 1.into(), [Kept, Sealed, Refused, Kept]),
        ("$setOnInsert", 1.into(), [Kept, Sealed, Refused, Kept]),
        ("$unset", "".into(), [Kept, Kept, Refused, Kept]),
        ("$inc", 1.into(), [Kept, Refused, Refused, Refused]),
        ("$mul", 1.into(), [Kept, Refused, Refused, Refused]),
        ("$min", 1.into(), [Kept, Refused, Refused, Refused]),
        ("$max", 1.into(), [Kept, Refused, Refused, Refused]),
        ("$bit", Bson::Document(doc! { "or": 1 }), [Kept, Refused, Refused, Refused]),
        ("$currentDate", true.into(), [Kept, Refused, Refused, Refused]),
        ("$push", 1.into(), [Kept, Refused, Refused, Kept]),
        ("$addToSet", 1.into(), [Kept, Refused, Refused, Refused]),
        ("$pop", 1.into(), [Kept, Refused, Refused, Kept]),
        ("$pull", 1.into(), [Kept, Refused, Refused, Refused]),
        ("$pullAll", Bson::Array(vec![1.into()]), [Kept, Refused, Refused, Refused]),
        ("$rename", "other".into(), [Kept, Refused, Refused, Refused]),
        ("$unknown", 1.into(), [Kept, Refused, Refused, Refused]),
    ];
    for (operator, value, fates) in table {
        for (path, fate) in ["name", "ssn", "ssn.inner", "contacts"].into_iter().zip(fates) {
            let update = doc! { operator: { path: value.clone() } };
            let outcome = users.update(&update);
            let shown = update.to_string();
            match fate {
                Refused => refused(outcome, path.split('.').next().unwrap(), &shown),
                Kept => assert_eq!(outcome.unwrap(), update),
                Sealed => {
                    let outcome = outcome.unwrap();
                    let inner = outcome.get_document(operator).unwrap().get(path).unwrap();
                    assert!(is_envelope(inner), "{shown}");
                    let row = doc! { "_id": 1, path: inner.clone() };
                    assert_eq!(users.opened(&row).unwrap().get(path), Some(&value));
                }
            }
        }
    }
}

#[test]
fn places_in_arrays_are_passed_over() {
    let users = users();
    for path in
        ["contacts.0.phone", "contacts.$.phone", "contacts.$[].phone", "contacts.$[c].phone"]
    {
        let update = users.update(&doc! { "$set": { path: "1" } }).unwrap();
        let value = update.get_document("$set").unwrap().get(path).unwrap();
        assert!(is_envelope(value), "{path}");
        let row = doc! { "_id": 1, "contacts": [{ "phone": value.clone() }] };
        assert!(users.opened(&row).is_ok());
        refused(users.update(&doc! { "$inc": { path: 1 } }), "contacts.phone", path);
        let inner = format!("{path}.x");
        refused(users.update(&doc! { "$set": { inner: 1 } }), "contacts.phone", path);
        assert!(users.update(&doc! { "$unset": { path: "" } }).is_ok());
    }
    // A whole element, or the whole array.
    for (path, value) in [
        ("contacts.$", Bson::Document(doc! { "phone": "1", "note": "n" })),
        ("contacts.3", Bson::Document(doc! { "phone": "1" })),
        ("contacts", Bson::Array(vec![doc! { "phone": "1" }.into(), doc! {}.into()])),
    ] {
        let update = users.update(&doc! { "$set": { path: value } }).unwrap();
        let mut inner = update.get_document("$set").unwrap().get(path).unwrap();
        if let Bson::Array(list) = inner {
            inner = &list[0];
        }
        assert!(is_envelope(inner.as_document().unwrap().get("phone").unwrap()), "{path}");
    }
    assert_eq!(
        users.update(&doc! { "$set": { "contacts.0.note": "n", "0.phone": 1 } }).unwrap(),
        doc! { "$set": { "contacts.0.note": "n", "0.phone": 1 } }
    );
}

#[test]
fn pushed_elements_are_sealed() {
    let users = users();
    let phone = |element: &Bson| {
        let value = element.as_document().unwrap().get("phone").unwrap().clone();
        users.opened(&doc! { "_id": 1, "contacts": [{ "phone": value }] }).unwrap()
    };
    let pushed = users.update(&doc! { "$push": { "contacts": { "phone": "1" }, "n": 1 } }).unwrap();
    let push = pushed.get_document("$push").unwrap();
    assert_eq!(phone(push.get("contacts").unwrap()).get_array("contacts").unwrap().len(), 1);
    assert_eq!(push.get_i32("n").unwrap(), 1);
    let each = doc! { "$push": { "contacts": {
        "$each": [{ "phone": "1" }, { "phone": "2", "note": "n" }],
        "$slice": -5, "$position": 0, "$sort": { "note": 1 },
    } } };
    let pushed = users.update(&each).unwrap();
    let inner = pushed.get_document("$push").unwrap().get_document("contacts").unwrap();
    let list = inner.get_array("$each").unwrap();
    assert!(list.iter().all(|one| phone(one).contains_key("contacts")));
    assert_eq!(list[1].as_document().unwrap().get_str("note").unwrap(), "n");
    assert_eq!(inner.get_i32("$slice").unwrap(), -5);
    let sorted = doc! { "$push": { "contacts": { "$each": [], "$sort": { "phone": 1 } } } };
    refused(users.update(&sorted), "contacts.phone", "$sort");
    let plain = doc! { "$push": { "tags": { "$each": ["a"], "$sort": 1 } } };
    assert_eq!(users.update(&plain).unwrap(), plain);
    // Elements are taken out by what is not encrypted in them.
    let pull = |condition: Document| users.update(&doc! { "$pull": { "contacts": condition } });
    assert!(pull(doc! { "note": "n" }).is_ok());
    assert!(pull(doc! { "phone": { "$exists": false } }).is_ok());
    refused(pull(doc! { "phone": "1" }), "contacts.phone", "$pull");
    refused(pull(doc! { "$or": [{ "fax": "1" }] }), "contacts.fax", "$pull");
}

#[test]
fn nothing_is_renamed_to_or_from_what_is_encrypted() {
    let users = users();
    for (from, to) in [
        ("ssn", "other"),
        ("other", "ssn"),
        ("other", "ssn.inner"),
        ("contacts", "other"),
        ("other", "contacts"),
        ("other", "address.geo"),
        ("address", "other"),
    ] {
        let update = doc! { "$rename": { from: to } };
        let named = if from == "other" { to } else { from };
        refused(users.update(&update), named.split('.').next().unwrap(), &update.to_string());
    }
    assert!(users.update(&doc! { "$rename": { "a": "b", "address.street": "street" } }).is_ok());
}

#[test]
fn entries_follow_their_values() {
    let users = users();
    let update = |update: Document| users.update(&update).unwrap();
    let entry = users.sealed(&doc! { "email": "a" }).get("email_bidx").unwrap().clone();
    let gone = doc! { "email_bidx": "" };
    // Set: the entry with it, and not what a caller says it is.
    let set = update(doc! { "$set": { "email_bidx": "forged", "email": "A", "n": 1 } });
    let inner = set.get_document("$set").unwrap();
    assert_eq!(inner.get("email_bidx"), Some(&entry));
    assert_eq!((set.len(), inner.len()), (1, 3));
    // Null: sealed like any value, without an entry.
    let set = update(doc! { "$set": { "email": null } });
    assert!(is_envelope(set.get_document("$set").unwrap().get("email").unwrap()));
    assert_eq!(set.get_document("$unset").unwrap(), &gone);
    // Where something is inserted there is nothing to remove.
    let set = update(doc! { "$setOnInsert": { "email": null } });
    assert_eq!((set.len(), set.get("$unset")), (1, None));
    let set = update(doc! { "$setOnInsert": { "email": "a" } });
    assert_eq!(set.get_document("$setOnInsert").unwrap().get("email_bidx"), Some(&entry));
    // Unset: both, once, whoever names it.
    let both = doc! { "$unset": { "email": "", "email_bidx": "" } };
    assert_eq!(update(doc! { "$unset": { "email": "" } }), both);
    assert_eq!(update(both.clone()), both);
    let mixed = update(doc! { "$unset": { "n": 1 }, "$set": { "email": null } });
    assert_eq!(mixed.get_document("$unset").unwrap(), &doc! { "n": 1, "email_bidx": "" });
    // A column on its way in is written like any other; one on its way out loses its entry, which
    // is of the value before.
    let set = update(doc! { "$set": { "coming": "c", "going": "g" } });
    let inner = set.get_document("$set").unwrap();
    assert!(
        is_envelope(inner.get("coming").unwrap()) && is_entry(inner.get("coming_bidx").unwrap())
    );
    assert_eq!(inner.get_str("going").unwrap(), "g");
    assert_eq!(set.get_document("$unset").unwrap(), &doc! { "going_bidx": "" });
    assert_eq!(
        update(doc! { "$setOnInsert": { "going": 1 } }),
        doc! { "$setOnInsert": { "going": 1 } }
    );
}

#[test]
fn replacements_are_documents() {
    let users = users();
    let sealed =
        users.update(&doc! { "ssn": "s", "email": "a", "n": 1, "email_bidx": "x" }).unwrap();
    assert!(is_entry(sealed.get("email_bidx").unwrap()));
    let mut row = sealed;
    row.insert("_id", 1);
    assert_eq!(users.opened(&row).unwrap(), doc! { "ssn": "s", "email": "a", "n": 1, "_id": 1 });
    assert_eq!(users.update(&doc! {}).unwrap(), doc! {});
    // Operators first, fields after: neither, and nothing plain goes through.
    let mixed = doc! { "$set": { "n": 1 }, "ssn": "plain" };
    assert_eq!(code(users.update(&mixed)), Code::InvalidQuery);
}

#[test]
fn changes_that_need_an_id_are_known() {
    let users = users();
    let needs = |update: &Document| users.needs_id((tag::DOCUMENT, &raw(update))).unwrap();
    for yes in [
        doc! { "$set": { "ssn": 1 } },
        doc! { "$set": { "ssn": null } },
        doc! { "$set": { "contacts.$.phone": 1 } },
        doc! { "$set": { "contacts": [] } },
        doc! { "$set": { "address": {} } },
        doc! { "$push": { "contacts": {} } },
        doc! { "$setOnInsert": { "ssn": 1 } },
        doc! { "ssn": 1 },
        doc! { "n": 1, "contacts": [] },
    ] {
        assert!(needs(&yes), "{yes}");
    }
    for no in [
        doc! {},
        doc! { "n": 1, "email": "a" },
        doc! { "$set": { "email": "a", "coming": 1, "going": 1, "n": 1 } },
        doc! { "$set": { "contacts.$.fax": 1, "contacts.0.note": 1 } },
        doc! { "$unset": { "ssn": "", "contacts": "" } },
        doc! { "$inc": { "n": 1 } },
        doc! { "$setOnInsert": { "_id": 1, "ssn": 1 } },
    ] {
        assert!(!needs(&no), "{no}");
    }
    assert!(!users.needs_id((tag::ARRAY, &array(vec![]))).unwrap());
    // What an upsert inserts is bound to the id that it brings along.
    let upsert = raw(&doc! { "$setOnInsert": { "_id": 9, "ssn": "s" } });
    let sealed = parsed(&users.seal_update((tag::DOCUMENT, &upsert), None).unwrap());
    let row = sealed.get_document("$setOnInsert").unwrap();
    assert_eq!(users.opened(row).unwrap(), doc! { "_id": 9, "ssn": "s" });
    // Without any id it is refused.
    let set = raw(&doc! { "$set": { "ssn": "s" } });
    refused(users.seal_update((tag::DOCUMENT, &set), None), "ssn", "no id");
}

#[test]
fn pipelines_leave_encrypted_columns_alone() {
    let users = users();
    let update = |stage: Document| {
        users.seal_update((tag::ARRAY, &array(vec![Bson::Document(stage)])), None)
    };
    for (column, stage) in [
        ("ssn", doc! { "$set": { "ssn": 1 } }),
        ("ssn", doc! { "$set": { "ssn.x": 1 } }),
        ("ssn", doc! { "$set": { "n": "$ssn" } }),
        ("ssn", doc! { "$addFields": { "n": { "$concat": ["$$ROOT.ssn", "x"] } } }),
        ("contacts", doc! { "$set": { "contacts": [] } }),
        ("contacts", doc! { "$unset": "contacts" }),
        ("ssn", doc! { "$unset": ["n", "ssn"] }),
        ("", doc! { "$replaceWith": { "n": 1 } }),
        ("", doc! { "$replaceRoot": { "newRoot": {} } }),
        ("", doc! { "$project": { "n": 1 } }),
    ] {
        refused(update(stage.clone()), column, &stage.to_string());
    }
    for stage in [
        doc! { "$set": { "n": { "$add": ["$n", 1] }, "contact": 1 } },
        doc! { "$set": { "n": { "$literal": "$ssn" } } },
        doc! { "$unset": ["n", "address.street"] },
    ] {
        let sent = update(stage.clone()).unwrap();
        assert_eq!(sent, array(vec![Bson::Document(stage)]));
    }
}

#[test]
fn elements_are_not_told_apart_by_what_is_encrypted_in_them() {
    let users = users();
    let update = raw(&doc! { "$set": { "contacts.$[c].note": 1, "list.$[l].phone": 2 } });
    let check = |filter: Document| {
        let filters = array(vec![Bson::Document(filter)]);
        users.check_array_filters((tag::DOCUMENT, &update), &filters)
    };
    for filter in [
        doc! { "c.phone": "1" },
        doc! { "c.fax": { "$in": ["1"] } },
        doc! { "$or": [{ "c.note": 1 }, { "c.phone": "1" }] },
        doc! { "c": { "phone": "1" } },
    ] {
        refused(check(filter.clone()), "contacts.", &filter.to_string());
    }
    for filter in [
        doc! { "c.note": "1" },
        doc! { "c.phone": { "$exists": true } },
        doc! { "c": { "$exists": true } },
        doc! { "l.phone": "1" },
        doc! { "$and": [{ "l.phone": "1" }] },
    ] {
        assert!(check(filter.clone()).is_ok(), "{filter}");
    }
}
