//! A document or a batch as it is stored, a filter, an update, a pipeline.
#![no_main]

use lucent_odm::crypto::fuzzing::Subject;
use std::sync::LazyLock;

static SUBJECT: LazyLock<Subject> = LazyLock::new(Subject::new);

libfuzzer_sys::fuzz_target!(|input: &[u8]| SUBJECT.document(input));
