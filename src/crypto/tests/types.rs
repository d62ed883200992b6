//! Every type of value, wherever it may stand.

use super::*;
use bson::raw::RawJavaScriptCodeWithScope;
use bson::spec::BinarySubtype;
use bson::{Bson, Regex, Timestamp};

/// The bytes of `{ _id: 1, name: value }`.
fn row(name: &str, value: &Bson) -> Vec<u8> {
    raw(&doc! { "_id": 1, name: value.clone() })
}

/// A document within documents, `levels` in all.
fn nested(levels: usize) -> Bson {
    (1..levels).fold(Bson::Document(doc! {}), |inner, _| Bson::Document(doc! { "a": inner }))
}

fn values() -> Vec<Bson> {
    let binary = |subtype: BinarySubtype, bytes: &[u8]| {
        Bson::Binary(Binary { subtype, bytes: bytes.to_vec() })
    };
    let mut values = vec![
        0.0.into(),
        (-0.0).into(),
        1.5.into(),
        f64::NAN.into(),
        f64::NEG_INFINITY.into(),
        "".into(),
        "text".into(),
        "a\0b\0".into(),
        "ß İ 日本 \u{1F600}".into(),
        "x".repeat(1 << 20).into(),
        Bson::Document(doc! {}),
        Bson::Document(doc! { "a": 1, "b": { "c": ["d", {}] } }),
        Bson::Array(vec![]),
        Bson::Array(vec![1.into(), "two".into(), Bson::Array(vec![Bson::Null])]),
        binary(BinarySubtype::Generic, b""),
        binary(BinarySubtype::Generic, b"\0\xff"),
        binary(BinarySubtype::Uuid, &[7; 16]),
        binary(BinarySubtype::Md5, &[7; 16]),
        // Subtypes of our own, too: an application may store what looks like an envelope.
        binary(BinarySubtype::UserDefined(0xE1), b"\x01\x01abcd"),
        binary(BinarySubtype::UserDefined(0xE2), &[1; 36]),
        Bson::Undefined,
        Bson::ObjectId(bson::oid::ObjectId::from_bytes([9; 12])),
        true.into(),
        false.into(),
        Bson::DateTime(bson::DateTime::from_millis(-1)),
        Bson::DateTime(bson::DateTime::MAX),
        Bson::Null,
        Bson::RegularExpression(Regex {
            pattern: bson::raw::CString::try_from("a.*").unwrap(),
            options: bson::raw::CString::try_from("im").unwrap(),
        }),
        Bson::JavaScriptCode("f()".into()),
        Bson::Symbol("sym".into()),
        Bson::JavaScriptCodeWithScope(bson::JavaScriptCodeWithScope {
            code: "f(x)".into(),
            scope: doc! { "x": { "y": 1 } },
        }),
        0.into(),
        i32::MIN.into(),
        i64::MAX.into(),
        i64::MIN.into(),
        Bson::Timestamp(Timestamp { time: u32::MAX, increment: 1 }),
        Bson::Decimal128("1.00".parse().unwrap()),
        Bson::Decimal128("NaN".parse().unwrap()),
        Bson::MinKey,
        Bson::MaxKey,
    ];
    values.extend([98, 99].map(nested));
    values
}

#[test]
fn every_type_comes_back_as_it_was() {
    let users = users();
    for value in values() {
        for name in ["ssn", "email"] {
            let plain = row(name, &value);
            let sealed = users.seal_document(&plain, None).unwrap();
            let shown = format!("{value:.60?}");
            assert!(is_envelope(parsed(&sealed).get(name).unwrap()), "{shown}");
            // Compared as bytes: a type, the sign of a zero, the digits of a decimal are kept.
            let opened = users.open_document(&sealed, Opening::default()).unwrap();
            assert_eq!(opened, plain, "{shown}");
            let entry = parsed(&sealed).get("email_bidx").cloned();
            assert_eq!(entry.is_some(), name == "email" && value != Bson::Null, "{shown}");
        }
    }
}

