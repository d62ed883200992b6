//! Node-API: what JavaScript calls, and how completions reach it. Nothing else imports napi.
//!
//! `docs/internal/boundary.md` describes the bytes; `js/native.ts` is the other end.

mod completions;
mod environment;
mod exports;
mod guard;
