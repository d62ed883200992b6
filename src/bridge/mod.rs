//! Node-API: what JavaScript calls, and how completions reach it. Nothing else imports napi.
//!
//! `docs/internal/boundary.md` describes the bytes; `js/native/` is the other end.

#![cfg_attr(test, allow(dead_code, reason = "exports are compiled out of test binaries"))]

mod completions;
mod environment;
mod exports;
mod guard;
mod handles;
mod submission;
