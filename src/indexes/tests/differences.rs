//! What differs between an index as it is declared and as a server lists it.

use crate::indexes::collection::{Changed, Options};
use crate::indexes::declared::read;
use crate::indexes::diff::{Diff, diff};
use crate::indexes::index::Index;
use crate::indexes::plan::{Allowed, State};
use bson::{Document, doc};

fn compared(declared: &[Document], listed: Vec<Document>) -> Diff {
    let models = [doc! { "name": "User", "indexes": declared }];
    let listed = listed.into_iter().map(|spec| Index::read(spec, None)).collect();
    diff(read(&models, None).unwrap(), listed)
}

/// What differs between the two, which have one name.
fn parts(declared: Document, listed: Document) -> Vec<&'static str> {
    let mut spec = listed;
    let mut named = declared;
    spec.insert("name", "it");
    named.insert("name", "it");
    let Diff { missing, stale, different } = compared(&[named], vec![spec]);
    assert!(missing.is_empty() && stale.is_empty());
    different.into_iter().flat_map(|one| one.parts).collect()
}

#[test]
fn what_means_the_same_does_not_differ() {
    let full = doc! {
        "locale": "en", "caseLevel": false, "caseFirst": "off", "strength": 3, "numericOrdering": false,
        "alternate": "non-ignorable", "maxVariable": "punct", "normalization": false, "backwards": false,
        "version": "57.1",
    };
    for (declared, listed) in [
        (doc! { "keys": { "a": 1 } }, doc! { "v": 2, "key": { "a": 1.0 } }),
        (
            doc! { "keys": { "a": 1 }, "unique": false, "hidden": false },
            doc! { "key": { "a": 1_i64 } },
        ),
        (
            doc! { "keys": { "a": 1 }, "collation": { "locale": "en" } },
            doc! { "key": { "a": 1 }, "collation": full },
        ),
        (
            doc! { "keys": { "a": 1 }, "collation": { "locale": "simple" } },
            doc! { "key": { "a": 1 } },
        ),
        (doc! { "keys": { "a": 1 }, "where": {} }, doc! { "key": { "a": 1 } }),
        (
            doc! { "keys": { "a": 1 }, "where": { "b": 1, "c": { "$gt": 2, "$exists": true } } },
            doc! { "key": { "a": 1 }, "partialFilterExpression": {
                "$and": [{ "c": { "$exists": 1 } }, { "c": { "$gt": 2.0 } }, { "b": { "$eq": 1_i64 } }],
            } },
        ),
        (
            doc! { "keys": { "a": 1 }, "where": { "b": { "$in": [1, 2] } } },
            doc! { "key": { "a": 1 }, "partialFilterExpression": { "b": { "$in": [2, 1.0, 2] } } },
        ),
        (
            doc! { "keys": { "p": 1, "t": "text", "u": "text", "z": -1 }, "weights": { "u": 4 } },
            doc! {
                "key": { "p": 1, "_fts": "text", "_ftsx": 1, "z": -1 }, "weights": { "t": 1, "u": 4 },
                "default_language": "english", "language_override": "language", "textIndexVersion": 3,
            },
        ),
        (
            doc! { "keys": { "p": "2dsphere" } },
            doc! { "key": { "p": "2dsphere" }, "2dsphereIndexVersion": 2 },
        ),
        (
            doc! { "keys": { "p": "2d" } },
            doc! { "key": { "p": "2d" }, "bits": 26, "min": -180.0, "max": 180 },
        ),
        (
            doc! { "keys": { "$**": 1 }, "wildcardProjection": { "b": true, "a": 1 } },
            doc! { "key": { "$**": 1 }, "wildcardProjection": { "a": true, "b": 1.0 } },
        ),
    ] {
        assert_eq!(parts(declared.clone(), listed), Vec::<&str>::new(), "{declared}");
    }
}

#[test]
fn what_means_another_thing_differs() {
    let plain = doc! { "keys": { "a": 1, "b": 1 } };
    for (declared, listed, expected) in [
        (plain.clone(), doc! { "key": { "b": 1, "a": 1 } }, vec!["keys"]),
        (plain.clone(), doc! { "key": { "a": 1, "b": -1 } }, vec!["keys"]),
        (
            plain.clone(),
            doc! { "key": { "a": 1, "b": 1 }, "unique": true, "sparse": true },
            vec!["sparse", "unique"],
        ),
        (
            plain.clone(),
            doc! { "key": { "a": 1, "b": 1 }, "collation": { "locale": "de" } },
            vec!["collation"],
        ),
        (
            plain,
            doc! { "key": { "a": 1, "b": 1 }, "expireAfterSeconds": 0 },
            vec!["expireAfterSeconds"],
        ),
        (
            doc! { "keys": { "a": 1 }, "where": { "b": { "c": 1, "d": 2 } } },
            doc! { "key": { "a": 1 }, "partialFilterExpression": { "b": { "d": 2, "c": 1 } } },
            vec!["partialFilterExpression"],
        ),
        (
            doc! { "keys": { "a": 1 }, "where": { "$or": [{ "b": 1 }, { "c": 1 }] } },
            doc! { "key": { "a": 1 }, "partialFilterExpression": { "b": 1, "c": 1 } },
            vec!["partialFilterExpression"],
        ),
        (
            doc! { "keys": { "p": "2dsphere" }, "sphereVersion": 3 },
            doc! { "key": { "p": "2dsphere" }, "2dsphereIndexVersion": 2 },
            vec!["2dsphereIndexVersion"],
        ),
    ] {
        assert_eq!(parts(declared, listed), expected);
    }
}

