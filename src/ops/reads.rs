//! Reads of related documents: each is a command of its own model, with the condition on keys as its
//! scope.

use super::Request;
use super::atomic::execute;
use super::execute::Caller;
use super::reading::Taker;
use crate::client::destination::Destination;
use crate::document::build::{Builder, joined};
use crate::document::element::{self, elements, tag, value_of};
use crate::error::{Code, Error, Result};
use crate::query::{self, KeyList};
use crate::relations::calculation::Count;
use crate::relations::counts::keys_of_groups;
use crate::relations::keys::Keys;
use crate::relations::links::small;
use crate::relations::tree::Tree;
use crate::relations::{Calculation, Found, Has, Source, With};
use crate::request::head::with_context;
use crate::request::{Command, Head, Kind};
use futures_util::future::join_all;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

/// Keys of one read: more of them make the server no faster, and several reads keep it busier.
const KEYS: (usize, usize) = (1 << 20, 20_000);
/// Bytes of keys that have to be together. A command has 16 MiB at most, beside keys too.
const TOGETHER: usize = 12 << 20;

/// The chunks of one read.
pub(super) type Chunks = Vec<Vec<u8>>;

/// What reads of related documents have in common: the request that they are made for.
#[derive(Clone, Copy)]
pub(super) struct Reads<'a> {
    pub(super) request: &'a Request,
    pub(super) caller: Caller<'a>,
}

/// A read that lacks its keys.
pub(super) struct Query {
    /// The parts of its head, but for the scope.
    head: Vec<u8>,
    scope: Option<Vec<u8>>,
    /// The filter and the stages that it was compiled to.
    filter: Vec<u8>,
    stages: Option<Vec<u8>>,
}

impl Query {
    /// Compiles the query of a source, with the keys that its conditions over related rows come to.
    pub(super) fn of(source: &Source, lists: &[KeyList]) -> Result<Self> {
        let compiled = if source.has.is_empty() {
            query::compiled_related(&source.head, &source.query)?
        } else {
            let description = query::with_keys(&source.query, lists)?;
            query::compiled_related(&source.head, &description)?
        };
        let mut head = Builder::with_capacity(compiled.len());
        let start = head.begin();
        let (mut scope, mut filter, mut stages) = (None, None, None);
        for found in elements(&compiled)? {
            let value = || Some(value_of(&compiled, &found).to_vec());
            match found.name(&compiled) {
                b"scope" => scope = value(),
                b"filter" => filter = value(),
                b"pipeline" => stages = value(),
                _ => head.element(&compiled, &found),
            }
        }
        head.end(start);
        let filter = filter.unwrap_or_else(|| element::EMPTY.to_vec());
        Ok(Self { head: head.into_bytes(), scope, filter, stages })
    }

    fn scope(&self, condition: Option<&[u8]>) -> Option<Vec<u8>> {
        let both: Vec<&[u8]> = self.scope.as_deref().into_iter().chain(condition).collect();
        (!both.is_empty()).then(|| joined(b"$and", both.into_iter()))
    }

    /// The request for the documents that a condition holds for. With `only`, of no other columns than
    /// these.
    fn rows(&self, condition: &[u8], only: Option<&[u8]>) -> Result<(Kind, Vec<u8>)> {
        let mut body = Builder::with_capacity(self.head.len() + condition.len() + 64);
        let start = body.begin();
        for found in elements(&self.head)? {
            if only.is_none() || found.name(&self.head) != b"projection" {
                body.element(&self.head, &found);
            }
        }
        put(tag::DOCUMENT, b"scope", self.scope(Some(condition)).as_deref(), &mut body);
        let kind = if let Some(stages) = &self.stages {
            body.name(tag::ARRAY, b"pipeline");
            let more = only.map(|only| stage(b"$project", only));
            write_stages(Some(stages), more.as_slice(), &mut body)?;
            Kind::Aggregate
        } else {
            put(tag::DOCUMENT, b"filter", Some(&self.filter), &mut body);
            put(tag::DOCUMENT, b"projection", only, &mut body);
            Kind::Find
        };
        body.end(start);
        Ok((kind, body.into_bytes()))
    }

