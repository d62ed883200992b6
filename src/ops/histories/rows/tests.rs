use super::*;
use crate::model::Model;
use crate::request::Head;
use bson::{RawDocumentBuf, rawdoc};
use std::fmt::Debug;

fn model(history: RawDocumentBuf) -> Model {
    let mut descriptor = rawdoc! {
        "name": "Post", "collection": "posts", "columns": [], "hooks": [],
        "encrypted": [{ "path": "secret", "bind": "document", "blind": { "name": "secret__blind", "bits": 128 } }],
        "rules": [{ "name": "trashed", "remove": ["deleted_at"] }],
    };
    descriptor
        .append(bson::cstr!("histories"), [history].into_iter().collect::<bson::RawArrayBuf>());
    Model::from_descriptor(descriptor.as_bytes()).unwrap()
}

fn described(keeps: &str) -> RawDocumentBuf {
    rawdoc! {
        "name": "audits", "keeps": keeps, "collection": "posts_audits", "omitted": ["views"],
        "redacted": ["note"], "carried": ["org"], "names": { "t": "title" },
        "context": { "userId": "user_id" },
    }
}

/// The rows of documents before and after, but for their keys and their moment.
fn told(
    model: &Model,
    pairs: &[(Option<&RawDocumentBuf>, Option<&RawDocumentBuf>)],
) -> Vec<RawDocumentBuf> {
    let head = rawdoc! { "context": { "values": { "userId": "ada", "other": 1 } } };
    let origin = Origin { model, vault: None, head: Head::of(head.as_bytes()).unwrap() };
    let histories: Vec<_> = model.histories.iter().collect();
    let mut rows = Rows::new(&histories, origin);
    rows.at = 0;
    for (before, after) in pairs {
        let bytes = |one: Option<&RawDocumentBuf>| one.map(|one| one.as_bytes().to_vec());
        rows.tell(bytes(*before).as_deref(), bytes(*after).as_deref()).unwrap();
    }
    let drafts = rows.lots.into_iter().flat_map(|(_, drafts)| drafts);
    drafts
        .map(|draft| {
            let mut out = Builder::default();
            let start = out.begin();
            out.copy(&draft.rest);
            out.end(start);
            RawDocumentBuf::from_bytes(out.into_bytes()).unwrap()
        })
        .collect()
}

fn same(found: &impl Debug, expected: &impl Debug) {
    assert_eq!(format!("{found:?}"), format!("{expected:?}"));
}

fn said(operation: &str) -> RawDocumentBuf {
    rawdoc! {
        "model": "Post", "operation": operation, "at": DateTime::from_millis(0), "user_id": "ada",
    }
}

#[test]
fn audits_have_columns_by_property_and_nothing_that_is_nobodys() {
    let model = model(described("changes"));
    let before = rawdoc! { "_id": 1, "t": "a", "note": "x", "secret": "y", "secret__blind": "z", "views": 1 };
    let after = rawdoc! { "_id": 1, "t": "b", "note": "v", "views": 2, "org": "o", "other": 1 };
    let mut expected = said("updated");
    expected.append(bson::cstr!("org"), "o");
    expected.append(
        bson::cstr!("changes"),
        rawdoc! {
            "title": { "before": "a", "after": "b" }, "note": { "redacted": true }, "secret": { "redacted": true },
            "org": { "after": "o" }, "other": { "after": 1 },
        },
    );
    same(&told(&model, &[(Some(&before), Some(&after))]), &vec![expected]);
}

#[test]
fn what_became_of_a_document_is_told_by_what_it_was_and_is() {
    let model = model(described("changes"));
    let there = rawdoc! { "_id": 1, "t": "a" };
    let null = rawdoc! { "_id": 1, "t": "a", "deleted_at": bson::RawBson::Null };
    let gone = rawdoc! { "_id": 1, "t": "a", "deleted_at": DateTime::from_millis(1) };
    for (before, after, expected) in [
        (None, Some(&there), "created"),
        (Some(&there), Some(&gone), "deleted"),
        (Some(&null), Some(&gone), "deleted"),
        (Some(&gone), Some(&null), "restored"),
        (Some(&there), Some(&null), "updated"),
        (Some(&gone), None, "forceDeleted"),
    ] {
        let rows = told(&model, &[(before, after)]);
        let operations: Vec<_> = rows.iter().map(|row| row.get_str("operation").unwrap()).collect();
        assert_eq!(operations, [expected]);
    }
}

#[test]
fn what_changes_nothing_that_is_kept_has_no_row() {
    for keeps in ["changes", "versions"] {
        let model = model(described(keeps));
        let before = rawdoc! { "_id": 1, "t": "a", "views": 1 };
        let after = rawdoc! { "_id": 1, "views": 2, "t": "a" };
        same(
            &told(&model, &[(Some(&before), Some(&after)), (Some(&before), Some(&before))]),
            &[(); 0],
        );
    }
}

#[test]
fn versions_are_documents_as_they_were_and_new_ones_have_none() {
    let model = model(described("versions"));
    let before = rawdoc! { "_id": 1, "t": "a", "secret": "y", "secret__blind": "z", "views": 1 };
    let after = rawdoc! { "_id": 1, "t": "b" };
    let mut expected = said("updated");
    let kept = rawdoc! { "_id": 1, "t": "a", "secret": "y", "secret__blind": "z" };
    expected.append(bson::cstr!("document"), kept);
    same(&told(&model, &[(None, Some(&before)), (Some(&before), Some(&after))]), &vec![expected]);
}

#[test]
fn conditions_say_which_documents_have_a_history() {
    let mut history = described("changes");
    history.append(bson::cstr!("when"), rawdoc! { "kind": ["letter"] });
    let model = model(history);
    let letter = rawdoc! { "_id": 1, "kind": "letter" };
    let bill = rawdoc! { "_id": 2, "kind": "bill" };
    assert_eq!(told(&model, &[(None, Some(&letter)), (None, Some(&bill))]).len(), 1);
}

#[test]
fn descriptors_that_are_off_are_refused() {
    for wrong in [
        rawdoc! {},
        rawdoc! { "name": "a", "keeps": "all", "collection": "b" },
        rawdoc! { "name": "a" },
    ] {
        let mut descriptor = rawdoc! { "name": "P", "collection": "p", "columns": [], "hooks": [] };
        descriptor
            .append(bson::cstr!("histories"), [wrong].into_iter().collect::<bson::RawArrayBuf>());
        assert!(Model::from_descriptor(descriptor.as_bytes()).is_err());
    }
}
