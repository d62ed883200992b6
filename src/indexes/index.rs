//! One index, whether a model declares it or a server has it.

use super::forms;
use bson::{Bson, Document, doc};
use std::collections::BTreeMap;

/// Names of options: the application's, and the server's.
pub const OPTIONS: [(&str, &str); 15] = [
    ("unique", "unique"),
    ("sparse", "sparse"),
    ("hidden", "hidden"),
    ("where", "partialFilterExpression"),
    ("expireAfter", "expireAfterSeconds"),
    ("collation", "collation"),
    ("weights", "weights"),
    ("defaultLanguage", "default_language"),
    ("languageOverride", "language_override"),
    ("textVersion", "textIndexVersion"),
    ("sphereVersion", "2dsphereIndexVersion"),
    ("wildcardProjection", "wildcardProjection"),
    ("bits", "bits"),
    ("min", "min"),
    ("max", "max"),
];

/// What tells two indexes of the same keys apart for the server: of those that are alike in all of it, it
/// takes one only.
const SIGNATURE: [&str; 6] =
    ["keys", "collation", "partialFilterExpression", "unique", "sparse", "wildcardProjection"];

/// Versions, which differ only where one is asked for.
const VERSIONS: [&str; 2] = ["textIndexVersion", "2dsphereIndexVersion"];

/// One index.
#[derive(Debug, Clone)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// All of it, as `createIndexes` takes it and `listIndexes` shows it.
    pub spec: Document,
    /// What it is, in forms that can be compared, by the server's names. What is default is left out.
    parts: BTreeMap<&'static str, Bson>,
}

impl Index {
    /// Reads an index in the server's words. `inherited` is the collation of its collection, which indexes
    /// that name none have where a model declares them; of those that are listed it is their own.
    #[must_use]
    pub fn read(spec: Document, inherited: Option<&Document>) -> Self {
        let name = spec.get_str("name").unwrap_or_default().to_owned();
        let empty = Document::new();
        let keys = spec.get_document("key").unwrap_or(&empty);
        let (keys, weights) = text_apart(keys, spec.get_document("weights").ok());
        let mut parts = BTreeMap::new();
        let listed = keys
            .iter()
            .map(|(path, kind)| Bson::Array(vec![Bson::from(path.as_str()), forms::value(kind)]));
        parts.insert("keys", Bson::Array(listed.collect()));
        let compares_bytes = compares_bytes(&keys);
        if let Some(weights) = weights {
            parts.insert("weights", forms::sorted(&Bson::Document(weights)));
        }
        for (_, option) in OPTIONS {
            let form = match (option, spec.get(option)) {
                ("collation", said) if !compares_bytes => {
                    forms::collation(said.and_then(Bson::as_document).or(inherited))
                }
                ("weights" | "collation", _) | (_, None) => continue,
                ("partialFilterExpression", Some(Bson::Document(filter))) => forms::filter(filter),
                ("wildcardProjection", Some(Bson::Document(paths))) => projection(paths),
                (_, Some(given)) => forms::sorted(given),
            };
            if !is_default(option, &form) {
                parts.insert(option, form);
            }
        }
        Self { name, spec, parts }
    }

    /// The server's names of what the two differ in. `self` is the declared one.
    #[must_use]
    pub fn differences(&self, listed: &Self) -> Vec<&'static str> {
        let names = self.parts.keys().chain(
            listed
                .parts
                .keys()
                .filter(|name| !self.parts.contains_key(*name) && !VERSIONS.contains(name)),
        );
        // The order of what is in a value counts, which documents do not compare by.
        let differs = |name: &&&'static str| {
            let form = |index: &Self| index.parts.get(**name).map(forms::bytes);
            form(self) != form(listed)
        };
        let mut out: Vec<_> = names.filter(differs).copied().collect();
        out.sort_unstable();
        out
    }

    /// Of indexes with the same signature a collection has one at most.
    #[must_use]
    pub fn signature(&self) -> Vec<u8> {
        let parts = SIGNATURE.iter().filter_map(|name| {
            let part = self.parts.get(name)?;
            Some(((*name).to_owned(), part.clone()))
        });
        forms::bytes(&Bson::Document(parts.collect()))
    }

    /// Whether it has the option, by the server's name.
    #[must_use]
    pub fn has(&self, option: &str) -> bool {
        self.parts.contains_key(option)
    }

    /// In the application's words: `name`, `keys`, and what is said beyond them.
    #[must_use]
    pub fn to_document(&self) -> Document {
        let empty = Document::new();
        let keys = self.spec.get_document("key").unwrap_or(&empty);
        let mut out = doc! { "name": &self.name, "keys": as_declared(keys, self.spec.get_document("weights").ok()) };
        for (ours, option) in OPTIONS {
            let is_told = option == "collation" || self.parts.contains_key(option);
            if let Some(given) = self.spec.get(option).filter(|_| is_told) {
                out.insert(ours, given.clone());
            }
        }
        out
    }
}

/// What an option is where nothing is said.
fn is_default(option: &str, form: &Bson) -> bool {
    match option {
        "unique" | "sparse" | "hidden" => *form == Bson::Boolean(false),
        "collation" => *form == Bson::Null,
        "default_language" => form.as_str() == Some("english"),
        "language_override" => form.as_str() == Some("language"),
        "bits" => *form == Bson::Double(26.0),
        "min" => *form == Bson::Double(-180.0),
        "max" => *form == Bson::Double(180.0),
        "partialFilterExpression" => form.as_array().is_some_and(Vec::is_empty),
        "wildcardProjection" => form.as_document().is_some_and(Document::is_empty),
        _ => false,
    }
}

/// Paths of a projection that are in, or out.
fn projection(paths: &Document) -> Bson {
    let is_in = |one: &Bson| {
        !matches!(forms::value(one), Bson::Boolean(false)) && forms::value(one) != Bson::Double(0.0)
    };
    let paths: Document =
        paths.iter().map(|(path, one)| (path.clone(), Bson::Boolean(is_in(one)))).collect();
    forms::sorted(&Bson::Document(paths))
}

/// Whether an index of these keys compares bytes, whatever the collation of its collection.
#[must_use]
pub fn compares_bytes(keys: &Document) -> bool {
    keys.iter().any(|(_, kind)| matches!(kind.as_str(), Some("text" | "2d")))
}

/// Keys of a text index as the server lists them, with the weights of what is searched; keys of others as
/// they are.
fn text_apart(keys: &Document, weights: Option<&Document>) -> (Document, Option<Document>) {
    let is_text = |kind: &Bson| kind.as_str() == Some("text");
    if !keys.iter().any(|(_, kind)| is_text(kind)) {
        return (keys.clone(), None);
    }
    let mut weighed = weights.cloned().unwrap_or_default();
    let mut out = Document::new();
    for (path, kind) in keys {
        if !is_text(kind) {
            out.insert(path, kind.clone());
            continue;
        }
        out.insert("_fts", "text");
        out.insert("_ftsx", 1);
        if path != "_fts" && !weighed.contains_key(path) {
            weighed.insert(path, 1);
        }
    }
    (out, Some(weighed))
}

/// Keys as an application declares them.
fn as_declared(keys: &Document, weights: Option<&Document>) -> Document {
    let mut out = Document::new();
    for (path, kind) in keys {
        match path.as_str() {
            "_fts" => {
                for (path, _) in weights.into_iter().flatten() {
                    out.insert(path, "text");
                }
            }
            "_ftsx" => {}
            _ => drop(out.insert(path, kind.clone())),
        }
    }
    out
}
