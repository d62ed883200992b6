//! Pipelines: which rows still are documents, what a stage may say.

use super::*;
use crate::model::fields::Origin;
use bson::Bson;
use std::slice;

fn stages(list: &[Document]) -> Vec<u8> {
    array(list.iter().cloned().map(Bson::Document).collect())
}

#[test]
fn a_match_asks_for_entries() {
    let users = users();
    let filter = doc! { "email": "a", "n": 1 };
    let sealed = users.filter(&filter).unwrap();
    for (given, expected) in [
        (doc! { "$match": filter.clone() }, doc! { "$match": sealed.clone() }),
        (
            doc! { "$geoNear": { "near": [1, 2], "query": filter.clone() } },
            doc! { "$geoNear": { "near": [1, 2], "query": sealed.clone() } },
        ),
        (
            doc! { "$facet": { "x": [{ "$match": filter.clone() }], "y": [{ "$limit": 1 }] } },
            doc! { "$facet": { "x": [{ "$match": sealed.clone() }], "y": [{ "$limit": 1 }] } },
        ),
    ] {
        let pipeline = users.seal_pipeline(&stages(&[given])).unwrap();
        assert_eq!(pipeline.stages, stages(&[expected]));
    }
    // Behind a stage that gives rows another shape, a name means something else, if it gives it.
    let group = doc! { "$group": { "_id": "$n", "email": { "$sum": 1 } } };
    let list = [group, doc! { "$match": { "email": 1 } }];
    let pipeline = users.seal_pipeline(&stages(&list)).unwrap();
    assert_eq!((pipeline.stages, pipeline.rows), (stages(&list), Origin::Made));
    let list = [doc! { "$group": { "_id": "$n" } }, doc! { "$match": { "email": "a" } }];
    refused(users.seal_pipeline(&stages(&list)), "email", "a match of what is not there");
    let list = [doc! { "$limit": 1 }, doc! { "$match": { "ssn": "a" } }];
    refused(users.seal_pipeline(&stages(&list)), "ssn", "a later match");
}

#[test]
fn stages_keep_documents_whole_or_do_not() {
    let users = users();
    let whole = [
        doc! { "$match": { "n": 1 } },
        doc! { "$sort": { "n": 1 } },
        doc! { "$limit": 1 },
        doc! { "$skip": 1 },
        doc! { "$sample": { "size": 1 } },
        doc! { "$geoNear": { "near": [1, 2] } },
        doc! { "$lookup": { "from": "x", "localField": "n", "foreignField": "email", "as": "rows" } },
        doc! { "$graphLookup": { "from": "x", "startWith": "$n", "as": "y" } },
        doc! { "$addFields": { "m": "$n" } },
        doc! { "$set": { "m": { "$literal": "$ssn" } } },
        doc! { "$project": { "ssn": 1, "contacts": { "phone": 1 }, "m": "$n" } },
        doc! { "$project": { "n": 0, "email": false } },
        doc! { "$unset": ["ssn", "contacts.phone"] },
        doc! { "$redact": "$$KEEP" },
        doc! { "$unwind": "$contacts" },
        doc! { "$unwind": { "path": "$contacts", "includeArrayIndex": "place" } },
        doc! { "$unionWith": "users" },
        doc! { "$out": "other" },
        doc! { "$merge": { "into": "other" } },
    ];
    let mixed = [doc! { "$unionWith": "other" }, doc! { "$unionWith": { "coll": "other" } }];
    let other = [
        doc! { "$group": { "_id": "$n", "all": { "$sum": 1 } } },
        doc! { "$count": "n" },
        doc! { "$replaceRoot": { "newRoot": "$address" } },
        doc! { "$replaceWith": "$address" },
        doc! { "$bucket": { "groupBy": "$n", "boundaries": [0, 1] } },
        doc! { "$bucketAuto": { "groupBy": "$n", "buckets": 1 } },
        doc! { "$sortByCount": "$n" },
        doc! { "$facet": { "x": [] } },
        doc! { "$setWindowFields": { "sortBy": { "n": 1 }, "output": {} } },
        doc! { "$someLaterStage": {} },
    ];
    let each = [(&whole[..], Origin::Stored), (&mixed, Origin::Mixed), (&other, Origin::Made)]
        .into_iter()
        .flat_map(|(list, origin)| list.iter().map(move |one| (one, origin)));
    for (stage, expected) in each {
        let list = stages(slice::from_ref(stage));
        let pipeline = users.seal_pipeline(&list).unwrap();
        assert_eq!((pipeline.rows, &pipeline.stages), (expected, &list), "{stage}");
    }
    assert_eq!(users.seal_pipeline(&stages(&whole)).unwrap().rows, Origin::Stored);
    assert_eq!(users.seal_pipeline(&stages(&[])).unwrap().rows, Origin::Stored);
}

