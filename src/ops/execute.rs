//! Carrying one command out: through the steps, then to the server.

use super::deadline::Deadline;
use super::executor::executor;
use super::json::Form;
use super::layout::Layout;
use super::operation::Call;
use super::page::Paging;
use super::reading::{Output, Taker};
use super::strangers;
use super::tally::SoFar;
use super::turn::Turn;
use super::watching::{Watched, watch};
use super::{Flow, Reply, Request};
use crate::client::connection::Link;
use crate::client::session::Session;
use crate::crypto::vault::Vault;
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::model::histories::History;
use crate::request::{Command, Kind};
use crate::steps::place::Place;
use crate::steps::seal::{self, Sealed};
use crate::steps::{self, Context};
use crate::telemetry::{self, Phase};
use bson::RawDocumentBuf;
use mongodb::Collection;
use std::sync::Arc;

/// For whom a command is carried out.
#[derive(Clone, Copy)]
pub(super) struct Caller<'a> {
    pub(super) flow: &'a Flow,
    /// What a write in several commands has done by now.
    pub(super) so_far: &'a SoFar,
    pub(super) deadline: &'a Deadline,
    pub(super) taker: Taker<'a>,
}

/// Takes the command through the steps, then to the server: in a session, if there is one.
pub(super) async fn execute(
    request: &Request,
    command: Command<'_>,
    paging: Option<Paging>,
    (caller, session): (Caller<'_>, Option<&Session>),
) -> Result<Reply> {
    let Caller { flow, so_far, deadline, taker } = caller;
    let watched = Watched::by(&request.model, &command)?;
    let Link { database, gate, .. } = request.connection.link().await?;
    let given = (database.name(), request.database.as_deref());
    let place = &Place::of(&request.model, command.head, given)?;
    let elsewhere =
        (place.database != database.name()).then(|| database.client().database(&place.database));
    let database = elsewhere.as_ref().unwrap_or(database);
    let vault = request.vault(database.name())?;
    let history = history(&request.model, &command)?;
    let name = history.map_or(&*request.model.collection, |history| &history.collection);
    let collection = &database.collection(name);
    let turn = &mut Turn::new(request, flow, gate, (deadline, session));
    let (command, sealed) =
        ready((request, place), command, vault.as_deref(), collection, turn).await?;
    let command = &command;
    let reads = shows(request.kind);
    let opener = vault.clone().map(|vault| {
        // What a write has met is changed already.
        let check = (reads && !sealed.check.asked.is_empty()).then(|| Arc::new(sealed.check));
        (vault, sealed.opening, check)
    });
    // What belongs to rows is found in their chunks.
    let form = if request.has_relations() {
        Form::Chunks
    } else {
        Form::of(command.head, &request.model)?
    };
    let layout = &Arc::new(Layout { model: Arc::clone(&request.model), form, opener });
    let out = &Output { layout, flow, deadline, taker, so_far };
    let vault = vault.as_deref();
    let call = Call { command, database, collection, vault, paging, turn: &mut *turn, out };
    let outcome = match &watched {
        Some(watched) => Box::pin(watch(watched, call)).await,
        None => executor(request.kind).run(call).await,
    };
    if let Some(session) = session {
        session.note(outcome.as_ref().err());
    }
    turn.end();
    match vault {
        Some(vault) => outcome.map_err(|error| seal::name_columns(vault, error)),
        None => outcome,
    }
}

/// The history that a pipeline reads in place of the model's documents: its rows are what they were.
fn history<'m>(model: &'m Model, command: &Command<'_>) -> Result<Option<&'m History>> {
    let Some(name) = command.head.text("history")? else { return Ok(None) };
    let found = model.histories.iter().find(|one| *one.name == *name);
    let found = found.filter(|_| command.kind == Kind::Aggregate);
    found.map(Some).ok_or_else(|| {
        let what = format!("{} has no history \"{name}\" that this could read", model.name);
        Error::new(Code::InvalidQuery, what)
    })
}

/// The command as it is sent. A read by blind indexes that different values share takes two rounds: it
/// passes over those that only seem to answer.
async fn ready<'a>(
    (request, place): (&Request, &Place<'_>),
    command: Command<'a>,
    vault: Option<&Vault>,
    collection: &Collection<RawDocumentBuf>,
    turn: &mut Turn<'_>,
) -> Result<(Command<'a>, Sealed)> {
    let context = context((request, place), vault);
    let plain = vault.filter(|_| shows(request.kind)).map(|vault| (vault, command.clone()));
    let mut command = command;
    let sealed = {
        let _timer = telemetry::time(turn.trace(), Phase::Seal);
        steps::apply(&mut command, &context)?
    };
    if let Some((vault, mut plain)) = plain {
        let asked = &sealed.check.asked;
        let strangers =
            strangers::find_all(vault, collection, (&request.model, plain.head), asked, turn)
                .await?;
        if !strangers.is_empty() {
            let context = Context { strangers: &strangers, ..context };
            let sealed = steps::apply(&mut plain, &context)?;
            return Ok((plain, sealed));
        }
    }
    Ok((command, sealed))
}

/// What the steps know of a request beside its command.
pub(super) fn context<'a>(
    (request, place): (&'a Request, &'a Place<'a>),
    vault: Option<&'a Vault>,
) -> Context<'a> {
    Context {
        place,
        model: &request.model,
        vault,
        ruled: &request.ruled,
        allow_javascript: request.connection.allows_server_javascript(),
        strangers: &[],
    }
}

/// Whether what it answers is what its conditions find.
fn shows(kind: Kind) -> bool {
    kind.reads() || matches!(kind, Kind::FindAndLock | Kind::InsertUnlessFound)
}
