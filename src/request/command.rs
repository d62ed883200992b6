//! A request, split into the parts that steps look at.

use super::head::{self, Head, documents};
use super::statement::{self, Change, Statement, Write};
use crate::document::build::Builder;
use crate::document::element::{self, Typed, tag};
use crate::document::validate;
use crate::error::{Code, Error, Result};
use crate::protocol::Kind;
use bson::RawDocumentBuf;
use std::borrow::Cow;

/// What is to be done. It borrows the request's bytes; a step puts its own in the place of what it
/// changes.
#[derive(Debug, Clone)]
pub struct Command<'a> {
    /// What it does.
    pub kind: Kind,
    /// The options, which no step changes.
    pub head: Head<'a>,
    /// The order of the rows.
    pub sort: Option<Cow<'a, [u8]>>,
    /// What of the rows is read.
    pub projection: Option<Cow<'a, [u8]>>,
    /// The rest of it.
    pub body: Body<'a>,
}

/// What a command works on.
#[derive(Debug, Clone)]
pub enum Body<'a> {
    /// It reads the documents that a filter finds.
    Read(Cow<'a, [u8]>),
    /// It inserts documents.
    Insert(Vec<Cow<'a, [u8]>>),
    /// It writes: one statement, or many.
    Change(Vec<Statement<'a>>),
    /// It reads what the stages of a pipeline make.
    Pipeline(Cow<'a, [u8]>),
    /// It is a command as the caller wrote it.
    Raw(Cow<'a, [u8]>),
    /// Head and payload say it all, and no step has a part in it.
    Other(&'a [u8]),
}

impl<'a> Command<'a> {
    /// Reads head and payload, as `docs/internal/boundary.md` lays them out. The head is validated; of
    /// what the payload has only lengths are looked at, and the server checks what it stores.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`, `E_INVALID_QUERY` when a part is missing or of the wrong kind.
    pub fn parse(kind: Kind, bytes: &'a [u8]) -> Result<Self> {
        let end = element::document_end(bytes, 0)?;
        let (first, payload) = bytes.split_at(end);
        validate::document(first, 0)?;
        let head = Head::of(first)?;
        let body = match kind {
            Kind::Find | Kind::FindAndLock | Kind::Count | Kind::Distinct => {
                Body::Read(Cow::Borrowed(head.filter()?))
            }
            Kind::Insert => Body::Insert(
                documents(payload).map(|one| one.map(Cow::from)).collect::<Result<_>>()?,
            ),
            Kind::Update | Kind::Delete | Kind::FindAndModify | Kind::InsertUnlessFound => {
                let write = Write::Change(Change::from_head(kind, head)?);
                Body::Change(vec![Statement { position: 0, write }])
            }
            Kind::UpdateEach => Body::Change(statement::updates(payload, head)?),
            Kind::Bulk => Body::Change(statement::mixed(payload, head)?),
            Kind::Aggregate => Body::Pipeline(Cow::Borrowed(part(head, "pipeline", tag::ARRAY)?)),
            Kind::Command => Body::Raw(Cow::Borrowed(part(head, "command", tag::DOCUMENT)?)),
            Kind::Ping
            | Kind::Rotate
            | Kind::Sequence
            | Kind::Indexes
            | Kind::StartTransaction
            | Kind::CommitTransaction
            | Kind::AbortTransaction => Body::Other(payload),
        };
        let borrowed = |key| Ok::<_, Error>(head.raw(key)?.map(|one| Cow::from(one.as_bytes())));
        Ok(Self { kind, head, sort: borrowed("sort")?, projection: borrowed("projection")?, body })
    }

    /// The filter of a read.
    ///
    /// # Errors
    /// `E_INVALID_QUERY` for a command that has none.
    pub fn filter(&self) -> Result<bson::Document> {
        match &self.body {
            Body::Read(filter) => head::parsed(filter),
            _ => Err(head::misplaced()),
        }
    }

    /// The one change of a command on its own.
    ///
    /// # Errors
    /// `E_INVALID_QUERY` for a command that has none.
    pub fn change(&self) -> Result<&Change<'a>> {
        match &self.body {
            Body::Change(list) => match list.as_slice() {
                [Statement { write: Write::Change(change), .. }] => Ok(change),
                _ => Err(head::misplaced()),
            },
            _ => Err(head::misplaced()),
        }
    }

    /// The statements of a write.
    #[must_use]
    pub fn statements(&self) -> &[Statement<'a>] {
        match &self.body {
            Body::Change(list) => list,
            _ => &[],
        }
    }

    /// The changes of a write.
    pub fn changes_mut(&mut self) -> impl Iterator<Item = &mut Change<'a>> {
        let statements = match &mut self.body {
            Body::Change(list) => list.as_mut_slice(),
            _ => &mut [],
        };
        statements.iter_mut().filter_map(|one| match &mut one.write {
            Write::Change(change) => Some(change),
            Write::Insert(_) => None,
        })
    }

    /// The parts that steps change, as they are now, but for those of statements.
    pub fn parts(&self) -> impl Iterator<Item = &Cow<'a, [u8]>> {
        let body = match &self.body {
            Body::Read(part) | Body::Pipeline(part) | Body::Raw(part) => Some(part),
            Body::Change(_) | Body::Insert(_) | Body::Other(_) => None,
        };
        [self.sort.as_ref(), self.projection.as_ref(), body].into_iter().flatten()
    }

    /// The order of the rows.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn sort(&self) -> Result<Option<bson::Document>> {
        self.sort.as_deref().map(head::parsed).transpose()
    }

    /// What of the rows is read.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn projection(&self) -> Result<Option<bson::Document>> {
        self.projection.as_deref().map(head::parsed).transpose()
    }
}

