//! The options of a connection string: each is one that has an effect, or it is refused by name.

use crate::error::{Code, Error, Result};
use mongodb::options::ConnectionString;
use std::time::Duration;

/// Options that the driver honours, in its own lower case.
const HONOURED: &[&str] = &[
    "appname",
    "authmechanism",
    "authmechanismproperties",
    "authsource",
    "connecttimeoutms",
    "directconnection",
    "enableoverloadretargeting",
    "heartbeatfrequencyms",
    "journal",
    "loadbalanced",
    "localthresholdms",
    "maxadaptiveretries",
    "maxconnecting",
    "maxidletimems",
    "maxpoolsize",
    "maxstalenessseconds",
    "minpoolsize",
    "readconcernlevel",
    "readpreference",
    "readpreferencetags",
    "replicaset",
    "retryreads",
    "retrywrites",
    "servermonitoringmode",
    "serverselectiontimeoutms",
    "srvmaxhosts",
    "srvservicename",
    "ssl",
    "tls",
    "tlsallowinvalidcertificates",
    "tlscafile",
    "tlscertificatekeyfile",
    "tlsinsecure",
    "w",
    "wtimeoutms",
];

/// Options that mean something without these, and what to do in their place.
const INSTEAD: &[(&str, &str)] = &[
    ("compressors", "messages are not compressed: leave it out"),
    ("zlibcompressionlevel", "messages are not compressed: leave it out"),
    ("sockettimeoutms", "use timeoutMS, which limits an operation from its start to its end"),
    ("waitqueuetimeoutms", "use timeoutMS, which counts the wait for a socket too"),
    ("family", "write the address of the family that you want as the host"),
    ("j", "use journal"),
    ("wtimeout", "use wTimeoutMS"),
    ("uuidrepresentation", "UUIDs are always stored as subtype 4: use standard, or leave it out"),
    ("proxyhost", "proxies are not supported: forward a local port, and name that as the host"),
    ("proxyport", "proxies are not supported"),
    ("proxyusername", "proxies are not supported"),
    ("proxypassword", "proxies are not supported"),
    ("tlsallowinvalidhostnames", "use a certificate with the host's name"),
    ("tlscertificatekeyfilepassword", "use a tlsCertificateKeyFile without a password"),
    ("tlsdisableocspendpointcheck", "there are no such checks: leave it out"),
    ("tlsdisablecertificaterevocationcheck", "there are no such checks: leave it out"),
    ("sslca", "use tlsCAFile"),
    ("sslcert", "use tlsCertificateKeyFile"),
    ("sslkey", "use tlsCertificateKeyFile"),
    ("sslvalidate", "use tlsAllowInvalidCertificates"),
];

/// A connection string whose options were looked at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Checked {
    /// As the driver takes it.
    pub(super) url: String,
    /// `timeoutMS`, which the driver does not know.
    pub(super) timeout: Option<Duration>,
}

/// Looks at every option of a connection string.
///
/// # Errors
/// `E_CONFIGURATION` naming the option, never its value.
pub(super) fn check(url: &str) -> Result<Checked> {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let mut checked = Checked::default();
    let mut kept = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(refused("an option in the url has no value: write name=value"));
        };
        let key = name.to_lowercase();
        match key.as_str() {
            "timeoutms" => checked.timeout = Some(milliseconds(name, value)?),
            "uuidrepresentation" if value.eq_ignore_ascii_case("standard") => {}
            "w" if value == "0" => {
                return Err(refused(
                    "the url's option w is 0: writes are always acknowledged; use 1, more, or \
                     majority",
                ));
            }
            "maxpoolsize" if value == "0" => {
                return Err(refused(
                    "the url's option maxPoolSize is 0: a pool has a limit; say how many sockets",
                ));
            }
            key if HONOURED.contains(&key) => {
                // By itself, so that it is known which option the driver does not take. What is read
                // beside a read preference needs one.
                let beside = match key {
                    "readpreferencetags" | "maxstalenessseconds" => "readPreference=nearest&",
                    _ => "",
                };
                let host = if key.starts_with("srv") { "mongodb+srv://a.b.c" } else { "mongodb://a" };
                let alone = ConnectionString::parse(format!("{host}/?{beside}{pair}"));
                if alone.is_err() && !needs_others(key) {
                    return Err(refused(&format!("the url's option {name} has a wrong value")));
                }
                kept.push(pair);
            }
            key => return Err(unsupported(name, key)),
        }
    }
    checked.url =
        if kept.is_empty() { place.to_owned() } else { format!("{place}?{}", kept.join("&")) };
    Ok(checked)
}

