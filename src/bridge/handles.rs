//! What the handles in legs stand for.

use super::environment::Environment;
use crate::client::destination::Destination;
use crate::crypto::key_ring::KeyRing;
use crate::error::Result;
use crate::model::Model;
use crate::relations::Handles;
use std::sync::Arc;

impl Handles for Environment {
    fn model(&self, handle: u32) -> Result<Arc<Model>> {
        self.model(handle)
    }

    fn destination(&self, handle: u32) -> Result<Destination> {
        self.destination(handle)
    }

    fn ring(&self, handle: u32) -> Result<Arc<KeyRing>> {
        self.ring(handle)
    }
}
