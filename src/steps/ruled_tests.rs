//! Rules of models on bytes: what every kind of body becomes, by a caller's context and by what a call lifts.

use super::*;
use crate::document::element::tag;
use crate::error::{Code, Error};
use crate::protocol::Kind;
use crate::request::{Body, Write};
use bson::{Bson, RawDocument, RawDocumentBuf, doc};

fn raw(document: &Document) -> Vec<u8> {
    RawDocumentBuf::try_from(document).unwrap().into_bytes()
}

fn read(bytes: &[u8]) -> Document {
    Document::try_from(RawDocument::from_bytes(bytes).unwrap()).unwrap()
}

fn model(collection: &str, rules: Vec<Bson>) -> Arc<Model> {
    let descriptor = doc! {
        "name": collection, "collection": collection, "columns": [], "hooks": [], "rules": rules,
        "stamps": { "update": ["changed"], "insert": [] },
    };
    Arc::new(Model::from_descriptor(&raw(&descriptor)).unwrap())
}

fn trashed() -> Bson {
    let only = doc! { "gone": { "$ne": null } };
    let rule = doc! {
        "name": "trashed", "condition": { "gone": null }, "only": only, "remove": ["gone", "by"],
    };
    rule.into()
}

fn tenant(field: &str) -> Bson {
    let rule = doc! {
        "name": "tenant", "condition": { field: { "$context": "tenant" } }, "pin": field,
    };
    rule.into()
}

/// Posts are of a tenant and keep what is deleted; comments are of a tenant by another name.
fn models() -> [Arc<Model>; 2] {
    [model("posts", vec![trashed(), tenant("t")]), model("comments", vec![tenant("org")])]
}

fn ours() -> Document {
    doc! { "values": { "tenant": "a" } }
}

fn apply_to(kind: Kind, head: &Document, payload: &[Document]) -> Result<Vec<Document>> {
    let [posts, comments] = models();
    let ruled = [Arc::clone(&posts), comments];
    let payload: Vec<u8> = payload.iter().flat_map(raw).collect();
    let bytes = [raw(head), payload].concat();
    let mut command = Command::parse(kind, &bytes)?;
    let context = Context {
        model: &posts,
        vault: None,
        ruled: &ruled,
        allow_javascript: false,
        strangers: &[],
        place: &Place::default(),
    };
    apply(&mut command, &context)?;
    Ok(match &command.body {
        Body::Read(filter) => vec![read(filter)],
        Body::Change(list) => list
            .iter()
            .flat_map(|one| match &one.write {
                Write::Insert(document) => vec![read(document)],
                Write::Change(change) => {
                    let update = change.update.as_ref().map(|update| {
                        let whole = read(&update.bytes);
                        if update.tag == tag::ARRAY {
                            doc! { "stages": whole }
                        } else {
                            whole
                        }
                    });
                    [Some(read(&change.filter)), update].into_iter().flatten().collect()
                }
            })
            .collect(),
        Body::Insert(list) => list.iter().map(|one| read(one)).collect(),
        Body::Pipeline(list) => {
            read(list).into_iter().map(|(_, one)| one.as_document().unwrap().clone()).collect()
        }
        Body::Raw(command) => vec![read(command)],
        Body::Other(_) => Vec::new(),
    })
}

/// As sent for the tenant `a`.
fn sent(kind: Kind, mut head: Document, payload: &[Document]) -> Vec<Document> {
    head.insert("context", ours());
    apply_to(kind, &head, payload).unwrap()
}

fn refused(kind: Kind, mut head: Document, payload: &[Document]) -> Error {
    head.insert("context", ours());
    apply_to(kind, &head, payload).unwrap_err()
}

fn held(filter: Document) -> Document {
    let mut all = if filter.is_empty() { Vec::new() } else { vec![filter] };
    all.extend([doc! { "gone": null }, doc! { "t": "a" }]);
    doc! { "$and": all }
}

fn moment() -> Document {
    doc! { "changed": 2, "gone": 3, "by": "me" }
}

