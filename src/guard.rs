//! What no command may carry, whoever built it.

use crate::document::element::{self, tag};
use crate::error::{Code, Error, Result};

/// Operators with which a filter, pipeline or update runs JavaScript on the server.
const SERVER_JAVASCRIPT: [&[u8]; 3] = [b"$where", b"$function", b"$accumulator"];

/// Refuses server-side JavaScript anywhere in a validated document.
///
/// # Errors
/// `E_UNSAFE_OPERATOR` naming the operator.
pub fn refuse_server_javascript(document: &[u8]) -> Result<()> {
    let mut open = vec![(4, element::document_end(document, 0)?)];
    while let Some((at, end)) = open.pop() {
        let mut at = at;
        while let Some(found) = element::read(document, at, end)? {
            at = found.end;
            let name = found.name(document);
            if SERVER_JAVASCRIPT.contains(&name) {
                return Err(Error::new(
                    Code::UnsafeOperator,
                    format!(
                        "{} runs JavaScript on the server, which this connection does not allow",
                        String::from_utf8_lossy(name)
                    ),
                ));
            }
            if matches!(found.tag, tag::DOCUMENT | tag::ARRAY) {
                open.push((found.value_at + 4, found.end));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::rawdoc;

    #[test]
    fn finds_javascript_at_any_depth() {
        for filter in [
            rawdoc! { "$where": "1" },
            rawdoc! { "$and": [{ "a": 1 }, { "$or": [{ "$where": "1" }] }] },
            rawdoc! { "$expr": { "$function": { "body": "", "args": [], "lang": "js" } } },
        ] {
            let error = refuse_server_javascript(filter.as_bytes()).unwrap_err();
            assert_eq!(error.code, Code::UnsafeOperator);
        }
        assert!(refuse_server_javascript(rawdoc! { "where": "$where" }.as_bytes()).is_ok());
    }
}
