//! Documents that only seem to answer a condition: short blind indexes are shared by different values.
//! They are found first, and passed over then.

use super::reading::Batches;
use super::turn::Turn;
use crate::crypto::open::Opening;
use crate::crypto::seal::notes::{Asked, Strangers};
use crate::crypto::vault::Vault;
use crate::document::element::value_of;
use crate::error::Result;
use crate::model::Model;
use crate::request::Head;
use crate::steps;
use bson::{Binary, RawBson, RawDocumentBuf, spec::BinarySubtype};
use mongodb::Collection;
use mongodb::bson::{Bson, doc};

/// Finds whom the conditions of a read are to pass over.
///
/// # Errors
/// The server's.
pub(super) async fn find_all(
    vault: &Vault,
    collection: &Collection<RawDocumentBuf>,
    (model, head): (&Model, Head<'_>),
    asked: &[Asked],
    turn: &mut Turn<'_>,
) -> Result<Vec<Strangers>> {
    let mut all = Vec::new();
    for one in asked.iter().filter(|one| !one.forms.is_empty()) {
        let ids = strangers(vault, collection, (model, head), one, turn).await?;
        if !ids.is_empty() {
            all.push(Strangers { asked: one.clone(), ids });
        }
    }
    Ok(all)
}

async fn strangers(
    vault: &Vault,
    collection: &Collection<RawDocumentBuf>,
    (model, head): (&Model, Head<'_>),
    asked: &Asked,
    turn: &mut Turn<'_>,
) -> Result<Vec<RawBson>> {
    let spec = vault.field(asked.field);
    let Some(blind) = &spec.blind else { return Ok(Vec::new()) };
    let Ok(name) = std::str::from_utf8(&blind.name) else { return Ok(Vec::new()) };
    let entries = asked.entries.iter().map(|bytes| {
        let subtype = BinarySubtype::from(crate::crypto::blind::ENTRY);
        Bson::Binary(Binary { subtype, bytes: bytes.clone() })
    });
    let mut filter = doc! { name: { "$in": entries.collect::<Vec<_>>() } };
    let conditions = steps::conditions(model, head, Some(vault))?;
    if !conditions.is_empty() {
        filter.insert("$and", [conditions]);
    }
    turn.hold().await?;
    let find = options!(
        collection.find(filter).projection(doc! { "_id": 1, &*spec.path: 1 }),
        max_time = turn.max_time(head)?,
        comment = head.comment(),
        read_concern = head.read_concern()?,
        selection_criteria = turn.reads_from(head)?,
    );
    let mut batches = Batches::open(find, turn).await?;
    let mut ids = Vec::new();
    while let Some(batch) = batches.next(turn).await? {
        for entry in batch.doc_slices()?.into_iter().flatten() {
            let Some(document) = entry.as_document() else { continue };
            let row = vault.open_document(document.as_bytes(), Opening::default())?;
            let value = crate::document::element::find(&row, spec.path.as_bytes())?;
            let same = match &value {
                Some(found) => {
                    let form = vault.form(blind, (found.tag, value_of(&row, found)))?;
                    asked.forms.contains(&form)
                }
                None => false,
            };
            if !same {
                ids.extend(document.get("_id").ok().flatten().map(RawBson::from));
            }
        }
    }
    Ok(ids)
}