#[test]
fn conditions_hold_for_each_kind_of_command() {
    let filter = doc! { "n": 1 };
    for kind in [Kind::Find, Kind::FindAndLock, Kind::Count, Kind::Distinct] {
        let head = doc! { "filter": filter.clone(), "key": "n" };
        assert_eq!(sent(kind, head, &[]), [held(filter.clone())]);
    }
    let update = doc! { "filter": filter.clone(), "update": { "$set": { "n": 2 } } };
    for kind in [Kind::Update, Kind::FindAndModify] {
        assert_eq!(sent(kind, update.clone(), &[])[0], held(filter.clone()));
    }
    let stages = doc! { "pipeline": [{ "$limit": 1 }] };
    assert_eq!(sent(Kind::Aggregate, stages, &[])[0], doc! { "$match": held(doc! {}) });
    let explain = doc! { "command": { "explain": { "find": "posts", "filter": filter.clone() } } };
    let explained = sent(Kind::Command, explain, &[]);
    assert_eq!(
        explained[0].get_document("explain").unwrap().get_document("filter").unwrap(),
        &held(filter)
    );
    let dropped = doc! { "command": { "drop": "posts" } };
    assert_eq!(refused(Kind::Command, dropped, &[]).code, Code::InvalidQuery);
}

#[test]
fn without_the_tenant_nothing_is_sent() {
    let find = |context: Document| {
        let head = doc! { "filter": {}, "context": context };
        apply_to(Kind::Find, &head, &[]).map_err(|error| error.code)
    };
    for values in [
        doc! {},
        doc! { "values": {} },
        doc! { "values": { "tenant": null } },
        // What could be an operator is no value.
        doc! { "values": { "tenant": { "$ne": 1 } } },
        doc! { "values": { "tenant": Bson::RegularExpression(bson::Regex {
            pattern: bson::raw::CString::try_from(".").unwrap(),
            options: bson::raw::CString::try_from("").unwrap(),
        }) } },
    ] {
        assert_eq!(find(values), Err(Code::TenantRequired));
    }
    let lifted = find(doc! { "lift": { "tenant": "a report" } }).unwrap();
    assert_eq!(lifted, [doc! { "gone": null }]);
    for (kind, payload) in
        [(Kind::Insert, vec![doc! {}]), (Kind::Bulk, vec![doc! { "insert": {} }])]
    {
        assert_eq!(apply_to(kind, &doc! {}, &payload).unwrap_err().code, Code::TenantRequired);
    }
}

#[test]
fn a_call_lifts_rules_by_name() {
    let find =
        |lift: Document| sent(Kind::Find, doc! { "filter": {}, "lift": lift }, &[]).remove(0);
    assert_eq!(find(doc! { "trashed": true }), doc! { "t": "a" });
    assert_eq!(find(doc! { "tenant": { "reason": "x" } }), doc! { "gone": null });
    assert_eq!(
        find(doc! { "trashed": "only" }),
        doc! { "$and": [{ "gone": { "$ne": null } }, { "t": "a" }] }
    );
    assert_eq!(find(doc! { "trashed": true, "tenant": true }), doc! {});
    assert_eq!(find(doc! { "another": true }), held(doc! {}));
}

