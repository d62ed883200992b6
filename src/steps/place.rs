//! Which database a command goes to: the one of its connection, or where a rule of the model says so, one of the
//! caller's tenant. What a pipeline reaches has to be in the same one.

use super::Context;
use super::scope::{Lift, lift, lift_by_context, text, values};
use crate::document::element::{elements, find, tag, value_of};
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::model::rules::Rule;
use crate::request::{Body, Command, Head};
use std::borrow::Cow;

/// A database, and how it was found.
#[derive(Debug, Clone, Default)]
pub struct Place<'a> {
    /// The database of the connection, or the one that was named with it.
    given: &'a str,
    /// Whether it was named.
    is_named: bool,
    /// The database that the command goes to.
    pub database: Cow<'a, str>,
}

impl<'a> Place<'a> {
    /// Where a command on a model goes, on a connection with a database of its `own`, or with a `named` one in
    /// its place.
    ///
    /// # Errors
    /// `E_TENANT_REQUIRED`, `E_CONTEXT_REQUIRED`, `E_INVALID_VALUE`.
    pub fn of(
        model: &Model,
        head: Head<'_>,
        (own, named): (&'a str, Option<&'a str>),
    ) -> Result<Self> {
        let given = named.unwrap_or(own);
        let mut place = Self { given, is_named: named.is_some(), database: given.into() };
        if let Some(name) = place.by_rules(model, head, lift)? {
            place.database = name.into();
        }
        Ok(place)
    }

