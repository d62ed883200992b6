//! Raw BSON: walking, validating and laying out documents without parsing them.
//!
//! Everything here is iterative and bounds-checked: hostile bytes end in
//! [`Code::InvalidDocument`](crate::error::Code::InvalidDocument), never in a panic.

pub mod build;
pub mod cells;
pub mod chunk;
pub mod columns;
pub mod element;
pub mod json;
pub mod validate;

#[cfg(test)]
mod properties;
