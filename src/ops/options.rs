//! Setting those of a driver call's options that a request has.

/// `options!(call, name = value, …)`: each value that is there goes to the setter of its name. The
/// driver's calls share the names of their setters, but no trait.
macro_rules! options {
    ($call:expr, $($name:ident = $value:expr),* $(,)?) => {{
        let call = $call;
        $(let call = match $value {
            Some(value) => call.$name(value),
            None => call,
        };)*
        call
    }};
}
