//! Options of a collection: those that models declare, and those that it has.

use super::{forms, span, validator};
use crate::error::{Code, Error, Result};
use bson::{Bson, Document, doc};

/// What a collection's validator is where the application has it made of the columns.
const OF_COLUMNS: &str = "columns";

/// Sizes of capped collections are rounded up to so many bytes.
const ROUNDED: i64 = 256;

/// The options of a collection, as the server creates it with them.
#[derive(Debug, Clone, Default)]
pub struct Options(Document);

/// An option that is not as it is declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The application's name of it.
    pub option: &'static str,
    /// Whether it can be changed without making the collection anew.
    pub in_place: bool,
}

impl Options {
    /// Reads what `static collectionOptions` says.
    ///
    /// # Errors
    /// `E_MODEL_DEFINITION`.
    pub fn read(given: &Document, models: &[Document]) -> Result<Self> {
        let mut out = Document::new();
        for (option, value) in given {
            let is_document = value.as_document().is_some();
            match option.as_str() {
                "validator" if value.as_str() == Some(OF_COLUMNS) => {
                    out.insert("validator", validator::schema(models));
                }
                "capped" => {
                    out.insert("capped", true);
                    out.extend(value.as_document().cloned().unwrap_or_default());
                }
                "timeSeries" if is_document => drop(out.insert("timeseries", value.clone())),
                "expireAfter" => {
                    let seconds = span::seconds(value).ok_or_else(|| {
                        wrong("`expireAfter` is a whole number of seconds, or a text such as \"30 days\"")
                    })?;
                    out.insert("expireAfterSeconds", i64::from(seconds));
                }
                "clustered" => {
                    out.insert("clusteredIndex", doc! { "key": { "_id": 1 }, "unique": true });
                }
                "preAndPostImages" => {
                    out.insert("changeStreamPreAndPostImages", doc! { "enabled": value.clone() });
                }
                "validator" | "collation" if is_document => drop(out.insert(option, value.clone())),
                "validationLevel" | "validationAction" | "viewOn" | "pipeline" => {
                    out.insert(option, value.clone());
                }
                _ => return Err(wrong(&format!("there is no \"{option}\", or not in that form"))),
            }
        }
        if out.contains_key("viewOn") && !out.contains_key("pipeline") {
            out.insert("pipeline", Vec::<Bson>::new());
        }
        Ok(Self(out))
    }

    /// Whether it is a view, which has no indexes.
    #[must_use]
    pub fn is_view(&self) -> bool {
        self.0.contains_key("viewOn")
    }

    /// Whether nothing is declared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rules for comparing text.
    #[must_use]
    pub fn collation(&self) -> Option<&Document> {
        collation_of(&self.0)
    }

    /// What creates the collection.
    #[must_use]
    pub fn create(&self, collection: &str) -> Document {
        let mut out = doc! { "create": collection };
        out.extend(self.0.clone());
        out
    }

    /// What of it a collection has not; `kind` is what the server says that it is.
    #[must_use]
    pub fn differences(&self, kind: &str, listed: &Document) -> Vec<Changed> {
        let mut out: Vec<Changed> = Vec::new();
        for (name, declared) in &self.0 {
            let there = listed.get(name);
            let (option, in_place) = match name.as_str() {
                "validator" => ("validator", kind == "collection"),
                "validationLevel" => ("validationLevel", kind == "collection"),
                "validationAction" => ("validationAction", kind == "collection"),
                "changeStreamPreAndPostImages" => ("preAndPostImages", kind == "collection"),
                "capped" | "size" | "max" => ("capped", listed.contains_key("capped")),
                "timeseries" => ("timeSeries", is_granularity(declared, there)),
                "expireAfterSeconds" => {
                    let lives = listed.contains_key("clusteredIndex") || kind == "timeseries";
                    ("expireAfter", lives)
                }
                "viewOn" => ("viewOn", kind == "view"),
                "pipeline" => ("pipeline", kind == "view"),
                "collation" => ("collation", false),
                _ => ("clustered", false),
            };
            let is_other = form(name, Some(declared)) != form(name, there);
            if is_other && !out.iter().any(|one| one.option == option) {
                out.push(Changed { option, in_place });
            }
        }
        out
    }

    /// What changes these of the options in place.
    #[must_use]
    pub fn change(&self, collection: &str, changed: &[Changed]) -> Document {
        let mut out = doc! { "collMod": collection };
        let mut copy = |name: &str, to: &str| {
            if let Some(value) = self.0.get(name) {
                out.insert(to, value.clone());
            }
        };
        for Changed { option, .. } in changed {
            match *option {
                "capped" => {
                    copy("size", "cappedSize");
                    copy("max", "cappedMax");
                }
                "viewOn" | "pipeline" => {
                    copy("viewOn", "viewOn");
                    copy("pipeline", "pipeline");
                }
                "preAndPostImages" => {
                    copy("changeStreamPreAndPostImages", "changeStreamPreAndPostImages");
                }
                "expireAfter" => copy("expireAfterSeconds", "expireAfterSeconds"),
                "timeSeries" => {}
                same => copy(same, same),
            }
        }
        let granularity =
            self.0.get_document("timeseries").ok().and_then(|said| said.get("granularity"));
        if let Some(granularity) =
            granularity.filter(|_| changed.iter().any(|one| one.option == "timeSeries"))
        {
            out.insert("timeseries", doc! { "granularity": granularity.clone() });
        }
        out
    }
}

/// The collation among the options of a collection.
#[must_use]
pub fn collation_of(options: &Document) -> Option<&Document> {
    options.get_document("collation").ok()
}

fn wrong(what: &str) -> Error {
    Error::new(Code::ModelDefinition, format!("collectionOptions: {what}"))
}

/// An option in a form that can be compared.
fn form(name: &str, given: Option<&Bson>) -> Bson {
    match (name, given) {
        ("collation", said) => forms::collation(said.and_then(Bson::as_document)),
        ("validationLevel", None) => Bson::from("strict"),
        ("validationAction", None) => Bson::from("error"),
        ("changeStreamPreAndPostImages", None) => {
            forms::sorted(&Bson::Document(doc! { "enabled": false }))
        }
        ("validator", None) => Bson::Document(Document::new()),
        ("clusteredIndex", Some(_)) => Bson::Boolean(true),
        ("timeseries", Some(Bson::Document(said))) => {
            let text = |key: &str, default: &str| said.get_str(key).unwrap_or(default).to_owned();
            Bson::Document(doc! {
                "timeField": text("timeField", ""),
                "metaField": text("metaField", ""),
                "granularity": text("granularity", "seconds"),
            })
        }
        ("size", Some(value)) => match forms::value(value) {
            #[allow(clippy::cast_possible_truncation, reason = "sizes are far below")]
            Bson::Double(size) => Bson::Int64((size as i64 + ROUNDED - 1) / ROUNDED * ROUNDED),
            other => other,
        },
        // The order of stages, and of what is in them, counts.
        ("pipeline", Some(stages)) => forms::value(stages),
        (_, Some(value)) => forms::sorted(value),
        (_, None) => Bson::Null,
    }
}

/// Whether two time series differ in nothing but how fine they are.
fn is_granularity(declared: &Bson, there: Option<&Bson>) -> bool {
    let without = |value: Option<&Bson>| {
        let mut said = form("timeseries", value).as_document().cloned().unwrap_or_default();
        said.remove("granularity");
        said
    };
    without(Some(declared)) == without(there)
}
