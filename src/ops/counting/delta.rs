//! By how much counts change, and the statements that say so: one command for the rows of a collection.

use super::keys::keys_of;
use crate::document::build::Builder;
use crate::document::element::{EMPTY, tag};
use crate::error::{Error, Result};
use crate::model::counters::Counter;
use crate::ops::change::{self, Options};
use crate::ops::conditions::Value;
use crate::ops::measured::Measured;
use crate::ops::turn::Turn;
use crate::request::{Change, Head, Statement, Write};
use mongodb::Database;
use std::collections::BTreeMap;

/// Statements of one command at most.
const STATEMENTS: usize = 1000;

/// Changes of counts, by the counter and the key in its canonical form. Rows are written in this order by
/// everybody.
#[derive(Debug, Default)]
pub(in crate::ops) struct Delta(BTreeMap<(usize, Vec<u8>), (Value, i64)>);

impl Delta {
    /// From what a document was to what it is.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub(in crate::ops) fn tell(
        &mut self,
        counters: &[Counter],
        before: Option<&[u8]>,
        after: Option<&[u8]>,
    ) -> Result<()> {
        for (document, by) in [(before, -1), (after, 1)] {
            let Some(document) = document else { continue };
            for (counter, key) in keys_of(counters, document)?.into_iter().enumerate() {
                let Some((canonical, value)) = key else { continue };
                self.0.entry((counter, canonical)).or_insert((value, 0)).1 += by;
            }
        }
        Ok(())
    }

    /// Changes the counts.
    ///
    /// # Errors
    /// Those of the write.
    pub(in crate::ops) async fn send(
        self,
        counters: &[Counter],
        database: &Database,
        turn: &mut Turn<'_>,
    ) -> Result<()> {
        let mut statements: BTreeMap<&str, Vec<Vec<u8>>> = BTreeMap::new();
        for ((place, _), (key, by)) in self.0 {
            let Some(counter) = counters.get(place).filter(|_| by != 0) else { continue };
            statements.entry(&counter.collection).or_default().push(statement(counter, &key, by));
        }
        for (name, all) in statements {
            let collection = database.collection(name);
            for some in all.chunks(STATEMENTS) {
                let statements = (0..)
                    .zip(some)
                    .map(|(position, one)| {
                        let head = Head::of(EMPTY)?;
                        let change = Change::from_statement(one, head, false)?;
                        Ok(Statement { position, write: Write::Change(change) })
                    })
                    .collect::<Result<Vec<_>>>()?;
                let measured: Vec<_> = statements.iter().map(Measured::of).collect();
                let done =
                    change::send((database, &collection), &measured, Options::default(), turn)
                        .await
                        .map_err(|error| said_of(name, error))?;
                turn.end();
                if let Some(error) = done.failed.into_iter().next().or(done.concern) {
                    return Err(said_of(name, error));
                }
            }
        }
        Ok(())
    }
}

fn said_of(collection: &str, mut error: Error) -> Error {
    error.message = format!("the counts in {collection}: {}", error.message);
    error
}

fn statement(counter: &Counter, (tag, value): &Value, by: i64) -> Vec<u8> {
    let mut out = Builder::default();
    let start = out.begin();
    let filter = out.begin_document(b"q");
    let equal = out.begin_document(counter.key.as_bytes());
    out.name(*tag, b"$eq");
    out.copy(value);
    out.end(equal);
    out.end(filter);
    let update = out.begin_document(b"u");
    let fields = out.begin_document(b"$inc");
    if let Ok(by) = i32::try_from(by) {
        out.name(tag::INT32, counter.field.as_bytes());
        out.copy(&by.to_le_bytes());
    } else {
        out.name(tag::INT64, counter.field.as_bytes());
        out.copy(&by.to_le_bytes());
    }
    out.end(fields);
    out.end(update);
    out.name(tag::BOOLEAN, b"multi");
    out.copy(&[u8::from(&*counter.key != "_id")]);
    out.end(start);
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::{RawDocument, RawDocumentBuf, rawdoc};

    #[test]
    fn a_count_of_many_is_one_statement() {
        let counter = Counter {
            collection: "users".into(),
            key: "_id".into(),
            field: "posts".into(),
            foreign: "user_id".into(),
            when: Vec::new(),
        };
        let written = statement(&counter, &(tag::INT32, 7_i32.to_le_bytes().to_vec()), -2);
        let expected = rawdoc! {
            "q": { "_id": { "$eq": 7 } }, "u": { "$inc": { "posts": -2 } }, "multi": false,
        };
        assert_eq!(RawDocument::from_bytes(&written).unwrap(), &*expected);
        let large = statement(&counter, &(tag::NULL, Vec::new()), 1 << 40);
        assert!(RawDocumentBuf::from_bytes(large).is_ok());
    }
}
