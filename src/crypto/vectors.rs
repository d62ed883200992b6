//! Known answers: the crates as they are used here, and the whole format against node:crypto.

mod wycheproof;

use super::derived::{self, EncryptionKey, IndexKey};
use super::envelope::{self, ENVELOPE, Envelope};
use super::open::Opening;
use super::tests::{Locker, locker, parsed, raw};
use crate::document::element::tag;
use crate::model::fields::Binding;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit};
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, doc};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let digit = |at: u8| u8::try_from(char::from(at).to_digit(16).unwrap()).unwrap();
    digits.chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

fn encrypt(key: &[u8], nonce: &[u8], data: &[u8], plain: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let cipher = Aes256Gcm::new(key.try_into().unwrap());
    let nonce: [u8; 12] = nonce.try_into().unwrap();
    let mut text = plain.to_vec();
    let proof = cipher
        .encrypt_inout_detached((&nonce).into(), data, InOutBuf::from(&mut text[..]))
        .unwrap();
    (text, proof.to_vec())
}

fn decrypt(key: &[u8], nonce: &[u8], data: &[u8], text: &[u8], proof: &[u8]) -> Option<Vec<u8>> {
    let cipher = Aes256Gcm::new(key.try_into().unwrap());
    let nonce: [u8; 12] = nonce.try_into().unwrap();
    let proof: [u8; 16] = proof.try_into().unwrap();
    let mut out = text.to_vec();
    let plain = InOutBuf::from(&mut out[..]);
    cipher.decrypt_inout_detached((&nonce).into(), data, plain, (&proof).into()).ok()?;
    Some(out)
}

/// The test cases 13 to 16 of the specification of GCM (by its authors; the ones of AES-256 with
/// nonces of 96 bits).
#[test]
fn gcm_specification() {
    let zero = hex(&"00".repeat(32));
    let key = hex(&"feffe9928665731c6d6a8f9467308308".repeat(2));
    let nonce = hex("cafebabefacedbaddecaf888");
    let plain = hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
         1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255");
    let text = hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
         8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad");
    let data = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let empty = &[][..];
    let short = &hex("cea7403d4d606b6e074ec5d3baf39d18")[..];
    let cases = [
        (&zero, &[0; 12][..], empty, empty, empty, "530f8afbc74536b9a963b4f1c4cb738b"),
        (&zero, &[0; 12], empty, &[0; 16], short, "d0d1c8a799996bf0265b98b5d48ab919"),
        (&key, &nonce, empty, &plain, &text, "b094dac5d93471bdec1a502270e3cc6c"),
        (&key, &nonce, &data, &plain[..60], &text[..60], "76fc6ece0f4e1768cddf8853bb2d551b"),
    ];
    for (key, nonce, data, plain, text, proof) in cases {
        let proof = hex(proof);
        assert_eq!(encrypt(key, nonce, data, plain), (text.to_vec(), proof.clone()));
        assert_eq!(decrypt(key, nonce, data, text, &proof).as_deref(), Some(plain));
        // Every bit of the tag counts, and the data that goes with it.
        for bit in 0..128 {
            let mut other = proof.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decrypt(key, nonce, data, text, &other), None);
        }
        assert_eq!(decrypt(key, nonce, &[data, &[0]].concat(), text, &proof), None);
        assert_eq!(decrypt(key, nonce, data, text, &[0; 16]), None);
    }
}

/// Lengths around the edges of blocks, by OpenSSL (Python's `cryptography` 48).
#[test]
fn gcm_edges_of_blocks() {
    let key: Vec<u8> = (0..32).collect();
    let nonce: Vec<u8> = (100..112).collect();
    for (length, proof) in [
        (0, "609bd50f6ad76df665f048ba8c5fd706"),
        (1, "71ab1d53dc3e4e439ac73c2135067109"),
        (15, "e81db83e67ab46a17b295f9b9ecd3ab1"),
        (16, "60e1d6d94aa635285ef740a7f3ceb14c"),
        (17, "ad1b0c32cdfebc32da7d2d2f9079a260"),
        (31, "2ee0e69243ee743f18175cd4dd962228"),
        (33, "b31a55065d9a4d348b5e1b2bb2b10824"),
        (64, "926e11b7410347076727ca7beb85f84f"),
        (129, "82d78516fb1313949e13d36fcf891116"),
    ] {
        let series = |factor: usize, length: usize| -> Vec<u8> {
            (0..length).map(|at| u8::try_from(at * factor % 256).unwrap()).collect()
        };
        let (plain, data) = (series(7, length), series(3, length / 2));
        let (text, made) = encrypt(&key, &nonce, &data, &plain);
        assert_eq!(made, hex(proof), "{length}");
        assert_eq!(decrypt(&key, &nonce, &data, &text, &made), Some(plain));
    }
}

