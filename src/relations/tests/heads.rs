//! Heads say what they like; what no package writes is refused, and nothing panics.

use super::destination;
use crate::client::destination::Destination;
use crate::crypto::key_ring::KeyRing;
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::protocol::limit::{LEG_DEPTH, LEGS};
use crate::relations::{Handles, Taken, With, take_legs};
use bson::{Bson, Document, doc};
use std::sync::Arc;

struct Known;

impl Handles for Known {
    fn model(&self, handle: u32) -> Result<Arc<Model>> {
        if handle == 1 { Ok(Arc::default()) } else { Err(unknown()) }
    }

    fn destination(&self, handle: u32) -> Result<Destination> {
        if handle == 2 { Ok(destination()) } else { Err(unknown()) }
    }

    fn ring(&self, _: u32) -> Result<Arc<KeyRing>> {
        Err(unknown())
    }
}

fn unknown() -> Error {
    Error::new(Code::Unsupported, "no such handle")
}

fn described() -> Document {
    doc! { "key": "_id", "match": "user_id", "model": 1, "connection": 2, "head": {}, "query": {} }
}

fn with(more: Document) -> Document {
    let mut leg = described();
    leg.extend(more);
    leg
}

fn tree(tree: Document) -> Document {
    let mut through = described();
    through.insert("tree", tree);
    through
}

fn request(legs: Bson) -> Vec<u8> {
    let head = doc! { "before": 1, "with": legs, "behind": "x" };
    [head.to_vec().unwrap(), doc! { "w": [] }.to_vec().unwrap()].concat()
}

#[test]
fn a_request_is_left_without_its_legs() {
    let each = doc! { "each": { "limit": 3, "skip": 1 }, "query": { "o": [{ "f": "a", "d": 1 }] } };
    let mut through = described();
    through.insert("query", doc! { "o": [] });
    let when = doc! { "key": "kind", "is": "x", "known": ["x", "y"], "otherwise": "no such name" };
    let one = doc! { "one": true, "through": through, "when": when };
    let below = doc! { "with": [with(each)] };
    let taken = take_legs(&request(vec![with(one), with(below)].into()), true, &Known);
    let Taken { with: With { legs, .. }, body: rest, .. } = taken.unwrap().unwrap();
    let head = doc! { "before": 1, "behind": "x" };
    assert_eq!(rest, [head.to_vec().unwrap(), doc! { "w": [] }.to_vec().unwrap()].concat());
    let [first, second] = &legs[..] else { panic!("{legs:?}") };
    assert_eq!((first.cut.skip, first.cut.limit), (0, Some(1)));
    assert!(first.when.is_some() && !first.through.as_ref().unwrap().source.ordered);
    assert_eq!((second.cut.skip, second.cut.limit), (0, None));
    let [below] = &second.with.legs[..] else { panic!("{second:?}") };
    assert_eq!((below.cut.skip, below.cut.limit), (1, Some(3)));
    assert!(below.source.ordered && &*below.source.matches == b"user_id");
    assert!(take_legs(&doc! { "filter": {} }.to_vec().unwrap(), true, &Known).unwrap().is_none());
}

#[test]
fn heads_that_no_package_writes_are_refused() {
    let mut cases =
        vec![Bson::Int32(1), Bson::Array(vec![Bson::Int32(1)]), Bson::Document(doc! {})];
    for name in ["key", "match", "model", "connection", "query"] {
        let mut leg = described();
        leg.remove(name);
        cases.push(vec![leg].into());
    }
    for more in [
        doc! { "key": "" },
        doc! { "key": "$where" },
        doc! { "match": "a\0b" },
        doc! { "match": 1 },
        doc! { "model": 9 },
        doc! { "model": -1 },
        doc! { "model": 0 },
        doc! { "connection": 1_i64 << 40 },
        doc! { "connection": "x" },
        doc! { "ring": 1 },
        doc! { "head": { "filter": {} } },
        doc! { "head": { "json": {} } },
        doc! { "json": {} },
        doc! { "as": 1 },
        doc! { "head": 1 },
        doc! { "query": [] },
        doc! { "each": 3 },
        doc! { "each": { "limit": -1 } },
        doc! { "each": { "most": 1 } },
        doc! { "one": 1 },
        doc! { "when": { "key": "kind" } },
        doc! { "when": { "is": 1 } },
        doc! { "through": { "key": "a" } },
        doc! { "through": tree(doc! { "from": "parent" }) },
        doc! { "through": tree(doc! { "from": "parent", "to": "$_id" }) },
        doc! { "through": tree(doc! { "from": "parent", "to": "_id", "most": -1 }) },
        doc! { "through": described(), "with": [{}] },
        doc! { "session": 1 },
    ] {
        cases.push(vec![with(more)].into());
    }
    cases.push(vec![described(); LEGS + 1].into());
    let nested = (0..LEG_DEPTH).fold(described(), |inner, _| with(doc! { "with": [inner] }));
    cases.push(vec![nested].into());
    for legs in cases {
        let error = take_legs(&request(legs.clone()), true, &Known).err();
        let code = error.map(|error| error.code);
        assert!(matches!(code, Some(Code::InvalidQuery | Code::Unsupported)), "{legs} {code:?}");
    }
    let deepest = (1..LEG_DEPTH).fold(described(), |inner, _| with(doc! { "with": [inner] }));
    assert!(take_legs(&request(vec![deepest; LEGS / LEG_DEPTH].into()), true, &Known).is_ok());
}

#[test]
fn bytes_that_lie_never_panic() {
    let through =
        doc! { "through": described(), "when": { "key": "kind", "is": [1, { "a": 2.5 }] } };
    let bytes = request(vec![with(through), with(doc! { "with": [described()] })].into());
    for cut in 0..bytes.len() {
        let _ = take_legs(&bytes[..cut], true, &Known);
    }
    for place in 0..bytes.len() {
        for flip in [0x01, 0x7F, 0x80, 0xFF] {
            let mut bytes = bytes.clone();
            bytes[place] ^= flip;
            let _ = take_legs(&bytes, true, &Known);
        }
    }
}
