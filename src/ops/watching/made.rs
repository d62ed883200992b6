//! Which `_id` an upsert gives what it makes.

use super::seen::id_in;
use crate::error::{Code, Error, Result};
use crate::query::fixed_fields;
use crate::request::Change;
use crate::request::head::parsed;
use crate::steps::seal::inserted_id;
use bson::RawBson;
use bson::oid::ObjectId;
use mongodb::bson::{Bson, Document};

/// The `_id` of what an upsert makes.
pub(super) struct Made {
    pub(super) id: RawBson,
    /// The request says it; the server would make another one otherwise.
    pub(super) said: bool,
}

/// The `_id` of what a change makes, where it makes something.
///
/// # Errors
/// `E_INVALID_QUERY` where conditions fix it, and do not say to what.
pub(super) fn made_id(change: &Change<'_>) -> Result<Made> {
    let said = match inserted_id(change) {
        Some(id) => Some(id),
        None => replacing_id(change)?.or(fixed_id(&parsed(&change.filter)?)),
    };
    if said.is_none() && fixed_fields(&change.filter)?.contains(&&b"_id"[..]) {
        let what =
            "an upsert of documents that are counted, or have a history, needs to say their _id";
        return Err(Error::new(Code::InvalidQuery, what));
    }
    let new = || RawBson::ObjectId(ObjectId::new());
    Ok(Made { said: said.is_some(), id: said.unwrap_or_else(new) })
}

fn replacing_id(change: &Change<'_>) -> Result<Option<RawBson>> {
    match &change.update {
        Some(update) if update.replaces()? => Ok(id_in(&update.bytes)),
        _ => Ok(None),
    }
}

/// The one `_id` that a filter asks for.
fn fixed_id(filter: &Document) -> Option<RawBson> {
    let own = filter.get("_id").and_then(|id| match id {
        Bson::Document(condition) => condition.get("$eq").or_else(|| {
            condition
                .get_array("$in")
                .ok()
                .filter(|list| list.len() == 1)
                .and_then(|list| list.first())
        }),
        Bson::RegularExpression(_) | Bson::Array(_) => None,
        id => Some(id),
    });
    let parts = || filter.get_array("$and").into_iter().flatten().filter_map(Bson::as_document);
    let own = own.and_then(|id| RawBson::try_from(id.clone()).ok());
    own.or_else(|| parts().find_map(fixed_id))
}
