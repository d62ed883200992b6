//! Conditions on elements of arrays that an update changes: `$[name]` in its paths.

use super::{elements, for_each, value_of};
use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::Typed;
use crate::document::element::tag;
use crate::error::Result;
use crate::model::fields::Tree;

impl Vault {
    /// Checks the conditions of an update's `arrayFilters`: elements cannot be told apart by what is
    /// encrypted in them.
    ///
    /// # Errors
    /// `E_ENCRYPTED_COLUMN_QUERY`, `E_INVALID_DOCUMENT`.
    pub fn check_array_filters(&self, (tag, update): Typed<'_>, filters: &[u8]) -> Result<()> {
        if tag != tag::DOCUMENT {
            return Ok(());
        }
        let mut places = Vec::new();
        for operator in &elements(update)? {
            if operator.tag == tag::DOCUMENT {
                let paths = value_of(update, operator);
                for path in &elements(paths)? {
                    self.named_places(path.name(paths), &mut places);
                }
            }
        }
        for_each(filters, |found, filter| match found.tag {
            tag::DOCUMENT => self.check_array_filter(&places, filter),
            _ => Ok(()),
        })
    }

    /// The names in a path, and what the elements that they stand for hold.
    fn named_places<'a>(&'a self, path: &'a [u8], places: &mut Vec<(&'a [u8], &'a Tree)>) {
        let mut end = 0;
        for segment in path.split(|byte| *byte == b'.') {
            if let Some(name) = segment.strip_prefix(b"$[").and_then(|it| it.strip_suffix(b"]"))
                && end > 0
                && let Some(tree) = self.fields().tree().descend(&path[..end - 1])
            {
                places.push((name, tree));
            }
            end += segment.len() + 1;
        }
    }

    fn check_array_filter(&self, places: &[(&[u8], &Tree)], filter: &[u8]) -> Result<()> {
        for_each(filter, |found, inner| {
            let name = found.name(filter);
            if name.starts_with(b"$") {
                return match found.tag {
                    tag::ARRAY => for_each(inner, |one, each| match one.tag {
                        tag::DOCUMENT => self.check_array_filter(places, each),
                        _ => Ok(()),
                    }),
                    _ => Ok(()),
                };
            }
            let mut parts = name.splitn(2, |byte| *byte == b'.');
            let (place, rest) = (parts.next().unwrap_or_default(), parts.next());
            for (_, tree) in places.iter().filter(|(one, _)| *one == place) {
                match rest {
                    None => self.check_above(tree, filter, found)?,
                    Some(rest) => {
                        let mut condition = Builder::default();
                        let start = condition.begin();
                        condition.renamed(rest, filter, found);
                        condition.end(start);
                        self.check_conditions(tree, &condition.into_bytes())?;
                    }
                }
            }
            Ok(())
        })
    }
}
