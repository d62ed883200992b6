//! Whatever is declared: made, listed and compared, it is as it is declared; changed, it differs.

use crate::indexes::declared::{Declared, read};
use crate::indexes::diff::diff;
use crate::indexes::index::Index;
use crate::indexes::plan::{Allowed, State};
use bson::{Bson, Document, doc};
use proptest::prelude::*;

fn keys() -> impl Strategy<Value = Document> {
    let kind = prop_oneof![
        Just(Bson::Int32(1)),
        Just(Bson::Int32(-1)),
        Just(Bson::Double(1.0)),
        Just(Bson::from("desc")),
        Just(Bson::from("2dsphere")),
        Just(Bson::from("text")),
    ];
    prop::collection::vec(("[a-d](\\.[a-c])?", kind), 1..4)
        .prop_map(|list| list.into_iter().collect())
}

fn condition() -> impl Strategy<Value = Bson> {
    prop_oneof![
        any::<i32>().prop_map(Bson::from),
        "[a-c]{0,3}".prop_map(Bson::from),
        Just(Bson::Null),
        (any::<i32>(), any::<i32>()).prop_map(|(a, b)| Bson::from(doc! { "$gt": a, "$lt": b })),
        prop::collection::vec(any::<i32>(), 1..3).prop_map(|list| Bson::from(doc! { "$in": list })),
    ]
}

fn index() -> impl Strategy<Value = Document> {
    let filter = prop::collection::btree_map("[a-d]", condition(), 0..3);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (keys(), filter, flags, prop::option::of(0..1_000_000_i32), prop::option::of(1..5_i32))
        .prop_map(|(keys, filter, (unique, sparse, hidden), expire, strength)| {
            let mut out =
                doc! { "keys": keys, "unique": unique, "sparse": sparse, "hidden": hidden };
            out.insert("where", filter.into_iter().collect::<Document>());
            if let Some(expire) = expire {
                out.insert("expireAfter", expire);
            }
            if let Some(strength) = strength {
                out.insert("collation", doc! { "locale": "en", "strength": strength });
            }
            out
        })
}

/// What a server lists of what it was told: numbers in other types, keys in another order.
fn listed(spec: &Document) -> Document {
    fn turned(value: &Bson) -> Bson {
        match value {
            Bson::Int32(number) => Bson::Int64(i64::from(*number)),
            Bson::Double(number) => Bson::Double(*number),
            Bson::Document(inner) => {
                inner.iter().map(|(k, v)| (k.clone(), turned(v))).collect::<Document>().into()
            }
            Bson::Array(list) => list.iter().map(turned).collect::<Vec<_>>().into(),
            other => other.clone(),
        }
    }
    let mut out: Document =
        spec.iter().map(|(name, value)| (name.clone(), turned(value))).collect();
    if let Ok(filter) = spec.get_document("partialFilterExpression") {
        let reversed: Vec<(String, Bson)> =
            filter.iter().map(|(k, v)| (k.clone(), turned(v))).collect();
        out.insert("partialFilterExpression", reversed.into_iter().rev().collect::<Document>());
    }
    out
}

fn declared(indexes: &[Document]) -> Vec<Declared> {
    read(&[doc! { "name": "User", "indexes": indexes }], None).unwrap_or_default()
}

proptest! {
    #[test]
    fn what_was_made_is_as_it_is_declared(list in prop::collection::vec(index(), 0..6)) {
        let wanted = declared(&list);
        let made = wanted.iter().map(|one| Index::read(listed(&one.index.spec), None)).collect();
        let found = diff(wanted, made);
        prop_assert!(found.missing.is_empty() && found.stale.is_empty(), "{found:?}");
        prop_assert!(found.different.is_empty(), "{found:?}");
    }

    #[test]
    fn carrying_out_a_plan_leaves_nothing_to_do(
        before in prop::collection::vec(index(), 0..6),
        after in prop::collection::vec(index(), 0..6),
    ) {
        let mut there: Vec<Document> =
            declared(&before).iter().map(|one| listed(&one.index.spec)).collect();
        let allowed = Allowed { drop_stale: true, rebuild: true };
        let steps = |there: &[Document]| {
            let listed = there.iter().map(|spec| Index::read(spec.clone(), None)).collect();
            let indexes = diff(declared(&after), listed);
            State {
                collection: "users".into(), exists: true, is_wanted: false,
                options: Default::default(), indexes,
            }
            .steps(allowed)
        };
        for command in steps(&there).iter().flat_map(|step| &step.commands) {
            let name = |spec: &Document| spec.get_str("name").unwrap_or_default().to_owned();
            if let Ok(dropped) = command.get_str("index") {
                there.retain(|spec| name(spec) != dropped);
            } else if let Ok(change) = command.get_document("index") {
                for spec in there.iter_mut().filter(|spec| name(spec) == name(change)) {
                    spec.extend(change.clone());
                }
            } else {
                let made = command.get_array("indexes").unwrap();
                there.extend(made.iter().filter_map(Bson::as_document).map(listed));
            }
        }
        prop_assert_eq!(steps(&there), vec![]);
    }

    #[test]
    fn a_changed_option_is_found(index in index(), changed in 0..5_usize) {
        let option = ["unique", "sparse", "hidden", "expireAfter", "where"][changed];
        let server = ["unique", "sparse", "hidden", "expireAfterSeconds", "partialFilterExpression"][changed];
        let wanted = declared(std::slice::from_ref(&index));
        prop_assume!(!wanted.is_empty());
        let mut other = index;
        let value = match option {
            "expireAfter" => Bson::Int32(2_000_000),
            "where" => doc! { "z": 1 }.into(),
            flag => Bson::Boolean(!other.get_bool(flag).unwrap()),
        };
        other.insert(option, value);
        let other = declared(&[other]);
        prop_assert_eq!(wanted[0].index.differences(&other[0].index), [server]);
    }
}
