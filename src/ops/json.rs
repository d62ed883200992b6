//! The form in which a read's documents go back: chunks, or JSON.

use crate::document::json::{JsonPlan, Zone};
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::request::Head;

/// What a read answers with.
#[derive(Debug)]
pub(super) enum Form {
    Chunks,
    Json(JsonForm),
}

/// How rows are shown as JSON.
#[derive(Debug, Default)]
pub(super) struct JsonForm {
    /// Where moments are shown.
    pub(super) zone: Zone,
    /// What of the rows is shown, where it is not as their model has it.
    plan: Option<JsonPlan>,
}

impl JsonForm {
    /// What is shown of the model's rows.
    pub(super) fn plan<'a>(&'a self, model: &'a Model) -> &'a JsonPlan {
        self.plan.as_ref().unwrap_or(&model.json)
    }
}

impl Form {
    /// What the head asks for, of rows of a model.
    pub(super) fn of(head: Head<'_>, model: &Model) -> Result<Self> {
        let Some(asked) = head.raw("json")? else { return Ok(Self::Chunks) };
        let mut form = JsonForm::default();
        if let Ok(zone) = asked.get_document("zone") {
            form.zone = Zone::from_raw(zone).ok_or_else(|| wrong("zone must be a time zone"))?;
        }
        if matches!(asked.get("fields"), Ok(Some(_))) {
            let plan = JsonPlan::from_raw(asked, model.columns.len());
            form.plan = Some(plan.ok_or_else(|| wrong("json names no columns of the model"))?);
        }
        Ok(Self::Json(form))
    }
}

fn wrong(what: &str) -> Error {
    Error::new(Code::InvalidQuery, what)
}