#[test]
fn an_index_is_found_by_its_name_and_by_what_it_is() {
    let renamed =
        compared(&[doc! { "keys": { "a": 1 } }], vec![doc! { "name": "old", "key": { "a": 1 } }]);
    assert!(renamed.missing.is_empty() && renamed.stale.is_empty() && renamed.different.is_empty());
    let named = compared(
        &[doc! { "keys": { "a": 1 }, "name": "new" }],
        vec![doc! { "name": "old", "key": { "a": 1 } }],
    );
    assert_eq!(named.different[0].parts, ["name"]);
    assert!(!named.different[0].is_in_place());
    // The server has both of these, so that one is missing and one is nobody's.
    let apart = compared(
        &[doc! { "keys": { "a": 1 }, "unique": true, "name": "new" }],
        vec![doc! { "name": "old", "key": { "a": 1 } }],
    );
    assert_eq!((apart.missing.len(), apart.stale.len(), apart.different.len()), (1, 1, 0));
    // It takes one alone where nothing but a time differs.
    let timed = compared(
        &[doc! { "keys": { "a": 1 }, "expireAfter": 5 }],
        vec![doc! { "name": "old", "key": { "a": 1 } }],
    );
    assert_eq!(timed.different[0].parts, ["expireAfterSeconds"]);
    assert!(timed.different[0].is_in_place());
}

fn state(exists: bool, options: &Document, changed: Vec<Changed>, indexes: Diff) -> State {
    let options = Options::read(options, &[]).unwrap();
    State {
        collection: "users".into(),
        exists,
        is_wanted: false,
        options: (options, changed),
        indexes,
    }
}

#[test]
fn a_plan_loses_nothing_unless_it_may_and_last() {
    let indexes = || {
        compared(
            &[
                doc! { "keys": { "new": 1 } },
                doc! { "keys": { "kept": 1 }, "hidden": true },
                doc! { "keys": { "other": 1 }, "unique": true },
                doc! { "keys": { "timed": 1 } },
            ],
            vec![
                doc! { "name": "kept_1", "key": { "kept": 1 } },
                doc! { "name": "other_1", "key": { "other": 1 } },
                doc! { "name": "timed_1", "key": { "timed": 1 }, "expireAfterSeconds": 5 },
                doc! { "name": "stale_1", "key": { "stale": 1 } },
            ],
        )
    };
    let does = |allowed: Allowed| -> Vec<String> {
        let steps = state(true, &doc! {}, vec![], indexes()).steps(allowed);
        steps.iter().map(|step| format!("{} {}", step.does, step.names.join(" "))).collect()
    };
    assert_eq!(does(Allowed::default()), ["changeIndex kept_1", "createIndexes new_1"]);
    assert_eq!(
        does(Allowed { drop_stale: true, rebuild: true }),
        [
            "changeIndex kept_1",
            "rebuildIndex other_1",
            // A time can be set in place, and not taken away.
            "rebuildIndex timed_1",
            "createIndexes new_1",
            "dropIndex stale_1",
        ]
    );
    let made = state(false, &doc! { "capped": { "size": 5 } }, vec![], indexes())
        .steps(Allowed::default());
    assert_eq!(made[0].commands, [doc! { "create": "users", "capped": true, "size": 5 }]);
}

#[test]
fn options_of_a_collection() {
    let given = doc! {
        "validator": { "a": 1 }, "capped": { "size": 5000 }, "collation": { "locale": "en" },
        "preAndPostImages": true,
    };
    let options = Options::read(&given, &[]).unwrap();
    let same = doc! {
        "validator": { "a": 1.0 }, "capped": true, "size": 5120_i64, "collation": { "locale": "en", "strength": 3 },
        "changeStreamPreAndPostImages": { "enabled": true }, "validationLevel": "strict",
    };
    assert_eq!(options.differences("collection", &same), []);
    let changed = options.differences("collection", &doc! {});
    let told: Vec<_> = changed.iter().map(|one| (one.option, one.in_place)).collect();
    let expected =
        [("validator", true), ("capped", false), ("collation", false), ("preAndPostImages", true)];
    assert_eq!(told, expected);
    assert!(Options::read(&doc! { "validator": "rows" }, &[]).is_err());
    assert!(Options::read(&doc! { "sise": 1 }, &[]).is_err());
    let series = doc! { "timeSeries": { "timeField": "at", "granularity": "hours" } };
    let series = Options::read(&series, &[]).unwrap();
    let there = |field: &str| doc! { "timeseries": { "timeField": field, "granularity": "seconds", "x": 1 } };
    assert!(series.differences("timeseries", &there("at"))[0].in_place);
    assert!(!series.differences("timeseries", &there("when"))[0].in_place);
}
