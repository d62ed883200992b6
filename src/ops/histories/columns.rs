//! Which columns of a document differ from what they were.

use super::said::{Origin, Pair};
use crate::crypto::open::{Opening, Trust};
use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::{EMPTY, Element, Typed, elements, find, tag, value_of};
use crate::error::Result;
use crate::model::histories::History;

/// A column, as it was and as it is.
#[derive(Debug)]
pub(super) struct Difference<'a> {
    field: &'a [u8],
    before: Option<Typed<'a>>,
    after: Option<Typed<'a>>,
}

impl<'a> Pair<'a> {
    /// The columns that differ, but for those of which the history keeps nothing.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub(super) fn differences(
        self,
        history: &History,
        origin: &Origin<'_>,
    ) -> Result<Vec<Difference<'a>>> {
        let (before, after) = (self.before.unwrap_or(EMPTY), self.after.unwrap_or(EMPTY));
        let mut out = Vec::new();
        let mut opened = None;
        let mut note = |difference: Difference<'a>| -> Result<()> {
            let Difference { field, before: was, after: is } = difference;
            let blind = origin.model.encrypted.is_blind(field);
            let omitted = history.omitted.iter().any(|one| **one == *field);
            if was == is || field == b"_id" || blind || omitted {
                return Ok(());
            }
            // The same value has another envelope each time that it is sealed.
            if let (Some(vault), Some(_), Some(_)) = (origin.vault, was, is)
                && origin.model.encrypted.tree().child(field).is_some()
            {
                let opened =
                    opened.get_or_insert_with(|| (open(vault, before), open(vault, after)));
                if let (Some(before), Some(after)) = opened
                    && named(before, field)? == named(after, field)?
                {
                    return Ok(());
                }
            }
            out.push(difference);
            Ok(())
        };
        for found in elements(before)? {
            let field = found.name(before);
            note(Difference {
                field,
                before: Some(typed(before, &found)),
                after: named(after, field)?,
            })?;
        }
        for found in elements(after)? {
            let field = found.name(after);
            if find(before, field)?.is_none() {
                note(Difference { field, before: None, after: Some(typed(after, &found)) })?;
            }
        }
        Ok(out)
    }
}

/// Writes columns by the names that the application has for them. Of what nobody may see, it says that it changed.
pub(super) fn write(
    differences: &[Difference<'_>],
    history: &History,
    origin: &Origin<'_>,
    out: &mut Builder,
) {
    let changes = out.begin_document(b"changes");
    for Difference { field, before, after } in differences {
        let column = out.begin_document(history.name_of(field));
        if history.redacted.iter().any(|one| **one == **field)
            || origin.model.encrypted.tree().child(field).is_some()
        {
            out.name(tag::BOOLEAN, b"redacted");
            out.copy(&[1]);
        } else {
            for (name, value) in [(&b"before"[..], before), (b"after", after)] {
                if let Some((tag, value)) = value {
                    out.name(*tag, name);
                    out.copy(value);
                }
            }
        }
        out.end(column);
    }
    out.end(changes);
}

fn typed<'a>(document: &'a [u8], found: &Element) -> Typed<'a> {
    (found.tag, value_of(document, found))
}

fn named<'a>(document: &'a [u8], field: &[u8]) -> Result<Option<Typed<'a>>> {
    Ok(find(document, field)?.map(|found| typed(document, &found)))
}

/// The document with its encrypted columns opened; none where they cannot be.
fn open(vault: &Vault, document: &[u8]) -> Option<Vec<u8>> {
    let opening = Opening { trust: Trust::Strict, without_id: false };
    vault.open_document(document, opening).ok()
}