/// Options that the driver takes together with others only: a user, for one.
fn needs_others(key: &str) -> bool {
    matches!(key, "authmechanism" | "authsource" | "authmechanismproperties")
}

fn milliseconds(name: &str, value: &str) -> Result<Duration> {
    value.parse().map(Duration::from_millis).map_err(|_| {
        refused(&format!("the url's option {name} must be a whole number of milliseconds"))
    })
}

fn unsupported(name: &str, key: &str) -> Error {
    // What stands there may be a part of a password with an unescaped "?".
    let known = INSTEAD.iter().find(|(option, _)| *option == key);
    match known {
        Some((_, instead)) => {
            refused(&format!("the url's option {name} is not supported: {instead}"))
        }
        None if is_name(name) => refused(&format!(
            "the url's option {name} is not supported; leave it out, or use a setting of the \
             connection in its place"
        )),
        None => refused("the url has an option that is not supported"),
    }
}

/// Whether it can be the name of an option, which is no secret.
fn is_name(name: &str) -> bool {
    name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn refused(what: &str) -> Error {
    Error::new(Code::Configuration, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(query: &str) -> String {
        check(&format!("mongodb://localhost/app?{query}")).unwrap_err().message
    }

    #[test]
    fn what_the_driver_honours_is_left_to_it() {
        let url = "mongodb://a:b@localhost,other:1/app?replicaSet=rs&w=majority&wtimeoutMS=5&\
                   readPreference=secondary&maxStalenessSeconds=120&authSource=admin&\
                   authMechanism=SCRAM-SHA-256&appName=x";
        assert_eq!(check(url).unwrap(), Checked { url: url.to_owned(), timeout: None });
        for url in ["mongodb://localhost", "mongodb://localhost/app", "mongodb+srv://a.b.c/app"] {
            assert_eq!(check(url).unwrap().url, url);
        }
        assert!(check("mongodb+srv://a.b.c/?srvMaxHosts=2&srvServiceName=other").is_ok());
        assert!(check("mongodb://localhost/?tls=true&tlsCAFile=/a/b").is_ok());
    }

    #[test]
    fn what_we_honour_is_taken_out() {
        let checked =
            check("mongodb://localhost/?timeoutMS=250&uuidRepresentation=standard").unwrap();
        assert_eq!(checked.url, "mongodb://localhost/");
        assert_eq!(checked.timeout, Some(Duration::from_millis(250)));
        let checked = check("mongodb://localhost/?w=1&TIMEOUTms=0").unwrap();
        assert_eq!(checked.url, "mongodb://localhost/?w=1");
        assert_eq!(checked.timeout, Some(Duration::ZERO));
    }

    #[test]
    fn what_has_no_effect_is_refused_by_name() {
        for (option, instead) in INSTEAD {
            let message = message(&format!("{option}=secret"));
            assert!(message.contains(option) && message.contains(instead), "{message}");
            assert!(!message.contains("secret"));
        }
        for option in ["keepAlive", "useUnifiedTopology", "readConcern", "serverSelectionTryOnce"] {
            assert!(message(&format!("{option}=secret")).contains(option));
        }
        assert!(!message("pa$$:word=secret").contains("pa$$"));
    }

    #[test]
    fn wrong_values_are_not_quoted() {
        for query in [
            "w=-1",
            "w=0",
            "maxPoolSize=0",
            "maxPoolSize=wrong",
            "retryWrites=wrong",
            "connectTimeoutMS=-1",
            "readPreference=wrong",
            "tls=wrong",
            "timeoutMS=wrong",
            "timeoutMS=-1",
        ] {
            let message = message(query);
            assert!(message.contains(query.split('=').next().unwrap()), "{message}");
            assert!(!message.contains("wrong\"") && !message.contains("=wrong"), "{message}");
        }
        assert!(message("w").contains("name=value"));
    }
}
