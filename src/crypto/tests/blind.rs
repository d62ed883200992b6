//! Blind index entries: equal for what is equal, and for nothing else.

use super::*;
use bson::Bson;

/// A locker of one field with this blind index.
fn indexed(setting: &Document, blind: &Document) -> Locker {
    let mut index = doc! { "name": "e_bidx", "bits": 256 };
    index.extend(blind.clone());
    locker(setting, "users", "app", &[doc! { "path": "e", "bind": "column", "blind": index }])
}

fn entry(locker: &Locker, value: impl Into<Bson>) -> Option<Bson> {
    locker.sealed(&doc! { "_id": 1, "e": value.into() }).get("e_bidx").cloned()
}

#[test]
fn text_is_made_alike() {
    // What is written, and under which settings it is the same as what is beside it.
    let cases = [
        ("a@b.c", "a@b.c", true, true, true),
        ("A@B.C", "a@b.c", false, true, false),
        (" a@b.c\t\n", "a@b.c", true, false, false),
        (" A ", "a", false, false, false),
        ("\u{a0}\u{2003}a\u{3000}", "a", true, false, false),
        ("ÄÖÜ", "äöü", false, true, false),
        // Unicode's own rules, without a language: a dotted I becomes an i and a combining dot.
        ("İ", "i\u{307}", false, true, false),
        ("I", "ı", false, false, false),
        ("ẞ", "ß", false, true, false),
        ("ß", "ss", false, false, false),
        // A sigma at the end of a word is another letter.
        ("ΑΣ", "ας", false, true, false),
        ("ＡＢＣ", "ａｂｃ", false, true, false),
        // Not composed the same way: not the same.
        ("é", "e\u{301}", false, false, false),
    ];
    let settings = keys(&[1]);
    let trim = indexed(&settings, &doc! { "trim": true });
    let lower = indexed(&settings, &doc! { "lowercase": true });
    let both = indexed(&settings, &doc! { "trim": true, "lowercase": true });
    let none = indexed(&settings, &doc! {});
    for (written, beside, trimmed, lowered, exact) in cases {
        let same = |locker: &Locker| entry(locker, written) == entry(locker, beside);
        assert_eq!(same(&trim), trimmed, "trim {written:?}");
        assert_eq!(same(&lower), lowered, "lower {written:?}");
        assert_eq!(same(&none), exact, "exact {written:?}");
        let either = trimmed || lowered || written == " A ";
        assert_eq!(same(&both), either, "both {written:?}");
    }
    // What was normalised comes back as it was written.
    let sealed = both.sealed(&doc! { "_id": 1, "e": " A " });
    assert_eq!(both.opened(&sealed).unwrap(), doc! { "_id": 1, "e": " A " });
}

#[test]
fn equal_numbers_have_equal_entries() {
    let locker = indexed(&keys(&[1]), &doc! { "trim": true });
    let decimal = |text: &str| Bson::Decimal128(text.parse().unwrap());
    let five = entry(&locker, 5);
    for same in [5_i64.into(), 5.0.into(), decimal("5"), decimal("5.00")] {
        assert_eq!(entry(&locker, same), five);
    }
    for other in ["5".into(), true.into(), 5.5.into(), 6.into(), Bson::Array(vec![5.into()])] {
        assert_ne!(entry(&locker, other), five);
    }
    assert_eq!(entry(&locker, decimal("1.10")), entry(&locker, decimal("1.1")));
    assert_eq!(entry(&locker, doc! { "a": 1 }), entry(&locker, doc! { "a": 1.0 }));
    assert_ne!(entry(&locker, doc! { "a": 1, "b": 1 }), entry(&locker, doc! { "b": 1, "a": 1 }));
}

#[test]
fn null_and_missing_have_none() {
    let locker = indexed(&keys(&[1]), &doc! { "unique": true });
    assert_eq!(entry(&locker, Bson::Null), None);
    assert_eq!(locker.sealed(&doc! { "_id": 1 }), doc! { "_id": 1 });
    assert!(entry(&locker, "").is_some());
    // Whatever a caller put under its name is not stored.
    let forged = doc! { "_id": 1, "e_bidx": "forged", "name": "x" };
    assert_eq!(locker.sealed(&forged), doc! { "_id": 1, "name": "x" });
}

