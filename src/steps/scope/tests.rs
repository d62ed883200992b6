//! A condition that is added reaches every command, and pipelines wherever they stand.

use super::*;
use crate::protocol::Kind;
use crate::request::head::parsed;
use crate::steps;
use crate::steps::place::Place;
use bson::{Document, RawDocument, RawDocumentBuf, doc};
use std::sync::Arc;

fn raw(document: &Document) -> Vec<u8> {
    RawDocumentBuf::try_from(document).unwrap().into_bytes()
}

fn model(collection: &str, scope: Option<Document>) -> Arc<Model> {
    let scope = scope.map(|scope| raw(&scope).into());
    Arc::new(Model { collection: collection.into(), scope, ..Model::default() })
}

/// What is sent of a head, by a model of `users` that shows what has no `gone`.
fn sent(kind: Kind, given: &Document, payload: &[Document]) -> Vec<Document> {
    let users = model("users", Some(doc! { "gone": null }));
    let ruled = [Arc::clone(&users), model("posts", Some(doc! { "hidden": false }))];
    let payload: Vec<u8> = payload.iter().flat_map(raw).collect();
    let bytes = [raw(given), payload].concat();
    let mut command = Command::parse(kind, &bytes).unwrap();
    let context = Context {
        model: &users,
        vault: None,
        ruled: &ruled,
        allow_javascript: false,
        strangers: &[],
        place: &Place::default(),
    };
    steps::apply(&mut command, &context).unwrap();
    let parsed =
        |bytes: &[u8]| Document::try_from(RawDocument::from_bytes(bytes).unwrap()).unwrap();
    match &command.body {
        Body::Read(filter) => vec![parsed(filter)],
        Body::Change(list) => list
            .iter()
            .map(|one| match &one.write {
                Write::Insert(document) => parsed(document),
                Write::Change(change) => parsed(&change.filter),
            })
            .collect(),
        Body::Insert(list) => list.iter().map(|one| parsed(one)).collect(),
        Body::Pipeline(list) => {
            let stages = parsed(list).into_iter();
            stages.map(|(_, stage)| stage.as_document().unwrap().clone()).collect()
        }
        Body::Raw(command) => vec![parsed(command)],
        Body::Other(_) => Vec::new(),
    }
}

fn own() -> Document {
    doc! { "gone": null }
}

#[test]
fn what_tells_documents_apart_holds_for_commands_of_the_model_alone() {
    let kind = Some(raw(&doc! { "kind": "car" }).into());
    let cars = Arc::new(Model { collection: "vehicles".into(), kind, ..Model::default() });
    let people = model("people", None);
    let stages = [doc! { "$unionWith": "vehicles" }];
    for (model, expected) in
        [(&cars, vec![doc! { "$match": { "kind": "car" } }]), (&people, vec![])]
    {
        let given = raw(&doc! { "pipeline": stages.to_vec() });
        let mut command = Command::parse(Kind::Aggregate, &given).unwrap();
        let ruled = [Arc::clone(&cars)];
        let context = Context {
            model,
            vault: None,
            ruled: &ruled,
            allow_javascript: false,
            strangers: &[],
            place: &Place::default(),
        };
        steps::apply(&mut command, &context).unwrap();
        let Body::Pipeline(made) = &command.body else { panic!("a pipeline") };
        let made = Document::try_from(RawDocument::from_bytes(made).unwrap()).unwrap();
        let made: Vec<_> = made.values().map(|one| one.as_document().unwrap().clone()).collect();
        assert_eq!(made, [expected, stages.to_vec()].concat());
    }
}

