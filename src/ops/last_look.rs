//! The last step before a request is sent, which none goes around: nothing in it is a plain value of
//! an encrypted column. What was sealed, or refused, before finds nothing here.

use super::Request;
use super::bulk::statement::FOUND;
use super::head::Head;
use super::sealing::{Sealed, documents};
use crate::crypto::seal::foreign::{self, Owner};
use crate::crypto::seal::mark::refuse_marked;
use crate::crypto::vault::Vault;
use crate::document::element::{self, find, tag, value_of};
use crate::error::Result;
use crate::request::Kind;

/// Looks at a request as it goes out.
///
/// # Errors
/// `E_ENCRYPTED_COLUMN_QUERY` when a value would be sent that should be encrypted.
pub(super) fn look(
    request: &Request,
    (head, payload): (Head<'_>, &[u8]),
    sealed: Option<(&Vault, &Sealed)>,
) -> Result<()> {
    let head = head.as_bytes();
    refuse_marked(head)?;
    if matches!(request.kind, Kind::UpdateEach | Kind::Bulk) {
        refuse_marked(payload)?;
    }
    if let Some(stages) = pipeline(request.kind, head)? {
        let owner = Owner {
            sealed: sealed.map(|(vault, _)| vault.collection()),
            intact: sealed.is_some_and(|(_, sealed)| sealed.intact),
        };
        foreign::check(stages, &request.encrypted, owner)?;
    }
    if request.kind == Kind::Command
        && sealed.is_none()
        && let Some(command) = find(head, b"command")?.filter(|one| one.tag == tag::DOCUMENT)
    {
        foreign::check_command(value_of(head, &command), &request.encrypted)?;
    }
    match sealed {
        Some((vault, sealed)) if !sealed.unbound => written(request.kind, vault, head, payload),
        _ => Ok(()),
    }
}

/// The pipeline that is run, or explained.
fn pipeline(kind: Kind, head: &[u8]) -> Result<Option<&[u8]>> {
    let mut document = head;
    if kind == Kind::Command {
        for name in [&b"command"[..], b"explain"] {
            match find(document, name)?.filter(|one| one.tag == tag::DOCUMENT) {
                Some(found) => document = value_of(document, &found),
                None if name == b"command" => return Ok(None),
                None => {}
            }
        }
    } else if kind != Kind::Aggregate {
        return Ok(None);
    }
    let found = find(document, b"pipeline")?.filter(|one| one.tag == tag::ARRAY);
    Ok(found.map(|one| value_of(document, &one)))
}

/// What is stored.
fn written(kind: Kind, vault: &Vault, head: &[u8], payload: &[u8]) -> Result<()> {
    let change = |document: &[u8], name: &[u8]| match find(document, name)? {
        Some(found) => vault.verify_update((found.tag, value_of(document, &found))),
        None => Ok(()),
    };
    match kind {
        Kind::Insert => documents(payload).try_for_each(|one| vault.verify_document(one?)),
        Kind::Update | Kind::FindAndModify => {
            change(head, b"update")?;
            change(head, b"replacement")
        }
        Kind::UpdateEach => documents(payload).try_for_each(|one| change(one?, b"u")),
        Kind::Bulk => documents(payload).try_for_each(|statement| {
            let statement = statement?;
            let limit = element::document_end(statement, 0)?;
            let Some(found) = element::read(statement, 4, limit)? else { return Ok(()) };
            let body = value_of(statement, &found);
            match found.name(statement) {
                b"insert" => vault.verify_document(body),
                FOUND => Ok(()),
                _ => change(body, b"u"),
            }
        }),
        _ => Ok(()),
    }
}