/// RFC 5869, appendix A.1 to A.3.
#[test]
fn hkdf_rfc_5869() {
    let series = |from: u8, to: u8| (from..=to).collect::<Vec<_>>();
    let cases = [
        (
            hex(&"0b".repeat(22)),
            series(0, 0x0c),
            series(0xf0, 0xf9),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            series(0, 0x4f),
            series(0x60, 0xaf),
            series(0xb0, 0xff),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c6
             5e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
        ),
        (
            hex(&"0b".repeat(22)),
            vec![],
            vec![],
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ];
    for (key, salt, info, expected) in cases {
        let expected = hex(expected);
        let mut out = vec![0; expected.len()];
        Hkdf::<Sha256>::new(Some(&salt), &key).expand(&info, &mut out).unwrap();
        assert_eq!(out, expected);
    }
}

/// RFC 4231, test cases 1 to 7.
#[test]
fn hmac_rfc_4231() {
    let cases = [
        (
            hex(&"0b".repeat(20)),
            b"Hi There".to_vec(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe".to_vec(),
            b"what do ya want for nothing?".to_vec(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            hex(&"aa".repeat(20)),
            hex(&"dd".repeat(50)),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        ),
        (
            (1..=25).collect(),
            hex(&"cd".repeat(50)),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            hex(&"0c".repeat(20)),
            b"Test With Truncation".to_vec(),
            "a3b6167473100ee06e0c796c2955552b",
        ),
        (
            hex(&"aa".repeat(131)),
            b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            hex(&"aa".repeat(131)),
            b"This is a test using a larger than block-size key and a larger than block-size data. \
              The key needs to be hashed before being used by the HMAC algorithm."
                .to_vec(),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ];
    for (key, text, expected) in cases {
        let expected = hex(expected);
        let mut hmac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        hmac.update(&text);
        assert_eq!(hmac.finalize().into_bytes()[..expected.len()], expected);
        // As it is used: a key of a whole block, the text in parts.
        let Some(rest) = 64_usize.checked_sub(key.len()) else { continue };
        let block: [u8; 64] = [key, vec![0; rest]].concat().try_into().unwrap();
        let mut hmac = Hmac::<Sha256>::new((&block).into());
        let (first, second) = text.split_at(text.len() / 2);
        hmac.update(first);
        hmac.update(second);
        assert_eq!(hmac.finalize().into_bytes()[..expected.len()], expected);
    }
}

// Printed by scripts/encryption_vectors.mjs (node:crypto).
const KEY_ID: &str = "7874cadd";
const ENCRYPTION_KEY: &str = "5e0a7e81fe3fb35660894998b83956a26191187acbc6007e1f7823043fe6ef65";
const INDEX_KEY: &str =
    "52ab8c684e8bbdff52336a479ba0c9e9aed4f1b306514e5cfb05f6d6654a3bbcb5ca6d25877e0b01
     aac4a9880f63306e503fbdfc48fb989b98b40156b35899d5";
const ENVELOPE_OF_DOCUMENT: &str =
    "01017874cadd020102030405060708090a0b0cf69cad69e926e265c8ed42994970d37c055f36730c
     3bc34319a957575de47dad";
const ENVELOPE_OF_COLUMN: &str =
    "01027874cadd020102030405060708090a0b0cf69cad69e926e265c8ed42994970d37c740f0e3cf8
     327333f39b060b5d12da1e";
const ENTRY_OF_TEXT: &str =
    "7874cadd68fc6bd91594be951bdce248fd112c088e62551c40d879e2a5ab470a84bc94e1";
const ENTRY_OF_NUMBER: &str =
    "7874cadd580fd7908237752d4fbfcb438f01c7dcfedb913dc2735e10a0fd8dd88128723e";

/// The master key, tenant, database, collection and field of the script.
fn script() -> Locker {
    let key = Binary { subtype: BinarySubtype::Generic, bytes: (0..32).collect() };
    let setting = doc! { "primary": "m", "tenant": "acme", "keys": [{ "name": "m", "key": key }] };
    let blind = doc! { "name": "ssn_bidx", "bits": 256, "trim": true, "lowercase": true };
    let field = doc! { "path": "ssn", "bind": "document", "blind": blind };
    locker(&setting, "users", "app", &[field])
}

#[test]
fn keys_are_those_that_node_derives() {
    let master: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
    let mut purpose = Vec::new();
    for part in ["users", "ssn"] {
        derived::lengthy(&mut purpose, part.as_bytes());
    }
    let id = derived::expand::<4>(&master, "key id", &[]);
    assert_eq!(id[..], hex(KEY_ID));
    assert_eq!(script().ring.keys().id(0).0[..], hex(KEY_ID));
    let key = derived::expand::<32>(&master, "encrypt", &[b"acme", &purpose]);
    assert_eq!(key[..], hex(ENCRYPTION_KEY));
    let key = derived::expand::<64>(&master, "blind index", &[b"acme", b"app", &purpose]);
    assert_eq!(key[..], hex(INDEX_KEY));
}

#[test]
fn envelopes_of_node_are_opened() {
    let script = script();
    let row = |bytes: Vec<u8>| {
        let envelope = Binary { subtype: BinarySubtype::from(ENVELOPE), bytes };
        doc! { "_id": 7, "ssn": Bson::Binary(envelope) }
    };
    let stored = raw(&row(hex(ENVELOPE_OF_DOCUMENT)));
    let opened = script.open_document(&stored, Opening::default()).unwrap();
    assert_eq!(parsed(&opened), doc! { "_id": 7, "ssn": "123-45-6789" });
    // The one that is bound to the column, by itself.
    let master: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
    let mut purpose = Vec::new();
    let mut bound = Vec::new();
    for part in ["users", "ssn"] {
        derived::lengthy(&mut purpose, part.as_bytes());
    }
    for part in ["app", "users", "ssn", "acme"] {
        derived::lengthy(&mut bound, part.as_bytes());
    }
    let key = EncryptionKey::derive(&master, &[b"acme", &purpose]);
    let bytes = hex(ENVELOPE_OF_COLUMN);
    let envelope = Envelope::parse(&bytes).unwrap();
    assert_eq!((envelope.binding, envelope.tag), (Binding::Column, tag::STRING));
    let mut out = Vec::new();
    assert!(envelope.open(&key, &[&bound, b""], &mut out));
    assert_eq!(out, b"\x0c\0\0\x00123-45-6789\0");
    // What is made here differs in the nonce alone, and so in what follows it.
    let sealed = script.sealed(&doc! { "_id": 7, "ssn": "123-45-6789" });
    let Some(Bson::Binary(made)) = sealed.get("ssn") else { panic!("no envelope") };
    let theirs = hex(ENVELOPE_OF_DOCUMENT);
    assert_eq!(made.bytes.len(), theirs.len());
    assert_eq!(made.bytes[..envelope::HEADER], theirs[..envelope::HEADER]);
}

#[test]
fn entries_are_those_that_node_makes() {
    let script = script();
    let entry =
        |value: Bson| match script.sealed(&doc! { "_id": 7, "ssn": value }).remove("ssn_bidx") {
            Some(Bson::Binary(entry)) => entry.bytes,
            other => panic!("{other:?}"),
        };
    assert_eq!(entry("  Ada@B.c ".into()), hex(ENTRY_OF_TEXT));
    for number in [Bson::Int32(42), Bson::Int64(42), Bson::Double(42.0)] {
        assert_eq!(entry(number), hex(ENTRY_OF_NUMBER));
    }
    // A code of any length is the beginning of the longest.
    let key = IndexKey::derive(&[0; 32], &[]);
    assert_eq!(key.code(&[b"a", b"b"]), key.code(&[b"ab"]));
}
