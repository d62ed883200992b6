//! Properties of the raw walk, against random documents and random bytes.

use super::chunk;
use super::columns::Columns;
use super::element::{document_end, read};
use super::validate;
use bson::{Bson, Document, RawDocumentBuf, doc};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

fn value() -> impl Strategy<Value = Bson> {
    let leaf = prop_oneof![
        any::<i32>().prop_map(Bson::Int32),
        any::<i64>().prop_map(Bson::Int64),
        any::<f64>().prop_map(Bson::Double),
        any::<bool>().prop_map(Bson::Boolean),
        ".{0,12}".prop_map(Bson::String),
        any::<[u8; 12]>().prop_map(|bytes| Bson::ObjectId(bson::oid::ObjectId::from_bytes(bytes))),
        any::<i64>().prop_map(|millis| Bson::DateTime(bson::DateTime::from_millis(millis))),
        vec(any::<u8>(), 0..20).prop_map(|bytes| Bson::Binary(bson::Binary {
            subtype: bson::spec::BinarySubtype::Generic,
            bytes
        })),
        Just(Bson::Null),
        Just(Bson::MinKey),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Bson::Array),
            btree_map("[a-zé]{1,5}", inner, 0..4)
                .prop_map(|map| Bson::Document(map.into_iter().collect())),
        ]
    })
}

fn document() -> impl Strategy<Value = Document> {
    btree_map("[a-zé_]{1,6}", value(), 0..6).prop_map(|map| map.into_iter().collect())
}

fn raw(document: &Document) -> RawDocumentBuf {
    RawDocumentBuf::try_from(document).unwrap()
}

fn batch_of(rows: &[RawDocumentBuf]) -> Vec<u8> {
    let array: bson::RawArrayBuf = rows.iter().cloned().collect();
    array.as_bytes().to_vec()
}

proptest! {
    #[test]
    fn valid_documents_are_valid(one in document()) {
        let bytes = raw(&one);
        prop_assert!(validate::document(bytes.as_bytes(), 0).is_ok());
        prop_assert_eq!(document_end(bytes.as_bytes(), 0).unwrap(), bytes.as_bytes().len());
    }

    #[test]
    fn elements_are_those_of_the_bson_crate(one in document()) {
        let bytes = raw(&one);
        let limit = bytes.as_bytes().len();
        let mut at = 4;
        for element in bytes.iter_elements() {
            let theirs = element.unwrap();
            let ours = read(bytes.as_bytes(), at, limit).unwrap().unwrap();
            prop_assert_eq!(ours.name(bytes.as_bytes()), theirs.key().as_str().as_bytes());
            prop_assert_eq!(ours.tag, theirs.element_type() as u8);
            prop_assert_eq!(ours.end - ours.value_at, theirs.size());
            at = ours.end;
        }
        prop_assert_eq!(read(bytes.as_bytes(), at, limit).unwrap(), None);
    }

    #[test]
    fn what_is_damaged_is_refused_or_readable(one in document(), place: usize, byte: u8) {
        let mut bytes = raw(&one).into_bytes();
        let place = place % bytes.len();
        bytes[place] = byte;
        if validate::document(&bytes, 0).is_ok() {
            // What passes must be safe for a parser that recurses and trusts.
            let end = document_end(&bytes, 0).unwrap();
            let again = RawDocumentBuf::from_bytes(bytes[..end].to_vec()).unwrap();
            prop_assert!(again.iter().all(|entry| entry.is_ok()));
            prop_assert!(Document::try_from(&*again).is_ok());
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        let columns = Columns::new([("a".to_owned(), true)]);
        let _ = validate::document(&bytes, 0);
        let _ = chunk::from_batch(&bytes, &columns, chunk::as_stored);
    }

    #[test]
    fn chunks_hold_every_document_in_order(rows in vec(document(), 0..150)) {
        let rows: Vec<_> = rows.iter().map(raw).collect();
        let columns = Columns::new([("a".to_owned(), false), ("b".to_owned(), true)]);
        let chunks = chunk::from_batch(&batch_of(&rows), &columns, chunk::as_stored).unwrap();
        let mut texts = Vec::new();
        for chunk in &chunks {
            let number = |at: usize| {
                u32::from_le_bytes(chunk[at..at + 4].try_into().unwrap()) as usize
            };
            let count = number(0);
            let cells = count * number(4);
            let text_at = 16 + 4 * (count + 1) + 4 * cells + cells.next_multiple_of(4);
            for row in 0..count {
                let start = text_at + number(16 + 4 * row);
                let end = text_at + number(20 + 4 * row);
                texts.push(chunk[start..end].to_vec());
            }
        }
        let expected: Vec<Vec<u8>> = rows.iter().map(|row| row.as_bytes().to_vec()).collect();
        prop_assert_eq!(texts, expected);
    }
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    let mut inner = doc! {};
    for _ in 1..validate::MAX_DEPTH {
        inner = doc! { "a": inner };
    }
    assert!(validate::document(raw(&inner).as_bytes(), 0).is_ok());
    let deeper = doc! { "a": inner };
    let error = validate::document(raw(&deeper).as_bytes(), 0).unwrap_err();
    assert_eq!(error.code.as_str(), "E_DOCUMENT_TOO_DEEP");
}

#[test]
fn nesting_beyond_any_stack_is_refused() {
    let levels = 1_000_000_usize;
    let mut bytes = Vec::with_capacity(levels * 8);
    let total = levels * 8 + 5;
    for level in 0..levels {
        let length = i32::try_from(total - level * 8).unwrap();
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(b"\x03a\0");
    }
    bytes.extend_from_slice(&[5, 0, 0, 0, 0]);
    bytes.resize(total, 0);
    assert!(validate::document(&bytes, 0).is_err());
}
