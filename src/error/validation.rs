//! The server's account of a document that breaks its collection's validator.

use bson::{RawBson, RawBsonRef, RawDocument, RawDocumentBuf};

/// Names under which the account quotes the document.
const VALUES: [&str; 4] =
    ["consideredValue", "consideredValues", "duplicatedValue", "expressionResult"];

/// The account without what it quotes of the document: rules, reasons, names and types.
pub(crate) fn without_values(account: &RawDocument) -> RawDocumentBuf {
    let mut out = RawDocumentBuf::new();
    for (name, value) in account.iter().flatten() {
        if !VALUES.contains(&name.as_str()) {
            out.append(name, cleaned(value));
        }
    }
    out
}

fn cleaned(value: RawBsonRef<'_>) -> RawBson {
    match value {
        RawBsonRef::Document(inner) => RawBson::Document(without_values(inner)),
        RawBsonRef::Array(list) => {
            RawBson::Array(list.into_iter().flatten().map(cleaned).collect())
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::rawdoc;

    #[test]
    fn what_is_quoted_goes_and_the_reasons_stay() {
        let account = rawdoc! {
            "failingDocumentId": 1,
            "details": { "schemaRulesNotSatisfied": [{
                "propertyName": "email",
                "details": [
                    { "reason": "type did not match", "consideredValue": "a", "consideredType": "string" },
                    { "reason": "found a duplicate item", "duplicatedValue": { "a": 1 } },
                    { "consideredValues": ["a"], "expressionResult": "a" },
                ],
            }] },
        };
        let expected = rawdoc! {
            "failingDocumentId": 1,
            "details": { "schemaRulesNotSatisfied": [{
                "propertyName": "email",
                "details": [
                    { "reason": "type did not match", "consideredType": "string" },
                    { "reason": "found a duplicate item" },
                    {},
                ],
            }] },
        };
        assert_eq!(without_values(&account), expected);
    }
}
