//! What we read from a connection string ourselves; JavaScript has refused what nobody honours.

use crate::error::{Code, Error, Result};
use crate::protocol::UrlOption;
use std::time::Duration;

/// A connection string without the options that are ours.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    /// As the driver takes it.
    pub(super) url: String,
    /// `timeoutMS`, which the driver does not know.
    pub(super) timeout: Option<Duration>,
}

/// Takes out what the driver does not know.
///
/// # Errors
/// `E_CONFIGURATION` naming the option, never its value.
pub(super) fn split(url: &str) -> Result<Parts> {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let mut parts = Parts::default();
    let mut kept = Vec::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match UrlOption::of(name) {
            Some(option @ UrlOption::TimeoutMS) => {
                let millis = value.parse().map_err(|_| refused(option, "milliseconds"))?;
                parts.timeout = Some(Duration::from_millis(millis));
            }
            // That is how UUIDs are stored.
            Some(UrlOption::UuidRepresentation) if value.eq_ignore_ascii_case("standard") => {}
            Some(option @ UrlOption::W) if value.parse() == Ok(0) => {
                return Err(refused(option, "1, more, or majority"));
            }
            _ => kept.push(pair),
        }
    }
    let kept = kept.join("&");
    parts.url = if kept.is_empty() { place.to_owned() } else { format!("{place}?{kept}") };
    Ok(parts)
}

fn refused(option: UrlOption, wanted: &str) -> Error {
    let name = option.name();
    Error::new(Code::Configuration, format!("the option {name} in `url` must be {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_driver_knows_is_left_to_it() {
        for url in [
            "mongodb://localhost",
            "mongodb://localhost/app",
            "mongodb+srv://a.b.c/app?w=majority",
            "mongodb://localhost/app?w=1&",
            "mongodb://a:b@localhost,other:1/app?replicaSet=rs&w=1&wtimeoutMS=5&appName=x",
        ] {
            assert_eq!(split(url).unwrap(), Parts { url: url.to_owned(), timeout: None });
        }
    }

    #[test]
    fn what_is_ours_is_taken_out() {
        let parts =
            split("mongodb://localhost/?timeoutMS=250&uuidRepresentation=standard").unwrap();
        assert_eq!(parts.url, "mongodb://localhost/");
        assert_eq!(parts.timeout, Some(Duration::from_millis(250)));
        let parts = split("mongodb://localhost/?w=1&TIMEOUTms=0&tls=true").unwrap();
        assert_eq!(parts.url, "mongodb://localhost/?w=1&tls=true");
        assert_eq!(parts.timeout, Some(Duration::ZERO));
    }

    #[test]
    fn wrong_values_are_not_quoted() {
        for (query, name) in
            [("timeoutMS=secret", "timeoutMS"), ("timeoutMS=-1", "timeoutMS"), ("w=0", "w")]
        {
            let error = split(&format!("mongodb://localhost/?{query}")).unwrap_err();
            assert!(error.message.contains(name) && !error.message.contains("secret"), "{error}");
        }
    }
}
