//! One run of the state machine: before hooks, the command, settling, after hooks.
//!
//! A run over several subjects (the models of one `createMany`) goes through the hooks of the
//! first, then the second, and so on; the command and settling happen once for all of them.
//! A stream goes through command, settling and after hooks again for each batch, until a command
//! finds nothing left.
//!
//! A run with nothing to command (a transaction was committed or rolled back) is its after hooks
//! alone, and each of them is called whatever became of the others.

use super::hooks::Hooks;
use crate::protocol::{Event, Lifecycle, Outcome, step, step_bits};

/// What JavaScript is to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The operation is over.
    Done,
    /// Call a handler.
    Hook(Event, u16),
    /// Stamp, encode, submit, and await the reply.
    Command,
    /// Take the reply: hydrate, mark as persisted.
    Settle,
    /// Move on to the next subject.
    Next,
    /// Go back to the first subject.
    Rewind,
    /// Reject: a before hook answered `false`.
    Abort(Event, u16),
    /// Reject with what was thrown.
    Fail,
}

impl Step {
    /// Whether the run is over.
    #[must_use]
    pub const fn is_last(self) -> bool {
        matches!(self, Self::Done | Self::Abort(..) | Self::Fail)
    }

    /// The number that crosses; `docs/internal/boundary.md` has the layout.
    #[must_use]
    pub const fn number(self) -> u32 {
        const fn located(kind: u32, event: Event, handler: u16) -> u32 {
            kind | (event as u32) << step_bits::EVENT | (handler as u32) << step_bits::HANDLER
        }
        match self {
            Self::Done => step::DONE,
            Self::Hook(event, handler) => located(step::HOOK, event, handler),
            Self::Command => step::COMMAND,
            Self::Settle => step::SETTLE,
            Self::Next => step::NEXT,
            Self::Rewind => step::REWIND,
            Self::Abort(event, handler) => located(step::ABORT, event, handler),
            Self::Fail => step::FAIL,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Before,
    Command,
    Settle,
    After,
    Over,
}

/// The state of one operation under way.
#[derive(Debug, Clone)]
pub struct Run {
    operation: Lifecycle,
    hooks: Hooks,
    subjects: u32,
    phase: Phase,
    subject: u32,
    event: usize,
    handler: u16,
    /// A step was issued for the handler at the cursor and its outcome is awaited.
    awaiting: bool,
}

impl Run {
    /// A run of `operation` over `subjects` models (1 for everything but `createMany`).
    #[must_use]
    pub const fn new(operation: Lifecycle, hooks: Hooks, subjects: u32) -> Self {
        Self {
            operation,
            hooks,
            subjects,
            phase: Phase::Before,
            subject: 0,
            event: 0,
            handler: 0,
            awaiting: false,
        }
    }

    /// The first step.
    pub fn start(&mut self) -> Step {
        if !self.operation.has_command() {
            self.phase = Phase::After;
        }
        self.next_hook()
    }

    /// Takes the outcome of the last step and answers the next one.
    pub fn advance(&mut self, outcome: Outcome) -> Step {
        match (self.phase, outcome) {
            (Phase::Over, _) => Step::Done,
            (_, Outcome::Threw) if self.operation.has_command() => self.finish(Step::Fail),
            (Phase::Before, Outcome::Refused) if self.awaiting => {
                let step = Step::Abort(self.events()[self.event], self.handler);
                self.finish(step)
            }
            (Phase::Before | Phase::After, _) => {
                if self.awaiting {
                    self.awaiting = false;
                    self.handler += 1;
                }
                self.next_hook()
            }
            (Phase::Command, Outcome::Clean) => self.finish(Step::Done),
            (Phase::Command, _) => {
                self.phase = Phase::Settle;
                Step::Settle
            }
            (Phase::Settle, _) => {
                self.phase = Phase::After;
                let moved = self.subject > 0;
                self.subject = 0;
                self.event = 0;
                self.handler = 0;
                if moved && self.has_hooks() { Step::Rewind } else { self.next_hook() }
            }
        }
    }

    fn events(&self) -> &'static [Event] {
        match self.phase {
            Phase::After => self.operation.after(),
            _ => self.operation.before(),
        }
    }

    fn has_hooks(&self) -> bool {
        self.events().iter().any(|event| self.hooks.count(*event) > 0)
    }

    fn next_hook(&mut self) -> Step {
        let events = self.events();
        while let Some(event) = events.get(self.event) {
            if self.handler < self.hooks.count(*event) {
                self.awaiting = true;
                return Step::Hook(*event, self.handler);
            }
            self.event += 1;
            self.handler = 0;
        }
        if self.subject + 1 < self.subjects && self.has_hooks() {
            self.subject += 1;
            self.event = 0;
            return Step::Next;
        }
        match self.phase {
            Phase::Before => self.command(),
            Phase::After if self.operation == Lifecycle::Stream => self.command(),
            _ => self.finish(Step::Done),
        }
    }

    fn command(&mut self) -> Step {
        self.phase = Phase::Command;
        Step::Command
    }

    fn finish(&mut self, step: Step) -> Step {
        self.phase = Phase::Over;
        self.awaiting = false;
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::EVENTS;

    fn hooks(handlers: &[(Event, u16)]) -> Hooks {
        let mut counts = [0; EVENTS];
        for (event, count) in handlers {
            counts[*event as usize] = *count;
        }
        Hooks::new(counts)
    }

    fn walk(run: &mut Run, outcome: impl Fn(Step) -> Outcome) -> Vec<Step> {
        let mut steps = vec![run.start()];
        while let Some(last) = steps.last().copied().filter(|step| !step.is_last()) {
            steps.push(run.advance(outcome(last)));
            assert!(steps.len() < 100, "the run does not end");
        }
        steps
    }

    #[test]
    fn the_specific_event_comes_before_save_on_both_sides() {
        use Event::{AfterCreate, AfterSave, BeforeCreate, BeforeSave};
        let counts = [(BeforeSave, 1), (AfterSave, 1), (BeforeCreate, 2), (AfterCreate, 1)];
        let mut run = Run::new(Lifecycle::Create, hooks(&counts), 1);
        assert_eq!(
            walk(&mut run, |_| Outcome::Ok),
            [
                Step::Hook(BeforeCreate, 0),
                Step::Hook(BeforeCreate, 1),
                Step::Hook(BeforeSave, 0),
                Step::Command,
                Step::Settle,
                Step::Hook(AfterCreate, 0),
                Step::Hook(AfterSave, 0),
                Step::Done,
            ]
        );
    }

    #[test]
    fn values_are_validated_before_the_other_hooks_and_listeners_hear_last() {
        use Event::{AfterSave, AfterValidate, BeforeSave, BeforeValidate, Listeners, Validator};
        let order = [BeforeValidate, Validator, AfterValidate, BeforeSave];
        let counts: Vec<_> = order.into_iter().chain([AfterSave, Listeners]).collect();
        let counts = hooks(&counts.into_iter().map(|event| (event, 1)).collect::<Vec<_>>());
        for operation in [Lifecycle::Create, Lifecycle::Update] {
            let mut run = Run::new(operation, counts, 1);
            let before = order.map(|event| Step::Hook(event, 0));
            let after = [Step::Command, Step::Settle, Step::Hook(AfterSave, 0)];
            let expected = before.into_iter().chain(after);
            let expected = expected.chain([Step::Hook(Listeners, 0), Step::Done]);
            assert_eq!(walk(&mut run, |_| Outcome::Ok), expected.collect::<Vec<_>>());
            let muted = counts.without(1 << Validator as u32);
            let steps = walk(&mut Run::new(operation, muted, 1), |_| Outcome::Ok);
            assert!(!steps.contains(&Step::Hook(Validator, 0)));
        }
        let mut run = Run::new(Lifecycle::Create, counts, 1);
        let steps = walk(&mut run, |step| {
            if step == Step::Hook(Validator, 0) { Outcome::Threw } else { Outcome::Ok }
        });
        assert_eq!(steps.last(), Some(&Step::Fail));
        assert!(!steps.contains(&Step::Command));
    }

    #[test]
    fn several_subjects_share_one_command() {
        use Event::{AfterSave, BeforeSave};
        let mut run = Run::new(Lifecycle::Create, hooks(&[(BeforeSave, 1), (AfterSave, 1)]), 2);
        assert_eq!(
            walk(&mut run, |_| Outcome::Ok),
            [
                Step::Hook(BeforeSave, 0),
                Step::Next,
                Step::Hook(BeforeSave, 0),
                Step::Command,
                Step::Settle,
                Step::Rewind,
                Step::Hook(AfterSave, 0),
                Step::Next,
                Step::Hook(AfterSave, 0),
                Step::Done,
            ]
        );
    }

    #[test]
    fn without_hooks_there_is_only_the_command() {
        let mut run = Run::new(Lifecycle::Create, Hooks::default(), 1000);
        assert_eq!(walk(&mut run, |_| Outcome::Ok), [Step::Command, Step::Settle, Step::Done]);
    }

    #[test]
    fn a_refusal_aborts_before_the_command_and_means_nothing_after_it() {
        let counts = hooks(&[(Event::BeforeDelete, 2), (Event::AfterDelete, 1)]);
        let mut run = Run::new(Lifecycle::Delete, counts, 1);
        let steps = walk(&mut run, |step| match step {
            Step::Hook(Event::BeforeDelete, 1) => Outcome::Refused,
            _ => Outcome::Ok,
        });
        assert_eq!(steps.last(), Some(&Step::Abort(Event::BeforeDelete, 1)));
        let mut run = Run::new(Lifecycle::Delete, counts, 1);
        let steps = walk(&mut run, |step| match step {
            Step::Hook(Event::AfterDelete, _) => Outcome::Refused,
            _ => Outcome::Ok,
        });
        assert_eq!(steps.last(), Some(&Step::Done));
    }

    #[test]
    fn a_throw_ends_the_run_wherever_it_happens() {
        let counts = hooks(&[(Event::BeforeSave, 1), (Event::AfterSave, 1)]);
        for failing in
            [Step::Hook(Event::BeforeSave, 0), Step::Command, Step::Hook(Event::AfterSave, 0)]
        {
            let mut run = Run::new(Lifecycle::Update, counts, 1);
            let steps =
                walk(&mut run, |step| if step == failing { Outcome::Threw } else { Outcome::Ok });
            assert_eq!(steps.last(), Some(&Step::Fail));
            assert_eq!(run.advance(Outcome::Ok), Step::Done);
        }
    }

    #[test]
    fn a_stream_runs_its_after_hooks_for_each_batch() {
        use Event::{AfterFetch, BeforeFetch};
        let mut run = Run::new(Lifecycle::Stream, hooks(&[(BeforeFetch, 1), (AfterFetch, 1)]), 1);
        let mut steps = vec![run.start()];
        for outcome in [0, 0, 0, 0, 0, 0, 0, 3] {
            steps.push(run.advance(Outcome::from_number(outcome).unwrap()));
        }
        let batch = [Step::Command, Step::Settle, Step::Hook(AfterFetch, 0)];
        let expected = [Step::Hook(BeforeFetch, 0)].into_iter().chain(batch).chain(batch);
        assert_eq!(steps, expected.chain([Step::Command, Step::Done]).collect::<Vec<_>>());
    }

    #[test]
    fn after_a_transaction_each_hook_of_each_subject_is_called_whatever_the_others_do() {
        use Event::{AfterCommit, AfterRollback};
        let counts = hooks(&[(AfterCommit, 2), (AfterRollback, 1), (Event::AfterSave, 1)]);
        for outcome in [Outcome::Ok, Outcome::Threw, Outcome::Refused, Outcome::Clean] {
            let mut run = Run::new(Lifecycle::Commit, counts, 2);
            assert_eq!(
                walk(&mut run, |_| outcome),
                [
                    Step::Hook(AfterCommit, 0),
                    Step::Hook(AfterCommit, 1),
                    Step::Next,
                    Step::Hook(AfterCommit, 0),
                    Step::Hook(AfterCommit, 1),
                    Step::Done,
                ]
            );
            let mut run = Run::new(Lifecycle::Rollback, counts, 1);
            assert_eq!(walk(&mut run, |_| outcome), [Step::Hook(AfterRollback, 0), Step::Done]);
        }
        let mut run = Run::new(Lifecycle::Commit, Hooks::default(), 3);
        assert_eq!(run.start(), Step::Done);
    }

    #[test]
    fn a_clean_update_skips_the_after_hooks() {
        let counts = hooks(&[(Event::BeforeUpdate, 1), (Event::AfterUpdate, 1)]);
        let mut run = Run::new(Lifecycle::Update, counts, 1);
        let steps =
            walk(&mut run, |step| if step == Step::Command { Outcome::Clean } else { Outcome::Ok });
        assert_eq!(steps, [Step::Hook(Event::BeforeUpdate, 0), Step::Command, Step::Done]);
    }
}