#[test]
fn nothing_is_computed_from_encrypted_columns() {
    let users = users();
    for (column, stage) in [
        ("ssn", doc! { "$sort": { "n": 1, "ssn": 1 } }),
        ("ssn", doc! { "$group": { "_id": "$ssn" } }),
        ("ssn", doc! { "$group": { "_id": null, "all": { "$push": { "x": ["$ssn"] } } } }),
        (
            "email",
            doc! { "$group": { "_id": null, "x": { "$top": { "sortBy": { "email": 1 }, "output": "$n" } } } },
        ),
        ("email", doc! { "$setWindowFields": { "sortBy": { "email": 1 }, "output": {} } }),
        ("email", doc! { "$setWindowFields": { "partitionBy": "$email", "output": {} } }),
        ("email", doc! { "$fill": { "sortBy": { "email": 1 }, "output": {} } }),
        ("ssn", doc! { "$unwind": "$ssn" }),
        ("ssn", doc! { "$unwind": { "path": "$ssn" } }),
        ("ssn", doc! { "$replaceRoot": { "newRoot": "$ssn" } }),
        ("ssn", doc! { "$sortByCount": "$ssn" }),
        ("ssn", doc! { "$bucket": { "groupBy": "$ssn", "boundaries": [0, 1] } }),
        ("ssn", doc! { "$redact": { "$cond": ["$ssn", "$$KEEP", "$$PRUNE"] } }),
        ("ssn", doc! { "$addFields": { "m": "$ssn" } }),
        ("ssn", doc! { "$addFields": { "ssn": "x" } }),
        ("ssn", doc! { "$set": { "ssn.x": "x" } }),
        ("contacts.phone", doc! { "$set": { "contacts": { "phone": "x" } } }),
        ("address.geo.city", doc! { "$set": { "address": { "geo": { "city": "$n" } } } }),
        ("ssn", doc! { "$project": { "m": { "$toUpper": "$ssn" } } }),
        ("ssn", doc! { "$project": { "ssn": "$n" } }),
        ("ssn", doc! { "$project": { "ssn.x": 1 } }),
        ("contacts.phone", doc! { "$project": { "m": "$contacts.phone" } }),
        ("contacts.phone", doc! { "$project": { "contacts": { "phone": "$n" } } }),
        ("ssn", doc! { "$lookup": { "from": "x", "localField": "ssn", "as": "y" } }),
        ("ssn", doc! { "$lookup": { "from": "x", "let": { "s": "$ssn" }, "as": "y" } }),
        ("ssn", doc! { "$lookup": { "from": "x", "as": "ssn" } }),
        ("contacts", doc! { "$lookup": { "from": "x", "as": "contacts" } }),
        ("ssn", doc! { "$graphLookup": { "from": "x", "startWith": "$ssn", "as": "y" } }),
        ("ssn", doc! { "$geoNear": { "near": [1, 2], "query": { "ssn": "x" } } }),
        ("ssn", doc! { "$facet": { "x": [{ "$limit": 1 }, { "$group": { "_id": "$ssn" } }] } }),
        ("email", doc! { "$match": { "$expr": { "$eq": ["$email", "x"] } } }),
    ] {
        let shown = stage.to_string();
        refused(users.seal_pipeline(&stages(&[stage])), column, &shown);
    }
}

/// An expression in each place that takes one: a stage, a condition, an update by a pipeline.
fn places(expression: &Bson) -> [Document; 2] {
    [
        doc! { "$set": { "m": expression.clone() } },
        doc! { "$match": { "$expr": expression.clone() } },
    ]
}

