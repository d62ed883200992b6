//! What no command may carry, whoever built it.

use super::Context;
use crate::document::element::{self, tag};
use crate::error::{Code, Error, Result};
use crate::request::{Body, Command, Kind, Write};
use bson::RawDocument;
use std::borrow::Cow;

/// Operators with which a filter, pipeline or update runs JavaScript on the server.
const SERVER_JAVASCRIPT: [&[u8]; 3] = [b"$where", b"$function", b"$accumulator"];

/// Commands that run JavaScript on the server.
const JAVASCRIPT_COMMANDS: [&str; 5] = ["mapReduce", "mapreduce", "group", "eval", "$eval"];

/// Where in a request a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The request's head, or a statement of several.
    Root,
    /// The modifications of an update, unless they are a pipeline.
    Modifications,
    Inside,
}

/// Refuses JavaScript on the server, where the connection does not allow it: in what came, and in what
/// steps added.
///
/// # Errors
/// `E_UNSAFE_OPERATOR`.
pub(super) fn apply(command: &Command<'_>, context: &Context<'_>) -> Result<()> {
    if context.allow_javascript {
        return Ok(());
    }
    refuse_server_javascript(command.head.as_bytes())?;
    if let (Kind::UpdateEach | Kind::Bulk, Body::Change(statements)) = (command.kind, &command.body)
    {
        for statement in statements {
            if let Write::Change(change) = &statement.write {
                refuse_server_javascript(change.options.as_bytes())?;
            }
        }
    }
    match &command.body {
        Body::Raw(raw) => {
            refuse_added(raw)?;
            refuse_javascript_command(raw)?;
        }
        Body::Read(part) | Body::Pipeline(part) => refuse_added(part)?,
        Body::Change(statements) => {
            for statement in statements {
                if let Write::Change(change) = &statement.write {
                    refuse_added(&change.filter)?;
                }
            }
        }
        Body::Insert(_) | Body::Other(_) => {}
    }
    Ok(())
}

/// As [`refuse_server_javascript`], of conditions that were made here.
#[expect(clippy::ptr_arg, reason = "what is owned was made here")]
fn refuse_added(part: &Cow<'_, [u8]>) -> Result<()> {
    match part {
        Cow::Borrowed(_) => Ok(()),
        Cow::Owned(bytes) => search(bytes, Place::Inside),
    }
}

/// Refuses server-side JavaScript anywhere in a validated request. What an update sets is data, and
/// may be called anything; in a pipeline, which is an array, it is an expression.
///
/// # Errors
/// `E_UNSAFE_OPERATOR` naming the operator.
fn refuse_server_javascript(document: &[u8]) -> Result<()> {
    search(document, Place::Root)
}

fn search(document: &[u8], place: Place) -> Result<()> {
    let mut open = vec![(4, element::document_end(document, 0)?, place)];
    while let Some((at, end, place)) = open.pop() {
        let mut at = at;
        while let Some(found) = element::read(document, at, end)? {
            at = found.end;
            let name = found.name(document);
            if SERVER_JAVASCRIPT.contains(&name) {
                return Err(Error::new(
                    Code::UnsafeOperator,
                    format!(
                        "{} runs JavaScript on the server, which this connection does not allow",
                        String::from_utf8_lossy(name)
                    ),
                ));
            }
            let inside = match (place, found.tag, name) {
                (Place::Modifications, tag::DOCUMENT, b"$set" | b"$setOnInsert")
                | (Place::Root, tag::DOCUMENT, b"replacement") => continue,
                // A document that replaces another: the server allows no operator beside a field.
                (Place::Modifications, ..) if !name.starts_with(b"$") => continue,
                (Place::Root, tag::DOCUMENT, b"update" | b"u") => Place::Modifications,
                (_, tag::DOCUMENT | tag::ARRAY, _) => Place::Inside,
                _ => continue,
            };
            open.push((found.value_at + 4, found.end, inside));
        }
    }
    Ok(())
}

/// Refuses a command that runs JavaScript on the server, explained or not.
///
/// # Errors
/// `E_UNSAFE_OPERATOR` naming the command.
fn refuse_javascript_command(command: &[u8]) -> Result<()> {
    let Ok(mut command) = RawDocument::from_bytes(command) else { return Ok(()) };
    while let Some(Ok((name, value))) = command.iter().next() {
        let name = name.as_str();
        if JAVASCRIPT_COMMANDS.contains(&name) {
            return Err(Error::new(
                Code::UnsafeOperator,
                format!(
                    "{name} runs JavaScript on the server, which this connection does not allow"
                ),
            ));
        }
        match value.as_document() {
            Some(explained) if name == "explain" => command = explained,
            _ => break,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::rawdoc;

    #[test]
    fn finds_javascript_at_any_depth() {
        for filter in [
            rawdoc! { "$where": "1" },
            rawdoc! { "$and": [{ "a": 1 }, { "$or": [{ "$where": "1" }] }] },
            rawdoc! { "$expr": { "$function": { "body": "", "args": [], "lang": "js" } } },
        ] {
            let error = refuse_server_javascript(filter.as_bytes()).unwrap_err();
            assert_eq!(error.code, Code::UnsafeOperator);
        }
        assert!(refuse_server_javascript(rawdoc! { "where": "$where" }.as_bytes()).is_ok());
    }

    #[test]
    fn finds_commands_that_run_javascript() {
        for command in [
            rawdoc! { "mapReduce": "users", "map": "", "reduce": "" },
            rawdoc! { "explain": { "mapReduce": "users" }, "verbosity": "queryPlanner" },
        ] {
            assert_eq!(
                refuse_javascript_command(command.as_bytes()).unwrap_err().code,
                Code::UnsafeOperator
            );
        }
        for command in [rawdoc! {}, rawdoc! { "ping": 1, "mapReduce": 1 }, rawdoc! { "explain": 1 }]
        {
            assert!(refuse_javascript_command(command.as_bytes()).is_ok());
        }
    }

    #[test]
    fn what_an_update_sets_is_data() {
        let set = rawdoc! { "$set": { "text": { "$where": "1" } } };
        let document = rawdoc! { "a": { "$where": "1" }, "b": [{ "$where": "1" }] };
        for request in [
            rawdoc! { "update": set.clone() },
            rawdoc! { "q": {}, "u": set.clone() },
            rawdoc! { "q": {}, "u": document.clone() },
            rawdoc! { "filter": {}, "replacement": document.clone() },
        ] {
            assert!(refuse_server_javascript(request.as_bytes()).is_ok());
        }
        for request in [
            rawdoc! { "update": [set.clone()] },
            rawdoc! { "filter": set.clone() },
            rawdoc! { "filter": { "replacement": document.clone() } },
            rawdoc! { "pipeline": [document] },
            rawdoc! { "filter": { "update": set.clone() } },
            rawdoc! { "update": { "$pull": { "a": { "$where": "1" } } } },
            rawdoc! { "update": { "$pull": set } },
        ] {
            assert!(refuse_server_javascript(request.as_bytes()).is_err());
        }
    }
}
