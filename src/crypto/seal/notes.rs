//! What a request's conditions ask of blind indexes, and which documents only seem to answer.

use crate::crypto::vault::Vault;
use crate::document::element::Typed;
use crate::document::element::tag;
use crate::error::Result;
use crate::model::fields::Blind;
use bson::RawBson;
use std::cell::RefCell;

/// Values that a condition compares a field with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The field.
    pub field: usize,
    /// The values' entries, by every key of the ring.
    pub entries: Vec<Vec<u8>>,
    /// What the entries are made of. Empty where that is the application's doing.
    pub forms: Vec<Vec<u8>>,
}

/// Documents that have one of the entries of a condition, and none of its values.
#[derive(Debug, Clone)]
pub struct Strangers {
    /// What the condition asks.
    pub asked: Asked,
    /// Their keys.
    pub ids: Vec<RawBson>,
}

/// Taken while a request is sealed.
#[derive(Debug, Default)]
pub struct Notes<'a> {
    asked: RefCell<Vec<Asked>>,
    strangers: &'a [Strangers],
}

impl<'a> Notes<'a> {
    /// Notes of a request that is to pass over these documents.
    #[must_use]
    pub fn passing_over(strangers: &'a [Strangers]) -> Self {
        Self { asked: RefCell::default(), strangers }
    }

    /// What was asked.
    pub fn take(&self) -> Vec<Asked> {
        self.asked.take()
    }

    /// The fields that were asked for.
    pub fn fields(&self) -> Vec<usize> {
        let mut fields: Vec<_> = self.asked.borrow().iter().map(|one| one.field).collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// Whether something was asked of an index that different values share.
    pub(crate) fn short(&self, vault: &Vault) -> Option<usize> {
        let asked = self.asked.borrow();
        asked.iter().map(|one| one.field).find(|field| vault.field(*field).is_short())
    }

    /// Notes what is asked. Answers whom to pass over.
    pub(super) fn ask(&self, asked: Asked) -> &'a [RawBson] {
        let known = self.strangers.iter().find(|one| one.asked == asked);
        let mut all = self.asked.borrow_mut();
        if !all.contains(&asked) {
            all.push(asked);
        }
        known.map_or(&[], |one| &one.ids)
    }
}

impl Vault {
    /// What a field's entries are made of: equal for values that the index takes for equal.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn form(&self, blind: &Blind, (tag, value): Typed<'_>) -> Result<Vec<u8>> {
        let mut form = Vec::new();
        blind.normalizer.canonical(tag, value, &mut form)?;
        Ok(form)
    }

    /// Whether a value has entries that were asked for beside it, and they are another one's: somebody
    /// put them there. Those of the application's own normaliser cannot be told.
    pub(in crate::crypto) fn is_forged(
        &self,
        asked: &Asked,
        value: Option<Typed<'_>>,
        (tag, entries): Typed<'_>,
    ) -> Result<bool> {
        let spec = self.field(asked.field);
        let Some(blind) = spec.blind.as_ref().filter(|blind| !blind.normalizer.custom) else {
            return Ok(false);
        };
        let found: Vec<&[u8]> = match tag {
            tag::BINARY => entries.get(5..).into_iter().collect(),
            tag::ARRAY => super::elements(entries)?
                .iter()
                .filter(|one| one.tag == tag::BINARY)
                .filter_map(|one| entries.get(one.value_at + 5..one.end))
                .collect(),
            _ => Vec::new(),
        };
        if !found.iter().any(|one| asked.entries.iter().any(|entry| entry == one)) {
            return Ok(false);
        }
        let own = match value {
            Some(value) if value.0 != tag::NULL => self.entries(asked.field, blind, value, true)?,
            _ => Vec::new(),
        };
        Ok(found.iter().any(|one| {
            asked.entries.iter().any(|entry| entry == one) && !own.iter().any(|entry| entry == one)
        }))
    }
}

/// What rows are compared with once they are opened.
#[derive(Debug, Clone, Default)]
pub struct Check {
    /// What the conditions asked for.
    pub asked: Vec<Asked>,
    /// Fields that were read for this alone, and are left out.
    pub hidden: Vec<usize>,
}
