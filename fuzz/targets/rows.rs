//! The batch of a server's reply, checked, laid out and written as JSON.
#![no_main]

use bson::{RawDocument, rawdoc};
use lucent_odm::document::columns::Columns;
use lucent_odm::document::json::{self, JsonPlan, JsonText, Zone};
use lucent_odm::document::{chunk, element, validate};
use std::sync::LazyLock;

static COLUMNS: LazyLock<Columns> = LazyLock::new(|| {
    Columns::new(
        [("_id", true), ("ssn", false), ("contacts", false)].map(|(name, id)| (name.into(), id)),
    )
});

static PLANS: LazyLock<Vec<JsonPlan>> = LazyLock::new(|| {
    let fields = rawdoc! { "values": "classes", "fields": [
        { "column": 2, "name": "contacts" },
        { "column": 0, "name": "id", "dates": "zoned" },
        { "column": 1, "name": "ssn", "dates": "day" },
    ] };
    [rawdoc! { "values": "classes" }, rawdoc! { "values": "text" }, fields]
        .iter()
        .map(|plan| JsonPlan::from_raw(plan, COLUMNS.len()).expect("a plan"))
        .collect()
});

/// What is found valid is safe for a parser that recurses and trusts.
fn checked(input: &[u8]) {
    if validate::document(input, 0).is_err() {
        return;
    }
    let end = element::document_end(input, 0).expect("it was valid");
    let raw = RawDocument::from_bytes(&input[..end]).expect("a document");
    bson::Document::try_from(raw).expect("every value can be read");
}

/// Rows that are written are rows that are laid out, and their text is JSON.
fn written(array: &[u8]) {
    let chunks = chunk::from_batch(array, &COLUMNS);
    for plan in PLANS.iter() {
        let Ok(text) = json::rows(array, &COLUMNS, plan, &Zone::fixed(0, true)) else { continue };
        assert!(chunks.is_ok(), "JSON of what is no batch");
        let text = match text {
            None => String::new(),
            Some(JsonText::Wide(text)) => text,
            Some(JsonText::Latin1(bytes)) => bytes.into_iter().map(char::from).collect(),
        };
        let text = format!("[{text}]");
        assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{text}");
    }
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    checked(input);
    written(input);
    // As the only row of a batch, so that fewer lengths have to fit.
    let total = i32::try_from(input.len() + 8).expect("small");
    written(&[&total.to_le_bytes()[..], b"\x030\0", input, &[0]].concat());
});