#[test]
fn a_field_may_be_named_by_a_text_or_a_variable() {
    let users = users();
    let each = |input: &str, inside: Bson| doc! { "$map": { "input": input, "in": inside } };
    let phone = || bson::bson!({ "$getField": { "field": "phone", "input": "$$this" } });
    for (column, expression) in [
        ("ssn", doc! { "$getField": "ssn" }),
        ("ssn", doc! { "$getField": { "$literal": "ssn" } }),
        ("ssn", doc! { "$getField": { "$const": "ssn" } }),
        ("ssn", doc! { "$getField": { "field": "ssn" } }),
        ("ssn", doc! { "$getField": { "field": "ssn", "input": "$$ROOT" } }),
        ("ssn", doc! { "$getField": { "field": { "$literal": "ssn" }, "input": "$$CURRENT" } }),
        (
            "ssn",
            doc! { "$getField": { "input": { "$mergeObjects": ["$$ROOT", { "a": 1 }] }, "field": "ssn" } },
        ),
        ("contacts.phone", doc! { "$getField": { "field": "phone", "input": "$contacts" } }),
        (
            "contacts.phone",
            doc! { "$getField": { "field": "phone", "input": { "$first": "$contacts" } } },
        ),
        (
            "contacts.phone",
            doc! { "$getField": { "field": "phone", "input": { "$getField": "contacts" } } },
        ),
        ("address.geo.city", doc! { "$getField": { "field": "city", "input": "$address.geo" } }),
        ("ssn", doc! { "$setField": { "field": "ssn", "input": "$$ROOT", "value": 1 } }),
        ("ssn", doc! { "$setField": { "field": "n", "input": "$$ROOT", "value": "$ssn" } }),
        (
            "ssn",
            doc! { "$getField": { "field": "ssn", "input": { "$setField": { "field": "n", "input": "$$ROOT", "value": 1 } } } },
        ),
        ("ssn", doc! { "$unsetField": { "field": "ssn", "input": "$$ROOT" } }),
        ("contacts.phone", each("$contacts", bson::bson!("$$this.phone"))),
        ("contacts.phone", each("$contacts", phone())),
        ("contacts.phone", doc! { "$map": { "input": "$contacts", "as": "c", "in": "$$c.phone" } }),
        (
            "contacts.phone",
            doc! { "$filter": { "input": "$contacts", "cond": { "$eq": ["$$this.phone", 1] } } },
        ),
        (
            "contacts.phone",
            doc! { "$reduce": { "input": "$contacts", "initialValue": 0, "in": { "$add": ["$$value", "$$this.phone"] } } },
        ),
        ("contacts.phone", doc! { "$let": { "vars": { "c": "$contacts" }, "in": "$$c.phone" } }),
        (
            "ssn",
            doc! { "$let": { "vars": { "d": "$$ROOT" }, "in": { "$getField": { "field": "ssn", "input": "$$d" } } } },
        ),
        (
            "contacts.phone",
            doc! { "$sortArray": { "input": "$contacts", "sortBy": { "phone": 1 } } },
        ),
        // Nobody knows which one it is.
        ("may be that of an encrypted one", doc! { "$getField": "$n" }),
        ("may be that of an encrypted one", doc! { "$getField": { "$concat": ["s", "sn"] } }),
        ("contacts.", doc! { "$getField": { "field": "$n", "input": "$contacts" } }),
    ] {
        let expression = Bson::Document(expression);
        for stage in places(&expression) {
            refused(
                users.seal_pipeline(&stages(slice::from_ref(&stage))),
                column,
                &stage.to_string(),
            );
        }
        let update = stages(&[doc! { "$set": { "m": expression.clone() } }]);
        refused(
            users.seal_update((tag::ARRAY, &update), None),
            "encrypted",
            &expression.to_string(),
        );
    }
    for expression in [
        doc! { "$getField": "n" },
        doc! { "$getField": "ssn.x" },
        doc! { "$getField": { "$literal": "$ssn" } },
        doc! { "$getField": { "field": "ssn", "input": "$other" } },
        doc! { "$getField": { "field": "phone", "input": "$$ROOT" } },
        doc! { "$getField": { "field": "n", "input": { "$first": "$contacts" } } },
        doc! { "$getField": { "field": "$n", "input": "$other" } },
        doc! { "$setField": { "field": "n", "input": "$other", "value": 1 } },
        doc! { "$unsetField": { "field": "n", "input": "$$ROOT" } },
        each("$others", bson::bson!("$$this.phone")),
        each("$others", phone()),
        doc! { "$map": { "input": "$contacts", "in": { "$map": { "input": "$n", "in": "$$this.phone" } } } },
        doc! { "$let": { "vars": { "c": "$n" }, "in": "$$c.phone" } },
        doc! { "$filter": { "input": "$contacts", "cond": { "$eq": ["$$this.n", 1] } } },
        doc! { "$sortArray": { "input": "$others", "sortBy": { "phone": 1 } } },
        doc! { "$cond": ["$$NOW", "$$REMOVE", "$$nowhere.ssn"] },
    ] {
        let expression = Bson::Document(expression);
        for stage in places(&expression) {
            users.seal_pipeline(&stages(slice::from_ref(&stage))).unwrap_or_else(|error| {
                panic!("{stage}: {error}");
            });
        }
    }
}

#[test]
fn gaps_are_not_filled_in_encrypted_columns() {
    let users = users();
    for stage in [
        doc! { "$densify": { "field": "ssn", "range": { "step": 1, "bounds": "full" } } },
        doc! { "$densify": { "field": "n", "partitionByFields": ["m", "ssn"], "range": {} } },
        doc! { "$fill": { "partitionByFields": ["ssn"], "output": {} } },
        doc! { "$fill": { "partitionBy": "$ssn", "output": {} } },
        doc! { "$fill": { "sortBy": { "ssn": 1 }, "output": { "n": { "method": "locf" } } } },
        doc! { "$fill": { "sortBy": { "n": 1 }, "output": { "ssn": { "method": "locf" } } } },
    ] {
        refused(users.seal_pipeline(&stages(slice::from_ref(&stage))), "ssn", &stage.to_string());
    }
    let list =
        [doc! { "$fill": { "sortBy": { "n": 1 }, "output": { "m": { "method": "locf" } } } }];
    assert!(users.seal_pipeline(&stages(&list)).is_ok());
}

