//! What holds for any document and any bytes.

use super::*;
use crate::crypto::fuzzing::Subject;
use bson::Bson;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec![
            "ssn", "email", "contacts", "phone", "fax", "address", "geo", "city", "__proto__", "_id",
        ]).prop_map(str::to_owned),
        1 => "[a-zé$.0-9]{1,6}",
    ]
}

fn value() -> impl Strategy<Value = Bson> {
    let leaf = prop_oneof![
        any::<i32>().prop_map(Bson::Int32),
        any::<i64>().prop_map(Bson::Int64),
        any::<f64>().prop_map(Bson::Double),
        any::<bool>().prop_map(Bson::Boolean),
        ".{0,12}".prop_map(Bson::String),
        any::<[u8; 16]>().prop_map(|bytes| Bson::Decimal128(bson::Decimal128::from_bytes(bytes))),
        (any::<u8>(), vec(any::<u8>(), 0..70))
            // Subtype 2 has a length of its own inside.
            .prop_filter("an old subtype", |(subtype, _)| *subtype != 2)
            .prop_map(|(subtype, bytes)| binary(subtype, bytes)),
        Just(Bson::Null),
        Just(Bson::Undefined),
        Just(Bson::MaxKey),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Bson::Array),
            btree_map(name(), inner, 0..5)
                .prop_map(|map| Bson::Document(map.into_iter().collect())),
        ]
    })
}

fn document() -> impl Strategy<Value = Document> {
    (value(), btree_map(name(), value(), 0..7)).prop_map(|(id, map)| {
        let mut one: Document = map.into_iter().collect();
        one.insert("_id", id);
        one
    })
}

/// A locker without columns in transition, in which a plain value may look like an envelope.
fn settled() -> Locker {
    locker_of(&fields()[..5])
}

fn is_inside(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

proptest! {
    #[test]
    fn what_is_sealed_opens_as_it_was(one in document()) {
        let users = settled();
        let plain = raw(&one);
        let sealed = users.seal_document(&plain, None).unwrap();
        prop_assert!(bson::RawDocument::from_bytes(&sealed).is_ok());
        prop_assert_eq!(users.open_document(&sealed, Opening::default()).unwrap(), plain.clone());
        let update = users.seal_update((tag::DOCUMENT, &plain), None);
        prop_assert!(update.is_ok() || one.keys().next().is_some_and(|name| name.starts_with('$')));
    }

    #[test]
    fn nothing_plain_is_stored(secret in "[a-z]{10,40}", deep in value()) {
        let users = settled();
        let one = doc! {
            "_id": 1, "ssn": &secret, "email": { "deep": [&secret, deep] },
            "contacts": [{ "phone": &secret, "fax": { "x": &secret } }],
            "address": { "geo": { "city": [&secret] } },
        };
        let sealed = users.seal_document(&raw(&one), None).unwrap();
        prop_assert!(!is_inside(&sealed, secret.as_bytes()));
        for update in [
            doc! { "$set": one.clone() },
            doc! { "$setOnInsert": one.clone() },
            doc! { "$set": { "contacts.$.phone": &secret } },
            doc! { "$push": { "contacts": { "$each": [{ "phone": &secret }] } } },
        ] {
            let sealed = users.update(&update).unwrap();
            prop_assert!(!is_inside(&raw(&sealed), secret.as_bytes()));
        }
        let filter = users.filter(&doc! { "email": { "$in": [&secret] } }).unwrap();
        prop_assert!(!is_inside(&raw(&filter), secret.as_bytes()));
    }

    #[test]
    fn a_changed_byte_never_gives_another_value(one in document(), place in any::<usize>(), by in 1..=255_u8) {
        let users = settled();
        let plain = raw(&one);
        let mut sealed = users.seal_document(&plain, None).unwrap();
        let place = place % sealed.len();
        sealed[place] ^= by;
        if let Ok(opened) = users.open_document(&sealed, Opening::default()) {
            // Then it was no encrypted value that was changed: those that are left are the same.
            let (Ok(opened), Ok(before)) = (
                bson::RawDocument::from_bytes(&opened),
                bson::RawDocument::from_bytes(&plain),
            ) else { return Ok(()) };
            let of = |document: &bson::RawDocument| {
                document.get("ssn").ok().flatten().map(bson::RawBson::from)
            };
            if let (Some(opened), Some(before)) = (of(opened), of(before)) {
                prop_assert_eq!(format!("{opened:?}"), format!("{before:?}"));
            }
        }
    }

    #[test]
    fn any_bytes_are_an_error_or_a_document(mut bytes in vec(any::<u8>(), 5..200)) {
        let subject = Subject::new();
        subject.document(&bytes);
        prop_assert!(!subject.envelope(&bytes));
        let length = i32::try_from(bytes.len()).unwrap();
        bytes[..4].copy_from_slice(&length.to_le_bytes());
        *bytes.last_mut().unwrap() = 0;
        subject.document(&bytes);
    }

    #[test]
    fn equal_values_have_equal_entries(one in value(), other in value()) {
        let users = settled();
        let entry = |value: &Bson| {
            users.sealed(&doc! { "email": value.clone() }).get("email_bidx").cloned()
        };
        prop_assert_eq!(entry(&one), entry(&one));
        let forms = [&one, &other].map(|value| {
            let mut form = Vec::new();
            let bytes = raw(&doc! { "v": value.clone() });
            let found = element::read(&bytes, 4, bytes.len()).unwrap().unwrap();
            crate::crypto::canonical::write(found.tag, &bytes[found.value_at..found.end], &mut form)
                .unwrap();
            form
        });
        // Text is normalised besides.
        let texts = matches!((&one, &other), (Bson::String(_), Bson::String(_)));
        if !texts && one != Bson::Null {
            prop_assert_eq!(entry(&one) == entry(&other), forms[0] == forms[1]);
        }
    }
}
