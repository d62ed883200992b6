//! A connection's settings as they come from JavaScript.

use super::url;
use crate::document::validate;
use crate::error::{Code, Error, Result};
use crate::protocol::preset::MAX_POOL_SIZE;
use bson::{RawBsonRef, RawDocument};
use mongodb::options::{AuthMechanism, ClientOptions, Credential, Tls, TlsOptions};
use std::path::PathBuf;
use std::time::Duration;

/// Longer than an election, which takes ten seconds and more.
const SERVER_SELECTION: Duration = Duration::from_secs(15);
/// Longer than a server lets a transaction live, or than anybody waits; a command that is to take
/// longer says so by its own time limit.
const SOCKET: Duration = Duration::from_secs(120);
const CONNECT: Duration = Duration::from_secs(5);

/// The settings of one named connection.
#[derive(Debug, Clone, Default)]
pub struct ConnectionOptions {
    /// The name under which models know it.
    pub name: String,
    /// `mongodb://` or `mongodb+srv://`.
    pub url: String,
    /// Database; the one in the URL's path when empty.
    pub database: Option<String>,
    /// Whether `$where` and its kin may run.
    pub allow_server_javascript: bool,
    /// The time that an operation may take when its request does not say; zero is no limit.
    pub timeout: Option<Duration>,
    /// Seals the cursors of pages.
    pub cursor_secret: Option<Box<str>>,
    socket_timeout: Option<Duration>,
    overrides: Overrides,
}

/// Settings that go over those in the URL.
#[derive(Debug, Clone, Default)]
struct Overrides {
    app_name: Option<String>,
    max_pool_size: Option<u32>,
    min_pool_size: Option<u32>,
    server_selection: Option<Duration>,
    connect: Option<Duration>,
    max_idle: Option<Duration>,
    direct: Option<bool>,
    replica_set: Option<String>,
    retry_reads: Option<bool>,
    retry_writes: Option<bool>,
    username: Option<String>,
    password: Option<String>,
    auth_source: Option<String>,
    auth_mechanism: Option<AuthMechanism>,
    tls: Option<bool>,
    tls_ca_file: Option<PathBuf>,
}

impl ConnectionOptions {
    /// Of a connection that nothing is sent over, and that refuses nothing.
    #[must_use]
    pub fn of_nowhere() -> Self {
        Self { allow_server_javascript: true, ..Self::default() }
    }

    /// Reads the options document. Unknown keys are JavaScript's to refuse.
    ///
    /// # Errors
    /// `E_CONFIGURATION` naming the setting.
    pub fn from_document(bytes: &[u8]) -> Result<Self> {
        validate::document(bytes, 0)?;
        let document =
            RawDocument::from_bytes(bytes).map_err(|_| configuration("not a document"))?;
        let mut options = Self::default();
        for entry in document {
            let (key, value) = entry.map_err(|_| configuration("not a document"))?;
            options.set(key.as_str(), value)?;
        }
        if options.url.is_empty() {
            return Err(configuration("url is missing"));
        }
        let parts = url::split(&options.url)?;
        options.url = parts.url;
        options.timeout = options.timeout.or(parts.timeout);
        Ok(options)
    }

    fn set(&mut self, key: &str, value: RawBsonRef<'_>) -> Result<()> {
        let over = &mut self.overrides;
        match key {
            "name" => self.name = text(key, value)?,
            "url" => self.url = text(key, value)?,
            "database" => self.database = Some(text(key, value)?),
            "allowServerJavaScript" => self.allow_server_javascript = flag(key, value)?,
            "timeoutMS" => self.timeout = Some(millis(key, value)?),
            "cursorSecret" => self.cursor_secret = Some(text(key, value)?.into()),
            "socketTimeoutMS" => self.socket_timeout = Some(millis(key, value)?),
            "appName" => over.app_name = Some(text(key, value)?),
            "maxPoolSize" => over.max_pool_size = Some(number(key, value)?),
            "minPoolSize" => over.min_pool_size = Some(number(key, value)?),
            "serverSelectionTimeoutMS" => over.server_selection = Some(millis(key, value)?),
            "connectTimeoutMS" => over.connect = Some(millis(key, value)?),
            "maxIdleTimeMS" => over.max_idle = Some(millis(key, value)?),
            "directConnection" => over.direct = Some(flag(key, value)?),
            "replicaSet" => over.replica_set = Some(text(key, value)?),
            "retryReads" => over.retry_reads = Some(flag(key, value)?),
            "retryWrites" => over.retry_writes = Some(flag(key, value)?),
            "username" => over.username = Some(text(key, value)?),
            "password" => over.password = Some(text(key, value)?),
            "authSource" => over.auth_source = Some(text(key, value)?),
            "authMechanism" => {
                let name = text(key, value)?;
                let mechanism = name.parse().map_err(|_| configuration("authMechanism"))?;
                over.auth_mechanism = Some(mechanism);
            }
            "tls" => over.tls = Some(flag(key, value)?),
            "tlsCAFile" => over.tls_ca_file = Some(text(key, value)?.into()),
            _ => return Err(configuration(&format!("unknown setting {key}"))),
        }
        Ok(())
    }

