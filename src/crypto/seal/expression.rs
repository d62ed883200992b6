//! Expressions: they must not compute with encrypted columns. What a value may be a part of is
//! followed, so that fields are known where a variable or a text names them, too.

use super::{elements, for_each, value_of};
use crate::crypto::vault::Vault;
use crate::document::element::{self, EMPTY, Element, Typed, invalid, tag};
use crate::document::validate::MAX_DEPTH;
use crate::error::Result;
use crate::model::fields::{Relation, Tree};
use std::ptr;

pub(super) const COMPUTE: &str = "it is encrypted, so the server cannot compute with it";
pub(super) const AS_A_WHOLE: &str = "what holds it cannot be compared as a whole";

/// The parts of a document, with something encrypted in them, that a value may be or hold.
pub(super) type Parts<'a> = Vec<&'a Tree>;

impl Vault {
    /// An expression: it must not read encrypted columns.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY`.
    pub(crate) fn check_expression(&self, value: Typed<'_>) -> Result<()> {
        self.parts(self.fields().tree(), value).map(drop)
    }

    /// What the value of an expression may be or hold, of documents in which `root` says where
    /// something encrypted is.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY`.
    pub(super) fn parts<'a>(&'a self, root: &'a Tree, value: Typed<'a>) -> Result<Parts<'a>> {
        let parts = vec![root];
        let variables = vec![(&b"ROOT"[..], parts.clone()), (b"CURRENT", parts)];
        Scope { vault: self, root, variables, depth: 0 }.value(value)
    }

    /// The options of `$group`, or the expression of `$sortByCount`: neither groups nor accumulators may
    /// compare what holds something encrypted, which is never equal to anything.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY`.
    pub(super) fn check_groups(&self, root: &Tree, (tag, options): Typed<'_>) -> Result<()> {
        self.parts(root, (tag, options))?;
        if tag != tag::DOCUMENT {
            return self.check_compared(root, (tag, options));
        }
        for_each(options, |found, value| match (found.name(options), found.tag) {
            (b"_id", tag) => self.check_compared(root, (tag, value)),
            (_, tag::DOCUMENT) => for_each(value, |one, inner| match one.name(value) {
                b"$min" | b"$max" | b"$addToSet" => self.check_compared(root, (one.tag, inner)),
                _ => Ok(()),
            }),
            _ => Ok(()),
        })
    }

    /// A value that is told from others as a whole.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY`.
    fn check_compared(&self, root: &Tree, (tag, value): Typed<'_>) -> Result<()> {
        match tag {
            tag::STRING if value.len() > 6 && value[4] == b'$' => {
                let field = match root.relate(&value[5..value.len() - 1]) {
                    Relation::Above(tree) => tree.fields().next(),
                    _ => None,
                };
                field.map_or(Ok(()), |field| Err(self.refuse(field, AS_A_WHOLE)))
            }
            tag::DOCUMENT | tag::ARRAY => for_each(value, |found, inner| {
                let name = found.name(value);
                // What other operators answer is no such value.
                let passes = !name.starts_with(b"$") || matches!(name, b"$ifNull" | b"$cond");
                if passes { self.check_compared(root, (found.tag, inner)) } else { Ok(()) }
            }),
            _ => Ok(()),
        }
    }
}

/// What names mean at a place of an expression.
struct Scope<'a> {
    vault: &'a Vault,
    root: &'a Tree,
    /// Those of inner scopes are behind those of outer ones.
    variables: Vec<(&'a [u8], Parts<'a>)>,
    depth: usize,
}

