//! Changes, single or of many.

use super::refuse_collation;
use crate::crypto::seal::filter::id_in;
use crate::crypto::seal::notes::{Asked, Notes};
use crate::crypto::vault::Vault;
use crate::document::element::{find, value_of};
use crate::error::{Error, Result};
use crate::request::Change;

/// Seals a change. One whose values are bound to documents that its filter does not name stays as it
/// is, but for its filter, and is `unbound`. Answers what the filter asks of blind indexes.
pub(super) fn seal_change(change: &mut Change<'_>, vault: &Vault) -> Result<Vec<Asked>> {
    let Change { options, filter, update, .. } = change;
    // Under a collation other ids may match than the one that is given.
    let id = if options.has("collation") { None } else { id_in(filter)? };
    let notes = Notes::default();
    let sealed = vault.seal_filter_noting(filter, &notes)?;
    if let (None, Some(field)) = (&id, notes.short(vault)) {
        return Err(refuse_short(vault, field));
    }
    let asked = notes.take();
    refuse_collation(*options, &asked, vault)?;
    if let Some(update) = update {
        if let Some(conditions) = find(options.as_bytes(), b"arrayFilters")? {
            let conditions = value_of(options.as_bytes(), &conditions);
            vault.check_array_filters((update.tag, &update.bytes), conditions)?;
        }
        if change.upsert
            && let Some(seeded) = vault.seed_upsert(filter, (update.tag, &update.bytes))?
        {
            update.bytes = seeded.into();
        }
        if id.is_none() && vault.needs_id((update.tag, &update.bytes))? {
            change.unbound = true;
        } else {
            let sealed = vault.seal_update((update.tag, &update.bytes), id.as_deref())?;
            update.bytes = sealed.into();
        }
    }
    *filter = sealed.into();
    Ok(asked)
}

/// A write of documents that are chosen by an index which different values share.
fn refuse_short(vault: &Vault, field: usize) -> Error {
    vault.refuse(
        field,
        "its blind index is shorter than 64 bits, so a write that is chosen by it may meet a document \
         with another value; find the document and write it by its key, or give the index 64 bits",
    )
}
