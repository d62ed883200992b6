//! What models declare of the indexes of their collection.

use super::index::{Index, OPTIONS, compares_bytes};
use super::span;
use crate::error::{Code, Error, Result};
use bson::{Bson, Document, doc};

/// A declared index.
#[derive(Debug, Clone)]
pub struct Declared {
    /// What it is.
    pub index: Index,
    /// Whether the application gave it its name.
    pub is_named: bool,
    /// The model that declares it.
    pub model: String,
}

/// What one model declares, as `docs/internal/boundary.md` lays it out.
struct Source<'a> {
    model: &'a str,
    /// The model that this one extends in the same collection, by its place.
    parent: Option<usize>,
    /// What tells its documents from those of other models: a condition of its unique indexes.
    kind: Option<&'a Document>,
    /// A condition of unique indexes that are to hold among what is not deleted.
    present: Option<&'a Document>,
    encrypted: Vec<&'a Document>,
    indexes: Vec<&'a Document>,
}

/// Reads what the models of one collection declare. `inherited` is the collation of the collection.
///
/// # Errors
/// `E_MODEL_DEFINITION`, naming the model, and the property where it is about one.
pub fn read(models: &[Document], inherited: Option<&Document>) -> Result<Vec<Declared>> {
    let sources: Vec<Source<'_>> = models.iter().map(Source::of).collect();
    let mut out: Vec<Declared> = Vec::new();
    for source in &sources {
        for given in &source.indexes {
            if !source.is_inherited(given, &sources) {
                add(&mut out, source.declared(given, inherited)?)?;
            }
        }
    }
    Ok(out)
}

/// Adds an index, unless it is there already. Two of one name, and two that the server cannot tell apart,
/// must be the same.
fn add(known: &mut Vec<Declared>, added: Declared) -> Result<()> {
    let signature = added.index.signature();
    let twin = known
        .iter_mut()
        .find(|one| one.index.name == added.index.name || one.index.signature() == signature);
    let Some(twin) = twin else {
        known.push(added);
        return Ok(());
    };
    let mut parts = added.index.differences(&twin.index);
    if added.is_named && twin.is_named && added.index.name != twin.index.name {
        parts.push("name");
    }
    if !parts.is_empty() {
        let parts: Vec<&str> = parts.into_iter().map(ours).collect();
        let (name, model, other) = (&added.index.name, &added.model, &twin.model);
        let who = if model == other { "declares".into() } else { format!("and {other} declare") };
        let message = format!(
            "{model}: it {who} two indexes \"{name}\" that differ in: {}; give one of them another `name`, \
             other keys, or another condition",
            parts.join(", ")
        );
        return Err(Error::new(Code::ModelDefinition, message));
    }
    if added.is_named && !twin.is_named {
        *twin = added;
    }
    Ok(())
}