#[test]
fn pipelines_hold_the_rules_of_what_they_reach() {
    let org = || doc! { "$match": { "org": "a" } };
    for (given, expected) in [
        (
            doc! { "$lookup": { "from": "comments", "as": "c" } },
            doc! { "$lookup": { "from": "comments", "as": "c", "pipeline": [org()] } },
        ),
        (
            doc! { "$unionWith": "comments" },
            doc! { "$unionWith": { "coll": "comments", "pipeline": [org()] } },
        ),
        (
            doc! { "$graphLookup": { "from": "comments", "as": "c" } },
            doc! { "$graphLookup": { "from": "comments", "as": "c", "restrictSearchWithMatch": { "org": "a" } } },
        ),
        (
            doc! { "$facet": { "f": [{ "$unionWith": { "coll": "posts", "pipeline": [
                { "$lookup": { "from": "comments", "as": "c" } },
            ] } }] } },
            doc! { "$facet": { "f": [{ "$unionWith": { "coll": "posts", "pipeline": [
                { "$match": held(doc! {}) },
                { "$lookup": { "from": "comments", "as": "c", "pipeline": [org()] } },
            ] } }] } },
        ),
    ] {
        assert_eq!(sent(Kind::Aggregate, doc! { "pipeline": [given] }, &[])[1], expected);
    }
    // What a call lifts is lifted for its own collection; another one's rules hold.
    let stages = [doc! { "$unionWith": "posts" }, doc! { "$unionWith": "comments" }];
    let lifted = doc! { "pipeline": stages.to_vec(), "lift": { "trashed": true, "tenant": true } };
    assert_eq!(
        sent(Kind::Aggregate, lifted, &[]),
        [
            doc! { "$unionWith": "posts" },
            doc! { "$unionWith": { "coll": "comments", "pipeline": [org()] } },
        ]
    );
    for stage in [
        doc! { "$out": "comments" },
        doc! { "$out": { "db": "d", "coll": "posts" } },
        doc! { "$merge": "comments" },
        doc! { "$merge": { "into": "posts" } },
        doc! { "$merge": { "into": { "db": "d", "coll": "comments" } } },
    ] {
        let error = refused(Kind::Aggregate, doc! { "pipeline": [stage] }, &[]);
        assert_eq!(error.code, Code::RuleViolated);
    }
    assert_eq!(sent(Kind::Aggregate, doc! { "pipeline": [{ "$out": "others" }] }, &[]).len(), 2);
}

#[test]
fn what_is_written_is_pinned() {
    let made = [doc! { "n": 1 }, doc! { "t": "a" }, doc! { "t": null, "n": 2 }];
    let pinned = [doc! { "n": 1, "t": "a" }, doc! { "t": "a" }, doc! { "n": 2, "t": "a" }];
    assert_eq!(sent(Kind::Insert, doc! {}, &made), pinned);
    let bulk: Vec<_> = made.iter().map(|one| doc! { "insert": one.clone() }).collect();
    assert_eq!(sent(Kind::Bulk, doc! {}, &bulk), pinned);
    let change = |update: Bson| doc! { "filter": { "n": 1 }, "update": update };
    let replaced = doc! { "filter": { "n": 1 }, "replacement": { "n": 2 } };
    assert_eq!(sent(Kind::FindAndModify, replaced, &[])[1], doc! { "n": 2, "t": "a" });
    let stages = change(vec![doc! { "$set": { "t": "b" } }].into());
    let last = doc! { "$set": { "t": { "$literal": "a" } } };
    assert_eq!(
        sent(Kind::Update, stages, &[])[1],
        doc! { "stages": { "0": { "$set": { "t": "b" } }, "1": last } }
    );
    let same = doc! { "$set": { "t": "a" }, "$setOnInsert": { "t": "a" } };
    assert_eq!(sent(Kind::Update, change(same.clone().into()), &[])[1], same);
    for update in [
        doc! { "$set": { "t": "b" } },
        doc! { "$set": { "t": null } },
        doc! { "$set": { "t.x": "a" } },
        doc! { "$setOnInsert": { "t": "b" } },
        doc! { "$unset": { "t": 1 } },
        doc! { "$rename": { "t": "n" } },
        doc! { "$rename": { "n": "t" } },
        doc! { "$inc": { "t": 1 } },
        doc! { "$currentDate": { "t": true } },
        doc! { "t": "b", "n": 1 },
    ] {
        let error = refused(Kind::Update, change(update.clone().into()), &[]);
        assert_eq!(error.code, Code::RuleViolated, "{update}");
        assert!(!error.message.contains("\"b\""));
        let statement = doc! { "update": { "q": { "n": 1 }, "u": update } };
        assert_eq!(refused(Kind::Bulk, doc! {}, &[statement]).code, Code::RuleViolated);
    }
    for (kind, payload) in
        [(Kind::Insert, doc! { "t": "b" }), (Kind::Bulk, doc! { "insert": { "t": "b" } })]
    {
        assert_eq!(refused(kind, doc! {}, &[payload]).code, Code::RuleViolated);
    }
}

