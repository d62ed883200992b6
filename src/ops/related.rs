//! Reading what belongs to the rows of a read. Legs beside each other do not wait for each other, unless a
//! session has them go one after the other.

use super::Reply;
use super::json::Form;
use super::reading::Follow;
use super::reads::{Chunks, Query, Reads};
use crate::document::build::Builder;
use crate::document::chunk;
use crate::document::columns::Columns;
use crate::document::element::tag;
use crate::document::json::{Unfit, Zone};
use crate::error::{Code, Error, Result};
use crate::protocol::limit::CHUNK_ROWS;
use crate::relations::counts::Counts;
use crate::relations::links::write_numbers;
use crate::relations::text::{Below, Texts};
use crate::relations::{Calculation, Found, Gathered, Leg, Links, Matches, Order, Parents, With};
use crate::request::Head;
use crate::request::head::documents;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What belongs to the rows of a request.
pub(super) struct Related<'a> {
    reads: Reads<'a>,
    /// The rows of each batch get theirs with it.
    by_batch: bool,
    /// The form in which rows and what belongs to them go back.
    form: Form,
    plans: Plans<'a>,
    /// The keys of the rows so far.
    gathered: Mutex<Gathered>,
}

/// What is read with rows, its queries compiled.
struct Plans<'a> {
    with: &'a With,
    /// Of the legs, and of the calculations behind them.
    keyed: Vec<Plan<'a>>,
    /// Of what is read with documents inside.
    inside: Vec<Plans<'a>>,
}

/// A leg whose queries are compiled.
struct Plan<'a> {
    leg: &'a Leg,
    read: Query,
    between: Option<Query>,
    below: Plans<'a>,
}

/// What a leg answers.
enum Answer {
    Rows(Box<Rows>),
    Counts(Counts),
}

/// What is answered of rows.
#[derive(Default)]
struct Answers {
    /// Of the legs, and of the calculations behind them.
    keyed: Vec<Answer>,
    /// Of documents inside: where those of each row begin, and what is answered of them.
    inside: Vec<(Vec<u32>, Answers)>,
}

/// Related rows, and whose they are.
struct Rows {
    between: Option<Chunks>,
    chunks: Chunks,
    links: Links,
    /// Which of the related rows are linked, if not all are.
    linked: Option<Vec<bool>>,
    /// How long it took to read them.
    took: Duration,
    below: Answers,
}

impl<'a> Related<'a> {
    /// Compiles the queries of all legs.
    ///
    /// # Errors
    /// Those of the queries, and of the reads that their conditions over related rows need.
    pub(super) async fn new(reads: Reads<'a>, head: Head<'_>) -> Result<Self> {
        let (by_batch, form) = (head.flag("stream")?, Form::of(head, &reads.request.model)?);
        let plans = plans(reads, &reads.request.with).await?;
        let gathered = Mutex::new(Gathered::of(plans.with));
        Ok(Self { reads, by_batch, form, plans, gathered })
    }

    /// Takes the keys of rows.
    fn gather(&self, chunks: &[Vec<u8>]) -> Result<()> {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        let columns = &self.reads.request.model.columns;
        chunks.iter().try_for_each(|chunk| gathered.take(self.plans.with, chunk, (columns, None)))
    }

    /// What belongs to rows that the request brings: documents, one after the other.
    pub(super) async fn of_given(&self, payload: &[u8]) -> Result<Reply> {
        let rows = documents(payload).collect::<Result<Vec<_>>>()?;
        let columns = &self.reads.request.model.columns;
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
            std::mem::replace(&mut *gathered, Gathered::of(self.plans.with))
        };
        let answers = self.answers(&self.plans, gathered).await?;
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
    fn text(&self, chunks: &[Vec<u8>], answers: &Answers) -> Option<Reply> {
        let Form::Json(form) = &self.form else { return None };
        let model = &*self.reads.request.model;
        let below = shown(self.plans.with, answers, &form.zone).ok()?;
        let how = (&model.columns, form.plan(model), &form.zone);
        let texts = Texts::of(chunks, how, &below, None).ok()?;
        texts.joined().ok()?.map(Reply::Json)
    }

    /// Whether all rows are needed before any of them may go back.
    pub(super) const fn keeps_rows(&self) -> bool {
        matches!(self.form, Form::Json(_)) && !self.by_batch
    }

    /// What is answered of rows by their keys, all of it beside each other.
    async fn answers(&self, plans: &Plans<'_>, gathered: Gathered) -> Result<Answers> {
        let mut legs = Vec::new();
        let mut answers = waiting(plans, gathered, &mut legs);
        let legs = legs.into_iter().map(|(plan, parents)| self.boxed(plan, parents));
        let done = self.reads.all(legs).await?;
        fill(&mut answers, plans, &mut done.into_iter());
        Ok(answers)
    }

