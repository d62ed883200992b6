//! Histories of the documents that a command writes: which rows they get.

mod columns;
mod draft;
mod numbers;
mod rows;
mod said;

pub(super) use rows::Rows;
pub(super) use said::Origin;
