//! Prepares the link step of the Node add-on.

fn main() {
    #[cfg(feature = "node")]
    napi_build::setup();
}
