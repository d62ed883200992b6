//! Which operation carries out a kind of command.

use super::operation::Operation;
use super::{
    aggregate, bulk, command, count, delete, distinct, find, find_and_lock, find_and_modify,
    insert, insert_unless_found, ping, rotate, sequence, transaction, update, update_each,
};
use crate::request::Kind;

/// Who carries out a kind of command.
pub(super) fn executor(kind: Kind) -> &'static dyn Operation {
    match kind {
        Kind::Find => &find::Find,
        Kind::Count => &count::Count,
        Kind::Insert => &insert::Insert,
        Kind::Update => &update::Update,
        Kind::UpdateEach => &update_each::UpdateEach,
        Kind::Delete => &delete::Delete,
        Kind::Ping => &ping::Ping,
        Kind::Aggregate => &aggregate::Aggregate,
        Kind::Distinct => &distinct::Distinct,
        Kind::FindAndModify => &find_and_modify::FindAndModify,
        Kind::Bulk => &bulk::Bulk,
        Kind::Command => &command::Raw,
        Kind::Rotate => &rotate::Rotate,
        Kind::InsertUnlessFound => &insert_unless_found::InsertUnlessFound,
        Kind::FindAndLock => &find_and_lock::FindAndLock,
        Kind::Sequence => &sequence::Sequence,
        Kind::StartTransaction => &transaction::Start,
        Kind::CommitTransaction => &transaction::Commit,
        Kind::AbortTransaction => &transaction::Abort,
    }
}
