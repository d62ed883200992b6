//! Fields whose value a rule says: what is written has that value, or is refused.

use super::Context;
use super::scope::{Lift, lift, values};
use super::stamp::{added, overlap, touched};
use crate::document::build::Builder;
use crate::document::element::{Typed, elements, find, tag, value_of};
use crate::error::{Code, Error, Result};
use crate::request::{Body, Change, Command, Write};
use std::borrow::Cow;

/// A field, and its one value.
struct Pin<'a> {
    rule: &'a str,
    model: &'a str,
    field: &'a [u8],
    tag: u8,
    bytes: &'a [u8],
}

/// Pins what is written.
///
/// # Errors
/// `E_RULE_VIOLATED` for another value, `E_TENANT_REQUIRED`, `E_CONTEXT_REQUIRED`.
pub(super) fn apply(command: &mut Command<'_>, context: &Context<'_>) -> Result<()> {
    let head = command.head;
    for rule in &context.model.rules {
        let Some(field) = rule.pin.as_deref() else { continue };
        if lift(&rule.name, head)? != Lift::Held {
            continue;
        }
        let Some(condition) = rule.condition(values(head)?)? else { continue };
        let Some(found) = find(&condition, field)? else { continue };
        let (tag, bytes) = (found.tag, value_of(&condition, &found));
        let pin = Pin { rule: &rule.name, model: &context.model.name, field, tag, bytes };
        match &mut command.body {
            Body::Insert(documents) => {
                for document in documents {
                    pin.document(document)?;
                }
            }
            Body::Change(statements) => {
                for statement in statements {
                    match &mut statement.write {
                        Write::Insert(document) => pin.document(document)?,
                        Write::Change(change) => pin.change(change)?,
                    }
                }
            }
            Body::Read(_) | Body::Pipeline(_) | Body::Raw(_) | Body::Other(_) => {}
        }
    }
    Ok(())
}

impl Pin<'_> {
    /// A whole document: it has the value, or it gets it.
    fn document(&self, document: &mut Cow<'_, [u8]>) -> Result<()> {
        let known = find(document, self.field)?;
        if known.is_some_and(|found| self.is((found.tag, value_of(document, &found)))) {
            return Ok(());
        }
        if known.is_some_and(|found| found.tag != tag::NULL) {
            return Err(self.violated());
        }
        let mut out = Builder::with_capacity(document.len() + 32);
        let start = out.begin();
        for found in elements(document)? {
            if known != Some(found) {
                out.element(document, &found);
            }
        }
        out.name(self.tag, self.field);
        out.copy(self.bytes);
        out.end(start);
        *document = out.into_bytes().into();
        Ok(())
    }

    fn change(&self, change: &mut Change<'_>) -> Result<()> {
        let Some(update) = &mut change.update else { return Ok(()) };
        if update.replaces()? {
            return self.document(&mut update.bytes);
        }
        if update.tag == tag::ARRAY {
            update.bytes = self.behind(&update.bytes)?.into();
            return Ok(());
        }
        let operators = elements(&update.bytes)?;
        let mut is_said = false;
        for operator in &operators {
            let says = matches!(operator.name(&update.bytes), b"$set" | b"$setOnInsert");
            let fields = value_of(&update.bytes, operator);
            if !says || operator.tag != tag::DOCUMENT {
                let one = std::slice::from_ref(operator);
                if touched(&update.bytes, one)?.iter().any(|path| overlap(path, self.field)) {
                    return Err(self.violated());
                }
                continue;
            }
            for found in elements(fields)? {
                let name = found.name(fields);
                let is_it = name == self.field && self.is((found.tag, value_of(fields, &found)));
                if overlap(name, self.field) && !is_it {
                    return Err(self.violated());
                }
                is_said |= is_it;
            }
        }
        if change.upsert && !is_said {
            let mut set = Builder::default();
            set.name(self.tag, self.field);
            set.copy(self.bytes);
            let none = || (&b"$set"[..], Vec::new());
            let additions = [(&b"$setOnInsert"[..], set.into_bytes()), none(), none()];
            update.bytes = added(&update.bytes, &operators, &additions).into();
        }
        Ok(())
    }

    /// Stages, with one more that sets the value whatever they made of it.
    fn behind(&self, stages: &[u8]) -> Result<Vec<u8>> {
        let mut out = Builder::with_capacity(stages.len() + 96);
        let list = out.begin();
        let all = elements(stages)?;
        for found in &all {
            out.element(stages, found);
        }
        let stage = out.begin_document(all.len().to_string().as_bytes());
        let set = out.begin_document(b"$set");
        let value = out.begin_document(self.field);
        out.name(self.tag, b"$literal");
        out.copy(self.bytes);
        for open in [value, set, stage, list] {
            out.end(open);
        }
        Ok(out.into_bytes())
    }

    /// Whether a value is the one, byte for byte; numbers by what they are.
    fn is(&self, (tag, bytes): Typed<'_>) -> bool {
        (tag == self.tag && bytes == self.bytes)
            || number((tag, bytes)).is_some_and(|one| number((self.tag, self.bytes)) == Some(one))
    }

    fn violated(&self) -> Error {
        let field = String::from_utf8_lossy(self.field);
        let what = format!(
            "{}: \"{field}\" is the rule \"{}\"'s to set, and the write gives it another value; leave it \
             out, or lift the rule by name",
            self.model, self.rule
        );
        Error::new(Code::RuleViolated, what)
    }
}

/// A whole number, whichever type it is stored as.
fn number((tag, bytes): Typed<'_>) -> Option<i64> {
    match tag {
        tag::INT32 => Some(i32::from_le_bytes(bytes.try_into().ok()?).into()),
        tag::INT64 => Some(i64::from_le_bytes(bytes.try_into().ok()?)),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the guard admits whole numbers that fit"
        )]
        tag::DOUBLE => {
            let number = f64::from_le_bytes(bytes.try_into().ok()?);
            (number.fract() == 0.0 && number.abs() < 9.1e15).then_some(number as i64)
        }
        _ => None,
    }
}