#[test]
fn what_holds_something_encrypted_is_not_told_from_others() {
    let users = users();
    for stage in [
        doc! { "$group": { "_id": "$contacts" } },
        doc! { "$group": { "_id": { "g0": { "$ifNull": ["$contacts", null] } } } },
        doc! { "$group": { "_id": null, "all": { "$addToSet": { "$cond": [true, "$contacts", null] } } } },
        doc! { "$group": { "_id": null, "least": { "$min": "$contacts" } } },
        doc! { "$group": { "_id": null, "most": { "$max": ["$n", "$contacts"] } } },
        doc! { "$sortByCount": "$contacts" },
    ] {
        let list = stages(slice::from_ref(&stage));
        refused(users.seal_pipeline(&list), "contacts.", &stage.to_string());
    }
    for stage in [
        doc! { "$group": { "_id": { "$size": "$contacts" } } },
        doc! { "$group": { "_id": "$n", "all": { "$push": "$contacts" }, "one": { "$first": "$contacts" } } },
        doc! { "$group": { "_id": { "n": "$n" }, "count": { "$sum": { "$cond": [{ "$gt": ["$contacts", null] }, 1, 0] } } } },
        doc! { "$sortByCount": "$contacts.n" },
    ] {
        let list = stages(slice::from_ref(&stage));
        users.seal_pipeline(&list).unwrap_or_else(|error| panic!("{stage}: {error}"));
    }
}

#[test]
fn what_is_bound_to_an_id_goes_with_it() {
    let users = users();
    // Behind it another stage, which does not get the rows without an _id.
    let run = |stage: &Document| {
        users.seal_pipeline(&stages(&[stage.clone(), doc! { "$set": { "m": 1 } }]))
    };
    for stage in [
        doc! { "$project": { "_id": 0 } },
        doc! { "$project": { "_id": 0, "ssn": 1 } },
        doc! { "$project": { "_id": false, "n": 0 } },
        doc! { "$project": { "_id": "$n", "address": 1 } },
        doc! { "$project": { "_id": 0, "contacts": { "phone": 1 } } },
        doc! { "$unset": "_id" },
        doc! { "$unset": ["ssn", "_id"] },
        doc! { "$set": { "_id": "$n" } },
    ] {
        refused(run(&stage), "encrypted column", &stage.to_string());
    }
    for stage in [
        doc! { "$project": { "_id": 0, "n": 1, "email": 1 } },
        doc! { "$project": { "_id": 1, "ssn": 1 } },
        doc! { "$project": { "_id": 0, "ssn": 0, "contacts": 0, "address": 0, "going": 0 } },
        doc! { "$unset": ["_id", "ssn", "contacts", "address", "going"] },
        doc! { "$set": { "x._id": 1 } },
    ] {
        assert!(run(&stage).is_ok(), "{stage}");
    }
}

#[test]
fn a_last_projection_may_leave_the_id_out() {
    let users = users();
    for (given, sent) in [
        (doc! { "_id": 0, "ssn": 1 }, doc! { "$project": { "ssn": 1 } }),
        (doc! { "_id": false, "n": 0 }, doc! { "$project": { "n": 0 } }),
        (doc! { "_id": 0 }, doc! { "$match": {} }),
    ] {
        let pipeline = users.seal_pipeline(&stages(&[doc! { "$project": given }])).unwrap();
        assert_eq!((pipeline.rows, pipeline.without_id), (Origin::Stored, true), "{sent}");
        assert_eq!(pipeline.stages, stages(&[sent]));
    }
    let computed = doc! { "$project": { "_id": 0, "m": "$ssn" } };
    refused(users.seal_pipeline(&stages(&[computed])), "ssn", "computed");
}

#[test]
fn rows_are_opened_where_the_value_survives() {
    let users = users();
    let sealed = users.sealed(&doc! { "_id": 1, "ssn": "s", "contacts": [{ "phone": "p" }] });
    // As $unwind makes it.
    let element = sealed.get_array("contacts").unwrap()[0].clone();
    let row =
        raw(&doc! { "_id": 1, "contacts": element, "ssn": sealed.get("ssn").unwrap().clone() });
    let opened = parsed(&users.open_document(&row, RESHAPED).unwrap());
    assert_eq!(opened, doc! { "_id": 1, "contacts": { "phone": "p" }, "ssn": "s" });
}