#[test]
fn each_kind_of_filter_has_the_condition() {
    let both = doc! { "$and": [{ "a": 1 }, own()] };
    let filter = doc! { "a": 1 };
    for (kind, more) in [
        (Kind::Find, doc! {}),
        (Kind::Count, doc! {}),
        (Kind::Distinct, doc! { "key": "b" }),
        (Kind::Update, doc! { "update": { "$set": { "b": 1 } } }),
        (Kind::Delete, doc! {}),
        (Kind::FindAndModify, doc! { "remove": true }),
    ] {
        let mut given = doc! { "filter": filter.clone() };
        given.extend(more.clone());
        assert_eq!(sent(kind, &given, &[]), std::slice::from_ref(&both), "{kind:?}");
        given.extend(doc! { "filter": {}, "everything": true });
        assert_eq!(sent(kind, &given, &[]), [own()], "{kind:?}");
        given.insert("scope", doc! { "tenant": 1 });
        let all = doc! { "$and": [own(), { "tenant": 1 }] };
        assert_eq!(sent(kind, &given, &[]), [all], "{kind:?}");
    }
    let update = doc! { "q": filter.clone(), "u": { "$set": { "b": 1 } } };
    assert_eq!(
        sent(Kind::UpdateEach, &doc! {}, std::slice::from_ref(&update)),
        std::slice::from_ref(&both)
    );
    let statements = [
        doc! { "insert": { "a": 1 } },
        doc! { "update": update },
        doc! { "delete": { "q": filter, "limit": 1 } },
    ];
    let mixed = sent(Kind::Bulk, &doc! {}, &statements);
    assert_eq!(mixed, [doc! { "a": 1 }, both.clone(), both]);
    assert_eq!(sent(Kind::Insert, &doc! {}, &[doc! { "a": 1 }]), [doc! { "a": 1 }]);
}

#[test]
fn pipelines_begin_with_it() {
    let run = |stages: Vec<Document>| sent(Kind::Aggregate, &doc! { "pipeline": stages }, &[]);
    let hides = || doc! { "$match": own() };
    assert_eq!(run(vec![]), [hides()]);
    let limit = doc! { "$limit": 1 };
    assert_eq!(run(vec![limit.clone()]), [hides(), limit.clone()]);
    // A first `$match`, which may have a text search, stays first.
    let found = |filter: Document| doc! { "$match": filter };
    let text = doc! { "$text": { "$search": "a" } };
    let both = doc! { "$and": [text.clone(), own()] };
    assert_eq!(run(vec![found(text)]), [found(both)]);
    assert_eq!(run(vec![found(doc! {}), limit.clone()]), [hides(), limit.clone()]);
    let second = found(doc! { "a": 1 });
    assert_eq!(run(vec![limit.clone(), second.clone()]), [hides(), limit.clone(), second]);
    // What must come first stays there.
    let search = doc! { "$search": { "text": 1 } };
    assert_eq!(run(vec![search.clone()]), [search.clone(), hides()]);
    assert_eq!(run(vec![search.clone(), limit.clone()]), [search, hides(), limit]);
    let near = |query: Document| doc! { "$geoNear": { "near": 1, "query": query } };
    let both = doc! { "$and": [{ "a": 1 }, own()] };
    assert_eq!(run(vec![near(doc! { "a": 1 })]), [near(both)]);
    assert_eq!(run(vec![doc! { "$geoNear": { "near": 1 } }]), [near(own())]);
    let stats = doc! { "$indexStats": {} };
    assert_eq!(run(vec![stats.clone()]), [stats]);
}

#[test]
fn pipelines_over_other_collections_have_those_of_their_models() {
    let run = |stage: Document| {
        let mut all = sent(Kind::Aggregate, &doc! { "pipeline": [stage] }, &[]);
        assert_eq!(all.remove(0), doc! { "$match": own() });
        all.remove(0)
    };
    let shown = doc! { "$match": { "hidden": false } };
    for (given, expected) in [
        (
            doc! { "$lookup": { "from": "posts", "localField": "a", "foreignField": "b", "as": "c" } },
            doc! { "$lookup": {
                "from": "posts", "localField": "a", "foreignField": "b", "as": "c",
                "pipeline": [shown.clone()],
            } },
        ),
        (
            doc! { "$lookup": { "from": "others", "pipeline": [{ "$unionWith": "posts" }], "as": "c" } },
            doc! { "$lookup": {
                "from": "others",
                "pipeline": [{ "$unionWith": { "coll": "posts", "pipeline": [shown.clone()] } }],
                "as": "c",
            } },
        ),
        (
            doc! { "$unionWith": { "coll": "users", "pipeline": [{ "$limit": 1 }] } },
            doc! { "$unionWith": {
                "coll": "users", "pipeline": [{ "$match": own() }, { "$limit": 1 }],
            } },
        ),
        (
            doc! { "$graphLookup": { "from": "posts", "restrictSearchWithMatch": { "a": 1 } } },
            doc! { "$graphLookup": {
                "from": "posts",
                "restrictSearchWithMatch": { "$and": [{ "a": 1 }, { "hidden": false }] },
            } },
        ),
        (
            doc! { "$facet": { "x": [{ "$unionWith": "posts" }], "y": [{ "$limit": 1 }] } },
            doc! { "$facet": {
                "x": [{ "$unionWith": { "coll": "posts", "pipeline": [shown] } }],
                "y": [{ "$limit": 1 }],
            } },
        ),
        (doc! { "$unionWith": "others" }, doc! { "$unionWith": "others" }),
        (
            doc! { "$lookup": { "from": "others", "as": "c" } },
            doc! { "$lookup": { "from": "others", "as": "c" } },
        ),
    ] {
        assert_eq!(run(given), expected);
    }
    // A pipeline on the database reads none of the model's documents.
    let whole = doc! { "pipeline": [{ "$limit": 1 }], "onDatabase": true };
    assert_eq!(sent(Kind::Aggregate, &whole, &[]), [doc! { "$limit": 1 }]);
}

