//! What is asked of related rows without reading them: how many there are, or what comes of a column.

use bson::raw::CStr;
use bson::{RawDocumentBuf, cstr, rawdoc};

/// A comparison of a number of rows.
#[derive(Debug, Clone, Copy)]
pub struct Count {
    operator: &'static CStr,
    number: f64,
}

/// What is calculated of related rows.
#[derive(Debug, Clone)]
pub struct Calculation {
    /// The operator of a group; none for the number of rows.
    pub operator: Option<&'static CStr>,
    /// The stored path of the values.
    pub field: Option<String>,
    /// Each different value once.
    pub distinct: bool,
}

impl Count {
    /// From an operator as SQL has it; `None` for what is none.
    #[must_use]
    pub fn of(operator: &str, number: f64) -> Option<Self> {
        let operator = match operator {
            "=" => cstr!("$eq"),
            "!=" => cstr!("$ne"),
            "<" => cstr!("$lt"),
            "<=" => cstr!("$lte"),
            ">" => cstr!("$gt"),
            ">=" => cstr!("$gte"),
            _ => return None,
        };
        Some(Self { operator, number })
    }

    /// Whether it holds for rows that have none.
    #[must_use]
    pub fn holds_for_none(self) -> bool {
        match self.operator.as_str() {
            "$eq" => self.number == 0.0,
            "$ne" => self.number != 0.0,
            "$lt" => 0.0 < self.number,
            "$lte" => 0.0 <= self.number,
            "$gt" => 0.0 > self.number,
            _ => 0.0 >= self.number,
        }
    }

    /// The comparison that holds where this one does not.
    #[must_use]
    pub fn opposite(self) -> Self {
        let operator = match self.operator.as_str() {
            "$eq" => cstr!("$ne"),
            "$ne" => cstr!("$eq"),
            "$lt" => cstr!("$gte"),
            "$lte" => cstr!("$gt"),
            "$gt" => cstr!("$lte"),
            _ => cstr!("$lt"),
        };
        Self { operator, ..self }
    }

    /// The stage that keeps those groups.
    #[must_use]
    pub fn stage(self) -> Vec<u8> {
        let mut comparison = RawDocumentBuf::new();
        comparison.append(self.operator, self.number);
        rawdoc! { "$match": { "n": comparison } }.into_bytes()
    }
}

impl Calculation {
    /// The number of rows.
    pub const ROWS: Self = Self { operator: None, field: None, distinct: false };

    /// The stages that make of documents one for each key in `matches`: `{ _id: <key>, n: <result> }`.
    #[must_use]
    pub fn stages(&self, matches: &[u8]) -> Vec<Vec<u8>> {
        let path = format!("${}", String::from_utf8_lossy(matches));
        // An element that occurs twice is one key.
        let key = rawdoc! { "$cond": [
            { "$isArray": [&*path] },
            { "$setUnion": [&*path, []] },
            &*path,
        ] };
        let value = format!("${}", self.field.as_deref().unwrap_or("_id"));
        let mut stages = vec![
            rawdoc! { "$project": { "_id": 0, "k": key, "v": value } },
            rawdoc! { "$unwind": "$k" },
        ];
        let sum = match self.operator {
            Some(operator) => {
                let mut result = RawDocumentBuf::new();
                result.append(operator, "$v");
                result
            }
            None if self.field.is_some() => {
                stages.push(rawdoc! { "$match": { "v": { "$ne": null } } });
                rawdoc! { "$sum": 1 }
            }
            None => rawdoc! { "$sum": 1 },
        };
        if self.distinct {
            stages.push(rawdoc! { "$group": { "_id": { "k": "$k", "v": "$v" } } });
            stages.push(rawdoc! { "$project": { "_id": 0, "k": "$_id.k", "v": "$_id.v" } });
        }
        stages.push(rawdoc! { "$group": { "_id": "$k", "n": sum } });
        stages.into_iter().map(RawDocumentBuf::into_bytes).collect()
    }
}
