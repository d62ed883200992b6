//! What holds for every command, whoever built it: a list of steps that each one passes, single or one
//! of thousands, before it is sent.

pub mod guard;
mod last_look;
mod meant;
mod pin;
pub mod place;
mod remove;
pub mod scope;
pub mod seal;
pub mod stamp;

use crate::crypto::seal::notes::Strangers;
use crate::crypto::vault::Vault;
use crate::error::Result;
use crate::model::Model;
use crate::request::head::parsed;
use crate::request::{Command, Head};
use bson::Document;
use place::Place;
use seal::Sealed;
use std::sync::Arc;

/// What the steps know beside the command.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The model whose collection it is.
    pub model: &'a Model,
    /// The model's encrypted columns, if it has any.
    pub vault: Option<&'a Vault>,
    /// Every model with rules of its own, as far as it is known: pipelines reach others' collections.
    pub ruled: &'a [Arc<Model>],
    /// Where the command goes.
    pub place: &'a Place<'a>,
    /// Whether JavaScript may run on the server.
    pub allow_javascript: bool,
    /// Documents that conditions pass over.
    pub strangers: &'a [Strangers],
}

/// Takes a command through all steps, in their order. What the caller asked for is looked at before
/// scopes add to it; which database it goes to is known by then ([`Place::of`]), and what it reaches must be there; a delete that is none becomes a change before that is stamped; scopes come before the others,
/// so that all see what they added; what is pinned is so whatever was stamped, and is sealed as what the caller
/// sets is; the guard sees what is asked in plain. Behind the seal come the last look,
/// which changes nothing, and the count of what a sealed document replaces.
///
/// # Errors
/// Those of the steps. Nothing is sent then.
pub fn apply(command: &mut Command<'_>, context: &Context<'_>) -> Result<Sealed> {
    meant::apply(command)?;
    place::apply(command, context)?;
    remove::apply(command, context)?;
    scope::apply(command, context)?;
    stamp::apply(command, context)?;
    pin::apply(command, context)?;
    guard::apply(command, context)?;
    let sealed = seal::apply(command, context)?;
    last_look::look(command, context, &sealed)?;
    for change in command.changes_mut() {
        stamp::count_replaced(change);
    }
    Ok(sealed)
}

/// What all documents of a command answer, as it is sent: the conditions of a look-up that is a part of
/// the command.
///
/// # Errors
/// Those of the steps.
pub fn conditions(model: &Model, head: Head<'_>, vault: Option<&Vault>) -> Result<Document> {
    let own = scope::filter(model, head)?;
    match vault {
        Some(vault) => parsed(&vault.seal_filter(&own)?),
        None => parsed(&own),
    }
}

#[cfg(test)]
mod ruled_tests;