    /// How long a command may go without an answer; `None` for as long as it takes.
    #[must_use]
    pub fn silence(&self) -> Option<Duration> {
        Some(self.socket_timeout.unwrap_or(SOCKET)).filter(|limit| !limit.is_zero())
    }

    /// The driver's options: defaults of ours, then the URL, then the settings.
    ///
    /// # Errors
    /// `E_CONFIGURATION` for a URL that cannot be read, `E_CONNECTION_FAILED` when its SRV record
    /// cannot be resolved.
    pub async fn to_driver(&self) -> Result<ClientOptions> {
        let mut options = ClientOptions::parse(&self.url).await.map_err(|error| {
            let mapped = Error::from(error);
            match mapped.code {
                Code::ConnectionFailed => mapped,
                // The URL may hold a password: it is not quoted.
                _ => configuration("url is not a valid MongoDB connection string"),
            }
        })?;
        let over = &self.overrides;
        options.max_pool_size =
            over.max_pool_size.or(options.max_pool_size).or(Some(MAX_POOL_SIZE));
        options.min_pool_size = over.min_pool_size.or(options.min_pool_size);
        options.server_selection_timeout =
            over.server_selection.or(options.server_selection_timeout).or(Some(SERVER_SELECTION));
        options.connect_timeout = over.connect.or(options.connect_timeout).or(Some(CONNECT));
        options.max_idle_time = over.max_idle.or(options.max_idle_time);
        options.direct_connection = over.direct.or(options.direct_connection);
        options.repl_set_name = over.replica_set.clone().or(options.repl_set_name);
        options.retry_reads = over.retry_reads.or(options.retry_reads);
        options.retry_writes = over.retry_writes.or(options.retry_writes);
        options.app_name =
            over.app_name.clone().or(options.app_name).or_else(|| Some("lucent-odm".into()));
        if over.username.is_some() || over.auth_mechanism.is_some() || over.auth_source.is_some() {
            let mut credential = options.credential.take().unwrap_or_else(Credential::default);
            credential.username = over.username.clone().or(credential.username);
            credential.password = over.password.clone().or(credential.password);
            credential.source = over.auth_source.clone().or(credential.source);
            credential.mechanism = over.auth_mechanism.clone().or(credential.mechanism);
            options.credential = Some(credential);
        }
        match (over.tls, &over.tls_ca_file) {
            (Some(false), _) => options.tls = Some(Tls::Disabled),
            (None, None) => {}
            (_, file) => {
                let mut tls = match options.tls.take() {
                    Some(Tls::Enabled(tls)) => tls,
                    _ => TlsOptions::default(),
                };
                tls.ca_file_path = file.clone().or(tls.ca_file_path);
                options.tls = Some(Tls::Enabled(tls));
            }
        }
        Ok(options)
    }
}

fn configuration(what: &str) -> Error {
    Error::new(Code::Configuration, what)
}

fn text(key: &str, value: RawBsonRef<'_>) -> Result<String> {
    value
        .as_str()
        .map(ToOwned::to_owned)
        .ok_or_else(|| configuration(&format!("{key} must be a string")))
}

fn flag(key: &str, value: RawBsonRef<'_>) -> Result<bool> {
    value.as_bool().ok_or_else(|| configuration(&format!("{key} must be a boolean")))
}

fn number(key: &str, value: RawBsonRef<'_>) -> Result<u32> {
    value
        .as_i32()
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| configuration(&format!("{key} must be a non-negative integer")))
}

fn millis(key: &str, value: RawBsonRef<'_>) -> Result<Duration> {
    number(key, value).map(|number| Duration::from_millis(number.into()))
}
