//! What is declared against what is there.

use super::declared::Declared;
use super::index::Index;
use std::collections::HashMap;

/// What the server changes in place, without building the index again; by its own names.
const IN_PLACE: [&str; 2] = ["expireAfterSeconds", "hidden"];

/// An index that is there, and not as it is declared.
#[derive(Debug)]
pub struct Different {
    /// As it is declared.
    pub declared: Index,
    /// As it is.
    pub listed: Index,
    /// What differs, by the server's names; `name` where it is another one.
    pub parts: Vec<&'static str>,
}

impl Different {
    /// Whether it can be changed as it is; otherwise it has to be built again.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        let may = |part: &&str| {
            // A time can be set, and not taken away.
            IN_PLACE.contains(part) && (*part != "expireAfterSeconds" || self.declared.has(part))
        };
        self.parts.iter().all(may)
    }
}

/// How a collection's indexes differ from the declared ones.
#[derive(Debug, Default)]
pub struct Diff {
    /// Declared, and not there.
    pub missing: Vec<Index>,
    /// There, and not declared.
    pub stale: Vec<Index>,
    /// There in another form.
    pub different: Vec<Different>,
}

/// Compares. An index that was given no name is found under any, by what it is.
#[must_use]
pub fn diff(declared: Vec<Declared>, listed: Vec<Index>) -> Diff {
    let mut out = Diff::default();
    let mut rest: Vec<Option<Index>> = listed.into_iter().map(Some).collect();
    let by_name: HashMap<String, usize> =
        rest.iter().flatten().enumerate().map(|(place, one)| (one.name.clone(), place)).collect();
    let mut unnamed = Vec::new();
    for one in declared {
        match by_name.get(&one.index.name).and_then(|place| rest[*place].take()) {
            Some(listed) => out.compare(one.index, listed, false),
            None => unnamed.push(one),
        }
    }
    let mut by_signature: HashMap<Vec<u8>, usize> = rest
        .iter()
        .enumerate()
        .filter_map(|(place, one)| Some((one.as_ref()?.signature(), place)))
        .collect();
    for Declared { index, is_named, .. } in unnamed {
        let place = by_signature.remove(&index.signature());
        match place.and_then(|place| rest[place].take()) {
            Some(listed) => out.compare(index, listed, is_named),
            None => out.missing.push(index),
        }
    }
    out.stale = rest.into_iter().flatten().collect();
    out
}

impl Diff {
    fn compare(&mut self, declared: Index, listed: Index, renamed: bool) {
        let mut parts = declared.differences(&listed);
        if renamed {
            parts.push("name");
        }
        if !parts.is_empty() {
            self.different.push(Different { declared, listed, parts });
        }
    }
}
