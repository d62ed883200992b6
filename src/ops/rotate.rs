//! Bringing documents up to date with the model's encryption: one batch, by `_id`.

use super::Reply;
use super::change::{self, Options, Place};
use super::measured::Measured;
use super::operation::{Call, Operation, Running};
use super::reading::Batches;
use super::turn::Turn;
use crate::crypto::canonical::id_of;
use crate::crypto::rotate::{Normalized, Stale};
use crate::crypto::vault::Vault;
use crate::document::element::EMPTY;
use crate::error::{Code, Error, Result};
use crate::request::head::documents;
use crate::request::{Body, Change, Head, Statement, Write};
use crate::steps;
use bson::{RawArrayBuf, RawBson, RawDocument, RawDocumentBuf, cstr, rawdoc};
use mongodb::bson::{Bson, Document, doc};
use std::collections::{BTreeMap, HashMap};

/// Bytes of one command's statements, roughly.
const BYTES: usize = 8 * 1024 * 1024;

/// A document that is to be written.
struct Pending {
    id: RawBson,
    stale: Stale,
    statement: Vec<u8>,
}

/// What became of a batch.
#[derive(Default)]
struct Tally {
    scanned: u64,
    rewritten: u64,
    /// What was found stale, and what is still.
    stale: Stale,
    left: Stale,
    /// Documents that somebody else changed meanwhile.
    conflicts: Vec<RawBson>,
    failed: Vec<(RawBson, Error)>,
}

pub(super) struct Rotate;

impl Operation for Rotate {
    fn run<'a, 't: 'a>(&self, call: Call<'a, 't>) -> Running<'a> {
        Box::pin(run(call))
    }
}

async fn run(call: Call<'_, '_>) -> Result<Reply> {
    let Call { command, database, collection, vault, turn, out, .. } = call;
    let (Some(vault), Body::Other(payload)) = (vault, &command.body) else {
        return Err(Error::new(Code::InvalidQuery, "the model has no encrypted columns"));
    };
    let head = command.head;
    let ids = head
        .raw_value("ids")
        .ok_or_else(|| Error::new(Code::InvalidQuery, "rotate needs the ids of documents"))?;
    let ids = Bson::try_from(ids).map_err(|_| unreadable())?;
    let normalized = normalized(payload)?;
    let mut tally = Tally::default();
    let mut pending = Vec::new();
    let mut filter = doc! { "_id": { "$in": ids } };
    let conditions = steps::conditions(&out.layout.model, head, Some(vault))?;
    if !conditions.is_empty() {
        filter.insert("$and", [conditions]);
    }
    let find = collection.find(filter).projection(projection(vault));
    let mut batches = Batches::open(find, turn).await?;
    while let Some(batch) = batches.next(turn).await? {
        for entry in batch.doc_slices()?.into_iter().flatten() {
            let Some(document) = entry.as_document() else { continue };
            tally.scanned += 1;
            examine(vault, document, &normalized, &mut pending, &mut tally)?;
        }
    }
    if head.flag("dryRun")? {
        tally.left = tally.stale.clone();
    } else {
        write((database, collection), pending, &mut tally, turn).await?;
    }
    Ok(Reply::Document(tally.to_document(vault)))
}

/// What the application's normalisers made of the values, by the documents' ids.
fn normalized(payload: &[u8]) -> Result<HashMap<Vec<u8>, &[u8]>> {
    let mut out = HashMap::new();
    for one in documents(payload) {
        let one = one?;
        if let Some(id) = id_of(one)? {
            out.insert(id, one);
        }
    }
    Ok(out)
}

/// The encrypted columns and their blind indexes.
fn projection(vault: &Vault) -> Document {
    let mut out = doc! { "_id": 1 };
    for field in vault.fields().list() {
        let root = field.path.split('.').next().unwrap_or_default();
        out.insert(root, 1);
        if let Some(blind) = &field.blind {
            out.insert(String::from_utf8_lossy(&blind.name), 1);
        }
    }
    out
}

