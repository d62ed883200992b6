//! Reading what the server answers to commands that are written here. A server is trusted to mean
//! well, not to be right: what its reply cannot mean is an error, never a success.

use crate::error::driver::{unreadable_reply, whole_number};
use crate::error::{Error, Result};
use bson::{RawBsonRef, RawDocument, RawDocumentBuf};
use std::collections::HashSet;

/// The bytes of a reply.
pub(super) fn raw(reply: &mongodb::bson::Document) -> Result<RawDocumentBuf> {
    RawDocumentBuf::try_from(reply).map_err(|_| unreadable_reply())
}

/// A count of documents, in whichever type of number the server has put it.
pub(super) fn count(reply: &RawDocument, key: &str) -> Result<u64> {
    let number = reply.get(key).ok().flatten().and_then(whole_number);
    number.and_then(|number| u64::try_from(number).ok()).ok_or_else(unreadable_reply)
}

/// The documents of an array; none where there is no such array.
pub(super) fn entries<'a>(
    reply: &'a RawDocument,
    key: &str,
) -> impl Iterator<Item = &'a RawDocument> {
    reply.get_array(key).into_iter().flatten().flatten().filter_map(RawBsonRef::as_document)
}

/// Refuses failures that belong to no document of a command, or several to one.
pub(super) fn check_places(failed: &[Error], total: usize) -> Result<()> {
    let mut seen = HashSet::new();
    for error in failed {
        let place = error.server.as_ref().and_then(|report| report.position);
        let place =
            place.and_then(|place| usize::try_from(place).ok()).ok_or_else(unreadable_reply)?;
        if place >= total || !seen.insert(place) {
            return Err(unreadable_reply());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::error::driver::write_error;
    use bson::rawdoc;

    #[test]
    fn counts_are_read_in_every_type() {
        for reply in [rawdoc! { "n": 3 }, rawdoc! { "n": 3_i64 }, rawdoc! { "n": 3.0 }] {
            assert_eq!(count(&reply, "n").unwrap(), 3);
        }
        for reply in [
            rawdoc! {},
            rawdoc! { "n": -1 },
            rawdoc! { "n": 1.5 },
            rawdoc! { "n": f64::NAN },
            rawdoc! { "n": "3" },
        ] {
            assert_eq!(count(&reply, "n").unwrap_err().code, Code::InvalidDocument);
        }
    }

    #[test]
    fn failures_belong_to_one_document_each() {
        let at = |index: i64| write_error(&rawdoc! { "index": index, "code": 11000 });
        assert!(check_places(&[at(0), at(2)], 3).is_ok());
        for wrong in [vec![at(3)], vec![at(-1)], vec![at(1 << 40)], vec![at(1), at(1)]] {
            assert!(check_places(&wrong, 3).is_err(), "{wrong:?}");
        }
    }
}
