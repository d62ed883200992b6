//! What belongs to the rows of a read: the legs of a request, read once; which values are keys; which rows belong
//! together. Pure: [`ops`](crate::ops) reads the related documents.

pub mod calculation;
pub mod counts;
pub mod keys;
pub mod leg;
pub mod links;
mod reading;
#[cfg(test)]
mod tests;
pub mod text;
pub mod tree;
pub mod with;

pub use calculation::Calculation;
pub use keys::{Parents, When};
pub use leg::{Cut, Has, Leg, Source, Through};
pub use links::{Found, Links, Matches, Order};
pub use reading::{Handles, Taken, take_legs};
pub use with::{Gathered, GatheredInside, Inside, With};
