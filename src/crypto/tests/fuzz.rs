//! Damaged inputs, for as long as `LUCENT_FUZZ_SECONDS` says, half of it each. The same seed (`LUCENT_FUZZ_SEED`) gives
//! the same inputs. What fails is printed as hex. What they are made from is written to a folder of
//! `LUCENT_FUZZ_CORPUS` where that is set, for cargo-fuzz.

use super::*;
use crate::crypto::fuzzing::Subject;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// A generator that is the same everywhere: xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next()).unwrap() % end.max(1)
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// One change of many kinds.
fn damage(bytes: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    let at = random.below(bytes.len());
    let end = (at + 1 + random.below(16)).min(bytes.len());
    match random.below(9) {
        0 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
        1 if !bytes.is_empty() => bytes[at] = [0, 1, 0x7F, 0x80, 0xFF, 0x24, 0x2E][random.below(7)],
        2 if !bytes.is_empty() => bytes[at] = random.next().to_le_bytes()[0],
        3 => bytes.truncate(at),
        4 => drop(bytes.drain(at..end)),
        5 => {
            let part = bytes[at..end].to_vec();
            bytes.splice(at..at, part);
        }
        6 if bytes.len() >= at + 4 => {
            let lengths = [0, 1, 4, 5, -1, i32::MAX, i32::MIN, i32::try_from(bytes.len()).unwrap()];
            bytes[at..at + 4].copy_from_slice(&lengths[random.below(8)].to_le_bytes());
        }
        7 => {
            let other = &corpus[random.below(corpus.len())];
            let from = random.below(other.len());
            let to = (from + random.below(64)).min(other.len());
            bytes.splice(at..end.min(bytes.len()), other[from..to].iter().copied());
        }
        // The length that the document says it has is right again, so that the rest is looked at.
        _ if bytes.len() > 4 => {
            let length = i32::try_from(bytes.len()).unwrap();
            bytes[..4].copy_from_slice(&length.to_le_bytes());
            bytes[usize::try_from(length).unwrap() - 1] = 0;
        }
        _ => bytes.push(0),
    }
}

fn keep(folder: &str, corpus: &[Vec<u8>]) {
    let Some(parent) = std::env::var_os("LUCENT_FUZZ_CORPUS") else { return };
    let folder = Path::new(&parent).join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (place, input) in corpus.iter().enumerate() {
        std::fs::write(folder.join(format!("seed_{place}")), input).unwrap();
    }
}

fn run(corpus: &[Vec<u8>], target: impl Fn(&[u8])) {
    let seed = setting("LUCENT_FUZZ_SEED", 1);
    let end = Instant::now() + Duration::from_millis(setting("LUCENT_FUZZ_SECONDS", 2) * 500);
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut runs = 0_u64;
    for input in corpus {
        target(input);
    }
    while Instant::now() < end {
        for _ in 0..64 {
            let mut input = corpus[random.below(corpus.len())].clone();
            for _ in 0..=random.below(6) {
                damage(&mut input, corpus, &mut random);
            }
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(&input))) {
                let mut hex = String::new();
                for byte in &input {
                    write!(hex, "{byte:02x}").unwrap();
                }
                eprintln!("seed {seed}, input {runs}: {hex}");
                resume_unwind(panic);
            }
            runs += 1;
        }
    }
    println!("{runs} inputs from seed {seed}");
}

#[test]
fn damaged_envelopes() {
    let subject = Subject::new();
    let lengths = [0, 1, 15, 16, 17, 100];
    let corpus: Vec<_> = lengths.iter().map(|length| subject.sealed(&vec![7; *length])).collect();
    // The target of cargo-fuzz takes whatever opens for forged: tags that no key makes.
    let shut: Vec<_> =
        corpus.iter().map(|one| [&one[..one.len() - 16], &[0; 16]].concat()).collect();
    keep("envelope", &shut);
    run(&corpus, |input| {
        assert!(!subject.envelope(input) || corpus.iter().any(|one| one == input));
    });
}

#[test]
fn damaged_documents() {
    let subject = Subject::new();
    let plain = [
        doc! { "_id": 1, "ssn": "s", "email": " A@b ", "name": "n" },
        doc! { "_id": 1.5, "contacts": [{ "phone": 1, "note": "n" }, [{ "phone": null }]], "ssn": [1] },
        doc! { "_id": { "a": [1, { "b": 2 }] }, "coming": "c", "going": "g", "coming_bidx": 1 },
    ];
    let stored = plain.iter().map(|one| subject.stored(&raw(one)));
    let rows =
        plain.iter().map(|one| RawDocumentBuf::from_bytes(subject.stored(&raw(one))).unwrap());
    let rows = batch(&rows.collect::<Vec<_>>());
    let requests = [
        doc! { "email": "a", "coming": { "$in": ["a", null] }, "ssn": { "$exists": true } },
        doc! { "email": { "$not": { "$ne": "a" } }, "$or": [{ "email": { "$nin": [1] } }, { "_id": 1 }] },
        doc! { "$and": [{ "_id": { "$eq": 1 } }, { "$expr": { "$eq": ["$name", "$$ROOT.n"] } }] },
        doc! { "contacts": { "$elemMatch": { "note": 1, "phone": { "$exists": true } } } },
        doc! { "$jsonSchema": { "properties": { "contacts": { "items": { "properties": {} } } } } },
        doc! { "$set": { "ssn": 1, "contacts.$[c].phone": 2, "email": null, "going": 1 }, "$unset": { "coming": "" } },
        doc! { "$push": { "contacts": { "$each": [{ "phone": 1 }], "$sort": { "note": 1 } } } },
        doc! { "$setOnInsert": { "_id": 5, "ssn": "s" }, "$pull": { "contacts": { "note": 1 } } },
        doc! { "$rename": { "a": "b" }, "$inc": { "n": 1 }, "$pop": { "contacts": 1 } },
        doc! { "0": { "$match": { "email": "a" } }, "1": { "$project": { "_id": 0, "n": "$m" } } },
        doc! { "0": { "$facet": { "x": [{ "$match": { "email": "a" } }] } }, "1": { "$unset": ["n"] } },
        doc! { "0": { "$lookup": { "from": "x", "localField": "n", "as": "y", "let": { "a": "$n" } } } },
        doc! { "c.note": 1, "$or": [{ "c": { "$exists": true } }] },
    ];
    let corpus: Vec<_> =
        stored.chain([rows]).chain(plain.iter().map(raw)).chain(requests.iter().map(raw)).collect();
    keep("document", &corpus);
    keep("rows", &corpus);
    run(&corpus, |input| subject.document(input));
}