    /// The database that the rules of a model say, if any does.
    fn by_rules(
        &self,
        model: &Model,
        head: Head<'_>,
        how: impl Fn(&str, Head<'_>) -> Result<Lift>,
    ) -> Result<Option<String>> {
        for rule in model.rules.iter().filter(|rule| rule.places()) {
            match how(&rule.name, head)? {
                Lift::Held => return rule.database(values(head)?, self.given),
                Lift::Lifted | Lift::Only if self.is_named => {}
                Lift::Lifted | Lift::Only => return Err(rule.nowhere()),
            }
        }
        Ok(None)
    }
}

/// Refuses pipelines that reach collections of models in other databases.
///
/// # Errors
/// `E_UNSUPPORTED`, those of [`Place::of`].
pub(super) fn apply(command: &Command<'_>, context: &Context<'_>) -> Result<()> {
    let places = |model: &Model| model.rules.iter().any(Rule::places);
    if !places(context.model) && !context.ruled.iter().any(|model| places(model)) {
        return Ok(());
    }
    match &command.body {
        Body::Pipeline(stages) | Body::Raw(stages) => reached(stages, &|name, named| {
            let own = name == context.model.collection.as_bytes();
            let is_here = |found: &str| found == named.unwrap_or(&context.place.database);
            // Models of other databases may give theirs the same name.
            if own && is_here(&context.place.database) {
                return Ok(());
            }
            let how = if own { lift } else { lift_by_context };
            let known = context.ruled.iter().filter(|it| it.collection.as_bytes() == name);
            let mut elsewhere = None;
            for model in known.filter(|model| places(model) || places(context.model)) {
                let found = context.place.by_rules(model, command.head, how)?;
                let found = found.as_deref().unwrap_or(context.place.given);
                if is_here(found) {
                    return Ok(());
                }
                elsewhere = Some(model);
            }
            elsewhere.map_or(Ok(()), |model| Err(apart(context.model, model)))
        }),
        // Other commands are of one collection.
        Body::Read(_) | Body::Insert(_) | Body::Change(_) | Body::Other(_) => Ok(()),
    }
}

/// Calls back with each collection that stages read or write beside their own, at any depth, and with the
/// database where they name one.
fn reached(source: &[u8], see: &impl Fn(&[u8], Option<&str>) -> Result<()>) -> Result<()> {
    for found in elements(source)? {
        let value = value_of(source, &found);
        let keys: &[&[u8]] = match found.name(source) {
            b"$lookup" | b"$graphLookup" => &[b"from"],
            b"$unionWith" | b"$out" => &[b"coll"],
            b"$merge" => &[b"into"],
            _ => &[],
        };
        for key in keys {
            see_target((found.tag, value), key, see)?;
        }
        if matches!(found.tag, tag::DOCUMENT | tag::ARRAY) {
            reached(value, see)?;
        }
    }
    Ok(())
}

/// A collection is named alone, or under `key`, or there with its database.
fn see_target(
    (tag, value): (u8, &[u8]),
    key: &[u8],
    see: &impl Fn(&[u8], Option<&str>) -> Result<()>,
) -> Result<()> {
    if tag == tag::STRING {
        return see(text(value), None);
    }
    let within = |key: &[u8]| -> Result<Option<(u8, &[u8])>> {
        let found = if tag == tag::DOCUMENT { find(value, key)? } else { None };
        Ok(found.map(|found| (found.tag, value_of(value, &found))))
    };
    let database = within(b"db")?.and_then(|(_, name)| std::str::from_utf8(text(name)).ok());
    match (within(key)?, database) {
        (Some((tag::STRING, name)), database) => see(text(name), database),
        (Some(inner), _) => see_target(inner, b"coll", see),
        (None, _) => Ok(()),
    }
}

fn apart(from: &Model, to: &Model) -> Error {
    let what = format!(
        "{} and {} are in different databases here, and MongoDB's pipelines read and write one: query them one after \
         the other, or by preload(), which does",
        from.name, to.name
    );
    Error::new(Code::Unsupported, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Kind;
    use bson::{Bson, Document, RawDocumentBuf, doc};
    use std::sync::Arc;

    fn raw(document: &Document) -> Vec<u8> {
        RawDocumentBuf::try_from(document).unwrap().into_bytes()
    }

    fn model(collection: &str, rule: Document) -> Arc<Model> {
        let descriptor = doc! {
            "name": collection, "collection": collection, "columns": [], "hooks": [], "rules": [rule],
        };
        Arc::new(Model::from_descriptor(&raw(&descriptor)).unwrap())
    }

    fn of_tenants(collection: &str) -> Arc<Model> {
        model(collection, doc! { "name": "tenant", "database": "t_{tenant}" })
    }

    fn place(head: &Document, named: Option<&str>) -> Result<String> {
        let head = raw(head);
        let found = Place::of(&of_tenants("bills"), Head::of(&head)?, ("app", named))?;
        Ok(found.database.into_owned())
    }

    #[test]
    fn a_tenant_has_a_database_and_nobody_has_none() {
        let acme = doc! { "context": { "values": { "tenant": "acme" } } };
        assert_eq!(place(&acme, None).unwrap(), "t_acme");
        // What the connection names is no way around the rule.
        assert_eq!(place(&acme, Some("t_other")).unwrap(), "t_acme");
        for value in [Bson::Null, doc! { "$ne": 1 }.into()] {
            let head = doc! { "context": { "values": { "tenant": value } } };
            assert_eq!(place(&head, None).unwrap_err().code, Code::TenantRequired);
        }
        let odd = doc! { "context": { "values": { "tenant": "a/../b" } } };
        let error = place(&odd, None).unwrap_err();
        assert_eq!(error.code, Code::InvalidValue);
        assert!(!error.message.contains(".."), "{}", error.message);
    }

    #[test]
    fn who_lifts_the_rule_names_a_database() {
        for head in [
            doc! { "lift": { "tenant": true } },
            doc! { "context": { "values": { "tenant": "acme" }, "lift": { "tenant": "a report" } } },
        ] {
            assert_eq!(place(&head, Some("t_b")).unwrap(), "t_b");
            assert_eq!(place(&head, None).unwrap_err().code, Code::TenantRequired);
        }
    }

    fn reach(from: &Arc<Model>, stage: Document) -> Result<()> {
        let shared = model("people", doc! { "name": "open", "condition": { "closed": null } });
        let ruled = [of_tenants("bills"), of_tenants("lines"), shared, Arc::clone(from)];
        let context = doc! { "values": { "tenant": "acme" } };
        let bytes = raw(&doc! { "pipeline": [{ "$facet": { "x": [stage] } }], "context": context });
        let command = Command::parse(Kind::Aggregate, &bytes)?;
        let place = Place::of(from, command.head, ("app", None))?;
        let context = Context {
            model: from,
            vault: None,
            ruled: &ruled,
            place: &place,
            allow_javascript: false,
            strangers: &[],
        };
        apply(&command, &context)
    }

    #[test]
    fn a_pipeline_stays_in_its_database() {
        let bills = of_tenants("bills");
        let people = model("people", doc! { "name": "open", "condition": { "closed": null } });
        let into = |name: &str| doc! { "$merge": { "into": { "db": name, "coll": "lines" } } };
        for (from, stage, holds) in [
            (&bills, doc! { "$lookup": { "from": "lines", "as": "x" } }, true),
            (&bills, doc! { "$unionWith": "lines" }, true),
            (&bills, doc! { "$graphLookup": { "from": "bills" } }, true),
            (&bills, doc! { "$out": "lines" }, true),
            (&bills, into("t_acme"), true),
            (&bills, into("t_other"), false),
            (&bills, doc! { "$unionWith": { "coll": "people" } }, false),
            (&bills, doc! { "$out": { "db": "app", "coll": "people" } }, true),
            (&people, doc! { "$lookup": { "from": "lines", "as": "x" } }, false),
            (&people, doc! { "$unionWith": { "coll": "bills", "pipeline": [] } }, false),
            (&people, doc! { "$graphLookup": { "from": "lines" } }, false),
            (&people, doc! { "$merge": "lines" }, false),
            (&people, into("t_other"), false),
            (&people, doc! { "$unionWith": "people" }, true),
        ] {
            let outcome = reach(from, stage.clone());
            let code = outcome.as_ref().err().map(|error| error.code);
            assert_eq!(code, (!holds).then_some(Code::Unsupported), "{stage}");
        }
    }
}