#[test]
fn types_that_documents_no_longer_have_come_back() {
    // A DBPointer cannot be made with the library: type, name, string, 12 bytes.
    let mut body = b"\x0Cssn\0\x03\0\0\0ab\0".to_vec();
    body.extend([5; 12]);
    body.extend(b"\x10_id\0\x01\0\0\0\0");
    let mut plain = i32::try_from(body.len() + 4).unwrap().to_le_bytes().to_vec();
    plain.extend(body);
    let users = users();
    let sealed = users.seal_document(&plain, None).unwrap();
    assert!(is_envelope(parsed(&sealed).get("ssn").unwrap()));
    assert_eq!(users.open_document(&sealed, Opening::default()).unwrap(), plain);
    let code = RawJavaScriptCodeWithScope { code: String::new(), scope: rawdoc! {} };
    let plain = rawdoc! { "_id": 1, "ssn": code };
    let sealed = users.seal_document(plain.as_bytes(), None).unwrap();
    assert_eq!(users.open_document(&sealed, Opening::default()).unwrap(), plain.as_bytes());
}

#[test]
fn every_type_of_id_binds() {
    let users = users();
    let values: Vec<_> = values()
        .into_iter()
        .filter(|one| !matches!(one, Bson::String(it) if it.len() > 99))
        .collect();
    for id in &values {
        let plain = raw(&doc! { "_id": id.clone(), "ssn": "secret" });
        // A value of 99 levels is one too many where it is not at the root.
        let sealed = users.seal_document(&plain, None).unwrap();
        assert_eq!(users.open_document(&sealed, Opening::default()).unwrap(), plain);
        let envelope = parsed(&sealed).remove("ssn").unwrap();
        let same = values.iter().filter(|other| {
            users.opened(&doc! { "_id": (*other).clone(), "ssn": envelope.clone() }).is_ok()
        });
        let zero = |one: &Bson| matches!(one, Bson::Int32(0)) || one.as_f64() == Some(0.0);
        let nan = |one: &Bson| {
            one.as_f64().is_some_and(f64::is_nan)
                || matches!(one, Bson::Decimal128(it) if it.to_string() == "NaN")
        };
        let expected = values.iter().filter(|one| zero(id) && zero(one) || nan(id) && nan(one));
        let expected = expected.count().max(1);
        assert_eq!(same.count(), expected, "{id}");
    }
}

#[test]
fn fields_are_sealed_wherever_they_are() {
    let users = users();
    let plain = doc! {
        "name": "open",
        "_id": "key",
        "ssn": { "whole": [1, 2] },
        "contacts": [
            { "phone": "1", "fax": 2, "note": "open" },
            [{ "phone": "3" }, [{ "phone": Bson::Null }]],
            "no document",
            { "note": "open" },
            {},
        ],
        "address": { "street": "open", "geo": { "city": "Graz", "other": 1 } },
        "__proto__": { "ssn": "open" },
        "other": { "ssn": "open", "contacts": { "phone": "open" } },
    };
    let sealed = users.sealed(&plain);
    let list = sealed.get_array("contacts").unwrap();
    let at = |one: &Bson, name: &str| one.as_document().unwrap().get(name).unwrap().clone();
    assert!(is_envelope(sealed.get("ssn").unwrap()));
    assert!(is_envelope(&at(&list[0], "phone")) && is_envelope(&at(&list[0], "fax")));
    let inner = list[1].as_array().unwrap();
    assert!(is_envelope(&at(&inner[0], "phone")));
    assert!(is_envelope(&at(&inner[1].as_array().unwrap()[0], "phone")));
    let geo = sealed.get_document("address").unwrap().get_document("geo").unwrap();
    assert!(is_envelope(geo.get("city").unwrap()));
    for name in ["name", "__proto__", "other"] {
        assert_eq!(sealed.get(name), plain.get(name));
    }
    assert_eq!(list[2..], plain.get_array("contacts").unwrap()[2..]);
    assert_eq!(geo.get("other").unwrap(), &Bson::Int32(1));
    assert_eq!(users.opened(&sealed).unwrap(), plain);
    // Where a document is expected and something else stands, nothing is encrypted.
    let odd = doc! { "_id": 1, "contacts": "text", "address": { "geo": 5 } };
    assert_eq!(users.sealed(&odd), odd);
    assert_eq!(users.opened(&odd).unwrap(), odd);
    assert_eq!(users.sealed(&doc! { "_id": 1 }), doc! { "_id": 1 });
}

