//! What is run with damaged input: by `crypto::tests::fuzz` on any toolchain, and by the targets in
//! `fuzz/` under cargo-fuzz.

#![allow(clippy::missing_panics_doc, clippy::panic, reason = "panicking is how a target reports")]

use super::derived::EncryptionKey;
use super::envelope::{self, ENVELOPE, Envelope, KeyId};
use super::key_ring::KeyRing;
use super::open::{Opening, Trust};
use super::rotate::Normalized;
use super::vault::Vault;
use crate::document::element::tag;
use crate::document::validate;
use crate::model::Model;
use crate::model::fields::Binding;
use bson::spec::BinarySubtype;
use bson::{Binary, rawdoc};
use std::sync::Arc;

const BOUND: &[&[u8]] = &[b"bound"];

/// Keys and a model to run inputs with.
#[derive(Debug)]
pub struct Subject {
    // The vault does not hold its ring.
    ring: Arc<KeyRing>,
    vault: Arc<Vault>,
    key: EncryptionKey,
}

impl Default for Subject {
    fn default() -> Self {
        Self::new()
    }
}

impl Subject {
    /// The same keys and fields each time.
    #[must_use]
    pub fn new() -> Self {
        let key = |byte| Binary { subtype: BinarySubtype::Generic, bytes: vec![byte; 32] };
        let setting = rawdoc! {
            "primary": "a",
            "keys": [{ "name": "a", "key": key(1) }, { "name": "b", "key": key(2) }],
        };
        let descriptor = rawdoc! {
            "name": "User", "collection": "users", "columns": [], "hooks": [],
            "encrypted": [
                { "path": "ssn", "bind": "document" },
                {
                    "path": "email", "bind": "column",
                    "blind": { "name": "email_bidx", "bits": 128, "trim": true, "lowercase": true },
                },
                { "path": "contacts.phone", "bind": "document" },
                { "path": "coming", "bind": "column", "transition": "encrypting",
                  "blind": { "name": "coming_bidx", "bits": 64, "unique": true } },
                { "path": "going", "bind": "document", "transition": "decrypting" },
            ],
        };
        let ring = KeyRing::from_document(setting.as_bytes()).map(Arc::new);
        let model = Model::from_descriptor(descriptor.as_bytes()).map(Arc::new);
        // Constants of this file, which only tests and fuzzers are built with: no input comes here.
        let (Ok(ring), Ok(model)) = (ring, model) else { panic!("the setting is right") };
        let vault = ring.vault(&model, "app");
        Self { ring, vault, key: EncryptionKey::derive(&[3; 32], &[]) }
    }

    /// The content of an envelope that [`envelope`](Self::envelope) opens.
    #[must_use]
    pub fn sealed(&self, value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let key = (KeyId([1, 2, 3, 4]), &self.key);
        let sealed = envelope::seal(key, Binding::Document, BOUND, (tag::STRING, value), &mut out);
        assert!(sealed.is_ok());
        out
    }

    /// A document as it is stored.
    #[must_use]
    pub fn stored(&self, document: &[u8]) -> Vec<u8> {
        self.vault.seal_document(document, None).unwrap_or_default()
    }

    /// Takes an envelope apart and opens it. Answers whether that worked.
    #[must_use]
    pub fn envelope(&self, input: &[u8]) -> bool {
        let mut out = Vec::new();
        let opened = Envelope::parse(input).is_some_and(|one| one.open(&self.key, BOUND, &mut out));
        assert!(opened || out.is_empty(), "nothing is left of what was not opened");
        opened
    }

    /// Everything that takes a document, a batch, a filter, an update or a pipeline.
    pub fn document(&self, input: &[u8]) {
        let vault = &self.vault;
        assert!(!self.ring.keys().is_empty());
        // Replies of a server are not checked before they are opened.
        for trust in [Trust::Strict, Trust::Reshaped] {
            for without_id in [false, true] {
                let opening = Opening { trust, without_id };
                for bytes in [vault.open_document(input, opening), vault.open_batch(input, opening)]
                    .into_iter()
                    .flatten()
                {
                    let length = bytes.first_chunk().map(|head| i32::from_le_bytes(*head));
                    assert_eq!(length, i32::try_from(bytes.len()).ok());
                }
            }
        }
        let _ = vault.renew(input, &Normalized { entries: None });
        // Payloads are not checked either, by the core.
        let _ = vault.seal_document(input, Some(b"id"));
        let sealed = vault.seal_document(input, None);
        // What is asked for is.
        if validate::document(input, 0).is_err() {
            return;
        }
        self.requests(input);
        let envelopes = input.contains(&ENVELOPE);
        if let (Ok(sealed), false) = (sealed, envelopes) {
            let opened = vault.open_document(&sealed, Opening::default());
            let mut expected = Vec::new();
            for found in input_without(input, vault) {
                expected.extend_from_slice(found);
            }
            assert!(opened.is_ok_and(|opened| opened[4..opened.len() - 1] == *expected));
        }
    }

    fn requests(&self, input: &[u8]) {
        let vault = &self.vault;
        let both = [tag::DOCUMENT, tag::ARRAY].map(|tag| (tag, input));
        let _ = vault.seal_filter(input);
        let _ = vault.seal_pipeline(input);
        let _ = vault.check_keys(vault.fields().tree(), input, "");
        let _ = super::seal::filter::id_in(input);
        for one in both {
            let _ = vault.needs_id(one);
            let _ = vault.check_expression(one);
            let _ = vault.check_array_filters(one, input);
            for id in [None, Some(&b"id"[..])] {
                let _ = vault.seal_update(one, id);
            }
        }
    }
}

/// The elements of a document but those that are named as blind index entries are.
fn input_without<'a>(input: &'a [u8], vault: &Vault) -> Vec<&'a [u8]> {
    let mut kept = Vec::new();
    let mut at = 4;
    while let Ok(Some(found)) = crate::document::element::read(input, at, input.len()) {
        if vault.fields().blind(found.name(input)).is_none() {
            kept.push(&input[at..found.end]);
        }
        at = found.end;
    }
    kept
}
