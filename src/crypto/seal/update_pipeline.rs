//! Changes by a pipeline.

use super::for_each;
use crate::crypto::vault::Vault;
use crate::document::element::Typed;
use crate::document::element::tag;
use crate::error::Result;

impl Vault {
    /// An update's pipeline: it must neither write encrypted columns nor read them.
    pub(super) fn check_update_pipeline(&self, stages: &[u8]) -> Result<()> {
        let Some(any) = self.fields().tree().fields().next() else { return Ok(()) };
        for_each(stages, |_, stage| {
            for_each(stage, |found, value| match found.name(stage) {
                b"$set" | b"$addFields" => {
                    self.check_untouched(value)?;
                    self.check_expression((found.tag, value))
                }
                b"$unset" => self.check_unset((found.tag, value)),
                other => {
                    let shown = String::from_utf8_lossy(other);
                    let why = format!("{shown} in an update could change it");
                    Err(self.refuse(any, &why))
                }
            })
        })
    }

    fn check_untouched(&self, paths: &[u8]) -> Result<()> {
        for_each(paths, |found, _| {
            self.check_replaced(
                self.fields().tree(),
                found.name(paths),
                "an update's pipeline cannot set it",
            )
        })
    }

    fn check_unset(&self, (tag, value): Typed<'_>) -> Result<()> {
        match tag {
            tag::STRING if value.len() > 5 => {
                let path = &value[4..value.len() - 1];
                self.check_replaced(
                    self.fields().tree(),
                    path,
                    "an update's pipeline cannot remove it",
                )
            }
            tag::ARRAY => for_each(value, |found, inner| self.check_unset((found.tag, inner))),
            _ => Ok(()),
        }
    }
}