fn examine(
    vault: &Vault,
    document: &RawDocument,
    normalized: &HashMap<Vec<u8>, &[u8]>,
    pending: &mut Vec<Pending>,
    tally: &mut Tally,
) -> Result<()> {
    let id = document.get("_id").ok().flatten().map_or(RawBson::Null, RawBson::from);
    let key = id_of(document.as_bytes())?.unwrap_or_default();
    let known = Normalized { entries: normalized.get(&key).copied() };
    match vault.renew(document.as_bytes(), &known) {
        Ok(Some(renewal)) => {
            tally.stale.add(&renewal.stale);
            if let Some(statement) = renewal.statement {
                pending.push(Pending { id, stale: renewal.stale, statement });
            }
        }
        Ok(None) => tally.conflicts.push(id),
        Err(error) if matches!(error.code, Code::UnknownKey | Code::DecryptionFailed) => {
            tally.failed.push((id, error));
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Writes what is pending. The reply says how many matched, not which: when it falls short, those
/// of the command are told apart by looking again.
async fn write(
    place: Place<'_>,
    pending: Vec<Pending>,
    tally: &mut Tally,
    turn: &mut Turn<'_>,
) -> Result<()> {
    let mut rest = &pending[..];
    while !rest.is_empty() {
        let mut bytes = 0;
        let taken = rest
            .iter()
            .take_while(|one| {
                bytes += one.statement.len();
                bytes <= BYTES
            })
            .count()
            .max(1);
        let (now, later) = rest.split_at(taken);
        rest = later;
        let statements = (0..)
            .zip(now)
            .map(|(position, one)| {
                let change = Change::from_statement(&one.statement, Head::of(EMPTY)?, false)?;
                Ok(Statement { position, write: Write::Change(change) })
            })
            .collect::<Result<Vec<_>>>()?;
        let statements: Vec<_> = statements.iter().map(Measured::of).collect();
        let done = change::send(place, &statements, Options::default(), turn).await?;
        turn.end();
        if let Some(concern) = done.concern {
            return Err(concern);
        }
        let refused: Vec<(usize, Error)> = done
            .failed
            .into_iter()
            .filter_map(|error| {
                let place = error.server.as_ref()?.position?;
                Some((usize::try_from(place).ok()?, error))
            })
            .collect();
        let matched = usize::try_from(done.matched).unwrap_or(usize::MAX);
        tally.rewritten = tally.rewritten.saturating_add(matched as u64);
        for (place, error) in &refused {
            if let Some(one) = now.get(*place) {
                tally.left.add(&one.stale);
                tally.failed.push((one.id.clone(), error.clone()));
            }
        }
        if matched.saturating_add(refused.len()) < now.len() {
            // Nobody says which documents changed meanwhile. Looking at all of them again is cheap:
            // those that were written are found to be as they should be.
            for (place, one) in now.iter().enumerate() {
                if !refused.iter().any(|(failed, _)| *failed == place) {
                    tally.conflicts.push(one.id.clone());
                }
            }
        }
    }
    Ok(())
}

impl Tally {
    fn to_document(&self, vault: &Vault) -> RawDocumentBuf {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let mut out = rawdoc! {
            "scanned": count(self.scanned),
            "rewritten": count(self.rewritten),
        };
        out.append(cstr!("stale"), stale_document(&self.stale, vault));
        out.append(cstr!("left"), stale_document(&self.left, vault));
        let conflicts: RawArrayBuf = self.conflicts.iter().cloned().collect();
        out.append(cstr!("conflicts"), conflicts);
        let failed: RawArrayBuf = self
            .failed
            .iter()
            .map(|(id, error)| {
                let mut one = RawDocumentBuf::new();
                one.append(cstr!("_id"), id.clone());
                one.append(cstr!("code"), error.code.as_str());
                RawBson::Document(one)
            })
            .collect();
        out.append(cstr!("failed"), failed);
        out
    }
}

/// `{ keys: { name: count }, plain }`.
fn stale_document(stale: &Stale, vault: &Vault) -> RawDocumentBuf {
    let mut named: BTreeMap<String, i64> = BTreeMap::new();
    for (key, count) in &stale.keys {
        let name = vault.key_name(*key);
        *named.entry(name).or_default() += i64::try_from(*count).unwrap_or(i64::MAX);
    }
    let keys: RawArrayBuf = named
        .into_iter()
        .map(|(name, count)| RawBson::Document(rawdoc! { "name": name, "count": count }))
        .collect();
    let mut out = rawdoc! { "plain": i64::try_from(stale.plain).unwrap_or(i64::MAX) };
    out.append(cstr!("keys"), keys);
    out
}

fn unreadable() -> Error {
    Error::new(Code::InvalidDocument, "a document could not be read")
}