#[test]
fn names_that_are_odd_are_names() {
    let odd = ["__proto__", "constructor", "a b", "é", "0"];
    let fields: Vec<_> = odd.iter().map(|path| doc! { "path": *path, "bind": "column" }).collect();
    let locker = locker_of(&fields);
    let plain: Document = odd.iter().map(|name| ((*name).to_owned(), Bson::from(7))).collect();
    let sealed = locker.sealed(&plain);
    assert!(odd.iter().all(|name| is_envelope(sealed.get(name).unwrap())));
    assert_eq!(locker.opened(&sealed).unwrap(), plain);
    // A name that is there twice is sealed twice.
    let mut twice = rawdoc! { "0": 1 };
    twice.append(bson::cstr!("0"), "two");
    let sealed = locker.seal_document(twice.as_bytes(), None).unwrap();
    let opened = locker.open_document(&sealed, Opening::default()).unwrap();
    assert_eq!(opened, twice.as_bytes());
}

#[test]
fn a_document_needs_an_id_only_where_something_is_bound_to_it() {
    let users = users();
    refused(users.seal_document(&raw(&doc! { "ssn": 1 }), None), "ssn", "no _id");
    assert!(users.seal_document(&raw(&doc! { "email": "a" }), None).is_ok());
    assert!(users.seal_document(&raw(&doc! { "name": "a", "going": 1 }), None).is_ok());
    // An id from outside stands in for one that is missing, not for another one.
    let id = crate::crypto::canonical::id_of(rawdoc! { "_id": 4 }.as_bytes()).unwrap();
    let sealed = users.seal_document(&raw(&doc! { "ssn": 1 }), id.as_deref()).unwrap();
    let mut row = parsed(&sealed);
    assert_eq!(code(users.opened(&row)), Code::DecryptionFailed);
    row.insert("_id", 4.0);
    assert_eq!(users.opened(&row).unwrap().get_i32("ssn").unwrap(), 1);
}

#[test]
fn batches_are_opened_row_by_row() {
    let users = users();
    let plain = [
        doc! { "_id": 1, "ssn": "a", "email": "b" },
        doc! { "_id": 2 },
        doc! { "ssn": 5, "_id": 3, "email": Bson::Null },
    ];
    let raws = |documents: &[Document]| -> Vec<RawDocumentBuf> {
        documents.iter().map(|one| RawDocumentBuf::try_from(one).unwrap()).collect()
    };
    let sealed: Vec<_> = plain.iter().map(|one| users.sealed(one)).collect();
    let opened = users.open_batch(&batch(&raws(&sealed)), Opening::default()).unwrap();
    assert_eq!(opened, batch(&raws(&plain)));
    // An `_id` that was read for opening alone goes.
    let without = Opening { without_id: true, ..Opening::default() };
    let opened = users.open_batch(&batch(&raws(&sealed)), without).unwrap();
    let expected: Vec<_> = plain
        .iter()
        .cloned()
        .map(|mut one| {
            one.remove("_id");
            one
        })
        .collect();
    assert_eq!(opened, batch(&raws(&expected)));
    assert_eq!(users.open_batch(&batch(&[]), without).unwrap(), batch(&[]));
    let no_rows = array(vec![1.into()]);
    assert_eq!(code(users.open_batch(&no_rows, without)), Code::InvalidDocument);
}

#[test]
fn columns_in_transition_have_either_form() {
    let users = users();
    let sealed = users.sealed(&doc! { "_id": 1, "coming": "c", "going": "g" });
    assert!(is_envelope(sealed.get("coming").unwrap()));
    assert!(is_entry(sealed.get("coming_bidx").unwrap()));
    assert_eq!(sealed.get_str("going").unwrap(), "g");
    assert_eq!(sealed.get("going_bidx"), None);
    assert_eq!(users.opened(&sealed).unwrap(), doc! { "_id": 1, "coming": "c", "going": "g" });
    let plain = doc! { "_id": 1, "coming": "c", "going": [1] };
    assert_eq!(users.opened(&plain).unwrap(), plain);
    // What was sealed before, with either binding.
    for bind in ["document", "column"] {
        let before = locker_of(&[
            doc! { "path": "going", "bind": bind },
            doc! { "path": "coming", "bind": bind },
        ]);
        let sealed = before.sealed(&plain);
        assert_eq!(users.opened(&sealed).unwrap(), plain, "{bind}");
        let mut moved = sealed.clone();
        moved.insert("_id", 2);
        assert_eq!(users.opened(&moved).is_ok(), bind == "column");
    }
}