/// What the core alone is told.
const OWN: [&[u8]; 9] = [
    b"scope",
    b"documents",
    b"with",
    b"given",
    b"shown",
    b"context",
    b"lift",
    b"force",
    b"history",
];

impl Command<'_> {
    /// The head of a read, with the parts of the command as they are now.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn shown(&self) -> Result<RawDocumentBuf> {
        let body: Option<(&[u8], Typed<'_>)> = match &self.body {
            Body::Read(filter) => Some((b"filter", (tag::DOCUMENT, filter))),
            Body::Pipeline(stages) => Some((b"pipeline", (tag::ARRAY, stages))),
            _ => None,
        };
        let named = |name, part| Some((name, (tag::DOCUMENT, Option::as_deref(part)?)));
        let sort = named(&b"sort"[..], &self.sort);
        let parts: Vec<_> =
            [body, sort, named(b"projection", &self.projection)].into_iter().flatten().collect();
        let given = self.head.as_bytes();
        let mut out = Builder::with_capacity(2 * given.len());
        let start = out.begin();
        for (name, (tag, part)) in &parts {
            out.name(*tag, name);
            out.copy(part);
        }
        for found in element::elements(given)? {
            let name = found.name(given);
            if !OWN.contains(&name) && parts.iter().all(|(known, _)| *known != name) {
                out.element(given, &found);
            }
        }
        out.end(start);
        RawDocumentBuf::from_bytes(out.into_bytes()).map_err(|_| head::misplaced())
    }
}

/// A part that the request cannot do without.
fn part<'a>(head: Head<'a>, key: &str, tag: u8) -> Result<&'a [u8]> {
    let bytes = head.as_bytes();
    match element::find(bytes, key.as_bytes())? {
        Some(found) if found.tag == tag => Ok(element::value_of(bytes, &found)),
        Some(_) if tag == tag::ARRAY => Err(head::wrong(key, "an array of documents")),
        Some(_) => Err(head::wrong(key, "a document")),
        None => Err(Error::new(Code::InvalidQuery, format!("there is no {key}"))),
    }
}
