//! Statements whose bytes were counted.

use crate::request::Statement;
use std::ops::Deref;

/// A statement, and its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured<'s, 'a> {
    pub(super) statement: &'s Statement<'a>,
    pub(super) bytes: usize,
}

impl<'s, 'a> Measured<'s, 'a> {
    pub(super) fn of(statement: &'s Statement<'a>) -> Self {
        Self { statement, bytes: statement.size() }
    }
}

impl<'a> Deref for Measured<'_, 'a> {
    type Target = Statement<'a>;

    fn deref(&self) -> &Statement<'a> {
        self.statement
    }
}
