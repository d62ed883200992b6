use super::lines::Lines;
use super::{Phase, Trace, time};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing::Dispatch;

type Written = Arc<Mutex<Vec<String>>>;

fn lines() -> (Dispatch, Written) {
    let written = Written::default();
    let taken = Arc::clone(&written);
    (Dispatch::new(Lines::new(move |line| taken.lock().unwrap().push(line))), written)
}

fn only(written: &Written) -> Value {
    let written = written.lock().unwrap();
    assert_eq!(written.len(), 1, "{written:?}");
    serde_json::from_str(&written[0]).unwrap()
}

#[test]
fn a_span_that_closes_is_one_line_with_its_phases() {
    let (dispatch, written) = lines();
    let trace = tracing::dispatcher::with_default(&dispatch, || Trace::begin("Find", "users"));
    trace.started();
    for phase in [Phase::Layout, Phase::Seal] {
        let timer = time(Some(&trace), phase);
        std::thread::sleep(Duration::from_millis(2));
        drop(timer);
    }
    trace.end("ok", Duration::from_micros(7), Duration::from_micros(11));
    assert!(written.lock().unwrap().is_empty());
    drop(trace);
    let line = only(&written);
    for (name, value) in [("span", "operation"), ("operation", "Find"), ("collection", "users")] {
        assert_eq!(line[name], value);
    }
    assert_eq!(
        (&line["outcome"], &line["pool_us"], &line["server_us"]),
        (&"ok".into(), &7.into(), &11.into())
    );
    for name in ["layout_us", "seal_us"] {
        assert!(line[name].as_u64().unwrap() >= 2_000, "{line}");
    }
    let total = line["total_us"].as_u64().unwrap();
    assert!(total >= 4_000 && total >= line["queue_us"].as_u64().unwrap(), "{line}");
}

#[test]
fn spans_of_others_are_not_written() {
    let (dispatch, written) = lines();
    tracing::dispatcher::with_default(&dispatch, || {
        drop(tracing::info_span!("driver", secret = "x"));
    });
    assert!(written.lock().unwrap().is_empty());
}
