//! Names of databases that a value of the caller's context is a part of.

use crate::document::element::{Typed, tag};
use crate::protocol::limit::DATABASE_NAME;
use bson::Uuid;
use bson::oid::ObjectId;

/// Databases of the server itself.
const SYSTEM: [&str; 3] = ["admin", "config", "local"];
/// Stands for the name of the connection's own database.
const OWN: &str = "database";

/// A name with one gap for a value of the context, and perhaps some for the connection's own database.
#[derive(Debug, Clone)]
pub struct Template {
    parts: Vec<Part>,
    /// Which value of the context is asked for.
    pub asks: Box<str>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(Box<str>),
    Own,
    Value,
}

impl Template {
    /// Reads `tenant_{tenant}`, `{database}_{tenant}` and their like. One value is asked for: of two, nothing
    /// would tell `a_b` and `c` from `a` and `b_c`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (mut parts, mut asks) = (Vec::new(), None);
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            let (name, behind) = behind.split_once('}')?;
            parts.push(Part::Text(before.into()));
            match name {
                OWN => parts.push(Part::Own),
                name if asks.is_none() && !name.is_empty() => {
                    asks = Some(name.into());
                    parts.push(Part::Value);
                }
                _ => return None,
            }
            rest = behind;
        }
        parts.push(Part::Text(rest.into()));
        let is_plain = |part: &Part| match part {
            Part::Text(text) => text.bytes().all(is_safe),
            Part::Own | Part::Value => true,
        };
        Some(Self { asks: asks?, parts }).filter(|it| it.parts.iter().all(is_plain))
    }

    /// The name for a value. None where it would not be a name of a database, or that of another value: only
    /// letters, digits, `_` and `-` are taken.
    #[must_use]
    pub fn name(&self, value: Typed<'_>, own: &str) -> Option<String> {
        let value = text_of(value).filter(|text| !text.is_empty() && text.bytes().all(is_safe))?;
        let mut name = String::new();
        for part in &self.parts {
            name.push_str(match part {
                Part::Text(text) => text,
                Part::Own => own,
                Part::Value => &value,
            });
        }
        let is_system = SYSTEM.iter().any(|system| name.eq_ignore_ascii_case(system));
        Some(name).filter(|name| !is_system && name.len() <= DATABASE_NAME)
    }
}

const fn is_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Ids, texts and whole numbers as text.
fn text_of((tag, value): Typed<'_>) -> Option<String> {
    match tag {
        tag::STRING => Some(std::str::from_utf8(value.get(4..value.len() - 1)?).ok()?.to_owned()),
        tag::OBJECT_ID => Some(ObjectId::from_bytes(value.try_into().ok()?).to_hex()),
        tag::INT32 => Some(i32::from_le_bytes(value.try_into().ok()?).to_string()),
        tag::INT64 => Some(i64::from_le_bytes(value.try_into().ok()?).to_string()),
        // The length, the subtype of UUIDs, the bytes.
        tag::BINARY if value.get(4) == Some(&4) => {
            Some(Uuid::from_bytes(value.get(5..)?.try_into().ok()?).to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::element::{elements, value_of};
    use bson::{RawBson, RawDocumentBuf, cstr};

    fn name(template: &str, value: impl Into<RawBson>) -> Option<String> {
        let mut document = RawDocumentBuf::new();
        document.append(cstr!("value"), value.into());
        let bytes = document.as_bytes();
        let found = elements(bytes).unwrap()[0];
        Template::read(template).unwrap().name((found.tag, value_of(bytes, &found)), "app")
    }

    #[test]
    fn a_value_becomes_a_part_of_the_name() {
        let id = ObjectId::new();
        assert_eq!(name("tenant_{tenant}", "acme").unwrap(), "tenant_acme");
        assert_eq!(name("{database}_{tenant}", 7).unwrap(), "app_7");
        assert_eq!(name("{tenant}", id).unwrap(), id.to_hex());
    }

    #[test]
    fn what_could_be_another_name_is_none() {
        for value in ["", "a.b", "a/b", "a b", "a$", "\0", "ü", "a{database}", &"x".repeat(60)] {
            assert_eq!(name("tenant_{tenant}", value), None, "{value:?}");
        }
        for value in ["admin", "Admin", "local", "config"] {
            assert_eq!(name("{tenant}", value), None, "{value}");
        }
        assert_eq!(name("{tenant}", 1.5), None);
        assert_eq!(name("{tenant}", true), None);
    }

    #[test]
    fn a_template_has_one_value_and_plain_text() {
        for text in ["tenants", "{database}", "{a}_{b}", "{tenant", "a.{tenant}", "{}"] {
            assert!(Template::read(text).is_none(), "{text}");
        }
    }
}
