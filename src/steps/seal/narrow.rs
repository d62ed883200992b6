//! Changes of documents that had to be found first.

use crate::crypto::canonical::id_of;
use crate::crypto::vault::Vault;
use crate::document::build::joined;
use crate::document::element::tag;
use crate::error::Result;
use crate::request::{Change, Modifications};
use crate::steps::stamp::count_replaced;
use bson::{RawBson, RawDocument, RawDocumentBuf, rawdoc};

/// The change of the one document with `id`, under the same filter. `inserting`: it is to be made,
/// since none was found.
///
/// # Errors
/// Those of sealing.
pub fn narrowed<'a>(
    change: &Change<'a>,
    vault: &Vault,
    id: &RawBson,
    inserting: bool,
) -> Result<Change<'a>> {
    let key = id_of(rawdoc! { "_id": id.clone() }.as_bytes())?;
    let mut update = None;
    if let Some(Modifications { tag, bytes }) = &change.update {
        let sealed = vault.seal_update((*tag, bytes), key.as_deref())?;
        vault.verify_update((*tag, &sealed))?;
        update = Some(Modifications { tag: *tag, bytes: sealed.into() });
    }
    let mut narrow = Change { update, unbound: false, ..only(change, id, inserting) };
    count_replaced(&mut narrow);
    Ok(narrow)
}

/// The change, of the one document with `id`, under the same filter. `inserting`: it is to be made, since none
/// was found.
#[must_use]
pub fn only<'a>(change: &Change<'a>, id: &RawBson, inserting: bool) -> Change<'a> {
    let one = rawdoc! { "_id": id.clone() };
    let alike = if inserting { None } else { exactly(change, id) };
    let only = [Some(one.as_bytes()), alike.as_ref().map(|one| one.as_bytes())];
    let parts = std::iter::once(&*change.filter).chain(only.into_iter().flatten());
    Change {
        filter: joined(b"$and", parts).into(),
        update: change.update.clone(),
        many: false,
        upsert: inserting,
        narrowed: true,
        counted: change.counted.clone(),
        asked: None,
        ..*change
    }
}

/// What tells an `_id` from others that a request's collation takes for equal: a pattern, since
/// patterns know no collation.
fn exactly(change: &Change<'_>, id: &RawBson) -> Option<RawDocumentBuf> {
    let RawBson::String(id) = id else { return None };
    if !change.options.has("collation") {
        return None;
    }
    let mut pattern = String::from("^");
    for letter in id.chars() {
        match letter {
            '\0' => pattern.push_str("\\x00"),
            _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => {
                pattern.extend(['\\', letter]);
            }
            _ => pattern.push(letter),
        }
    }
    pattern.push_str("\\z");
    Some(rawdoc! { "_id": { "$regex": pattern } })
}

/// The `_id` that a change's `$setOnInsert` gives.
#[must_use]
pub fn inserted_id(change: &Change<'_>) -> Option<RawBson> {
    let update = change.update.as_ref().filter(|update| update.tag == tag::DOCUMENT)?;
    let set = RawDocument::from_bytes(&update.bytes).ok()?.get_document("$setOnInsert").ok()?;
    set.get("_id").ok()?.map(RawBson::from)
}
