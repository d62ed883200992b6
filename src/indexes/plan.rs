//! What brings a collection in line, in order: what is lost by it comes last.

use super::collection::{Changed, Options};
use super::diff::{Diff, Different};
use super::index::Index;
use bson::{Bson, Document, doc};

/// What may be done to what is there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allowed {
    /// Indexes that nobody declares may be dropped.
    pub drop_stale: bool,
    /// Indexes that cannot be changed in place may be dropped and built again.
    pub rebuild: bool,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it is, as reports name it.
    pub does: &'static str,
    /// Of which indexes, or options.
    pub names: Vec<String>,
    /// What is sent, one after the other.
    pub commands: Vec<Document>,
}

/// A collection as it is, against what is declared.
#[derive(Debug)]
pub struct State {
    /// Its name.
    pub collection: String,
    /// Whether it is there.
    pub exists: bool,
    /// Whether it is to be there, also where no option or index makes it.
    pub is_wanted: bool,
    /// What is declared of its options, and what of that it has not.
    pub options: (Options, Vec<Changed>),
    /// What differs of its indexes.
    pub indexes: Diff,
}

impl State {
    /// All that is to be done.
    #[must_use]
    pub fn steps(&self, allowed: Allowed) -> Vec<Step> {
        let mut out = Vec::new();
        let (options, changed) = &self.options;
        if !self.exists && (self.is_wanted || !options.is_empty()) {
            out.push(Step::new(
                "createCollection",
                [&self.collection],
                [options.create(&self.collection)],
            ));
        }
        let changed: Vec<Changed> = changed.iter().filter(|one| one.in_place).cloned().collect();
        if !changed.is_empty() {
            let command = options.change(&self.collection, &changed);
            let names = changed.iter().map(|one| one.option);
            out.push(Step::new("changeCollection", names, [command]));
        }
        for one in &self.indexes.different {
            if one.is_in_place() {
                out.push(Step::new("changeIndex", [&one.listed.name], [self.change(one)]));
            }
        }
        for one in self.indexes.different.iter().filter(|one| allowed.rebuild && !one.is_in_place())
        {
            let commands =
                [self.drop(&one.listed), self.create(std::slice::from_ref(&one.declared))];
            out.push(Step::new("rebuildIndex", [&one.declared.name], commands));
        }
        let missing = &self.indexes.missing;
        if !missing.is_empty() {
            let names = missing.iter().map(|one| &one.name);
            out.push(Step::new("createIndexes", names, [self.create(missing)]));
        }
        for one in self.indexes.stale.iter().filter(|_| allowed.drop_stale) {
            out.push(Step::new("dropIndex", [&one.name], [self.drop(one)]));
        }
        out
    }

    fn create(&self, indexes: &[Index]) -> Document {
        let specs: Vec<Bson> = indexes.iter().map(|one| Bson::Document(one.spec.clone())).collect();
        doc! { "createIndexes": &self.collection, "indexes": specs }
    }

    fn drop(&self, index: &Index) -> Document {
        doc! { "dropIndexes": &self.collection, "index": &index.name }
    }

    fn change(&self, different: &Different) -> Document {
        let mut index = doc! { "name": &different.listed.name };
        for part in &different.parts {
            let said = different.declared.spec.get(part).cloned();
            index.insert(*part, said.unwrap_or(Bson::Boolean(false)));
        }
        doc! { "collMod": &self.collection, "index": index }
    }
}

impl Step {
    fn new<Name: ToString>(
        does: &'static str,
        names: impl IntoIterator<Item = Name>,
        commands: impl IntoIterator<Item = Document>,
    ) -> Self {
        let names = names.into_iter().map(|name| name.to_string()).collect();
        Self { does, names, commands: commands.into_iter().collect() }
    }

    /// What is told of it.
    #[must_use]
    pub fn to_document(&self) -> Document {
        doc! { "does": self.does, "names": &self.names }
    }
}
