//! A change without a condition is of whatever documents there are: the request must say so.

use crate::document::element::EMPTY_DOCUMENT;
use crate::error::{Code, Error, Result, ServerReport};
use crate::protocol::Kind;
use crate::request::{Command, Write};

/// Refuses changes whose filter is empty, unless they say `everything`. Conditions that other steps
/// add do not count.
///
/// # Errors
/// `E_EMPTY_FILTER`, with the place of a statement of many.
pub(super) fn apply(command: &Command<'_>) -> Result<()> {
    if command.kind == Kind::InsertUnlessFound {
        // Nothing that is there is changed.
        return Ok(());
    }
    for statement in command.statements() {
        let Write::Change(change) = &statement.write else { continue };
        if change.filter.len() > EMPTY_DOCUMENT || change.options.flag("everything")? {
            continue;
        }
        let many = matches!(command.kind, Kind::Bulk | Kind::UpdateEach);
        return Err(Error::reported(
            Code::EmptyFilter,
            "a write without a condition means any document; call .all() first if that is meant",
            ServerReport {
                position: many.then_some(statement.position),
                ..ServerReport::default()
            },
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::{RawDocumentBuf, rawdoc};

    fn refused(kind: Kind, head: &RawDocumentBuf, payload: &[RawDocumentBuf]) -> Option<Error> {
        let payload = payload.iter().map(|one| one.as_bytes());
        let bytes = std::iter::once(head.as_bytes()).chain(payload).collect::<Vec<_>>().concat();
        apply(&Command::parse(kind, &bytes).unwrap()).err()
    }

    #[test]
    fn a_change_of_everything_must_say_so() {
        let update = rawdoc! { "$set": { "a": 1 } };
        for (kind, name, change) in [
            (Kind::Update, "update", update.clone()),
            (Kind::FindAndModify, "update", update.clone()),
            (Kind::FindAndModify, "replacement", rawdoc! { "a": 1 }),
            (Kind::Delete, "comment", rawdoc! {}),
        ] {
            for (filter, everything, fine) in [
                (None, false, false),
                (Some(rawdoc! {}), false, false),
                (Some(rawdoc! {}), true, true),
                (Some(rawdoc! { "a": 1 }), false, true),
            ] {
                let mut head = RawDocumentBuf::new();
                head.append(bson::raw::CString::try_from(name).unwrap(), change.clone());
                if let Some(filter) = filter {
                    head.append(bson::cstr!("filter"), filter);
                }
                head.append(bson::cstr!("everything"), everything);
                let error = refused(kind, &head, &[]);
                assert_eq!(error.is_none(), fine, "{kind:?} {head:?}");
                assert!(error.is_none_or(|error| error.code == Code::EmptyFilter));
            }
        }
        let none = rawdoc! {};
        let insert = rawdoc! { "insert": {} };
        let meant = rawdoc! { "update": { "q": {}, "u": update.clone(), "everything": true } };
        assert_eq!(refused(Kind::Bulk, &none, &[insert.clone(), meant]), None);
        for statement in [
            rawdoc! { "update": { "q": {}, "u": update } },
            rawdoc! { "delete": { "q": {}, "limit": 1 } },
        ] {
            let error = refused(Kind::Bulk, &none, &[insert.clone(), statement]).unwrap();
            assert_eq!(error.code, Code::EmptyFilter);
            assert_eq!(error.server.unwrap().position, Some(1));
        }
        assert_eq!(refused(Kind::Find, &none, &[]), None);
        let inserts = rawdoc! { "update": { "$setOnInsert": { "a": 1 } } };
        assert_eq!(refused(Kind::InsertUnlessFound, &inserts, &[]), None);
    }
}
