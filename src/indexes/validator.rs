//! A JSON Schema of what is known of a model's columns. Every column may be null or missing unless it says
//! that it is required.

use bson::{Bson, Document, doc};

/// The schema of the models of one collection together.
pub fn schema(models: &[Document]) -> Document {
    let mut properties = Document::new();
    let mut required: Option<Vec<Bson>> = None;
    for model in models {
        let shape = object(&columns_of(model), &encrypted_of(model), "");
        for (name, one) in shape.get_document("properties").into_iter().flatten() {
            if !properties.contains_key(name) {
                properties.insert(name, one.clone());
            }
        }
        // What only some of the classes require, the documents of others may lack.
        let here = shape.get_array("required").cloned().unwrap_or_default();
        required = Some(match required {
            None => here,
            Some(before) => before.into_iter().filter(|one| here.contains(one)).collect(),
        });
    }
    let mut out = doc! { "bsonType": "object", "properties": properties };
    if let Some(required) = required.filter(|list| !list.is_empty()) {
        out.insert("required", required);
    }
    doc! { "$jsonSchema": out }
}

fn columns_of(document: &Document) -> Vec<&Document> {
    let list = document.get_array("columns").ok().into_iter().flatten();
    list.filter_map(Bson::as_document).collect()
}

/// Encrypted paths, and whether what is stored there is always encrypted.
fn encrypted_of(model: &Document) -> Vec<(&str, bool)> {
    let list = model.get_array("encrypted").ok().into_iter().flatten();
    let fields = list.filter_map(Bson::as_document);
    fields
        .filter_map(|one| Some((one.get_str("path").ok()?, !one.contains_key("transition"))))
        .collect()
}

/// Documents with these columns.
fn object(columns: &[&Document], encrypted: &[(&str, bool)], above: &str) -> Document {
    let mut properties = Document::new();
    let mut required = Vec::new();
    for column in columns {
        let Ok(name) = column.get_str("name") else { continue };
        let path = format!("{above}{name}");
        let is_required = column
            .get_document("schema")
            .is_ok_and(|said| said.get_bool("required").unwrap_or(false));
        if is_required {
            required.push(Bson::from(name));
        }
        let shape = match encrypted.iter().find(|(field, _)| *field == path) {
            Some((_, true)) => typed("binData", !is_required),
            Some((_, false)) => Document::new(),
            None => shape(column, encrypted, &path, is_required),
        };
        if !shape.is_empty() {
            properties.insert(name, shape);
        }
    }
    let mut out = doc! { "properties": properties };
    if !required.is_empty() {
        out.insert("required", required);
    }
    out
}

fn typed(kind: &str, or_null: bool) -> Document {
    if or_null {
        doc! { "bsonType": [kind, "null"] }
    } else {
        doc! { "bsonType": kind }
    }
}

fn shape(column: &Document, encrypted: &[(&str, bool)], path: &str, is_required: bool) -> Document {
    let kind = column.get_str("type").unwrap_or_default();
    let mut out = match kind {
        "" => Document::new(),
        "document" | "documents" => {
            let is_many = kind == "documents";
            let inner = object(&columns_of(column), encrypted, &format!("{path}."));
            let mut one = typed("object", is_many || !is_required);
            one.extend(inner);
            if is_many {
                let mut list = typed("array", !is_required);
                list.insert("items", one);
                list
            } else {
                one
            }
        }
        // Columns of ids hold one, or an array of them.
        "objectId" | "binData" => {
            let mut kinds = vec![Bson::from(kind), Bson::from("array")];
            if !is_required {
                kinds.push(Bson::from("null"));
            }
            doc! { "bsonType": kinds, "items": typed(kind, true) }
        }
        _ => typed(kind, !is_required),
    };
    for (word, said) in column.get_document("schema").into_iter().flatten() {
        match (word.as_str(), said) {
            ("required", _) => {}
            ("enum", Bson::Array(list)) if !is_required && !list.contains(&Bson::Null) => {
                let mut list = list.clone();
                list.push(Bson::Null);
                out.insert("enum", list);
            }
            ("bsonType", Bson::String(kind)) if !is_required => {
                out.insert("bsonType", vec![Bson::from(kind.as_str()), Bson::from("null")]);
            }
            _ => drop(out.insert(word, said.clone())),
        }
    }
    out
}
