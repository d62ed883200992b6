//! What a change is stamped with, whichever form it has.

use super::*;
use crate::protocol::Kind;
use crate::steps;
use crate::steps::place::Place;
use bson::{Bson, Document, RawDocument, RawDocumentBuf, doc};

fn model() -> crate::model::Model {
    let stamps = Stamps {
        on_update: vec![(*b"changed").into()],
        on_insert: vec![(*b"made").into()],
        version: Some((*b"v").into()),
    };
    crate::model::Model { stamps, ..Default::default() }
}

/// The update of a command with `head`, as it is sent.
fn sent(kind: Kind, head: &Document) -> Bson {
    let head = RawDocumentBuf::try_from(head).unwrap();
    let mut command = Command::parse(kind, head.as_bytes()).unwrap();
    let context = Context {
        model: &model(),
        vault: None,
        ruled: &[],
        allow_javascript: false,
        strangers: &[],
        place: &Place::default(),
    };
    steps::apply(&mut command, &context).unwrap();
    let update = command.change().unwrap().update.as_ref().unwrap();
    let raw = RawDocument::from_bytes(&update.bytes).unwrap();
    let document = Document::try_from(raw).unwrap();
    match update.tag {
        tag::ARRAY => document.into_iter().map(|(_, stage)| stage).collect::<Vec<_>>().into(),
        _ => document.into(),
    }
}

fn updated(update: impl Into<Bson>) -> Bson {
    let moment = doc! { "changed": 2, "made": 1 };
    sent(Kind::Update, &doc! { "filter": { "a": 1 }, "update": update.into(), "moment": moment })
}

fn upserted(update: Document) -> Bson {
    let moment = doc! { "changed": 2, "made": 1 };
    sent(
        Kind::Update,
        &doc! { "filter": { "a": 1 }, "update": update, "upsert": true, "moment": moment },
    )
}

fn counted() -> Document {
    doc! { "v": { "$add": [{ "$ifNull": ["$v", 0] }, 1] } }
}

#[test]
fn operators_have_the_dates_and_the_count() {
    for (given, expected) in [
        (
            doc! { "$set": { "a": 2 } },
            doc! { "$set": { "a": 2, "changed": 2 }, "$inc": { "v": 1 } },
        ),
        (
            doc! { "$inc": { "a": 2 } },
            doc! { "$inc": { "a": 2, "v": 1 }, "$set": { "changed": 2 } },
        ),
        // What the change says itself goes first, also of what is inside.
        (
            doc! { "$unset": { "changed": 1 } },
            doc! { "$unset": { "changed": 1 }, "$inc": { "v": 1 } },
        ),
        (doc! { "$set": { "changed.x": 1, "v": 5 } }, doc! { "$set": { "changed.x": 1, "v": 5 } }),
        (
            doc! { "$rename": { "a": "v" } },
            doc! { "$rename": { "a": "v" }, "$set": { "changed": 2 } },
        ),
        (
            doc! { "$set": { "changedBy": 1 } },
            doc! { "$set": { "changedBy": 1, "changed": 2 }, "$inc": { "v": 1 } },
        ),
        // Nothing that is there is changed.
        (doc! { "$setOnInsert": { "a": 1 } }, doc! { "$setOnInsert": { "a": 1 } }),
    ] {
        assert_eq!(updated(given), Bson::from(expected));
    }
    assert_eq!(
        upserted(doc! { "$setOnInsert": { "a": 1 } }),
        Bson::from(doc! {
            "$setOnInsert": { "a": 1, "made": 1 }, "$set": { "changed": 2 }, "$inc": { "v": 1 },
        })
    );
    assert_eq!(
        upserted(doc! { "$setOnInsert": { "made": 0, "changed": 0, "v": 1 } }),
        Bson::from(doc! { "$setOnInsert": { "made": 0, "changed": 0, "v": 1 } })
    );
}

#[test]
fn a_request_without_a_moment_is_left_alone() {
    let update = doc! { "$set": { "a": 1 } };
    let head = doc! { "filter": { "a": 1 }, "update": update.clone() };
    assert_eq!(sent(Kind::Update, &head), Bson::from(update));
}

#[test]
fn a_replacement_goes_on_counting() {
    let head = doc! {
        "filter": { "a": 1 },
        "replacement": { "a": "$a", "made": null, "v": 9 },
        "moment": { "changed": 2, "made": 1 },
    };
    let document = doc! { "$literal": { "a": "$a", "changed": 2, "made": 1 } };
    let stage = doc! { "$replaceWith": { "$mergeObjects": [document, counted()] } };
    assert_eq!(sent(Kind::FindAndModify, &head), Bson::from(vec![stage]));
}

#[test]
fn a_pipeline_has_one_stage_more() {
    let last = || {
        let mut set = doc! { "changed": { "$literal": 2 } };
        set.extend(counted());
        Bson::from(doc! { "$set": set })
    };
    let kept = |made: Bson| {
        doc! { "$let": {
            "vars": { "lucentMade": made },
            "in": { "$cond": [
                { "$eq": [{ "$type": "$$lucentMade" }, "object"] },
                { "$mergeObjects": ["$$lucentMade", { "v": "$v" }] },
                "$$lucentMade",
            ] },
        } }
    };
    for (given, expected) in [
        (doc! { "$set": { "a": 1 } }, doc! { "$set": { "a": 1 } }),
        (doc! { "$unset": ["a"] }, doc! { "$unset": ["a"] }),
        (doc! { "$project": { "a": 1 } }, doc! { "$project": { "a": 1, "v": 1 } }),
        (doc! { "$project": { "a": "$b" } }, doc! { "$project": { "a": "$b", "v": 1 } }),
        (doc! { "$project": { "_id": 1 } }, doc! { "$project": { "_id": 1, "v": 1 } }),
        (doc! { "$project": { "a": { "b": 0 } } }, doc! { "$project": { "a": { "b": 0 } } }),
        (doc! { "$project": { "v": 1, "a": 1 } }, doc! { "$project": { "v": 1, "a": 1 } }),
        (doc! { "$replaceWith": "$a" }, doc! { "$replaceWith": kept("$a".into()) }),
        (
            doc! { "$replaceRoot": { "newRoot": { "a": 1 } } },
            doc! { "$replaceRoot": { "newRoot": kept(doc! { "a": 1 }.into()) } },
        ),
    ] {
        assert_eq!(updated(vec![given]), Bson::from(vec![expected.into(), last()]));
    }
    let date = || Bson::from(doc! { "$set": { "changed": { "$literal": 2 } } });
    for said in [
        doc! { "$set": { "v": 1 } },
        doc! { "$unset": "v" },
        doc! { "$unset": ["a", "v"] },
        doc! { "$project": { "v": 0 } },
        doc! { "$project": { "v": "$a" } },
        doc! { "$replaceWith": { "v": 1 } },
        doc! { "$replaceRoot": { "newRoot": { "v": 1 } } },
    ] {
        assert_eq!(updated(vec![said.clone()]), Bson::from(vec![said.into(), date()]));
    }
    let both = doc! { "$set": { "v": 1, "changed": 1 } };
    assert_eq!(updated(vec![both.clone()]), Bson::from(vec![Bson::from(both)]));
}
