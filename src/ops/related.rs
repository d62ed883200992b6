//! Reading what belongs to the rows of a read. Each leg is a command of its own model, by the keys of the rows
//! above; legs beside each other do not wait for each other, unless a session has them go one after the
//! other.

use super::execute::{Caller, execute};
use super::json::Form;
use super::reading::{Follow, Taker};
use super::{Reply, Request};
use crate::document::build::{Builder, joined};
use crate::document::chunk;
use crate::document::columns::Columns;
use crate::document::element::{elements, find, tag, value_of};
use crate::document::json::{Unfit, Zone};
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::protocol::limit::CHUNK_ROWS;
use crate::query;
use crate::relations::keys::Keys;
use crate::relations::links::small;
use crate::relations::text::{Below, Texts};
use crate::relations::{Found, Leg, Links, Matches, Order, Parents, Source};
use crate::request::head::documents;
use crate::request::{Command, Head, Kind};
use futures_util::future::join_all;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};

/// Keys of one read: more of them make the server no faster, and several reads keep it busier.
const KEYS: (usize, usize) = (1 << 20, 20_000);
/// Keys of a read that cannot be several, because the order of all rows counts. A command has 16 MiB at
/// most, beside keys too.
const KEYS_TOGETHER: (usize, usize) = (12 << 20, usize::MAX);

/// The chunks of one read.
type Chunks = Vec<Vec<u8>>;

/// What belongs to the rows of a request.
pub(super) struct Related<'a> {
    request: &'a Request,
    caller: Caller<'a>,
    /// The rows of each batch get theirs with it.
    by_batch: bool,
    /// The form in which rows and what belongs to them go back.
    form: Form,
    plans: Vec<Plan<'a>>,
    /// For each leg the keys of the rows so far.
    gathered: Mutex<Vec<Parents>>,
}

/// A leg whose queries are compiled.
struct Plan<'a> {
    leg: &'a Leg,
    read: Query,
    between: Option<Query>,
    below: Vec<Plan<'a>>,
}

/// A read that lacks its keys.
struct Query {
    kind: Kind,
    /// Options and parts, without a scope.
    head: Builder,
    scope: Option<Vec<u8>>,
}

/// What a leg answers.
struct Answer {
    between: Option<Chunks>,
    chunks: Chunks,
    links: Links,
    /// Which of the related rows are linked, if not all are.
    linked: Option<Vec<bool>>,
    below: Vec<Answer>,
}

impl<'a> Related<'a> {
    /// Compiles the queries of all legs.
    ///
    /// # Errors
    /// As [`query::compiled_related`].
    pub(super) fn new(request: &'a Request, head: Head<'_>, caller: Caller<'a>) -> Result<Self> {
        let plans = plans(&request.legs)?;
        let gathered = Mutex::new(begun(&plans));
        let (by_batch, form) = (head.flag("stream")?, Form::of(head)?);
        Ok(Self { request, caller, by_batch, form, plans, gathered })
    }

    /// Takes the keys of rows.
    fn gather(&self, chunks: &[Vec<u8>]) -> Result<()> {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        gather(&self.plans, &mut gathered, chunks, (&self.request.model.columns, None))
    }

    /// What belongs to rows that the request brings: documents, one after the other.
    pub(super) async fn of_given(&self, payload: &[u8]) -> Result<Reply> {
        let rows = documents(payload).collect::<Result<Vec<_>>>()?;
        let columns = &self.request.model.columns;
        for rows in rows.chunks(CHUNK_ROWS) {
            self.gather(&[chunk::from_documents(rows, columns, chunk::as_stored)?])?;
        }
        self.close(Reply::Chunks(Vec::new()), false).await
    }

