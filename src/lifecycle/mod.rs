//! The lifecycle of an operation on models: which hooks run, in which order, and what their
//! outcome means. Pure: a [`run::Run`] is told what happened and answers what comes next.

pub mod event;
pub mod hooks;
pub mod run;
