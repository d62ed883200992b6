//! What belongs to the rows of a read: the legs of a request, read once; which values are keys; which rows belong
//! together. Pure: [`ops`](crate::ops) reads the related documents.

pub mod calculation;
pub mod counts;
pub mod gathered;
pub mod keys;
pub mod leg;
pub mod links;
mod reading;
#[cfg(test)]
mod tests;
pub mod text;
pub mod tree;

pub use calculation::Calculation;
pub use gathered::{Gathered, GatheredInside};
pub use keys::{Parents, When};
pub use leg::{Cut, Has, Inside, Leg, Source, Through, With};
pub use links::{Found, Links, Matches, Order};
pub use reading::{Handles, Taken, take_legs};