#[test]
fn an_upsert_may_ask_for_what_is_pinned() {
    let filter = doc! { "t": "a" };
    let bounds = doc! { "t": { "$gte": "a", "$lte": "a" } };
    let expected = doc! { "$and": [filter.clone(), { "gone": null }, bounds] };
    for (update, made) in [
        (doc! { "$set": { "n": 1 } }, doc! { "$set": { "n": 1 }, "$setOnInsert": { "t": "a" } }),
        (doc! { "$setOnInsert": { "n": 1 } }, doc! { "$setOnInsert": { "n": 1, "t": "a" } }),
        (doc! { "$set": { "t": "a" } }, doc! { "$set": { "t": "a" } }),
        (doc! { "n": 1 }, doc! { "n": 1, "t": "a" }),
    ] {
        let head = doc! { "filter": filter.clone(), "update": update, "upsert": true };
        assert_eq!(sent(Kind::Update, head, &[]), [expected.clone(), made]);
    }
}

#[test]
fn deletes_become_changes() {
    let set = doc! { "$set": { "changed": 2, "gone": 3, "by": "me" } };
    let filter = doc! { "n": 1 };
    for (kind, extra) in [(Kind::Delete, "multi"), (Kind::FindAndModify, "remove")] {
        let mut head = doc! { "filter": filter.clone(), "moment": moment() };
        head.insert(extra, true);
        assert_eq!(sent(kind, head.clone(), &[]), [held(filter.clone()), set.clone()]);
        head.insert("force", true);
        assert_eq!(sent(kind, head.clone(), &[]), [held(filter.clone())]);
        head.remove("force");
        head.remove("moment");
        assert_eq!(refused(kind, head, &[]).code, Code::InvalidQuery);
    }
    let own = doc! { "gone": 4, "another": 1 };
    let deletes = [
        doc! { "delete": { "q": { "n": 1 }, "limit": 1 } },
        doc! { "delete": { "q": { "n": 1 }, "limit": 0, "moment": own } },
    ];
    assert_eq!(
        sent(Kind::Bulk, doc! { "moment": moment() }, &deletes),
        [held(filter.clone()), set, held(filter), doc! { "$set": { "gone": 4, "changed": 2 } },]
    );
}

#[test]
fn ids_of_a_context_may_be_text() {
    let id = bson::oid::ObjectId::new();
    for (kind, given, expected) in [
        ("objectId", Bson::from(id.to_hex()), Bson::from(id)),
        ("objectId", id.into(), id.into()),
        ("objectId", "acme".into(), "acme".into()),
        ("another", "acme".into(), "acme".into()),
    ] {
        let condition =
            doc! { "$or": [{ "t": { "$in": [{ "$context": "tenant", "as": kind }] } }] };
        let rule = doc! { "name": "mine", "condition": condition };
        let posts = model("posts", vec![rule.into()]);
        let head = raw(&doc! { "context": { "values": { "tenant": given } } });
        let own = scope::filter(&posts, Head::of(&head).unwrap()).unwrap();
        assert_eq!(read(&own), doc! { "$or": [{ "t": { "$in": [expected] } }] });
        let nobody = raw(&doc! {});
        let error = scope::filter(&posts, Head::of(&nobody).unwrap()).unwrap_err();
        assert_eq!(error.code, Code::ContextRequired);
    }
}

#[test]
fn a_descriptor_whose_rules_are_off_is_refused() {
    for rules in
        [vec![Bson::Null], vec![doc! {}.into()], vec![doc! { "name": "a", "remove": [1] }.into()]]
    {
        let descriptor =
            doc! { "name": "M", "collection": "m", "columns": [], "hooks": [], "rules": rules };
        assert_eq!(
            Model::from_descriptor(&raw(&descriptor)).unwrap_err().code,
            Code::ModelDefinition
        );
    }
}
