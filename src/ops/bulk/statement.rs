//! The statements of a bulk write, and how many of them go as one command.

use crate::document::element::{self, tag};
use crate::error::{Code, Error, Result};
use crate::protocol::limit::DOCUMENT_BYTES;

/// The server's limit of statements in a command.
const MAX_STATEMENTS: usize = 100_000;
/// The server's limit of a command's bytes is that of a document, 16 MiB; the rest is room for what
/// stands around the statements.
const MAX_BYTES: usize = DOCUMENT_BYTES - 64 * 1024;
/// What a statement costs besides its own bytes: its index and type in the array.
const OVERHEAD: usize = 8;

/// The core's own name of an update whose documents must be found first.
pub(in crate::ops) const FOUND: &[u8] = b"updateFound";

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ops) enum Verb {
    Insert,
    Update,
    /// An update of documents that must be found first.
    UpdateFound,
    Delete,
}

/// One statement: its bytes as the server takes them, and its place in the whole payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ops) struct Statement<'a> {
    pub(in crate::ops) position: u32,
    pub(in crate::ops) verb: Verb,
    pub(in crate::ops) body: &'a [u8],
}

/// Reads a payload of `{ insert: … }`, `{ update: … }` and `{ delete: … }`. Only lengths are
/// checked; the server checks the rest.
pub(super) fn parse(payload: &[u8]) -> Result<Vec<Statement<'_>>> {
    let mut statements = Vec::new();
    let mut at = 0;
    for position in 0.. {
        if at == payload.len() {
            break;
        }
        let end = element::document_end(payload, at)?;
        let found = element::read(payload, at + 4, end)?;
        let statement = found.filter(|found| found.tag == tag::DOCUMENT).and_then(|found| {
            let verb = match found.name(payload) {
                b"insert" => Verb::Insert,
                b"update" => Verb::Update,
                FOUND => Verb::UpdateFound,
                b"delete" => Verb::Delete,
                _ => return None,
            };
            // A second element would be ignored.
            let body = &payload[found.value_at..found.end];
            (found.end + 1 == end).then_some(Statement { position, verb, body })
        });
        let statement = statement.ok_or_else(|| malformed(position))?;
        if element::document_end(statement.body, 0)? != statement.body.len() {
            return Err(malformed(position));
        }
        statements.push(statement);
        at = end;
    }
    Ok(statements)
}

fn malformed(position: u32) -> Error {
    let what = format!("statement {position} is none of insert, update and delete");
    Error::new(Code::InvalidQuery, what)
}

/// Divides statements into commands. Ordered ones stay in order; of unordered ones, all of a kind
/// go together.
pub(in crate::ops) fn commands(
    mut statements: Vec<Statement<'_>>,
    ordered: bool,
) -> Vec<Vec<Statement<'_>>> {
    if !ordered {
        statements.sort_by_key(|statement| statement.verb as u8);
    }
    let mut commands: Vec<Vec<Statement<'_>>> = Vec::new();
    let mut bytes = 0;
    for statement in statements {
        let size = statement.body.len() + OVERHEAD;
        let fits = commands
            .last()
            .and_then(|command| command.first())
            .is_some_and(|first| first.verb == statement.verb && bytes + size <= MAX_BYTES)
            && statement.verb != Verb::UpdateFound;
        match commands.last_mut() {
            Some(command) if fits && command.len() < MAX_STATEMENTS => {
                command.push(statement);
                bytes += size;
            }
            _ => {
                commands.push(vec![statement]);
                bytes = size;
            }
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verb::{Delete, Insert, Update};
    use bson::{RawDocumentBuf, rawdoc};

    fn payload(statements: &[RawDocumentBuf]) -> Vec<u8> {
        statements.iter().flat_map(|one| one.as_bytes().to_vec()).collect()
    }

    fn verbs(commands: &[Vec<Statement<'_>>]) -> Vec<(Verb, Vec<u32>)> {
        commands
            .iter()
            .map(|one| (one[0].verb, one.iter().map(|statement| statement.position).collect()))
            .collect()
    }

    fn statement(verb: Verb, body: &[u8]) -> Statement<'_> {
        Statement { position: 0, verb, body }
    }

    #[test]
    fn reads_statements_without_parsing_their_documents() {
        let bytes = payload(&[
            rawdoc! { "insert": { "a": 1 } },
            rawdoc! { "update": { "q": {}, "u": {} } },
            rawdoc! { "delete": { "q": {}, "limit": 1 } },
        ]);
        let statements = parse(&bytes).unwrap();
        assert_eq!(
            statements.iter().map(|one| (one.position, one.verb)).collect::<Vec<_>>(),
            [(0, Insert), (1, Update), (2, Delete)]
        );
        assert_eq!(statements[0].body, rawdoc! { "a": 1 }.as_bytes());
        assert!(parse(&[]).unwrap().is_empty());
    }

    #[test]
    fn refuses_what_is_no_statement() {
        for wrong in [
            rawdoc! {},
            rawdoc! { "replace": {} },
            rawdoc! { "insert": 1 },
            rawdoc! { "insert": {}, "update": {} },
        ] {
            let bytes = payload(&[rawdoc! { "insert": {} }, wrong]);
            let error = parse(&bytes).unwrap_err();
            assert!(error.message.contains("statement 1"), "{error}");
        }
        let bytes = payload(&[rawdoc! { "insert": { "a": ["b"] } }]);
        for cut in 1..bytes.len() {
            assert!(parse(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        for place in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[place] ^= 0xFF;
            let _ = parse(&bytes);
        }
    }

    #[test]
    fn ordered_statements_stay_in_order_and_unordered_ones_go_by_kind() {
        let bytes = payload(&[
            rawdoc! { "delete": {} },
            rawdoc! { "insert": {} },
            rawdoc! { "insert": {} },
            rawdoc! { "delete": {} },
        ]);
        let statements = parse(&bytes).unwrap();
        assert_eq!(
            verbs(&commands(statements.clone(), true)),
            [(Delete, vec![0]), (Insert, vec![1, 2]), (Delete, vec![3])]
        );
        assert_eq!(
            verbs(&commands(statements, false)),
            [(Insert, vec![1, 2]), (Delete, vec![0, 3])]
        );
    }

    #[test]
    fn a_command_stays_within_the_limits_of_the_server() {
        let small = rawdoc! {};
        let many = vec![statement(Update, small.as_bytes()); MAX_STATEMENTS + 1];
        let sizes: Vec<usize> = commands(many, true).iter().map(Vec::len).collect();
        assert_eq!(sizes, [MAX_STATEMENTS, 1]);
        let large = vec![0; 6 * 1024 * 1024];
        let sizes: Vec<usize> =
            commands(vec![statement(Insert, &large); 5], false).iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 2, 1]);
        let largest = vec![0; 16 * 1024 * 1024];
        let sizes: Vec<usize> =
            commands(vec![statement(Insert, &largest); 2], true).iter().map(Vec::len).collect();
        assert_eq!(sizes, [1, 1]);
    }
}