    /// The request for what further stages make of the documents.
    fn stages(&self, condition: Option<&[u8]>, more: &[Vec<u8>]) -> Result<Vec<u8>> {
        let mut body = Builder::with_capacity(self.head.len() + 512);
        let start = body.begin();
        for found in elements(&self.head)? {
            if !matches!(found.name(&self.head), b"sort" | b"projection" | b"documents") {
                body.element(&self.head, &found);
            }
        }
        put(tag::DOCUMENT, b"scope", self.scope(condition).as_deref(), &mut body);
        body.name(tag::ARRAY, b"pipeline");
        if let Some(stages) = &self.stages {
            write_stages(Some(stages), more, &mut body)?;
        } else {
            let first = std::iter::once(stage(b"$match", &self.filter));
            let all: Vec<_> = first.chain(more.iter().cloned()).collect();
            write_stages(None, &all, &mut body)?;
        }
        body.end(start);
        Ok(body.into_bytes())
    }
}

/// A stage: a document of one element, a document.
fn stage(name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = Builder::with_capacity(value.len() + 32);
    let start = out.begin();
    put(tag::DOCUMENT, name, Some(value), &mut out);
    out.end(start);
    out.into_bytes()
}

fn put(tag: u8, name: &[u8], value: Option<&[u8]>, out: &mut Builder) {
    if let Some(value) = value {
        out.name(tag, name);
        out.copy(value);
    }
}

/// Writes an array of stages, and more of them.
fn write_stages(first: Option<&[u8]>, more: &[Vec<u8>], out: &mut Builder) -> Result<()> {
    let list = out.begin();
    let mut place = 0;
    if let Some(first) = first {
        for found in elements(first)? {
            out.renamed(place.to_string().as_bytes(), first, &found);
            place += 1;
        }
    }
    for stage in more {
        out.name(tag::DOCUMENT, place.to_string().as_bytes());
        out.copy(stage);
        place += 1;
    }
    out.end(list);
    Ok(())
}