#[test]
fn what_is_explained_is_what_is_sent() {
    let explain = |inner: Document| doc! { "explain": inner, "verbosity": "queryPlanner" };
    for (given, expected) in [
        (
            doc! { "find": "users", "filter": { "a": 1 } },
            doc! { "find": "users", "filter": { "$and": [{ "a": 1 }, own()] } },
        ),
        (
            doc! { "count": "users", "query": {}, "hint": "a_1" },
            doc! { "count": "users", "query": own(), "hint": "a_1" },
        ),
        (
            doc! { "aggregate": "users", "pipeline": [], "cursor": {} },
            doc! { "aggregate": "users", "pipeline": [{ "$match": own() }], "cursor": {} },
        ),
        (
            doc! { "find": "users", "limit": 1 },
            doc! { "find": "users", "limit": 1, "filter": own() },
        ),
        (
            doc! { "distinct": "users", "key": "a" },
            doc! { "distinct": "users", "key": "a", "query": own() },
        ),
    ] {
        let all = sent(Kind::Command, &doc! { "command": explain(given) }, &[]);
        assert_eq!(all, [explain(expected)]);
    }
}

#[test]
fn a_command_without_a_place_for_the_conditions_must_say_that_it_goes_without() {
    let users = model("users", Some(own()));
    let plain = model("users", None);
    let updates = doc! { "update": "users", "updates": [{ "q": {}, "u": { "$set": { "a": 1 } } }] };
    for command in [
        doc! { "ping": 1 },
        doc! { "find": "users" },
        doc! { "explain": updates },
        doc! { "explain": { "delete": "users", "deletes": [{ "q": {}, "limit": 1 }] } },
        doc! { "explain": { "mapReduce": "users" } },
        doc! { "explain": 1 },
    ] {
        let apply = |model: &Model, head: &Document| {
            let bytes = raw(head);
            let mut given = Command::parse(Kind::Command, &bytes).unwrap();
            let context = Context {
                model,
                vault: None,
                ruled: &[],
                allow_javascript: true,
                strangers: &[],
                place: &Place::default(),
            };
            steps::apply(&mut given, &context).map(|_| match &given.body {
                Body::Raw(sent) => parsed(sent).unwrap(),
                _ => panic!("{given:?}"),
            })
        };
        let bare = doc! { "command": command.clone() };
        let meant = doc! { "command": command.clone(), "unscoped": true };
        assert_eq!(apply(&users, &bare).unwrap_err().code, Code::InvalidQuery, "{command}");
        assert_eq!(apply(&users, &meant).unwrap(), command);
        assert_eq!(apply(&plain, &bare).unwrap(), command);
        let scoped = doc! { "command": command.clone(), "scope": own() };
        assert_eq!(apply(&plain, &scoped).unwrap_err().code, Code::InvalidQuery, "{command}");
    }
}

#[test]
fn stages_that_come_first_stay_first() {
    for (first, is_of_documents) in [
        ("$rankFusion", true),
        ("$scoreFusion", true),
        ("$search", true),
        ("$listSearchIndexes", false),
        ("$queryStats", false),
    ] {
        let stage = doc! { first: {} };
        let sent = sent(Kind::Aggregate, &doc! { "pipeline": [stage.clone()] }, &[]);
        let condition = is_of_documents.then(|| doc! { "$match": own() });
        let expected: Vec<_> = std::iter::once(stage).chain(condition).collect();
        assert_eq!(sent, expected);
    }
}