    /// Legs have legs, so their futures cannot contain each other.
    fn boxed<'s>(
        &'s self,
        plan: &'s Plan<'_>,
        parents: Parents,
    ) -> Pin<Box<dyn Future<Output = Result<Answer>> + Send + 's>> {
        Box::pin(self.leg(plan, parents))
    }

    async fn leg(&self, plan: &Plan<'_>, parents: Parents) -> Result<Answer> {
        if let Some(calculation) = &plan.leg.calculation {
            return self.counted(plan, calculation, parents).await.map(Answer::Counts);
        }
        let started = Instant::now();
        let (mut rows, matches) = self.rows(plan, parents, false).await?;
        rows.took = started.elapsed();
        rows.linked = rows.links.linked(&matches);
        drop(matches);
        let mut below = Gathered::of(plan.below.with);
        if !plan.below.with.is_empty() {
            let of = (&plan.leg.source.model.columns, rows.linked.as_deref());
            for chunk in &rows.chunks {
                below.take(plan.below.with, chunk, of)?;
            }
        }
        rows.below = self.answers(&plan.below, below).await?;
        Ok(Answer::Rows(Box::new(rows)))
    }

    /// The related rows by the keys of those above: with their keys `alone`, or as they are.
    async fn rows(
        &self,
        plan: &Plan<'_>,
        mut parents: Parents,
        alone: bool,
    ) -> Result<(Rows, Matches)> {
        let Leg { source, through, cut, .. } = plan.leg;
        let keys = |names: [&[u8]; 2]| alone.then(|| projection(names));
        let only = keys([&source.matches, b"_id"]);
        let (between, reads, matches, links);
        if let (Some(through), Some(query)) = (through, &plan.between) {
            let only_between = keys([&through.key, &through.source.matches]);
            let how = (through.source.ordered && parents.have_several(), only_between.as_deref());
            let of = (&through.source, query);
            let middle = match &through.tree {
                Some(tree) => self.reads.nodes(of, &parents.keys, (&through.key, tree)).await?,
                None => self.reads.rows(of, &parents.keys, how).await?,
            };
            let pivots = Matches::of(&middle, &through.source, &mut parents.keys)?;
            let middle = chunks_of(middle);
            let mut inner = Parents::default();
            for chunk in &middle {
                through.gather(chunk, &mut inner)?;
            }
            let how = (source.ordered, only.as_deref());
            reads = self.reads.rows((source, &plan.read), &inner.keys, how).await?;
            matches = Matches::of(&reads, source, &mut inner.keys)?;
            let order = if source.ordered { Order::Related } else { Order::Between };
            links = Links::through((&parents, &pivots), (&inner, &matches), order, *cut);
            between = Some(middle);
        } else {
            let how = (source.ordered && parents.have_several(), only.as_deref());
            reads = self.reads.rows((source, &plan.read), &parents.keys, how).await?;
            matches = Matches::of(&reads, source, &mut parents.keys)?;
            links = Links::direct(&parents, &matches, *cut);
            between = None;
        }
        let chunks = chunks_of(reads);
        let (linked, took, below) = (None, Duration::ZERO, Answers::default());
        Ok((Rows { between, chunks, links, linked, took, below }, matches))
    }

    /// What is calculated of the related rows. The server groups them by key where that tells; otherwise
    /// their keys are read, and counted here.
    async fn counted(
        &self,
        plan: &Plan<'_>,
        calculation: &Calculation,
        mut parents: Parents,
    ) -> Result<Counts> {
        let Leg { source, through, .. } = plan.leg;
        let is_number = calculation.operator.is_none();
        let by_key = through.is_none() && !parents.have_several();
        let is_plain = source.model.encrypted.is_empty();
        if by_key && (is_plain || calculation.field.is_some()) {
            let of = (source, &plan.read);
            let groups = self.reads.groups(of, &parents.keys, calculation).await?;
            return Counts::of_groups(&groups, &source.model.columns, &mut parents, is_number);
        }
        if calculation.field.is_some() {
            let what =
                "of rows that are related by several keys nothing but their number is calculated";
            return Err(Error::new(Code::InvalidQuery, what));
        }
        let above = parents.len();
        let (rows, _) = self.rows(plan, parents, true).await?;
        Ok(Counts::of_links(&rows.links, above))
    }
}

/// A projection of these columns alone.
fn projection(names: [&[u8]; 2]) -> Vec<u8> {
    let mut out = Builder::default();
    let start = out.begin();
    for name in [&b"_id"[..]].into_iter().chain(names.into_iter().filter(|name| *name != b"_id")) {
        out.name(tag::INT32, name);
        out.copy(&1_i32.to_le_bytes());
    }
    out.end(start);
    out.into_bytes()
}

