//! Rings of keys, and which fields a model may have encrypted.

use super::*;

fn ring_of(setting: &Document) -> Result<KeyRing> {
    KeyRing::from_document(&raw(setting))
}

#[test]
fn a_ring_must_be_whole() {
    let good = |name: &str, byte: u8| doc! { "name": name, "key": key(byte) };
    let of_length =
        |length: usize| Binary { subtype: BinarySubtype::Generic, bytes: vec![1; length] };
    let wrong = [
        ("no keys", doc! { "primary": "a" }),
        ("an empty list", doc! { "primary": "a", "keys": [] }),
        ("no primary", doc! { "keys": [good("a", 1)] }),
        ("a primary that is missing", doc! { "primary": "b", "keys": [good("a", 1)] }),
        ("a primary that is no name", doc! { "primary": 0, "keys": [good("a", 1)] }),
        ("one key twice", doc! { "primary": "a", "keys": [good("a", 1), good("b", 1)] }),
        ("one name twice", doc! { "primary": "a", "keys": [good("a", 1), good("a", 2)] }),
        ("no name", doc! { "primary": "a", "keys": [{ "key": key(1) }] }),
        ("no key", doc! { "primary": "a", "keys": [{ "name": "a" }] }),
        (
            "a key as text",
            doc! { "primary": "a", "keys": [{ "name": "a", "key": "1".repeat(32) }] },
        ),
        ("no document", doc! { "primary": "a", "keys": ["a"] }),
        (
            "another subtype",
            doc! { "primary": "a", "keys": [{
                "name": "a", "key": Binary { subtype: BinarySubtype::Uuid, bytes: vec![1; 32] },
            }] },
        ),
    ];
    for (what, setting) in &wrong {
        let error = ring_of(setting).expect_err(what);
        assert_eq!(error.code, Code::Configuration, "{what}");
    }
    for length in [0, 1, 16, 24, 31, 33, 64] {
        let setting = doc! { "primary": "a", "keys": [{ "name": "a", "key": of_length(length) }] };
        let error = ring_of(&setting).unwrap_err();
        assert_eq!(error.code, Code::Configuration, "{length}");
        assert!(error.message.contains("\"a\"") && !error.message.contains("1, 1"), "{error}");
    }
    assert!(KeyRing::from_document(b"\x05\0\0\0").is_err());
    let both = ring_of(&doc! { "primary": "a", "keys": [good("a", 1), good("b", 1)] }).unwrap_err();
    assert!(both.message.contains("\"a\"") && both.message.contains("\"b\""), "{both}");
}

#[test]
fn a_ring_knows_its_keys() {
    let ring = ring_of(&keys(&[3, 1, 2])).unwrap();
    assert_eq!((ring.keys().len(), ring.keys().is_empty(), ring.keys().primary()), (3, false, 0));
    for place in 0..3 {
        let id = ring.keys().id(place);
        assert_eq!(ring.keys().place(id), Some(place));
        assert_eq!(ring.keys().name(id), format!("k{}", [3, 1, 2][place]));
    }
    let unknown = crate::crypto::envelope::KeyId([0, 0, 0, 9]);
    assert_eq!(
        (ring.keys().place(unknown), ring.keys().name(unknown)),
        (None, "00000009".to_owned())
    );
    // An id is of the key alone: neither name nor place nor tenant count.
    let mut other = keys(&[1]);
    other.insert("tenant", "t");
    assert_eq!(ring_of(&other).unwrap().keys().id(0), ring.keys().id(1));
    assert_eq!(ring_of(&other).unwrap().keys().tenant(), "t");
}

#[test]
fn old_keys_read_and_the_primary_writes() {
    let of = |bytes: &[u8]| locker(&keys(bytes), "users", "app", &fields());
    let plain = doc! { "_id": 1, "ssn": "s", "email": "e" };
    let (before, during, after) = (of(&[1]), of(&[2, 1]), of(&[2]));
    let old = before.sealed(&plain);
    let new = during.sealed(&plain);
    assert_eq!(during.opened(&old).unwrap(), plain);
    assert_eq!(during.opened(&new).unwrap(), plain);
    assert_eq!(after.opened(&new).unwrap(), plain);
    let error = after.opened(&old).unwrap_err();
    assert_eq!(error.code, Code::UnknownKey);
    let missing = before.ring.keys().id(0).to_string();
    assert!(error.message.contains(&missing) && error.message.contains("ssn"), "{error}");
    assert_eq!(code(before.opened(&new)), Code::UnknownKey);
    // In rows of another shape it stays as it is.
    assert!(after.open_document(&raw(&old), RESHAPED).is_ok());
}

#[test]
fn a_vault_is_made_once() {
    let users = users();
    assert!(Arc::ptr_eq(&users.vault, &users.ring.vault(&users.model, "app")));
    assert!(!Arc::ptr_eq(&users.vault, &users.ring.vault(&users.model, "other")));
    let again = model("users", &fields()).unwrap();
    assert!(!Arc::ptr_eq(&users.vault, &users.ring.vault(&again, "app")));
    for number in 0..600 {
        users.ring.vault(&users.model, &format!("d{number}"));
    }
}

#[test]
fn keys_without_a_use_in_common_are_apart() {
    let purposes = |one: &str, other: &str| {
        let purpose = |path: &str, purpose: &str| {
            doc! { "path": path, "bind": "column", "purpose": purpose }
        };
        locker_of(&[purpose("a", one), purpose("b", other)])
    };
    // The same purpose does not let a value be moved to another field.
    let locker = purposes("p", "p");
    let sealed = locker.sealed(&doc! { "_id": 1, "a": 1 });
    let moved = doc! { "_id": 1, "b": sealed.get("a").unwrap().clone() };
    assert_eq!(code(locker.opened(&moved)), Code::DecryptionFailed);
    // A purpose is part of the key.
    assert!(purposes("p", "q").opened(&sealed).is_ok());
    assert_eq!(code(purposes("q", "p").opened(&sealed)), Code::DecryptionFailed);
}

#[test]
fn a_descriptor_must_make_sense() {
    let field = |path: &str| doc! { "path": path, "bind": "column" };
    let blind = |path: &str, name: &str, bits: i32| {
        doc! { "path": path, "bind": "column", "blind": { "name": name, "bits": bits } }
    };
    for good in [
        vec![field("a"), field("b.c"), field("b.d")],
        vec![blind("a", "a_b", 16), blind("b", "b_b", 256)],
    ] {
        assert!(model("users", &good).is_ok(), "{good:?}");
    }
    let wrong = [
        vec![field("a"), field("a")],
        vec![field("a"), field("a.b")],
        vec![field("a.b.c"), field("a")],
        vec![doc! { "bind": "column" }],
        vec![doc! { "path": "a" }],
        vec![doc! { "path": "a", "bind": "field" }],
        vec![doc! { "path": "a", "bind": "column", "transition": "soon" }],
        vec![blind("a", "x", 0)],
        vec![blind("a", "x", 8)],
        vec![blind("a", "x", 100)],
        vec![blind("a", "x", 264)],
        vec![blind("a", "x", -16)],
        vec![doc! { "path": "a", "bind": "column", "blind": { "bits": 64 } }],
        vec![blind("a.b", "x", 64)],
        vec![blind("a", "x", 64), blind("b", "x", 64)],
    ];
    for list in wrong {
        assert_eq!(code(model("users", &list)), Code::ModelDefinition, "{list:?}");
    }
}