    /// The last reply, or that of a batch, with what belongs to the rows. Behind the rows of a page there is
    /// a chunk with its cursors.
    pub(super) async fn close(&self, reply: Reply, is_page: bool) -> Result<Reply> {
        let Reply::Chunks(mut chunks) = reply else { return Ok(reply) };
        let rows = chunks.len() - usize::from(is_page && !chunks.is_empty());
        self.gather(&chunks[..rows])?;
        let gathered = {
            let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *gathered, begun(&self.plans))
        };
        let answers = self.legs(&self.plans, gathered).await?;
        if let Some(text) = self.text(&chunks, &answers).filter(|_| !is_page) {
            return Ok(text);
        }
        let mut links = Builder::default();
        let start = links.begin();
        unload(answers, &mut chunks, &mut links);
        links.end(start);
        let links = links.into_bytes();
        chunks.push(chunk::from_documents(&[&links], &Columns::default(), chunk::as_stored)?);
        Ok(Reply::Chunks(chunks))
    }

    /// Rows with what belongs to them as JSON, where it is asked for and can be told here.
    fn text(&self, chunks: &[Vec<u8>], answers: &[Answer]) -> Option<Reply> {
        let Form::Json(zone) = &self.form else { return None };
        let Model { columns, json, .. } = &*self.request.model;
        let below = shown(&self.request.legs, answers, zone).ok()?;
        let texts = Texts::of(chunks, (columns, json, zone), &below, None).ok()?;
        texts.joined().ok()?.map(Reply::Json)
    }

    /// Whether all rows are needed before any of them may go back.
    pub(super) const fn keeps_rows(&self) -> bool {
        matches!(self.form, Form::Json(_)) && !self.by_batch
    }

    /// Legs beside each other.
    async fn legs(&self, plans: &[Plan<'_>], parents: Vec<Parents>) -> Result<Vec<Answer>> {
        let legs = plans.iter().zip(parents).map(|(plan, parents)| self.boxed(plan, parents));
        self.all(legs).await
    }

    /// Legs have legs, so their futures cannot contain each other.
    fn boxed<'s>(
        &'s self,
        plan: &'s Plan<'_>,
        parents: Parents,
    ) -> Pin<Box<dyn Future<Output = Result<Answer>> + Send + 's>> {
        Box::pin(self.leg(plan, parents))
    }

    async fn leg(&self, plan: &Plan<'_>, mut parents: Parents) -> Result<Answer> {
        let Leg { source, through, cut, .. } = plan.leg;
        let (between, reads, matches, links);
        if let (Some(through), Some(query)) = (through, &plan.between) {
            let together = through.source.ordered && parents.have_several();
            let middle = self.read((&through.source, query), &parents.keys, together).await?;
            let pivots = Matches::of(&middle, &through.source, &mut parents.keys)?;
            let middle: Chunks = middle.into_iter().flat_map(|read| read.chunks).collect();
            let mut inner = Parents::default();
            for chunk in &middle {
                through.gather(chunk, &mut inner)?;
            }
            reads = self.read((source, &plan.read), &inner.keys, source.ordered).await?;
            matches = Matches::of(&reads, source, &mut inner.keys)?;
            let order = if source.ordered { Order::Related } else { Order::Between };
            links = Links::through((&parents, &pivots), (&inner, &matches), order, *cut);
            between = Some(middle);
        } else {
            let together = source.ordered && parents.have_several();
            reads = self.read((source, &plan.read), &parents.keys, together).await?;
            matches = Matches::of(&reads, source, &mut parents.keys)?;
            links = Links::direct(&parents, &matches, *cut);
            between = None;
        }
        drop(parents);
        let chunks: Chunks = reads.into_iter().flat_map(|read| read.chunks).collect();
        let mut below = begun(&plan.below);
        let linked = links.linked(&matches);
        if !below.is_empty() {
            let rows = (&source.model.columns, linked.as_deref());
            gather(&plan.below, &mut below, &chunks, rows)?;
        }
        let below = self.legs(&plan.below, below).await?;
        Ok(Answer { between, chunks, links, linked, below })
    }

    /// Reads the documents that keys find: in one read where they are to be `together`.
    async fn read(
        &self,
        (source, query): (&Source, &Query),
        keys: &Keys,
        together: bool,
    ) -> Result<Vec<Found>> {
        let limits = if together { KEYS_TOGETHER } else { KEYS };
        let mut reads = Vec::new();
        let mut first = 0;
        while first < keys.len() {
            let (condition, next) = keys.condition(&source.matches, first, limits);
            if together && next < keys.len() {
                return Err(too_many(source));
            }
            let keys = small(first)..small(next);
            reads.push(async move {
                let chunks = self.fetch(source, query, condition).await?;
                Ok(Found { keys, chunks })
            });
            first = next;
        }
        self.all(reads.into_iter()).await
    }

    async fn fetch(&self, source: &Source, query: &Query, condition: Vec<u8>) -> Result<Chunks> {
        let root = self.request;
        let is_elsewhere = !Arc::ptr_eq(&source.connection, &root.connection);
        let request = Request {
            kind: query.kind,
            connection: Arc::clone(&source.connection),
            model: Arc::clone(&source.model),
            body: query.body(condition),
            after: None,
            session: if is_elsewhere { None } else { root.session.clone() },
            ring: source.ring.clone(),
            ruled: Arc::clone(&root.ruled),
            legs: Vec::new(),
        };
        // The other connection is not closed before this has its answer.
        let _ticket = is_elsewhere.then(|| request.connection.enter()).transpose()?;
        let command = Command::parse(request.kind, &request.body)?;
        let kept = Mutex::new(Vec::new());
        let progress = self.caller.flow.progress.branch();
        let caller = Caller { taker: Taker::Kept(&kept), ..self.caller };
        let last = {
            let mut work = pin!(execute(&request, command, None, caller));
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
    async fn all<T>(
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

impl Follow for Related<'_> {
    fn batch(&self, reply: Reply) -> Pin<Box<dyn Future<Output = Result<Reply>> + Send + '_>> {
        Box::pin(async move {
            if self.by_batch {
                return self.close(reply, false).await;
            }
            if let Reply::Chunks(chunks) = &reply {
                self.gather(chunks)?;
            }
            Ok(reply)
        })
    }
}

impl Query {
    fn of(source: &Source) -> Result<Self> {
        let compiled = query::compiled_related(&source.head, &source.query)?;
        let mut head = Builder::with_capacity(compiled.len());
        head.begin();
        let mut scope = None;
        for found in elements(&compiled)? {
            if found.name(&compiled) == b"scope" {
                scope = Some(value_of(&compiled, &found).to_vec());
            } else {
                head.element(&compiled, &found);
            }
        }
        let has_stages = find(&compiled, b"pipeline")?.is_some();
        let kind = if has_stages { Kind::Aggregate } else { Kind::Find };
        Ok(Self { kind, head, scope })
    }

    /// The request for the documents that a condition holds for.
    fn body(&self, condition: Vec<u8>) -> Vec<u8> {
        let scope = match &self.scope {
            Some(scope) => joined(b"$and", [scope.as_slice(), &condition].into_iter()),
            None => condition,
        };
        let mut body = Builder::with_capacity(self.head.len() + scope.len() + 16);
        let start = body.begin();
        body.copy(&self.head.bytes()[4..]);
        body.name(tag::DOCUMENT, b"scope");
        body.copy(&scope);
        body.end(start);
        body.into_bytes()
    }
}

fn plans<'a>(legs: &'a [Leg]) -> Result<Vec<Plan<'a>>> {
    let plan = |leg: &'a Leg| {
        let Leg { source, through, legs, .. } = leg;
        let between = through.as_ref().map(|through| Query::of(&through.source)).transpose()?;
        Ok(Plan { leg, read: Query::of(source)?, between, below: plans(legs)? })
    };
    legs.iter().map(plan).collect()
}

