//! Which conditions hold for a command: those of the model, those of its rules that nobody lifted, and those
//! that stand in the head.

use crate::document::build::{Builder, joined};
use crate::document::element::{elements, tag};
use crate::error::Result;
use crate::model::Model;
use crate::model::rules::Rule;
use crate::request::Head;
use bson::{RawBsonRef, RawDocument};
use std::borrow::Cow;
use std::sync::Arc;

/// What a call makes of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lift {
    /// It holds.
    Held,
    /// It does not hold.
    Lifted,
    /// What it hides is asked for, and nothing else.
    Only,
}

/// What a command says of rules, and which models have any.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach<'a> {
    pub(super) model: &'a Model,
    pub(super) head: Head<'a>,
    pub(super) ruled: &'a [Arc<Model>],
}

/// What the call makes of a rule of the model: its head goes first, then the caller's context.
///
/// # Errors
/// `E_INVALID_QUERY`.
pub fn lift(rule: &str, head: Head<'_>) -> Result<Lift> {
    let said = head.raw("lift")?.and_then(|lift| lift.get(rule).ok().flatten());
    match said {
        Some(RawBsonRef::String("only")) => Ok(Lift::Only),
        Some(_) => Ok(Lift::Lifted),
        None => lift_by_context(rule, head),
    }
}

/// What the caller's context alone makes of a rule, as in the collections of other models.
///
/// # Errors
/// `E_INVALID_QUERY`.
pub fn lift_by_context(rule: &str, head: Head<'_>) -> Result<Lift> {
    let Some(context) = head.raw("context")? else { return Ok(Lift::Held) };
    let lifts = context
        .get_document("lift")
        .is_ok_and(|lift| lift.get(rule).is_ok_and(|one| one.is_some()));
    Ok(if lifts { Lift::Lifted } else { Lift::Held })
}

/// The values of the caller's context.
///
/// # Errors
/// `E_INVALID_QUERY`.
pub fn values(head: Head<'_>) -> Result<Option<&RawDocument>> {
    Ok(head.raw("context")?.and_then(|context| context.get_document("values").ok()))
}

/// The conditions of the rules that hold.
fn of_rules<'a>(
    model: &'a Model,
    head: Head<'_>,
    how: impl Fn(&Rule) -> Result<Lift>,
    out: &mut Vec<Cow<'a, [u8]>>,
) -> Result<()> {
    for rule in &model.rules {
        let condition = match how(rule)? {
            Lift::Held => rule.condition(values(head)?)?,
            Lift::Only => rule.only(values(head)?)?,
            Lift::Lifted => None,
        };
        out.extend(condition);
    }
    Ok(())
}

/// The conditions of a model's documents, and those that the head adds.
pub(super) fn own<'a>(model: &'a Model, head: Head<'a>) -> Result<Vec<Cow<'a, [u8]>>> {
    let own = model.scope.as_deref().into_iter().chain(model.kind.as_deref());
    let mut all: Vec<_> = own.map(Cow::Borrowed).collect();
    of_rules(model, head, |rule| lift(&rule.name, head), &mut all)?;
    all.extend(head.raw("scope")?.map(|scope| Cow::Borrowed(scope.as_bytes())));
    Ok(all)
}

/// The conditions of an upsert. The server inserts what conditions ask for by equality, and refuses a field that the
/// caller asks for as well: what is pinned is set by its own step.
///
/// # Errors
/// `E_INVALID_DOCUMENT`.
pub(super) fn ranged<'a>(model: &Model, own: &[&'a [u8]]) -> Result<Vec<Cow<'a, [u8]>>> {
    let is_pinned = |name: &[u8]| model.rules.iter().any(|rule| rule.pin.as_deref() == Some(name));
    own.iter()
        .map(|&condition| {
            let all = elements(condition)?;
            let [one] = all[..] else { return Ok(Cow::Borrowed(condition)) };
            if one.tag == tag::DOCUMENT || !is_pinned(one.name(condition)) {
                return Ok(Cow::Borrowed(condition));
            }
            let mut out = Builder::with_capacity(2 * condition.len() + 32);
            let start = out.begin();
            let bounds = out.begin_document(one.name(condition));
            for bound in [&b"$gte"[..], b"$lte"] {
                out.renamed(bound, condition, &one);
            }
            out.end(bounds);
            out.end(start);
            Ok(Cow::Owned(out.into_bytes()))
        })
        .collect()
}

impl Reach<'_> {
    /// Whether nothing is asked of any collection.
    pub(super) fn is_free(&self) -> bool {
        self.ruled.iter().all(|model| model.scope.is_none() && model.rules.is_empty())
    }

    /// What a call makes of a rule of another model: its head is about the collection that it names.
    fn lift(&self, model: &Model, rule: &Rule) -> Result<Lift> {
        if model.collection == self.model.collection {
            lift(&rule.name, self.head)
        } else {
            lift_by_context(&rule.name, self.head)
        }
    }

    /// What holds for documents of a collection that a pipeline reaches. Of conditions of models alone one
    /// has to hold: a document that none of them would show stays hidden. Rules hold all.
    pub(super) fn of_collection(&self, name: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut scopes: Vec<&[u8]> = Vec::new();
        let mut rules: Vec<Cow<'_, [u8]>> = Vec::new();
        for model in self.ruled.iter().filter(|model| model.collection.as_bytes() == name) {
            let mut own = Vec::new();
            of_rules(model, self.head, |rule| self.lift(model, rule), &mut own)?;
            for one in own {
                if !rules.contains(&one) {
                    rules.push(one);
                }
            }
            scopes.extend(model.scope.as_deref().filter(|scope| !scopes.contains(scope)));
        }
        let scopes = (!scopes.is_empty()).then(|| joined(b"$or", scopes.into_iter()));
        let all: Vec<&[u8]> =
            scopes.as_deref().into_iter().chain(rules.iter().map(|one| &**one)).collect();
        Ok((!all.is_empty()).then(|| joined(b"$and", all.into_iter())))
    }

    /// Whether documents of a collection may be written by a pipeline: not where rules say what is written, but for
    /// what counts rows anew, which changes nothing else.
    pub(super) fn takes_rows(&self, name: &[u8]) -> Result<bool> {
        if self.head.flag("recounts")? {
            return Ok(true);
        }
        for model in self.ruled.iter().filter(|model| model.collection.as_bytes() == name) {
            for rule in model.rules.iter().filter(|rule| rule.writes()) {
                if self.lift(model, rule)? == Lift::Held {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}
