//! Commands as they are sent.

mod changes;
mod reads;

use super::*;
use crate::crypto::tests::{Locker, fields, keys, locker, parsed, raw, refused, users};
use crate::model::Model;
use crate::request::{Change, Statement};
use crate::steps::place::Place;
use bson::{Bson, Document, doc};

/// What is sent, in the form in which it came.
#[derive(Debug)]
struct Outcome {
    head: Document,
    payload: Vec<Document>,
    opening: Opening,
    unbound: bool,
}

fn sealed(kind: Kind, head: &Document, payload: &[Document]) -> Result<Outcome> {
    sealed_by(&users(), kind, head, payload)
}

fn sealed_by(users: &Locker, kind: Kind, head: &Document, payload: &[Document]) -> Result<Outcome> {
    let payload: Vec<u8> = payload.iter().flat_map(raw).collect();
    sealed_bytes(users, kind, &[raw(head), payload].concat())
}

fn sealed_bytes(users: &Locker, kind: Kind, bytes: &[u8]) -> Result<Outcome> {
    let mut command = Command::parse(kind, bytes)?;
    let context = Context {
        model: &Model::default(),
        vault: Some(&users.vault),
        ruled: &[],
        allow_javascript: false,
        strangers: &[],
        place: &Place::default(),
    };
    let Sealed { opening, .. } = apply(&mut command, &context)?;
    let mut head = parsed(command.head.as_bytes());
    let mut put = |key: &str, value: Bson| {
        if head.contains_key(key) {
            head.insert(key, value);
        }
    };
    put("sort", command.sort()?.unwrap_or_default().into());
    put("projection", command.projection()?.unwrap_or_default().into());
    let mut payload = Vec::new();
    let mut unbound = false;
    match &command.body {
        Body::Read(filter) => put("filter", parsed(filter).into()),
        Body::Raw(raw) => put("command", parsed(raw).into()),
        Body::Pipeline(stages) => put("pipeline", list(stages)),
        Body::Insert(documents) => payload.extend(documents.iter().map(|one| parsed(one))),
        Body::Change(statements) => {
            unbound = statements.iter().any(is_unbound);
            payload.extend(statements.iter().map(|one| shown(kind, one)));
            if let Ok(change) = command.change() {
                put("filter", parsed(&change.filter).into());
                if let Some(update) = &change.update {
                    put("update", value(update));
                    put("replacement", value(update));
                }
            }
        }
        Body::Other(_) => {}
    }
    Ok(Outcome { head, payload, opening, unbound })
}

fn list(array: &[u8]) -> Bson {
    Bson::Array(parsed(array).into_iter().map(|(_, value)| value).collect())
}

fn value(update: &crate::request::Modifications<'_>) -> Bson {
    if update.tag == tag::ARRAY { list(&update.bytes) } else { parsed(&update.bytes).into() }
}

fn is_unbound(statement: &Statement<'_>) -> bool {
    matches!(&statement.write, Write::Change(change) if change.unbound)
}

/// A change as a statement.
fn written(change: &Change<'_>) -> Document {
    let mut out = Builder::default();
    change.write(&mut out);
    let bytes = out.into_bytes();
    assert_eq!(bytes.len(), change.size());
    parsed(&bytes)
}

fn shown(kind: Kind, statement: &Statement<'_>) -> Document {
    match &statement.write {
        Write::Insert(document) => doc! { "insert": parsed(document) },
        Write::Change(change) if kind != Kind::Bulk => written(change),
        Write::Change(change) if change.update.is_none() => doc! { "delete": written(change) },
        Write::Change(change) => doc! { "update": written(change) },
    }
}

/// The head that is sent.
fn head(kind: Kind, given: &Document) -> Document {
    sealed(kind, given, &[]).unwrap().head
}

fn subtype(value: Option<&Bson>) -> Option<u8> {
    match value {
        Some(Bson::Binary(binary)) => Some(binary.subtype.into()),
        _ => None,
    }
}
