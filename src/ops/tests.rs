//! Tests of what an operation tells of its time.

use super::{Flow, Reply, Request, Sink, run};
use crate::client::connection::Connection;
use crate::client::options::ConnectionOptions;
use crate::error::Code;
use crate::relations::With;
use crate::request::Kind;
use crate::telemetry::Trace;
use crate::telemetry::lines::Lines;
use bson::rawdoc;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tracing::Dispatch;

type Written = Arc<Mutex<Vec<String>>>;

fn lines() -> (Dispatch, Written) {
    let written = Written::default();
    let taken = Arc::clone(&written);
    (Dispatch::new(Lines::new(move |line| taken.lock().unwrap().push(line))), written)
}

struct Kept(Mutex<Vec<Reply>>);

impl Sink for Kept {
    fn deliver(&self, reply: Reply, _: bool) {
        self.0.lock().unwrap().push(reply);
    }
}

/// Runs a find against a server that is not there.
fn find(trace: Option<Trace>) -> Code {
    let options = rawdoc! { "name": "main", "url": "mongodb://127.0.0.1:1/x", "serverSelectionTimeoutMS": 30 };
    let options = ConnectionOptions::from_document(options.as_bytes()).unwrap();
    let connection = Arc::new(Connection::new(options));
    let ticket = connection.enter();
    let kept = Arc::new(Kept(Mutex::default()));
    let request = Request {
        kind: Kind::Find,
        connection,
        database: None,
        model: Arc::default(),
        body: rawdoc! { "filter": { "name": "a secret" } }.into_bytes(),
        after: None,
        session: None,
        ring: None,
        ruled: Arc::default(),
        with: With::default(),
        has: Vec::new(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run::run(request, ticket, Arc::new(Flow::new(trace)), Arc::clone(&kept)));
    let replies = kept.0.lock().unwrap();
    let [Reply::Failed(error)] = replies.as_slice() else { panic!("{replies:?}") };
    error.code
}

#[test]
fn an_operation_that_asks_for_it_has_a_span_which_names_no_values() {
    let (dispatch, written) = lines();
    let trace = tracing::dispatcher::with_default(&dispatch, || Trace::begin("Find", "users"));
    let code = find(Some(trace));
    let line: Value = serde_json::from_str(&written.lock().unwrap()[0]).unwrap();
    assert_eq!(line["outcome"], code.as_str());
    // Nobody had a socket to wait for.
    assert!(line["total_us"].as_u64().unwrap() >= 25_000, "{line}");
    assert_eq!(line["server_us"], 0);
    assert!(!line.to_string().contains("secret"), "{line}");
}

#[test]
fn an_operation_that_does_not_ask_has_none() {
    let (dispatch, written) = lines();
    tracing::dispatcher::with_default(&dispatch, || find(None));
    assert!(written.lock().unwrap().is_empty());
}
