//! The last step before a request is sent, which none goes around: nothing in it is a plain value of
//! an encrypted column. What was sealed, or refused, before finds nothing here.

use super::Context;
use super::seal::Sealed;
use crate::crypto::seal::foreign::{self, Owner};
use crate::crypto::seal::mark::{refuse_marked, refuse_marked_but};
use crate::crypto::vault::Vault;
use crate::document::element::{find, tag, value_of};
use crate::error::Result;
use crate::request::{Body, Command, Write};

/// Parts of a head, or of a statement, that a command has in a form of its own.
const PARTS: [&[u8]; 9] = [
    b"filter",
    b"update",
    b"replacement",
    b"pipeline",
    b"command",
    b"projection",
    b"sort",
    b"q",
    b"u",
];

/// Looks at a command as it goes out.
///
/// # Errors
/// `E_ENCRYPTED_COLUMN_QUERY` when a value would be sent that should be encrypted.
pub(super) fn look(command: &Command<'_>, context: &Context<'_>, sealed: &Sealed) -> Result<()> {
    refuse_marked_but(command.head.as_bytes(), &PARTS)?;
    for statement in command.statements() {
        if let Write::Change(change) = &statement.write {
            refuse_marked_but(change.options.as_bytes(), &PARTS)?;
        }
    }
    for part in command.parts() {
        refuse_marked(part)?;
    }
    if let Some(stages) = pipeline(&command.body)? {
        let sealed_in = context.vault.map(Vault::collection);
        let owner = Owner { sealed: sealed_in, intact: sealed.intact };
        foreign::check(stages, context.ruled, owner)?;
    }
    match (&command.body, context.vault) {
        (Body::Raw(raw), None) => foreign::check_command(raw, context.ruled),
        (body, Some(vault)) => written(body, vault),
        _ => Ok(()),
    }
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
