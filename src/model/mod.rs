//! What the core knows of a model: where it is stored, its columns, and how many hooks it has.

pub mod counters;
pub mod fields;
pub mod histories;
pub mod reads_from;
pub mod rules;
pub mod stamps;
pub mod template;

use crate::document::columns::Columns;
use crate::document::json::JsonPlan;
use crate::document::validate;
use crate::error::{Code, Error, Result};
use crate::lifecycle::hooks::Hooks;
use bson::{RawBsonRef, RawDocument};
use counters::Counter;
use fields::Fields;
use histories::History;
use mongodb::options::ReadPreference;
use rules::Rule;
use stamps::Stamps;

/// A booted model. JavaScript defines it once and refers to it by number.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// The class's name, for messages.
    pub name: String,
    /// The collection that holds its documents.
    pub collection: String,
    /// Stored names in the order of the chunks' cells.
    pub columns: Columns,
    /// Handlers of each hook event.
    pub hooks: Hooks,
    /// How the documents are written as JSON.
    pub json: JsonPlan,
    /// Which fields are stored encrypted.
    pub encrypted: Fields,
    /// Which columns stamp themselves.
    pub stamps: Stamps,
    /// Where its documents are counted.
    pub counters: Vec<Counter>,
    /// A condition that each command on the collection has.
    pub scope: Option<Box<[u8]>>,
    /// What tells the model's documents from those of others in the collection: a condition of its own
    /// commands, and of nobody else's.
    pub kind: Option<Box<[u8]>>,
    /// What holds for all of its documents, on every way to them.
    pub rules: Vec<Rule>,
    /// What is kept of changes of its documents.
    pub histories: Vec<History>,
    /// Which members of a replica set its documents are read from.
    pub reads_from: Option<ReadPreference>,
}

impl Model {
    /// Whether other models' pipelines must know of it.
    #[must_use]
    pub fn is_ruled(&self) -> bool {
        self.scope.is_some() || !self.encrypted.is_empty() || !self.rules.is_empty()
    }

    /// Reads a descriptor as `docs/internal/boundary.md` lays it out.
    ///
    /// # Errors
    /// `E_MODEL_DEFINITION` when a part is missing or of the wrong kind.
    pub fn from_descriptor(bytes: &[u8]) -> Result<Self> {
        validate::document(bytes, 0)?;
        let wrong = |what: &str| Error::new(Code::ModelDefinition, format!("descriptor: {what}"));
        let document = RawDocument::from_bytes(bytes).map_err(|_| wrong("not a document"))?;
        let text = |key: &str| {
            document.get_str(key).map(ToOwned::to_owned).map_err(|_| wrong(&format!("no {key}")))
        };
        let mut columns = Vec::new();
        for entry in document.get_array("columns").map_err(|_| wrong("no columns"))? {
            let column = entry.ok().and_then(RawBsonRef::as_document);
            let column = column.ok_or_else(|| wrong("a column is no document"))?;
            let name = column.get_str("name").map_err(|_| wrong("a column has no name"))?;
            columns.push((name.to_owned(), column.get_bool("id").unwrap_or(false)));
        }
        let counts = document.get_array("hooks").map_err(|_| wrong("no hooks"))?;
        let hooks = Hooks::from_raw(counts).ok_or_else(|| wrong("hook counts are off"))?;
        let json = match document.get_document("json") {
            Ok(plan) => {
                JsonPlan::from_raw(plan, columns.len()).ok_or_else(|| wrong("json is off"))?
            }
            Err(_) => JsonPlan::default(),
        };
        let encrypted = match document.get_array("encrypted") {
            Ok(list) => Fields::from_raw(list)?,
            Err(_) => Fields::default(),
        };
        let stamps = match document.get_document("stamps") {
            Ok(given) => Stamps::from_raw(given)?,
            Err(_) => Stamps::default(),
        };
        let rules = match document.get_array("rules") {
            Ok(list) => rules::from_raw(list)?,
            Err(_) => Vec::new(),
        };
        let histories = match document.get_array("histories") {
            Ok(list) => histories::from_raw(list)?,
            Err(_) => Vec::new(),
        };
        let counters = match document.get_array("counters") {
            Ok(list) => list
                .into_iter()
                .map(|one| Counter::from_raw(one.map_err(|_| wrong("counters are off"))?))
                .collect::<Result<_>>()?,
            Err(_) => Vec::new(),
        };
        Ok(Self {
            name: text("name")?,
            collection: text("collection")?,
            columns: Columns::new(columns),
            hooks,
            json,
            encrypted,
            stamps,
            counters,
            scope: document.get_document("scope").ok().map(|scope| scope.as_bytes().into()),
            kind: document.get_document("kind").ok().map(|kind| kind.as_bytes().into()),
            rules,
            histories,
            reads_from: document
                .get_str("readPreference")
                .ok()
                .map(reads_from::of_model)
                .transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{EVENTS, Event};
    use bson::{RawArrayBuf, rawdoc};

    fn described(hooks: usize) -> Result<Model> {
        let counts: RawArrayBuf = (1..=hooks).map(|n| i32::try_from(n).unwrap()).collect();
        let mut descriptor = rawdoc! { "name": "User", "collection": "users", "columns": [] };
        descriptor.append(bson::cstr!("hooks"), counts);
        Model::from_descriptor(descriptor.as_bytes())
    }

    #[test]
    fn events_that_a_descriptor_does_not_know_have_no_handlers() {
        let model = described(14).unwrap();
        assert_eq!(model.hooks.count(Event::AfterPaginate), 14);
        assert_eq!(model.hooks.count(Event::AfterCommit), 0);
        assert_eq!(described(EVENTS).unwrap().hooks.count(Event::AfterRollback), 16);
        assert_eq!(described(EVENTS + 1).unwrap_err().code, Code::ModelDefinition);
    }
}
