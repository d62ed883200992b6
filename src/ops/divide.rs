//! How many statements go as one command.

use super::measured::Measured;
use crate::protocol::limit::DOCUMENT_BYTES;
use crate::request::{Expects, Statement, Write};

/// The server's limit of statements in a command.
const MAX_STATEMENTS: usize = 100_000;
/// The server's limit of a command's bytes is that of a document, 16 MiB; the rest is room for what
/// stands around the statements.
const MAX_BYTES: usize = DOCUMENT_BYTES - 64 * 1024;
/// What a statement costs besides its own bytes: its index and type in the array.
const OVERHEAD: usize = 8;

/// What a statement does, in the order in which unordered ones go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verb {
    Insert,
    Update,
    /// An update of documents that must be found first.
    UpdateFound,
    Delete,
    /// A delete that keeps its documents.
    Remove,
}

/// What a statement does.
pub(super) const fn verb(statement: &Statement<'_>) -> Verb {
    match &statement.write {
        Write::Insert(_) => Verb::Insert,
        Write::Change(_) if deletes(statement) => Verb::Delete,
        Write::Change(change) if change.removes => Verb::Remove,
        Write::Change(change) if change.unbound => Verb::UpdateFound,
        Write::Change(_) => Verb::Update,
    }
}

/// Whether it deletes.
pub(super) const fn deletes(statement: &Statement<'_>) -> bool {
    matches!(&statement.write, Write::Change(change) if change.update.is_none())
}

/// Whether it has a command to itself.
fn goes_alone(statement: &Statement<'_>) -> bool {
    verb(statement) == Verb::UpdateFound || statement.expects() == Expects::FoundAlone
}

/// Divides statements into commands. Ordered ones stay in order; of unordered ones, all of a kind
/// go together.
pub(super) fn commands<'s, 'a>(
    statements: impl IntoIterator<Item = Measured<'s, 'a>>,
    ordered: bool,
) -> Vec<Vec<Measured<'s, 'a>>> {
    let mut statements: Vec<_> = statements.into_iter().collect();
    if !ordered {
        statements.sort_by_key(|statement| verb(statement));
    }
    let mut commands: Vec<Vec<Measured<'_, '_>>> = Vec::new();
    let mut bytes = 0;
    for statement in statements {
        let size = statement.bytes + OVERHEAD;
        let verb = verb(&statement);
        match commands.last_mut() {
            Some(command)
                if command.first().is_some_and(|first| self::verb(first) == verb)
                    && !goes_alone(&command[0])
                    && !goes_alone(&statement)
                    && bytes + size <= MAX_BYTES
                    && command.len() < MAX_STATEMENTS =>
            {
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
    use crate::document::element::EMPTY;
    use crate::request::{Change, Head};
    use Verb::{Delete, Insert};
    use bson::{RawDocumentBuf, rawdoc};

    fn verbs(commands: &[Vec<Measured<'_, '_>>]) -> Vec<(Verb, Vec<u32>)> {
        commands
            .iter()
            .map(|one| (verb(&one[0]), one.iter().map(|statement| statement.position).collect()))
            .collect()
    }

    fn divided<'s, 'a>(
        statements: &'s [Statement<'a>],
        ordered: bool,
    ) -> Vec<Vec<Measured<'s, 'a>>> {
        commands(statements.iter().map(Measured::of), ordered)
    }

    fn sizes(statements: &[Statement<'_>], ordered: bool) -> Vec<usize> {
        divided(statements, ordered).iter().map(Vec::len).collect()
    }

    fn change(statement: &RawDocumentBuf, deletes: bool) -> Change<'_> {
        let head = Head::of(EMPTY).unwrap();
        Change::from_statement(statement.as_bytes(), head, deletes).unwrap()
    }

    fn inserts(document: &[u8], count: usize) -> Vec<Statement<'_>> {
        vec![Statement { position: 0, write: Write::Insert(document.into()) }; count]
    }

    #[test]
    fn ordered_statements_stay_in_order_and_unordered_ones_go_by_kind() {
        let one = rawdoc! { "q": {}, "limit": 1 };
        let delete = Write::Change(change(&one, true));
        let insert = Write::Insert(one.as_bytes().into());
        let statements: Vec<_> = (0..)
            .zip([delete.clone(), insert.clone(), insert, delete])
            .map(|(position, write)| Statement { position, write })
            .collect();
        assert_eq!(
            verbs(&divided(&statements, true)),
            [(Delete, vec![0]), (Insert, vec![1, 2]), (Delete, vec![3])]
        );
        assert_eq!(
            verbs(&divided(&statements, false)),
            [(Insert, vec![1, 2]), (Delete, vec![0, 3])]
        );
    }

    #[test]
    fn a_command_stays_within_the_limits_of_the_server() {
        let small = RawDocumentBuf::new();
        let many = inserts(small.as_bytes(), MAX_STATEMENTS + 1);
        assert_eq!(sizes(&many, true), [MAX_STATEMENTS, 1]);
        let large = vec![0; 6 * 1024 * 1024];
        assert_eq!(sizes(&inserts(&large, 5), false), [2, 2, 1]);
        let largest = vec![0; 16 * 1024 * 1024];
        assert_eq!(sizes(&inserts(&largest, 2), true), [1, 1]);
    }

    #[test]
    fn what_must_be_found_first_or_counted_goes_by_itself() {
        let one = rawdoc! { "q": {}, "u": { "$set": { "a": 1 } } };
        let plain = change(&one, false);
        let unbound = Change { unbound: true, ..plain.clone() };
        let expecting = |expects| Change { expects, ..plain.clone() };
        for (change, expected) in [
            (unbound, vec![1, 1, 1]),
            (expecting(Expects::FoundAlone), vec![1, 1, 1]),
            (expecting(Expects::Found), vec![3]),
        ] {
            let statements = vec![Statement { position: 0, write: Write::Change(change) }; 3];
            assert_eq!(sizes(&statements, false), expected);
        }
        let among = [plain.clone(), expecting(Expects::FoundAlone), plain]
            .map(|change| Statement { position: 0, write: Write::Change(change) });
        assert_eq!(sizes(&among, false), [1, 1, 1]);
    }
}