fn chunks_of(reads: Vec<Found>) -> Chunks {
    reads.into_iter().flat_map(|read| read.chunks).collect()
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

/// Compiles what is read with rows.
fn plans<'a>(
    reads: Reads<'a>,
    with: &'a With,
) -> Pin<Box<dyn Future<Output = Result<Plans<'a>>> + Send + 'a>> {
    Box::pin(async move {
        let (mut keyed, mut inside) = (Vec::new(), Vec::new());
        for leg in with.keyed() {
            let between = match &leg.through {
                Some(through) => Some(reads.query(&through.source).await?),
                None => None,
            };
            let below = plans(reads, &leg.with).await?;
            keyed.push(Plan { leg, read: reads.query(&leg.source).await?, between, below });
        }
        for one in &with.inside {
            inside.push(plans(reads, &one.with).await?);
        }
        Ok(Plans { with, keyed, inside })
    })
}

/// Answers that are not there yet; what is to be read goes to `legs`.
fn waiting<'p, 'a>(
    plans: &'p Plans<'a>,
    gathered: Gathered,
    legs: &mut Vec<(&'p Plan<'a>, Parents)>,
) -> Answers {
    legs.extend(plans.keyed.iter().zip(gathered.parents));
    let inside = plans.inside.iter().zip(gathered.inside);
    let inside = inside.map(|(plans, one)| (one.starts, waiting(plans, one.gathered, legs)));
    Answers { keyed: Vec::new(), inside: inside.collect() }
}

/// Puts answers where they are waited for, in the order in which they were asked for.
fn fill(answers: &mut Answers, plans: &Plans<'_>, done: &mut impl Iterator<Item = Answer>) {
    answers.keyed = done.by_ref().take(plans.keyed.len()).collect();
    for ((_, answers), plans) in answers.inside.iter_mut().zip(&plans.inside) {
        fill(answers, plans, done);
    }
}

/// Puts what legs answer behind the other chunks, and says which are whose.
fn unload(answers: Answers, chunks: &mut Chunks, out: &mut Builder) {
    let list = out.begin_array(b"legs");
    let mut counts = Vec::new();
    for (place, answer) in answers.keyed.into_iter().enumerate() {
        let rows = match answer {
            Answer::Rows(rows) => rows,
            Answer::Counts(counted) => {
                counts.push(counted);
                continue;
            }
        };
        let Rows { between, chunks: related, links, took, below, .. } = *rows;
        let one = out.begin_document(place.to_string().as_bytes());
        for (name, part) in [(&b"between"[..], between), (b"chunks", Some(related))] {
            let Some(part) = part else { continue };
            out.name(tag::INT32, name);
            out.copy(&i32::try_from(part.len()).unwrap_or(i32::MAX).to_le_bytes());
            chunks.extend(part);
        }
        links.write(out);
        out.name(tag::DOUBLE, b"milliseconds");
        out.copy(&(took.as_secs_f64() * 1e3).to_le_bytes());
        unload(below, chunks, out);
        out.end(one);
    }
    out.end(list);
    if !counts.is_empty() {
        let list = out.begin_array(b"counts");
        for (place, counted) in counts.iter().enumerate() {
            let one = out.begin_document(place.to_string().as_bytes());
            counted.write(out);
            out.end(one);
        }
        out.end(list);
    }
    if answers.inside.is_empty() {
        return;
    }
    let list = out.begin_array(b"inside");
    for (place, (starts, answers)) in answers.inside.into_iter().enumerate() {
        let one = out.begin_document(place.to_string().as_bytes());
        write_numbers(b"starts", starts.iter(), out);
        unload(answers, chunks, out);
        out.end(one);
    }
    out.end(list);
}

/// Relations as JSON text. Documents inside of rows are written with the rows, without what belongs to them.
fn shown<'a>(
    with: &'a With,
    answers: &'a Answers,
    zone: &Zone,
) -> std::result::Result<Vec<Below<'a>>, Unfit> {
    if !with.inside.is_empty() {
        return Err(Unfit);
    }
    let mut below = Vec::new();
    for (Leg { source, one, name, json, with, .. }, answer) in with.legs.iter().zip(&answers.keyed)
    {
        let (Some(key), Answer::Rows(rows)) = (name, answer) else { continue };
        let Rows { chunks, links, linked, .. } = &**rows;
        let inner = shown(with, &rows.below, zone)?;
        let plan = (&source.model.columns, json.as_ref().unwrap_or(&source.model.json), zone);
        let texts = Texts::of(chunks, plan, &inner, linked.as_deref())?;
        below.push(Below { key, one: *one, links, texts });
    }
    Ok(below)
}