#[test]
fn entries_are_of_one_place() {
    let blind = |name: &str, more: &Document| {
        let mut index = doc! { "name": name, "bits": 128 };
        index.extend(more.clone());
        index
    };
    let at = |setting: &Document, collection: &str, database: &str, path: &str, more: &Document| {
        let field = doc! { "path": path, "bind": "column", "blind": blind("x", more) };
        let locker = locker(setting, collection, database, &[field]);
        locker.sealed(&doc! { "_id": 1, path: "same" }).get("x").unwrap().clone()
    };
    let setting = keys(&[1]);
    let with = |name: &str, value: &str| {
        let mut other = setting.clone();
        other.insert(name, value);
        other
    };
    let none = doc! {};
    let entries = [
        at(&setting, "users", "app", "e", &none),
        at(&setting, "users", "app", "f", &none),
        at(&setting, "staff", "app", "e", &none),
        at(&setting, "users", "other", "e", &none),
        at(&with("namespace", "n"), "users", "app", "e", &none),
        at(&with("tenant", "t"), "users", "app", "e", &none),
        at(&with("tenant", "u"), "users", "app", "e", &none),
        at(&keys(&[2]), "users", "app", "e", &none),
        at(&setting, "users", "app", "e", &doc! { "trim": true }),
        at(&setting, "users", "app", "e", &doc! { "lowercase": true }),
        at(&setting, "users", "app", "e", &doc! { "trim": true, "lowercase": true }),
    ];
    for (place, one) in entries.iter().enumerate() {
        assert!(is_entry(one));
        for other in &entries[place + 1..] {
            assert_ne!(one, other, "{place}");
        }
    }
    // The same place gives the same entry, in any process.
    assert_eq!(entries[0], at(&setting, "users", "app", "e", &none));
    assert_eq!(entries[0], at(&with("namespace", "app"), "users", "other", "e", &none));
}

#[test]
fn entries_have_the_length_that_is_asked_for() {
    let long = match entry(&indexed(&keys(&[1]), &doc! {}), "a") {
        Some(Bson::Binary(it)) => it.bytes,
        other => panic!("{other:?}"),
    };
    assert_eq!(long.len(), 4 + 32);
    for bits in [16, 64, 128, 248] {
        match entry(&indexed(&keys(&[1]), &doc! { "bits": bits }), "a") {
            Some(Bson::Binary(it)) => {
                assert_eq!(it.bytes, long[..4 + usize::try_from(bits).unwrap() / 8]);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_unique_index_has_entries_of_every_key() {
    let unique = doc! { "unique": true };
    let list = |bytes: &[u8]| match entry(&indexed(&keys(bytes), &unique), "a") {
        Some(Bson::Array(list)) => list,
        Some(one) => vec![one],
        None => vec![],
    };
    let (one, two, both) = (list(&[1]), list(&[2]), list(&[2, 1]));
    assert_eq!((one.len(), two.len()), (1, 1));
    // The primary's first. A document of the old key and one of the new share an entry.
    assert_eq!(both, [two[0].clone(), one[0].clone()]);
    let plain = indexed(&keys(&[2, 1]), &doc! {});
    assert_eq!(entry(&plain, "a"), Some(two[0].clone()));
}

#[test]
fn a_normaliser_of_the_application_sends_its_result() {
    let custom = indexed(&keys(&[1]), &doc! { "custom": true });
    let of = |value: &str, normal: &str| {
        custom.sealed(&doc! { "_id": 1, "e": value, "e_bidx": normal }).get("e_bidx").cloned()
    };
    assert_eq!(of("+43 1", "431"), of("(43) 1", "431"));
    assert_ne!(of("431", "431"), of("431", "432"));
    assert!(is_entry(&of("431", "431").unwrap()));
    refused(custom.seal_document(&raw(&doc! { "_id": 1, "e": "431" }), None), "\"e\"", "no result");
    assert_eq!(custom.sealed(&doc! { "_id": 1, "e": null }).get("e_bidx"), None);
    let update = custom.update(&doc! { "$set": { "e_bidx": "431", "e": "+43 1" } }).unwrap();
    let set = update.get_document("$set").unwrap();
    assert_eq!(set.get("e_bidx"), of("x", "431").as_ref());
}
