//! The vectors of Wycheproof that fit the format: what correct crates answer, and what they refuse.

use super::{decrypt, encrypt, hex};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::collections::BTreeMap;

/// The vectors of an algorithm, as many as there are: valid and invalid.
fn vectors(algorithm: &str, (valid, invalid): (usize, usize)) -> Vec<Vector> {
    let file: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("wycheproof.json")).unwrap();
    let all: Vec<_> = file[algorithm].as_array().unwrap().iter().cloned().map(Vector).collect();
    assert_eq!(all.iter().filter(|one| one.is_valid()).count(), valid);
    assert_eq!(all.len(), valid + invalid);
    all
}

#[derive(Debug)]
struct Vector(Value);

impl Vector {
    fn bytes(&self, name: &str) -> Vec<u8> {
        hex(self.0[name].as_str().unwrap())
    }

    fn is_valid(&self) -> bool {
        self.0["valid"].as_bool().unwrap()
    }

    fn id(&self) -> &Value {
        &self.0["id"]
    }
}

#[test]
fn gcm() {
    for one in vectors("aes_256_gcm", (39, 27)) {
        let [key, nonce, data, plain, text, proof] =
            ["key", "iv", "aad", "msg", "ct", "tag"].map(|name| one.bytes(name));
        let id = one.id();
        let (made, made_proof) = encrypt(&key, &nonce, &data, &plain);
        // What is invalid there has a changed tag.
        assert_eq!(made, text, "{id}");
        assert_eq!(made_proof == proof, one.is_valid(), "{id}");
        let opened = decrypt(&key, &nonce, &data, &text, &proof);
        assert_eq!(opened, one.is_valid().then_some(plain), "{id}");
    }
}

#[test]
fn hmac() {
    for one in vectors("hmac_sha_256", (54, 108)) {
        let [mut key, text, expected] = ["key", "msg", "tag"].map(|name| one.bytes(name));
        let id = one.id();
        // A key of a whole block and the text in parts, as an index key takes them.
        key.resize(64, 0);
        let key: [u8; 64] = key.try_into().unwrap();
        let mut hmac = Hmac::<Sha256>::new((&key).into());
        for part in text.chunks(7) {
            hmac.update(part);
        }
        let code = hmac.finalize().into_bytes();
        assert_eq!(code[..expected.len()] == expected, one.is_valid(), "{id}");
    }
}

#[test]
fn hkdf() {
    for one in vectors("hkdf_sha_256", (36, 1)) {
        let [key, salt, info, expected] =
            ["ikm", "salt", "info", "okm"].map(|name| one.bytes(name));
        let size = usize::try_from(one.0["size"].as_u64().unwrap()).unwrap();
        let mut out = vec![0; size];
        let expanded = Hkdf::<Sha256>::new(Some(&salt), &key).expand(&info, &mut out);
        assert_eq!(
            expanded.is_ok().then_some(out),
            one.is_valid().then_some(expected),
            "{}",
            one.id()
        );
    }
}