/// The application's name of an option.
#[must_use]
pub fn ours(option: &'static str) -> &'static str {
    OPTIONS.iter().find(|(_, theirs)| *theirs == option).map_or(option, |(ours, _)| *ours)
}

impl<'a> Source<'a> {
    fn of(model: &'a Document) -> Self {
        let documents = |key: &str| {
            let list = model.get_array(key).ok().into_iter().flatten();
            list.filter_map(Bson::as_document).collect()
        };
        Self {
            model: model.get_str("name").unwrap_or_default(),
            parent: model.get_i32("parent").ok().and_then(|place| usize::try_from(place).ok()),
            kind: model.get_document("kind").ok(),
            present: model.get_document("present").ok(),
            encrypted: documents("encrypted"),
            indexes: documents("indexes"),
        }
    }

    /// Whether a class that this one extends declares the same.
    fn is_inherited(&self, given: &Document, sources: &[Source<'_>]) -> bool {
        let mut parent = self.parent;
        // No class is above itself; the bound holds where a request says so all the same.
        for _ in 0..sources.len() {
            let Some(above) = parent.and_then(|place| sources.get(place)) else { return false };
            if above.indexes.contains(&given) {
                return true;
            }
            parent = above.parent;
        }
        false
    }

    fn declared(&self, given: &Document, inherited: Option<&Document>) -> Result<Declared> {
        let empty = Document::new();
        let keys = self.keys(given.get_document("keys").unwrap_or(&empty))?;
        let is_unique = given.get_bool("unique").unwrap_or(false);
        let mut spec = doc! { "key": keys.clone() };
        let mut filter = Document::new();
        for (option, value) in given {
            match option.as_str() {
                "keys" | "name" | "amongTrashed" => {}
                "where" => filter = self.condition(value)?,
                "expireAfter" => {
                    let seconds = span::seconds(value).ok_or_else(|| {
                        self.wrong("`expireAfter` is a whole number of seconds, or a text such as \"30 days\"")
                    })?;
                    spec.insert("expireAfterSeconds", seconds);
                }
                _ => {
                    let known = OPTIONS.iter().find(|(ours, _)| ours == option);
                    let (_, theirs) = known.ok_or_else(|| self.unknown(option))?;
                    spec.insert(*theirs, value.clone());
                }
            }
        }
        let among_trashed = given.get_bool("amongTrashed").unwrap_or(false);
        let mut suffix = String::new();
        if is_unique {
            if let Some(present) = self.present.filter(|_| !among_trashed) {
                join(&mut filter, present);
            }
            if let Some(kind) = self.kind {
                join(&mut filter, kind);
                suffix = suffix_of(kind);
            }
        }
        if !filter.is_empty() {
            spec.insert("partialFilterExpression", filter);
        }
        if compares_bytes(&keys) && inherited.is_some() && !spec.contains_key("collation") {
            spec.insert("collation", doc! { "locale": "simple" });
        }
        let name = given.get_str("name").ok();
        spec.insert(
            "name",
            name.map_or_else(|| format!("{}{suffix}", name_of(&keys)), ToOwned::to_owned),
        );
        Ok(Declared {
            index: Index::read(spec, inherited),
            is_named: name.is_some(),
            model: self.model.to_owned(),
        })
        .and_then(|one| if is_unique { self.check_unique(&keys).map(|()| one) } else { Ok(one) })
    }

    /// Stored paths with the server's kinds; blind indexes in the place of what is encrypted.
    fn keys(&self, given: &Document) -> Result<Document> {
        let mut out = Document::new();
        for (path, kind) in given {
            let kind = match kind {
                Bson::String(kind) => match kind.as_str() {
                    "asc" => Bson::Int32(1),
                    "desc" => Bson::Int32(-1),
                    "text" | "2dsphere" | "2d" | "hashed" => Bson::from(kind.as_str()),
                    _ => return Err(self.no_kind(path)),
                },
                number => match super::forms::value(number) {
                    Bson::Double(1.0) => Bson::Int32(1),
                    Bson::Double(-1.0) => Bson::Int32(-1),
                    _ => return Err(self.no_kind(path)),
                },
            };
            let stored = match self.field_at(path) {
                None => path.as_str(),
                Some(field) => self.blind_of(field, path)?,
            };
            out.insert(stored, kind);
        }
        if out.is_empty() {
            return Err(self.wrong("an index needs `keys`, such as { email: 1 }"));
        }
        Ok(out)
    }

    fn no_kind(&self, path: &str) -> Error {
        let what = "is 1, -1, \"asc\", \"desc\", \"text\", \"2dsphere\", \"2d\" or \"hashed\"";
        self.wrong(&format!("the kind of an index of \"{path}\" {what}"))
    }

    /// The encrypted field that a path is, or is inside of.
    fn field_at(&self, path: &str) -> Option<&'a Document> {
        self.encrypted.iter().copied().find(|field| {
            let rest = field.get_str("path").ok().and_then(|field| path.strip_prefix(field));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    fn blind_of(&self, field: &'a Document, path: &str) -> Result<&'a str> {
        let blind =
            field.get_document("blind").ok().filter(|_| field.get_str("path").ok() == Some(path));
        blind.and_then(|blind| blind.get_str("name").ok()).ok_or_else(|| {
            let column = field.get_str("column").unwrap_or(path);
            let message = format!(
                "\"{column}\" is encrypted without a blind index, so that no index finds it"
            );
            self.wrong(&message).of(column)
        })
    }

    /// While keys are rotated a value has several entries, of which a unique index must know.
    fn check_unique(&self, keys: &Document) -> Result<()> {
        for field in &self.encrypted {
            let Ok(blind) = field.get_document("blind") else { continue };
            let is_key = blind.get_str("name").is_ok_and(|name| keys.contains_key(name));
            if is_key && !blind.get_bool("unique").unwrap_or(false) {
                let column = field.get_str("column").unwrap_or_default();
                let message = format!(
                    "a unique index of \"{column}\" needs `blind: {{ unique: true }}`, which keeps it unique \
                     while keys are rotated"
                );
                return Err(self.wrong(&message).of(column));
            }
        }
        Ok(())
    }

    /// The condition of a partial index.
    fn condition(&self, given: &Bson) -> Result<Document> {
        let filter = given.as_document().ok_or_else(|| self.wrong("`where` must be an object"))?;
        self.check_plain(filter)?;
        Ok(filter.clone())
    }

    fn check_plain(&self, filter: &Document) -> Result<()> {
        for (path, value) in filter {
            if let Some(field) = self.field_at(path) {
                let column = field.get_str("column").unwrap_or(path);
                let message = format!("`where` compares \"{column}\", which is encrypted");
                return Err(self.wrong(&message).of(column));
            }
            for part in value.as_array().into_iter().flatten().filter_map(Bson::as_document) {
                if path.starts_with('$') {
                    self.check_plain(part)?;
                }
            }
        }
        Ok(())
    }

    fn unknown(&self, option: &str) -> Error {
        let known: Vec<&str> = OPTIONS.iter().map(|(ours, _)| *ours).collect();
        let known = known.join(", ");
        self.wrong(&format!(
            "an index has no option \"{option}\"; there are: name, {known}, amongTrashed"
        ))
    }

    fn wrong(&self, what: &str) -> Error {
        Error::new(Code::ModelDefinition, format!("{}: {what}", self.model))
    }
}

/// Adds conditions to a filter; what it says already of the same path stands beside them.
fn join(filter: &mut Document, added: &Document) {
    for (path, condition) in added {
        match filter.get(path) {
            None => drop(filter.insert(path, condition.clone())),
            Some(said) if said == condition => {}
            Some(_) => {
                let mut list = filter.get_array("$and").cloned().unwrap_or_default();
                list.push(Bson::Document(doc! { path: condition.clone() }));
                filter.insert("$and", list);
            }
        }
    }
}

/// The name that drivers give an index.
fn name_of(keys: &Document) -> String {
    let parts = keys.iter().map(|(path, kind)| match kind {
        Bson::String(kind) => format!("{path}_{kind}"),
        kind => format!("{path}_{kind}"),
    });
    parts.collect::<Vec<_>>().join("_")
}

/// What tells the name of one class's unique index from another's: its own value, whatever extends it.
fn suffix_of(kind: &Document) -> String {
    let text = |value: &Bson| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let parts = kind.iter().map(|(path, value)| {
        let list = value.as_document().and_then(|inner| inner.get_array("$in").ok());
        let value = list.and_then(|list| list.first()).unwrap_or(value);
        format!("_{path}_{}", text(value))
    });
    parts.collect()
}
