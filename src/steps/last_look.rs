//! The last step before a request is sent, which none goes around: nothing in it is a plain value of
//! an encrypted column. What was sealed, or refused, before finds nothing here.

use super::Context;
use super::seal::Sealed;
use crate::crypto::seal::foreign::{self, Owner};
use crate::crypto::seal::mark::{has_marks, refuse_marked, refuse_marked_but};
use crate::crypto::vault::Vault;
use crate::document::element::{find, tag, value_of};
use crate::error::Result;
use crate::request::{Body, Command, Write};
use std::borrow::Cow;

/// Parts of a head, or of a statement, that a command has in a form of its own.
const PARTS: [&[u8]; 10] = [
    b"filter",
    b"update",
    b"replacement",
    b"pipeline",
    b"command",
    b"projection",
    b"sort",
    b"q",
    b"d",
    b"u",
];

/// Looks at a command as it goes out.
///
/// # Errors
/// `E_ENCRYPTED_COLUMN_QUERY` when a value would be sent that should be encrypted.
pub(super) fn look(command: &Command<'_>, context: &Context<'_>, sealed: &Sealed) -> Result<()> {
    // First, because it can name the column.
    if let Some(stages) = pipeline(&command.body)? {
        let sealed_in = context.vault.map(Vault::collection);
        let owner = Owner { sealed: sealed_in, intact: sealed.intact };
        foreign::check(stages, context.ruled, owner)?;
    }
    refuse_left(command.head.as_bytes(), command.parts())?;
    for statement in command.statements() {
        if let Write::Change(change) = &statement.write {
            refuse_left(change.options.as_bytes(), statement.parts())?;
        }
    }
    match (&command.body, context.vault) {
        (Body::Raw(raw), None) => foreign::check_command(raw, context.ruled),
        (body, Some(vault)) => written(body, vault),
        _ => Ok(()),
    }
}

/// Refuses marks in a head or a statement, and in parts that were made of it. What is borrowed of one
/// without marks has none.
fn refuse_left<'p, 'c: 'p>(
    source: &[u8],
    parts: impl Iterator<Item = &'p Cow<'c, [u8]>>,
) -> Result<()> {
    let has_marks = has_marks(source);
    if has_marks {
        refuse_marked_but(source, &PARTS)?;
    }
    for part in parts {
        if has_marks || matches!(part, Cow::Owned(_)) {
            refuse_marked(part)?;
        }
    }
    Ok(())
}

/// The pipeline that is run, or explained.
fn pipeline<'c>(body: &'c Body<'_>) -> Result<Option<&'c [u8]>> {
    let mut command: &[u8] = match body {
        Body::Pipeline(stages) => return Ok(Some(stages)),
        Body::Raw(command) => command,
        _ => return Ok(None),
    };
    if let Some(found) = find(command, b"explain")?.filter(|one| one.tag == tag::DOCUMENT) {
        command = value_of(command, &found);
    }
    let found = find(command, b"pipeline")?.filter(|one| one.tag == tag::ARRAY);
    Ok(found.map(|one| value_of(command, &one)))
}

/// What is stored.
fn written(body: &Body<'_>, vault: &Vault) -> Result<()> {
    match body {
        Body::Insert(documents) => documents.iter().try_for_each(|one| vault.verify_document(one)),
        Body::Change(statements) => statements.iter().try_for_each(|one| match &one.write {
            Write::Insert(document) => vault.verify_document(document),
            Write::Change(change) => match &change.update {
                Some(update) if !change.unbound => vault.verify_update((update.tag, &update.bytes)),
                _ => Ok(()),
            },
        }),
        _ => Ok(()),
    }
}