impl Reads<'_> {
    /// The compiled query of a source. Its conditions over related rows are looked up first.
    pub(super) async fn query(&self, source: &Source) -> Result<Query> {
        let lists = self.key_lists(&source.has).await?;
        Query::of(source, &lists)
    }

    /// Reads the documents that keys find: in one read where they are to be `together`.
    pub(super) async fn rows(
        &self,
        (source, query): (&Source, &Query),
        keys: &Keys,
        (together, only): (bool, Option<&[u8]>),
    ) -> Result<Vec<Found>> {
        let limits = if together { (TOGETHER, usize::MAX) } else { KEYS };
        let mut reads = Vec::new();
        let mut first = 0;
        while first < keys.len() {
            let (condition, next) = keys.condition(&source.matches, first, limits);
            if together && next < keys.len() {
                return Err(too_many(source));
            }
            let keys = small(first)..small(next);
            reads.push(async move {
                let request = query.rows(&condition, only)?;
                drop(condition);
                Ok(Found { keys, chunks: self.fetch(source, request).await? })
            });
            first = next;
        }
        self.all(reads.into_iter()).await
    }

    /// Reads what is calculated for each key: `{ _id: <key>, n: <result> }`.
    pub(super) async fn groups(
        &self,
        (source, query): (&Source, &Query),
        keys: &Keys,
        calculation: &Calculation,
    ) -> Result<Chunks> {
        let stages = &calculation.stages(&source.matches);
        let mut reads = Vec::new();
        let mut first = 0;
        while first < keys.len() {
            let (condition, next) = keys.condition(&source.matches, first, KEYS);
            reads.push(async move {
                let body = query.stages(Some(&condition), stages)?;
                self.fetch(source, (Kind::Aggregate, body)).await
            });
            first = next;
        }
        Ok(self.all(reads.into_iter()).await?.into_iter().flatten().collect())
    }

    /// Reads which documents of a tree belong to those of the keys.
    pub(super) async fn nodes(
        &self,
        (source, query): (&Source, &Query),
        keys: &Keys,
        (node, tree): (&[u8], &Tree),
    ) -> Result<Vec<Found>> {
        let stages = &tree.stages(node, &source.model.collection, query.scope.as_deref());
        let mut reads = Vec::new();
        let mut first = 0;
        while first < keys.len() {
            let (condition, next) = keys.condition(&source.matches, first, KEYS);
            let keys = small(first)..small(next);
            reads.push(async move {
                let body = query.stages(Some(&condition), stages)?;
                Ok(Found { keys, chunks: self.fetch(source, (Kind::Aggregate, body)).await? })
            });
            first = next;
        }
        self.all(reads.into_iter()).await
    }

    /// The keys of conditions over related rows, in their order.
    pub(super) async fn key_lists(&self, has: &[Has]) -> Result<Vec<KeyList>> {
        self.all(has.iter().map(|one| self.key_list(one))).await
    }

    /// Conditions may have conditions, so their futures cannot contain each other.
    fn key_list<'s>(
        &'s self,
        has: &'s Has,
    ) -> Pin<Box<dyn Future<Output = Result<KeyList>> + Send + 's>> {
        Box::pin(async move {
            let Has { source, through, count } = has;
            // Where none is enough, those that have too many or too few are left out.
            let negated = count.is_some_and(Count::holds_for_none);
            let count = count.map(|count| if negated { count.opposite() } else { count });
            let count = count.map(Count::stage);
            let values = if let Some(through) = through {
                let related = self.grouped_keys(source, None, None).await?;
                let key = (&*through.key, related);
                self.grouped_keys(&through.source, Some(key), count).await?
            } else {
                self.grouped_keys(source, None, count).await?
            };
            let values = values.list(TOGETHER).ok_or_else(|| too_many(source))?;
            Ok(KeyList { negated, values })
        })
    }

    /// The different keys of documents, of those among which a column has others, and of which there are
    /// so many.
    async fn grouped_keys(
        &self,
        source: &Source,
        among: Option<(&[u8], Keys)>,
        count: Option<Vec<u8>>,
    ) -> Result<Keys> {
        let query = self.query(source).await?;
        let condition = match &among {
            None => None,
            Some((name, keys)) => {
                let (condition, next) = keys.condition(name, 0, (TOGETHER, usize::MAX));
                if next < keys.len() {
                    return Err(too_many(source));
                }
                Some(condition)
            }
        };
        let mut stages = Calculation::ROWS.stages(&source.matches);
        stages.extend(count);
        let body = query.stages(condition.as_deref(), &stages)?;
        let chunks = self.fetch(source, (Kind::Aggregate, body)).await?;
        keys_of_groups(&chunks, &source.model.columns)
    }

    async fn fetch(&self, source: &Source, (kind, body): (Kind, Vec<u8>)) -> Result<Chunks> {
        let root = self.request;
        let Destination { connection, database } = source.destination.clone();
        let is_elsewhere = !Arc::ptr_eq(&connection, &root.connection);
        let body = match Head::of(root.head())?.raw("context")? {
            Some(context) => with_context(&body, context.as_bytes())?,
            None => body,
        };
        let request = Request {
            kind,
            connection,
            database,
            model: Arc::clone(&source.model),
            body,
            after: None,
            session: if is_elsewhere { None } else { root.session.clone() },
            ring: source.ring.clone(),
            ruled: Arc::clone(&root.ruled),
            with: With::default(),
            has: Vec::new(),
        };
        // The other connection is not closed before this has its answer.
        let ticket = is_elsewhere.then(|| request.connection.enter());
        if let Some(ticket) = &ticket {
            ticket.check()?;
        }
        let command = Command::parse(request.kind, &request.body)?;
        let kept = Mutex::new(Vec::new());
        let progress = self.caller.flow.progress.branch();
        let caller = Caller { taker: Taker::Kept(&kept), ..self.caller };
        let last = {
            let mut work = Box::pin(execute(&request, command, None, caller));
            let work = poll_fn(|context| progress.poll(work.as_mut(), context));
            tokio::select! {
                biased;
                last = work => last?,
                error = request.connection.closed(), if is_elsewhere => return Err(error),
            }
        };
        let mut chunks = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        chunks.extend(last.into_chunks());
        Ok(chunks)
    }

    /// What several pieces of work answer. All of them come to their end, also where one fails: the driver
    /// does not bear that a command is dropped half-way.
    pub(super) async fn all<T>(
        &self,
        work: impl Iterator<Item = impl Future<Output = Result<T>>>,
    ) -> Result<Vec<T>> {
        if self.request.session.is_none() {
            return join_all(work).await.into_iter().collect();
        }
        let mut answers = Vec::new();
        for one in work {
            answers.push(one.await?);
        }
        Ok(answers)
    }
}

fn too_many(source: &Source) -> Error {
    let what = format!(
        "the relation to {} has too many different keys for one query; ask for fewer rows, or for \
         related rows without an order",
        source.model.name
    );
    Error::new(Code::InvalidQuery, what)
}
