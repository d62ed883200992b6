//! What was changed, cut, or taken is not opened.

use super::*;
use crate::crypto::canonical::id_of;
use crate::crypto::derived::EncryptionKey;
use crate::crypto::envelope::{self, Envelope, HEADER, KeyId, OVERHEAD};
use crate::model::fields::Binding;

const ID: KeyId = KeyId(*b"\x01\x02\x03\x04");

fn sealed(key: &EncryptionKey, bound: &[&[u8]], value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    envelope::seal((ID, key), Binding::Document, bound, (tag::STRING, value), &mut out).unwrap();
    out
}

fn opens(key: &EncryptionKey, bound: &[&[u8]], bytes: &[u8]) -> bool {
    let mut out = vec![9; 3];
    let opened = Envelope::parse(bytes).is_some_and(|one| one.open(key, bound, &mut out));
    // Where it fails nothing is left behind.
    assert!(opened || out == [9; 3]);
    opened
}

#[test]
fn every_bit_counts() {
    // Ten thousand envelopes, each bit of each.
    let threads: Vec<_> = (0..4_u8)
        .map(|thread| {
            std::thread::spawn(move || {
                let key = EncryptionKey::derive(&[thread; 32], &[b"bits"]);
                for number in 0..2_500_u32 {
                    let id = number.to_le_bytes();
                    let value = vec![thread; number as usize % 9];
                    let mut bytes = sealed(&key, &[b"bound", &id], &value);
                    assert_eq!(bytes.len(), value.len() + OVERHEAD);
                    assert!(opens(&key, &[b"bound", &id], &bytes));
                    for bit in 0..bytes.len() * 8 {
                        bytes[bit / 8] ^= 1 << (bit % 8);
                        assert!(!opens(&key, &[b"bound", &id], &bytes), "bit {bit} of {number}");
                        bytes[bit / 8] ^= 1 << (bit % 8);
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn no_part_may_be_missing_or_added() {
    let key = EncryptionKey::derive(&[5; 32], &[]);
    for length in [0, 1, 15, 16, 17, 300] {
        let bytes = sealed(&key, &[], &vec![7; length]);
        for cut in 0..bytes.len() {
            assert!(!opens(&key, &[], &bytes[..cut]));
            assert!(!opens(&key, &[], &bytes[bytes.len() - cut..]));
        }
        for more in 1..40 {
            let mut behind = bytes.clone();
            behind.extend(vec![0; more]);
            assert!(!opens(&key, &[], &behind));
            let mut before = vec![1; more];
            before.extend(&bytes);
            assert!(!opens(&key, &[], &before));
        }
    }
}

/// What a value is bound to may be of any length: short ones have a place on the stack.
#[test]
fn long_names_bind_as_short_ones_do() {
    let key = EncryptionKey::derive(&[6; 32], &[]);
    for length in (170..200).chain([0, 1, 1000]) {
        let bound = vec![5; length];
        let bytes = sealed(&key, &[&bound], b"value");
        for cut in [0, length / 2, length] {
            assert!(opens(&key, &[&bound[..cut], &[], &bound[cut..]], &bytes), "{length}");
        }
        assert!(!opens(&key, &[&bound, &[5]], &bytes));
        if let Some((last, rest)) = bound.split_last() {
            assert!(!opens(&key, &[rest], &bytes));
            assert!(!opens(&key, &[rest, &[last ^ 1]], &bytes), "{length}");
        }
    }
}

#[test]
fn what_is_no_envelope_is_not_taken_for_one() {
    let key = EncryptionKey::derive(&[5; 32], &[]);
    let bytes = sealed(&key, &[], b"value");
    assert_eq!(&bytes[..HEADER], [1, 1, 1, 2, 3, 4, tag::STRING]);
    assert!(Envelope::parse(&bytes[..OVERHEAD]).is_some());
    assert!(Envelope::parse(&bytes[..OVERHEAD - 1]).is_none());
    for (place, value) in [(0, 0), (0, 2), (0, 255), (1, 0), (1, 3), (1, 255)] {
        let mut other = bytes.clone();
        other[place] = value;
        assert!(Envelope::parse(&other).is_none(), "byte {place} is {value}");
    }
}

/// The same value is never stored as the same bytes.
#[test]
fn equal_values_look_different() {
    let users = users();
    let one = doc! { "_id": 1, "ssn": "1", "email": "a@b" };
    let (first, second) = (users.sealed(&one), users.sealed(&one));
    assert_ne!(envelope(&first, "ssn"), envelope(&second, "ssn"));
    assert_ne!(envelope(&first, "email"), envelope(&second, "email"));
    assert_eq!(first.get("email_bidx"), second.get("email_bidx"));
}

/// Everything that a value is bound to, each changed alone.
#[test]
fn a_value_cannot_be_moved() {
    let field = |path: &str, bind: &str| doc! { "path": path, "bind": bind, "purpose": "same" };
    let at = |setting: &Document, collection: &str, database: &str, path: &str, bind: &str| {
        locker(setting, collection, database, &[field(path, bind)])
    };
    let setting = keys(&[1, 2]);
    let tenant = |name: &str| {
        let mut setting = setting.clone();
        setting.insert("tenant", name);
        setting
    };
    let namespace = |name: &str| {
        let mut setting = setting.clone();
        setting.insert("namespace", name);
        setting
    };
    for bind in ["document", "column"] {
        let home = at(&setting, "users", "app", "ssn", bind);
        let secret = home.sealed(&doc! { "_id": 1, "ssn": "123-45" }).remove("ssn").unwrap();
        let there = |locker: &Locker, id: i32, path: &str| {
            locker.opened(&doc! { "_id": id, path: secret.clone() })
        };
        assert_eq!(there(&home, 1, "ssn").unwrap().get_str("ssn").unwrap(), "123-45");
        // Under a fixed namespace the database's name does not count.
        let named = at(&namespace("app"), "users", "other", "ssn", bind);
        assert!(there(&named, 1, "ssn").is_ok());
        let moves = [
            ("field", at(&setting, "users", "app", "pin", bind), 1, "pin"),
            ("collection", at(&setting, "staff", "app", "ssn", bind), 1, "ssn"),
            ("database", at(&setting, "users", "other", "ssn", bind), 1, "ssn"),
            ("namespace", at(&namespace("other"), "users", "app", "ssn", bind), 1, "ssn"),
            ("tenant", at(&tenant("t1"), "users", "app", "ssn", bind), 1, "ssn"),
            // Parts that run together must not be the same: `app` + `users`, `apps` + `sers`.
            ("parts", at(&setting, "sers", "appu", "ssn", bind), 1, "ssn"),
        ];
        for (what, locker, id, path) in &moves {
            assert_eq!(code(there(locker, *id, path)), Code::DecryptionFailed, "{bind}: {what}");
        }
        let elsewhere = there(&home, 2, "ssn");
        assert_eq!(elsewhere.is_ok(), bind == "column", "a value of another document");
        let without = home.opened(&doc! { "ssn": secret.clone() });
        assert_eq!(without.is_ok(), bind == "column", "a document without _id");
    }
    // Of two tenants as well.
    let (one, other) = (
        locker(&tenant("t1"), "users", "app", &fields()),
        locker(&tenant("t2"), "users", "app", &fields()),
    );
    let sealed = one.sealed(&doc! { "_id": 1, "ssn": "x" });
    assert!(one.opened(&sealed).is_ok());
    assert_eq!(code(other.opened(&sealed)), Code::DecryptionFailed);
}

/// The parts of the header are authenticated, each by itself.
#[test]
fn a_header_cannot_be_changed() {
    let both = keys(&[1, 2]);
    let locker = locker(&both, "users", "app", &fields());
    let document = doc! { "_id": 1, "ssn": "123", "email": "a@b" };
    let sealed = locker.sealed(&document);
    let with = |name: &str, place: usize, bytes: &[u8]| {
        let mut changed = sealed.clone();
        let mut inner = envelope(&sealed, name);
        inner[place..place + bytes.len()].copy_from_slice(bytes);
        changed.insert(name, binary(envelope::ENVELOPE, inner));
        locker.opened(&changed)
    };
    let other = locker.ring.keys().id(1).0;
    for name in ["ssn", "email"] {
        // With what it has it opens.
        assert!(with(name, 0, &[1]).is_ok());
        for (what, place, bytes) in [
            ("version", 0, &[2_u8][..]),
            ("version", 0, &[0]),
            ("binding", 1, &[if name == "ssn" { 2 } else { 1 }]),
            ("binding", 1, &[7]),
            ("key id of the ring", 2, &other),
            ("type", 6, &[tag::SYMBOL]),
            ("type", 6, &[tag::BINARY]),
            ("type", 6, &[0]),
        ] {
            assert_eq!(code(with(name, place, bytes)), Code::DecryptionFailed, "{name}: {what}");
        }
        let unknown = with(name, 2, b"\xde\xad\xbe\xef").unwrap_err();
        assert_eq!(unknown.code, Code::UnknownKey);
        assert!(unknown.message.contains("deadbeef"), "{unknown}");
    }
    // A value of the other binding is not taken, also where it would open.
    let bound = doc! { "path": "ssn", "bind": "document" };
    let free = doc! { "path": "ssn", "bind": "column" };
    let (bound, free) = (locker_of(&[bound]), locker_of(&[free]));
    let sealed = free.sealed(&doc! { "_id": 1, "ssn": "1" });
    assert_eq!(code(bound.opened(&sealed)), Code::DecryptionFailed);
    let sealed = bound.sealed(&doc! { "_id": 1, "ssn": "1" });
    assert_eq!(code(free.opened(&sealed)), Code::DecryptionFailed);
}

/// Two fields of one document cannot be exchanged, nor those of two elements of an array… which
/// are one field, and so can.
#[test]
fn fields_of_a_document_cannot_be_exchanged() {
    let users = users();
    let document = doc! {
        "_id": 1, "ssn": "s", "contacts": [{ "phone": "1", "fax": "2" }, { "phone": "3" }],
    };
    let sealed = users.sealed(&document);
    let list = sealed.get_array("contacts").unwrap();
    let inner =
        |place: usize, name: &str| list[place].as_document().unwrap().get(name).unwrap().clone();
    let contacts = |first: bson::Bson, second: bson::Bson| {
        doc! { "_id": 1, "ssn": "s", "contacts": [{ "phone": first }, { "phone": second }] }
    };
    let mut exchanged = contacts(inner(1, "phone"), inner(0, "phone"));
    exchanged.insert("ssn", sealed.get("ssn").unwrap().clone());
    assert!(users.opened(&exchanged).is_ok());
    for wrong in [sealed.get("ssn").unwrap().clone(), inner(0, "fax")] {
        let mut taken = contacts(inner(0, "phone"), wrong);
        taken.insert("ssn", sealed.get("ssn").unwrap().clone());
        assert_eq!(code(users.opened(&taken)), Code::DecryptionFailed);
    }
    let taken = doc! { "_id": 1, "ssn": inner(0, "phone") };
    assert_eq!(code(users.opened(&taken)), Code::DecryptionFailed);
}

#[test]
fn messages_tell_nothing() {
    const SECRET: &str = "a-very-secret-value";
    let users = users();
    let sealed = users.sealed(&doc! { "_id": 1, "ssn": SECRET });
    let inner = envelope(&sealed, "ssn");
    let mut messages = Vec::new();
    let mut note = |value: bson::Bson, id: i32| {
        let error = users.opened(&doc! { "_id": id, "ssn": value }).unwrap_err();
        assert_eq!(error.code, Code::DecryptionFailed);
        messages.push(error.message);
    };
    // Plain, another document's, changed in each part, cut, of another subtype.
    note(SECRET.into(), 1);
    note(binary(envelope::ENVELOPE, inner.clone()), 2);
    for place in [0, 1, 6, 8, 20, inner.len() - 1] {
        let mut changed = inner.clone();
        changed[place] ^= 0x40;
        note(binary(envelope::ENVELOPE, changed), 1);
    }
    note(binary(envelope::ENVELOPE, inner[..20].to_vec()), 1);
    note(binary(0, inner.clone()), 1);
    messages.sort();
    messages.dedup();
    assert_eq!(messages.len(), 1, "which check failed is not told: {messages:?}");
    let more = [
        users.filter(&doc! { "ssn": SECRET }).unwrap_err(),
        users.filter(&doc! { "email": { "$gt": SECRET } }).unwrap_err(),
        users.update(&doc! { "$inc": { "ssn": SECRET } }).unwrap_err(),
        users.update(&doc! { "$set": { "ssn.inner": SECRET } }).unwrap_err(),
        users.seal_document(&raw(&doc! { "ssn": SECRET }), None).unwrap_err(),
    ];
    messages.extend(more.into_iter().map(|error| error.message));
    for message in messages {
        assert!(!message.contains(SECRET), "{message}");
        assert!(!message.contains("0101"), "{message}");
    }
    for shown in [format!("{:?}", users.ring), format!("{:?}", users.vault)] {
        assert!(!shown.contains("1, 1, 1"), "{shown}");
    }
}

/// Rows that may have another shape keep what cannot be opened; rows that must be documents do not.
#[test]
fn reshaped_rows_keep_what_cannot_be_opened() {
    let users = users();
    let sealed = users.sealed(&doc! { "_id": 1, "ssn": "s", "email": "e" });
    let taken = doc! { "_id": 7, "ssn": sealed.get("ssn").unwrap().clone(), "email": 5 };
    assert!(users.opened(&taken).is_err());
    let kept = users.open_document(&raw(&taken), RESHAPED).unwrap();
    assert_eq!(parsed(&kept), taken);
    let fine = users.open_document(&raw(&sealed), RESHAPED).unwrap();
    assert_eq!(parsed(&fine), doc! { "_id": 1, "ssn": "s", "email": "e" });
}

#[test]
fn ids_that_are_equal_bind_alike() {
    let users = users();
    let same: [bson::Bson; 4] =
        [5_i32.into(), 5_i64.into(), 5.0.into(), bson::Bson::Decimal128("5.0".parse().unwrap())];
    for written in &same {
        let sealed = users.sealed(&doc! { "_id": written.clone(), "ssn": "x" });
        for read in &same {
            let mut row = sealed.clone();
            row.insert("_id", read.clone());
            assert!(users.opened(&row).is_ok(), "{written} {read}");
        }
        let mut row = sealed.clone();
        row.insert("_id", 6);
        assert!(users.opened(&row).is_err());
        row.insert("_id", "5");
        assert!(users.opened(&row).is_err());
    }
    // The server stores the `_id` first, and no second one.
    let mut twice = rawdoc! { "_id": 1 };
    twice.append(bson::cstr!("_id"), 2);
    assert_eq!(id_of(twice.as_bytes()).unwrap(), id_of(rawdoc! { "_id": 1 }.as_bytes()).unwrap());
}