#[test]
fn what_shows_documents_past_it_is_refused() {
    let users = model("users", Some(own()));
    let inside =
        |stage: &Document| doc! { "$unionWith": { "coll": "users", "pipeline": [stage.clone()] } };
    let source = |kept: bool| doc! { "$search": { "returnStoredSource": kept } };
    for (stage, refused) in [
        (doc! { "$changeStream": {} }, true),
        (doc! { "$searchMeta": {} }, true),
        (source(true), true),
        (source(false), false),
        (doc! { "$vectorSearch": { "returnStoredSource": true } }, true),
        (doc! { "$rankFusion": { "input": { "pipelines": { "a": [source(true)] } } } }, true),
    ] {
        for (collection, scope, stage, refused) in [
            ("users", Some(own()), stage.clone(), refused),
            ("posts", None, inside(&stage), refused),
            ("posts", None, stage.clone(), false),
        ] {
            let of = model(collection, scope);
            let bytes = raw(&doc! { "pipeline": [stage] });
            let mut command = Command::parse(Kind::Aggregate, &bytes).unwrap();
            let context = Context {
                model: &of,
                vault: None,
                ruled: &[Arc::clone(&users)],
                allow_javascript: false,
                strangers: &[],
                place: &Place::default(),
            };
            let outcome = steps::apply(&mut command, &context);
            assert_eq!(outcome.is_err(), refused, "{bytes:?}");
        }
    }
}

#[test]
fn what_has_nothing_to_add_stays_the_requests_own() {
    let (posts, users) = (model("posts", None), model("users", Some(own())));
    let ruled = [Arc::clone(&users)];
    let context = Context {
        model: &posts,
        vault: None,
        ruled: &ruled,
        allow_javascript: false,
        strangers: &[],
        place: &Place::default(),
    };
    for (kind, given) in [
        (Kind::Aggregate, doc! { "pipeline": [{ "$match": { "a": 1 } }] }),
        (Kind::Command, doc! { "command": { "ping": 1 } }),
    ] {
        let bytes = raw(&given);
        let mut command = Command::parse(kind, &bytes).unwrap();
        steps::apply(&mut command, &context).unwrap();
        assert!(command.parts().all(|part| matches!(part, Cow::Borrowed(_))), "{kind:?}");
    }
}

#[test]
fn what_a_scope_adds_is_guarded() {
    let users = model("users", Some(doc! { "$where": "true" }));
    let explain = |inner: Document| doc! { "command": { "explain": inner } };
    for (kind, given) in [
        (Kind::Find, doc! { "filter": {} }),
        (Kind::Aggregate, doc! { "pipeline": [{ "$limit": 1 }] }),
        (Kind::Command, explain(doc! { "find": "users", "filter": {} })),
        (Kind::Command, explain(doc! { "aggregate": "users", "pipeline": [{ "$limit": 1 }] })),
    ] {
        let bytes = raw(&given);
        for (allow_javascript, refused) in [(false, true), (true, false)] {
            let mut command = Command::parse(kind, &bytes).unwrap();
            let context = Context {
                model: &users,
                vault: None,
                ruled: &[],
                allow_javascript,
                strangers: &[],
                place: &Place::default(),
            };
            let outcome = steps::apply(&mut command, &context);
            assert_eq!(outcome.is_err(), refused, "{kind:?} {given}");
        }
    }
}

#[test]
fn a_look_up_of_a_command_has_its_conditions() {
    let users = model("users", Some(doc! { "gone": null }));
    let scoped = raw(&doc! { "filter": { "_id": 1 }, "scope": { "tenant": 7 } });
    for (model, bytes, expected) in [
        (&users, raw(&doc! {}), doc! { "gone": null }),
        (&users, scoped.clone(), doc! { "$and": [{ "gone": null }, { "tenant": 7 }] }),
        (&model("plain", None), scoped, doc! { "tenant": 7 }),
        (&model("plain", None), raw(&doc! {}), doc! {}),
    ] {
        let head = Head::of(&bytes).unwrap();
        assert_eq!(steps::conditions(model, head, None).unwrap(), expected);
    }
}
