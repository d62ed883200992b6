//! Counts of a model's documents that rows of other collections have.

use crate::error::{Code, Error, Result};
use bson::{RawArrayBuf, RawBsonRef, RawDocument};

/// A number that a row has of the documents that refer to it.
#[derive(Debug, Clone)]
pub struct Counter {
    /// The collection of the row.
    pub collection: Box<str>,
    /// What of the row is referred to.
    pub key: Box<str>,
    /// Where the row has the number.
    pub field: Box<str>,
    /// Where a document has the key.
    pub foreign: Box<str>,
    /// Which documents count: those that have one of the values in each of these fields.
    pub when: Vec<Condition>,
}

/// A field, and the values of which documents that are meant have one.
pub type Condition = (Box<str>, RawArrayBuf);

impl Counter {
    /// Reads the descriptor's part.
    ///
    /// # Errors
    /// `E_MODEL_DEFINITION`.
    pub(super) fn from_raw(given: RawBsonRef<'_>) -> Result<Self> {
        let wrong = || Error::new(Code::ModelDefinition, "descriptor: counters are off");
        let given = given.as_document().ok_or_else(wrong)?;
        let text = |key| given.get_str(key).map(Into::into).map_err(|_| wrong());
        let when = given.get_document("when").ok().map_or_else(|| Ok(Vec::new()), conditions);
        Ok(Self {
            collection: text("collection")?,
            key: text("key")?,
            field: text("field")?,
            foreign: text("foreign")?,
            when: when.map_err(|_| wrong())?,
        })
    }

    /// The fields of a document that say what is counted where.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.foreign).chain(self.when.iter().map(|(name, _)| &**name))
    }
}

/// Reads conditions: values by field.
pub(super) fn conditions(given: &RawDocument) -> bson::error::Result<Vec<Condition>> {
    let mut when = Vec::new();
    for entry in given {
        let (name, _) = entry?;
        when.push((name.as_str().into(), given.get_array(name)?.to_owned()));
    }
    Ok(when)
}
