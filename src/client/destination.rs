//! Where commands go: a connection, and which of its databases.

use super::connection::Connection;
use crate::error::{Code, Error, Result};
use crate::protocol::limit::DATABASE_NAME;
use std::sync::Arc;

/// What no name of a database has on every platform.
const FORBIDDEN: &[char] = &['/', '\\', '.', ' ', '"', '$', '*', '<', '>', ':', '|', '?', '\0'];

/// A database of a connection's servers. All of them are reached by the same client: its sockets, its sessions.
#[derive(Debug, Clone)]
pub struct Destination {
    /// The connection.
    pub connection: Arc<Connection>,
    /// Another database than the one that the connection's settings name.
    pub database: Option<Arc<str>>,
}

impl From<Connection> for Destination {
    fn from(connection: Connection) -> Self {
        Self { connection: Arc::new(connection), database: None }
    }
}

impl Destination {
    /// Another database of the same servers.
    ///
    /// # Errors
    /// `E_CONFIGURATION` for what can be no name.
    pub fn beside(&self, database: &str) -> Result<Self> {
        if database.is_empty() || database.len() > DATABASE_NAME || database.contains(FORBIDDEN) {
            let what = format!(
                "\"{}\" can be no name of a database: up to {DATABASE_NAME} bytes without any of / \\ . \" $ * < > : | ? \
                 and blanks",
                database.escape_debug()
            );
            return Err(Error::new(Code::Configuration, what));
        }
        Ok(Self { connection: Arc::clone(&self.connection), database: Some(database.into()) })
    }
}