/// No rows yet for any of the legs.
fn begun(plans: &[Plan<'_>]) -> Vec<Parents> {
    plans.iter().map(|_| Parents::default()).collect()
}

/// Takes the keys that legs need of rows.
fn gather(
    plans: &[Plan<'_>],
    parents: &mut [Parents],
    chunks: &[Vec<u8>],
    rows: (&Columns, Option<&[bool]>),
) -> Result<()> {
    for (plan, parents) in plans.iter().zip(parents) {
        for chunk in chunks {
            plan.leg.gather(chunk, rows, parents)?;
        }
    }
    Ok(())
}

/// Puts what legs answer behind the other chunks, and says which are whose.
fn unload(answers: Vec<Answer>, chunks: &mut Chunks, out: &mut Builder) {
    let list = out.begin_array(b"legs");
    for (place, answer) in answers.into_iter().enumerate() {
        let Answer { between, chunks: rows, links, below, .. } = answer;
        let one = out.begin_document(place.to_string().as_bytes());
        for (name, part) in [(&b"between"[..], between), (b"chunks", Some(rows))] {
            let Some(part) = part else { continue };
            out.name(tag::INT32, name);
            out.copy(&i32::try_from(part.len()).unwrap_or(i32::MAX).to_le_bytes());
            chunks.extend(part);
        }
        links.write(out);
        unload(below, chunks, out);
        out.end(one);
    }
    out.end(list);
}

/// Relations as JSON text.
fn shown<'a>(legs: &'a [Leg], answers: &'a [Answer], zone: &Zone) -> Result<Vec<Below<'a>>, Unfit> {
    let mut below = Vec::new();
    for (Leg { source, one, name, json, legs, .. }, answer) in legs.iter().zip(answers) {
        let Some(key) = name else { continue };
        let Answer { chunks, links, linked, .. } = answer;
        let inner = shown(legs, &answer.below, zone)?;
        let plan = (&source.model.columns, json.as_ref().unwrap_or(&source.model.json), zone);
        let texts = Texts::of(chunks, plan, &inner, linked.as_deref())?;
        below.push(Below { key, one: *one, links, texts });
    }
    Ok(below)
}

fn too_many(source: &Source) -> Error {
    let what = format!(
        "the related rows of {} are to be in an order, and have too many different keys for one query; \
         read fewer rows at a time, or without an order",
        source.model.name
    );
    Error::new(Code::InvalidQuery, what)
}