impl<'a> Scope<'a> {
    fn value(&mut self, (tag, value): Typed<'a>) -> Result<Parts<'a>> {
        match tag {
            tag::STRING if value.len() > 6 && value[4] == b'$' => {
                self.path(&value[5..value.len() - 1])
            }
            tag::DOCUMENT | tag::ARRAY => {
                if self.depth > MAX_DEPTH {
                    return Err(invalid("an expression is nested too deeply", 0));
                }
                self.depth += 1;
                let mut parts = Vec::new();
                for found in &elements(value)? {
                    add(&mut parts, &self.element(value, found)?);
                }
                self.depth -= 1;
                Ok(parts)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// An operator with what it is applied to, or an element of a literal.
    fn element(&mut self, source: &'a [u8], found: &Element) -> Result<Parts<'a>> {
        let value = value_of(source, found);
        match (found.name(source), found.tag) {
            (b"$literal" | b"$const", _) => Ok(Vec::new()),
            (name @ (b"$getField" | b"$setField" | b"$unsetField"), _) => {
                self.field(name, (found.tag, value))
            }
            (b"$let", tag::DOCUMENT) => self.bind(value),
            (name @ (b"$map" | b"$filter" | b"$reduce"), tag::DOCUMENT) => self.each(name, value),
            (b"$sortArray", tag::DOCUMENT) => {
                let input = self.option(value, b"input")?;
                for part in &input {
                    self.check_order(part, value)?;
                }
                Ok(input)
            }
            (b"sortBy", tag::DOCUMENT) => {
                self.check_order(self.root, source)?;
                self.value((found.tag, value))
            }
            (_, tag) => self.value((tag, value)),
        }
    }

    /// The names under `sortBy`, from `part` on.
    fn check_order(&self, part: &Tree, options: &[u8]) -> Result<()> {
        match element::find(options, b"sortBy")? {
            Some(keys) if keys.tag == tag::DOCUMENT => {
                self.vault.check_keys(part, value_of(options, &keys), "it cannot be sorted by")
            }
            _ => Ok(()),
        }
    }

    fn option(&mut self, options: &'a [u8], name: &[u8]) -> Result<Parts<'a>> {
        match element::find(options, name)? {
            Some(found) => self.value((found.tag, value_of(options, &found))),
            None => Ok(Vec::new()),
        }
    }

    fn variable(&self, name: &[u8]) -> Parts<'a> {
        let known = self.variables.iter().rev().find(|(one, _)| *one == name);
        known.map(|(_, parts)| parts.clone()).unwrap_or_default()
    }

    /// A path without its dollar: `name.name`, or `$variable.name`.
    fn path(&self, path: &[u8]) -> Result<Parts<'a>> {
        let (parts, path) = match path.strip_prefix(b"$") {
            None => (self.variable(b"CURRENT"), path),
            Some(path) => match path.iter().position(|byte| *byte == b'.') {
                None => return Ok(self.variable(path)),
                Some(dot) => (self.variable(&path[..dot]), &path[dot + 1..]),
            },
        };
        let mut below = Vec::new();
        for part in parts {
            match part.relate(path) {
                Relation::Apart => {}
                Relation::Above(tree) => below.push(tree),
                Relation::Field(field) | Relation::Inside(field) => {
                    return Err(self.vault.refuse(field, COMPUTE));
                }
            }
        }
        Ok(below)
    }

    /// `$getField`, `$setField`, `$unsetField`: the name of a field is a text, without dots to go by.
    fn field(&mut self, operator: &[u8], argument: Typed<'a>) -> Result<Parts<'a>> {
        let options = match argument.0 {
            tag::DOCUMENT => argument.1,
            _ => EMPTY,
        };
        let named = element::find(options, b"field")?;
        let input = match element::find(options, b"input")? {
            Some(input) => self.value((input.tag, value_of(options, &input)))?,
            None => self.variable(b"CURRENT"),
        };
        let name = named.map_or(argument, |one| (one.tag, value_of(options, &one)));
        let mut found = Vec::new();
        if let Some(name) = constant(name)? {
            found.extend(input.iter().filter_map(|part| part.child(name)));
            if let Some(field) = found.iter().find_map(|part| part.field) {
                return Err(self.vault.refuse(field, COMPUTE));
            }
        } else {
            self.value(name)?;
            if let Some(field) = input.iter().find_map(|part| part.fields().next()) {
                let why = "the name of a field is computed, and may be that of an encrypted one";
                return Err(self.vault.refuse(field, why));
            }
        }
        let mut value = self.option(options, b"value")?;
        if operator == b"$getField" {
            return Ok(found);
        }
        add(&mut value, &input);
        Ok(value)
    }

    /// `$let`.
    fn bind(&mut self, options: &'a [u8]) -> Result<Parts<'a>> {
        let outer = self.variables.len();
        if let Some(found) = element::find(options, b"vars")?
            && found.tag == tag::DOCUMENT
        {
            let vars = value_of(options, &found);
            let mut bound = Vec::new();
            for one in &elements(vars)? {
                bound.push((one.name(vars), self.value((one.tag, value_of(vars, one)))?));
            }
            self.variables.extend(bound);
        }
        let value = self.option(options, b"in")?;
        self.variables.truncate(outer);
        Ok(value)
    }

    /// `$map`, `$filter`, `$reduce`: an expression that is evaluated for each element.
    fn each(&mut self, operator: &[u8], options: &'a [u8]) -> Result<Parts<'a>> {
        let input = self.option(options, b"input")?;
        let mut initial = self.option(options, b"initialValue")?;
        let outer = self.variables.len();
        let named = match element::find(options, b"as")? {
            Some(found) if found.tag == tag::STRING => text(value_of(options, &found)),
            _ => b"this",
        };
        self.variables.push((named, input.clone()));
        if operator == b"$reduce" {
            add(&mut initial, &input);
            self.variables.push((b"value", initial.clone()));
        }
        self.option(options, b"cond")?;
        let mut made = self.option(options, b"in")?;
        self.variables.truncate(outer);
        add(&mut made, &initial);
        Ok(if operator == b"$filter" { input } else { made })
    }
}

/// A string's bytes, without its length and the zero behind it.
fn text(value: &[u8]) -> &[u8] {
    value.get(4..value.len() - 1).unwrap_or_default()
}

/// The text that an expression is, if it is one.
fn constant((tag, value): Typed<'_>) -> Result<Option<&[u8]>> {
    Ok(match tag {
        tag::STRING if !text(value).starts_with(b"$") => Some(text(value)),
        tag::DOCUMENT => match elements(value)?.first() {
            Some(one)
                if one.tag == tag::STRING && matches!(one.name(value), b"$literal" | b"$const") =>
            {
                Some(text(value_of(value, one)))
            }
            _ => None,
        },
        _ => None,
    })
}

fn add<'a>(parts: &mut Parts<'a>, others: &[&'a Tree]) {
    for other in others {
        if !parts.iter().any(|part| ptr::eq(*part, *other)) {
            parts.push(other);
        }
    }
}
