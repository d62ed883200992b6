//! Encrypted columns of a command, as they are sent.

mod change;
mod narrow;
mod projection;

pub use narrow::{inserted_id, narrowed, only};

use super::Context;
use crate::crypto::open::{Opening, Trust};
use crate::crypto::seal::notes::{Asked, Check, Notes};
use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::{self, tag, value_of};
use crate::document::validate;
use crate::error::validation::without_values;
use crate::error::{Code, Error, Result};
use crate::model::fields::{Origin, Relation};
use crate::request::{Body, Command, Head, Kind, Write};
use change::seal_change;
use std::borrow::Cow;

/// What sealing says of a command and its reply.
#[derive(Debug, Default)]
pub struct Sealed {
    /// How the reply's rows are opened.
    pub opening: Opening,
    /// The rows of a pipeline are stored documents that have their blind index entries.
    pub intact: bool,
    /// What conditions ask of blind indexes, and what was read to check it.
    pub check: Check,
}

/// Seals a command.
///
/// # Errors
/// `E_ENCRYPTED_COLUMN_QUERY`, `E_ENCRYPTION_LIMIT`, `E_INVALID_DOCUMENT`.
pub fn apply(command: &mut Command<'_>, context: &Context<'_>) -> Result<Sealed> {
    let mut sealed = Sealed::default();
    let Some(vault) = context.vault else { return Ok(sealed) };
    let notes = &Notes::passing_over(context.strangers);
    let Command { kind, head, sort, projection, body } = command;
    if let Some(sort) = sort {
        vault.check_keys(vault.fields().tree(), sort, SORT)?;
    }
    check_head(*head, vault)?;
    match body {
        Body::Read(filter) => *filter = vault.seal_filter_noting(filter, notes)?.into(),
        Body::Insert(documents) => {
            for document in documents {
                *document = vault.seal_document(document, None)?.into();
            }
        }
        Body::Change(statements) => {
            for statement in statements {
                match &mut statement.write {
                    Write::Insert(document) => {
                        validate::document(document, 0)?;
                        *document = vault.seal_document(document, None)?.into();
                    }
                    Write::Change(change) => {
                        // The head was validated, and a statement of many was not.
                        if matches!(kind, Kind::UpdateEach | Kind::Bulk) {
                            validate::document(change.options.as_bytes(), 0)?;
                        }
                        let asked = seal_change(change, vault)?;
                        if *kind == Kind::InsertUnlessFound {
                            sealed.check.asked = asked;
                        }
                        if change.unbound && *kind == Kind::UpdateEach {
                            let what = "a coalesced update has no _id";
                            return Err(Error::new(Code::InvalidQuery, what));
                        }
                    }
                }
            }
        }
        Body::Pipeline(_) if head.flag("onDatabase")? => sealed.opening.trust = Trust::Reshaped,
        // What a history's rows have are documents as they were stored.
        Body::Pipeline(_) if head.has("history") => {}
        Body::Pipeline(stages) => {
            let pipeline = vault.seal_pipeline_noting(stages, notes)?;
            sealed.opening.trust = match pipeline.rows {
                Origin::Stored => Trust::Strict,
                Origin::Mixed if head.flag("documents")? => Trust::Mixed,
                Origin::Mixed | Origin::Made => Trust::Reshaped,
            };
            sealed.intact = pipeline.intact;
            sealed.opening.without_id |= pipeline.without_id;
            *stages = pipeline.stages.into();
        }
        Body::Raw(command) => *command = explained(command, vault)?.into(),
        Body::Other(_) => {}
    }
    if let Some(projection) = projection {
        let asked = if matches!(kind, Kind::Find | Kind::FindAndLock) {
            notes.fields()
        } else {
            Vec::new()
        };
        let (written, without_id) =
            projection::seal(projection, vault, (&asked, &mut sealed.check.hidden))?;
        *projection = Cow::Owned(written);
        sealed.opening.without_id = without_id;
    }
    sealed.check.asked.extend(notes.take());
    refuse_collation(*head, &sealed.check.asked, vault)?;
    Ok(sealed)
}

/// Why no order goes by an encrypted column.
const SORT: &str = "it cannot be sorted by";

/// What the options ask of encrypted columns.
fn check_head(head: Head<'_>, vault: &Vault) -> Result<()> {
    let tree = vault.fields().tree();
    for bounds in ["min", "max"] {
        if let Some(keys) = head.raw(bounds)? {
            vault.check_keys(tree, keys.as_bytes(), SORT)?;
        }
    }
    if let Some(key) = head.text("key")? {
        let field = match tree.relate(key.as_bytes()) {
            Relation::Field(field) | Relation::Inside(field) => Some(field),
            Relation::Above(tree) => tree.fields().next(),
            Relation::Apart => None,
        };
        if let Some(field) = field {
            return Err(vault.refuse(field, "its different values cannot be listed"));
        }
    }
    Ok(())
}

/// A comparison by other rules than bytes: entries know none.
fn refuse_collation(options: Head<'_>, asked: &[Asked], vault: &Vault) -> Result<()> {
    match asked.iter().find(|one| !one.entries.is_empty()) {
        Some(one) if options.has("collation") => Err(vault.refuse(
            one.field,
            "a collation cannot apply to it; text is made alike by the `normalize` of its blind index",
        )),
        _ => Ok(()),
    }
}

/// Names the columns of unique blind indexes in an error, in place of the indexes' fields. What a
/// validator's account quotes goes: a value may be a plain one, of a column in transition.
#[must_use]
pub fn name_columns(vault: &Vault, mut error: Error) -> Error {
    if let Some(report) = error.server.as_mut() {
        report.details = report.details.as_deref().map(without_values);
        for key in &mut report.keys {
            if let Some(field) = vault.fields().blind(key.as_bytes()) {
                let path = vault.field(field).path.to_string();
                error.message = error.message.replace(&**key, &path);
                *key = path;
            }
        }
        for item in &mut report.items {
            *item = name_columns(vault, item.clone());
        }
    }
    error
}

/// A command that explains another one; what it explains is sealed.
fn explained(command: &[u8], vault: &Vault) -> Result<Vec<u8>> {
    let mut out = Builder::with_capacity(command.len() * 2);
    let start = out.begin();
    let limit = element::document_end(command, 0)?;
    let mut at = 4;
    while let Some(found) = element::read(command, at, limit)? {
        at = found.end;
        let name = found.name(command);
        let inner = value_of(command, &found);
        let sealed = match (name, found.tag) {
            (b"explain", tag::DOCUMENT) => explained(inner, vault)?,
            (b"filter" | b"query", tag::DOCUMENT) => vault.seal_filter(inner)?,
            (b"pipeline", tag::ARRAY) => vault.seal_pipeline(inner)?.stages,
            (b"sort", tag::DOCUMENT) => {
                vault.check_keys(vault.fields().tree(), inner, SORT)?;
                inner.to_vec()
            }
            _ => inner.to_vec(),
        };
        out.name(found.tag, name);
        out.copy(&sealed);
    }
    out.end(start);
    Ok(out.into_bytes())
}

#[cfg(test)]
mod tests;
