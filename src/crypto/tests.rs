//! Tests by topic. What several need stands here.

mod blind;
mod envelopes;
mod filters;
mod fuzz;
mod pipelines;
mod properties;
mod rings;
mod types;
mod updates;

use super::key_ring::KeyRing;
use super::open::{Opening, Trust};
use super::vault::Vault;
use crate::document::element::{self, tag};
use crate::error::{Code, Error, Result};
use crate::model::Model;
use bson::spec::BinarySubtype;
use bson::{Binary, Document, RawArrayBuf, RawDocumentBuf, doc, rawdoc};
use std::sync::Arc;

/// A vault, and the ring that it needs.
#[derive(Debug)]
pub(crate) struct Locker {
    pub(crate) ring: Arc<KeyRing>,
    pub(crate) model: Arc<Model>,
    pub(crate) vault: Arc<Vault>,
}

impl std::ops::Deref for Locker {
    type Target = Vault;

    fn deref(&self) -> &Vault {
        &self.vault
    }
}

/// A master key's bytes, all the same.
pub(crate) fn key(byte: u8) -> Binary {
    Binary { subtype: BinarySubtype::Generic, bytes: vec![byte; 32] }
}

/// The setting of a ring: keys named by their byte, the first of which is the primary.
pub(crate) fn keys(bytes: &[u8]) -> Document {
    let list: Vec<_> =
        bytes.iter().map(|byte| doc! { "name": format!("k{byte}"), "key": key(*byte) }).collect();
    doc! { "primary": format!("k{}", bytes[0]), "keys": list }
}

pub(crate) fn ring(setting: &Document) -> Arc<KeyRing> {
    let raw = RawDocumentBuf::try_from(setting).unwrap();
    Arc::new(KeyRing::from_document(raw.as_bytes()).unwrap())
}

pub(crate) fn model(collection: &str, encrypted: &[Document]) -> Result<Arc<Model>> {
    let list: Vec<_> = encrypted.iter().map(|one| bson::Bson::Document(one.clone())).collect();
    let descriptor = doc! {
        "name": "User", "collection": collection, "columns": [], "hooks": [], "encrypted": list,
    };
    let raw = RawDocumentBuf::try_from(&descriptor).unwrap();
    Model::from_descriptor(raw.as_bytes()).map(Arc::new)
}

/// The fields of most tests: bound to the document, bound to the column with a blind index, inside
/// of documents and arrays, and two in transition.
pub(crate) fn fields() -> Vec<Document> {
    vec![
        doc! { "path": "ssn", "bind": "document" },
        doc! {
            "path": "email", "bind": "column",
            "blind": { "name": "email_bidx", "bits": 128, "trim": true, "lowercase": true },
        },
        doc! { "path": "contacts.phone", "bind": "document" },
        doc! { "path": "contacts.fax", "bind": "column" },
        doc! { "path": "address.geo.city", "bind": "document" },
        doc! {
            "path": "coming", "bind": "column", "transition": "encrypting",
            "blind": { "name": "coming_bidx", "bits": 64 },
        },
        doc! {
            "path": "going", "bind": "document", "transition": "decrypting",
            "blind": { "name": "going_bidx", "bits": 64 },
        },
    ]
}

/// A locker with these fields; everything else as most tests have it.
pub(crate) fn locker_of(encrypted: &[Document]) -> Locker {
    locker(&keys(&[1]), "users", "app", encrypted)
}

pub(crate) fn locker(
    setting: &Document,
    collection: &str,
    database: &str,
    encrypted: &[Document],
) -> Locker {
    let ring = ring(setting);
    let model = model(collection, encrypted).unwrap();
    let vault = ring.vault(&model, database);
    Locker { ring, model, vault }
}

/// The locker of most tests.
pub(crate) fn users() -> Locker {
    locker_of(&fields())
}

pub(crate) fn raw(document: &Document) -> Vec<u8> {
    RawDocumentBuf::try_from(document).unwrap().into_bytes()
}

pub(crate) fn parsed(bytes: &[u8]) -> Document {
    Document::try_from(bson::RawDocument::from_bytes(bytes).unwrap()).unwrap()
}

pub(crate) fn array(values: Vec<bson::Bson>) -> Vec<u8> {
    let wrapped = raw(&doc! { "a": values });
    let found = element::read(&wrapped, 4, wrapped.len()).unwrap().unwrap();
    wrapped[found.value_at..found.end].to_vec()
}

impl Locker {
    pub(crate) fn sealed(&self, document: &Document) -> Document {
        parsed(&self.seal_document(&raw(document), None).unwrap())
    }

    pub(crate) fn opened(&self, document: &Document) -> Result<Document> {
        self.open_document(&raw(document), Opening::default()).map(|bytes| parsed(&bytes))
    }

    /// An update of the document with `_id: 1`.
    pub(crate) fn update(&self, update: &Document) -> Result<Document> {
        let id = super::canonical::id_of(rawdoc! { "_id": 1 }.as_bytes()).unwrap();
        self.seal_update((tag::DOCUMENT, &raw(update)), id.as_deref()).map(|one| parsed(&one))
    }

    pub(crate) fn filter(&self, filter: &Document) -> Result<Document> {
        self.seal_filter(&raw(filter)).map(|one| parsed(&one))
    }
}

/// The error is the refusal of something asked of an encrypted column, and names the column.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(outcome: Result<T>, column: &str, what: &str) {
    let error = outcome.expect_err(what);
    assert_eq!(error.code, Code::EncryptedColumnQuery, "{what}: {error}");
    assert!(error.message.contains(column), "{what}: {error}");
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Code {
    outcome.map_err(|error: Error| error.code).unwrap_err()
}

/// The bytes of the envelope under a name.
fn envelope(document: &Document, name: &str) -> Vec<u8> {
    let binary = match document.get(name) {
        Some(bson::Bson::Binary(binary)) => binary,
        other => panic!("{name} is {other:?}"),
    };
    assert_eq!(u8::from(binary.subtype), super::envelope::ENVELOPE);
    binary.bytes.clone()
}

fn binary(subtype: u8, bytes: Vec<u8>) -> bson::Bson {
    bson::Bson::Binary(Binary { subtype: subtype.into(), bytes })
}

fn is_envelope(value: &bson::Bson) -> bool {
    matches!(value, bson::Bson::Binary(one) if u8::from(one.subtype) == super::envelope::ENVELOPE)
}

fn is_entry(value: &bson::Bson) -> bool {
    matches!(value, bson::Bson::Binary(one) if u8::from(one.subtype) == super::blind::ENTRY)
}

const RESHAPED: Opening = Opening { trust: Trust::Reshaped, without_id: false };

fn batch(rows: &[RawDocumentBuf]) -> Vec<u8> {
    rows.iter().cloned().collect::<RawArrayBuf>().as_bytes().to_vec()
}
