//! Which columns of a model stamp themselves.

use crate::error::{Code, Error, Result};
use bson::{RawBsonRef, RawDocument};

/// Stored names of dates, and of the version.
#[derive(Debug, Clone, Default)]
pub struct Stamps {
    /// Dates of every change, also of one that makes a document.
    pub on_update: Vec<Box<[u8]>>,
    /// Dates of new documents alone.
    pub on_insert: Vec<Box<[u8]>>,
    /// What counts the changes of a document.
    pub version: Option<Box<[u8]>>,
}

impl Stamps {
    /// Reads the descriptor's part.
    ///
    /// # Errors
    /// `E_MODEL_DEFINITION`.
    pub(super) fn from_raw(given: &RawDocument) -> Result<Self> {
        let wrong = || Error::new(Code::ModelDefinition, "descriptor: stamps are off");
        let names = |key| -> Result<Vec<Box<[u8]>>> {
            let list = given.get_array(key).map_err(|_| wrong())?;
            let name = |one: bson::error::Result<RawBsonRef<'_>>| {
                one.ok()?.as_str().map(|name| name.as_bytes().into())
            };
            list.into_iter().map(|one| name(one).ok_or_else(wrong)).collect()
        };
        Ok(Self {
            on_update: names("update")?,
            on_insert: names("insert")?,
            version: given.get_str("version").ok().map(|name| name.as_bytes().into()),
        })
    }
}
