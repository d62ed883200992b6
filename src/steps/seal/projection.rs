//! Projections: what is read for opening and checking beside what is asked for.

use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::{self, find, tag, value_of};
use crate::error::Result;
use crate::model::fields::Relation;

/// Writes a projection. Answers whether `_id` is read for opening alone. What conditions asked for is
/// read too, with its blind index, and goes to `read` where nobody wants it.
pub(super) fn seal(
    projection: &[u8],
    vault: &Vault,
    (asked, read): (&[usize], &mut Vec<usize>),
) -> Result<(Vec<u8>, bool)> {
    let mut out = Builder::with_capacity(projection.len() * 2);
    let mut hidden = false;
    let mut inclusive = false;
    let start = out.begin();
    let limit = element::document_end(projection, 0)?;
    let mut at = 4;
    while let Some(found) = element::read(projection, at, limit)? {
        at = found.end;
        let name = found.name(projection);
        let inner = value_of(projection, &found);
        let switch = matches!(found.tag, tag::BOOLEAN | tag::INT32 | tag::INT64 | tag::DOUBLE);
        let off = switch && inner.iter().all(|byte| *byte == 0);
        inclusive |= !off && name != b"_id";
        if off
            && let Some(field) = asked.iter().find(|one| vault.field(**one).path.as_bytes() == name)
        {
            read.push(*field);
            continue;
        }
        if name == b"_id" && off {
            hidden = true;
            continue;
        }
        match vault.fields().tree().relate(name) {
            Relation::Inside(field) => {
                return Err(vault.refuse(field, "it is encrypted as a whole, and read so"));
            }
            Relation::Field(field) if !switch => {
                return Err(vault.refuse(field, "the server cannot compute with it"));
            }
            Relation::Above(tree) if found.tag == tag::DOCUMENT => {
                if let Some(conditions) = find(inner, b"$elemMatch")?
                    && conditions.tag == tag::DOCUMENT
                {
                    vault.check_conditions(tree, value_of(inner, &conditions))?;
                }
            }
            _ => {}
        }
        if !switch {
            vault.check_expression((found.tag, inner))?;
        }
        out.element(projection, &found);
    }
    for field in asked.iter().filter(|_| inclusive) {
        let spec = vault.field(*field);
        let Some(blind) = &spec.blind else { continue };
        for name in [spec.path.as_bytes(), &blind.name] {
            if find(projection, name)?.is_none() {
                out.name(tag::BOOLEAN, name);
                out.copy(&[1]);
            }
        }
        if find(projection, spec.path.as_bytes())?.is_none() {
            read.push(*field);
        }
    }
    out.end(start);
    Ok((out.into_bytes(), hidden))
}
