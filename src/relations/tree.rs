//! Trees: documents of one collection that refer to each other, followed by the server.

use bson::{RawDocument, RawDocumentBuf, rawdoc};

/// The name of how far a document is away, in the rows that tell which documents belong to which.
const DEPTH: &str = "__depth";
/// What the server follows, before it is made into rows.
const FOUND: &str = "__found";

/// Documents are followed from one to the next.
#[derive(Debug)]
pub struct Tree {
    /// Stored name of what leads on from a document.
    pub from: String,
    /// Stored name of what it leads to.
    pub to: String,
    /// Each document is its own first one, and the farthest ones come first.
    pub own: bool,
    /// So many steps at most.
    pub most: Option<i64>,
}

impl Tree {
    /// The stages that make of each document a row for each one that belongs to it: `{ _id, <node>, __depth }`. What is
    /// followed passes through no document that `scope` leaves out, and no document twice.
    #[must_use]
    pub fn stages(&self, node: &[u8], collection: &str, scope: Option<&[u8]>) -> Vec<Vec<u8>> {
        let Self { from, to, own, most } = self;
        let mut lookup = rawdoc! {
            "from": collection,
            "startWith": format!("${}", if *own { to } else { from }),
            "connectFromField": &**from,
            "connectToField": &**to,
            "as": FOUND,
            "depthField": DEPTH,
        };
        // The first step is the document itself, or one that it leads to.
        let first = i64::from(!own);
        if let Some(most) = most {
            append(&mut lookup, "maxDepth", (*most - first).max(0));
        }
        // Null leads to nothing.
        let mut known = RawDocumentBuf::new();
        append(&mut known, to, rawdoc! { "$ne": null });
        let scope = scope.and_then(|scope| RawDocument::from_bytes(scope).ok());
        match scope {
            Some(scope) => append(
                &mut lookup,
                "restrictSearchWithMatch",
                rawdoc! { "$and": [known, scope.to_owned()] },
            ),
            None => append(&mut lookup, "restrictSearchWithMatch", known),
        }
        let node = String::from_utf8_lossy(node);
        let mut row = RawDocumentBuf::new();
        append(&mut row, &node, format!("${FOUND}._id"));
        append(&mut row, DEPTH, rawdoc! { "$add": [format!("${FOUND}.{DEPTH}"), first] });
        let mut order = RawDocumentBuf::new();
        append(&mut order, DEPTH, if *own { -1 } else { 1 });
        append(&mut order, &node, 1);
        // The server takes the first two stages together: what it finds is never one document.
        let mut stages = vec![
            rawdoc! { "$graphLookup": lookup },
            rawdoc! { "$unwind": format!("${FOUND}") },
            rawdoc! { "$project": row },
        ];
        if !own {
            let other = rawdoc! { "$ne": ["$_id", format!("${node}")] };
            stages.push(rawdoc! { "$match": { "$expr": other } });
        }
        stages.push(rawdoc! { "$sort": order });
        stages.into_iter().map(RawDocumentBuf::into_bytes).collect()
    }
}

/// Appends a value under a name that was checked to be one.
fn append(document: &mut RawDocumentBuf, name: &str, value: impl Into<bson::raw::RawBson>) {
    if let Ok(name) = <&bson::raw::CStr>::try_from(name) {
        document.append(name, value.into());
    }
}
