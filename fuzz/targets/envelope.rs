//! The content of an envelope.
#![no_main]

use lucent_odm::crypto::fuzzing::Subject;
use std::sync::LazyLock;

static SUBJECT: LazyLock<Subject> = LazyLock::new(Subject::new);

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    // Without the key nothing that opens can be found.
    assert!(!SUBJECT.envelope(input));
});
