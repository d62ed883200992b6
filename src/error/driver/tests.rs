use super::*;
use bson::rawdoc;

#[test]
fn names_the_servers_that_were_not_reached() {
    let server = |host: &str| {
        format!("{{ Address: {host}, Type: Unknown, Error: Kind: I/O error: Connection refused }}")
    };
    let topology = |servers: &str| {
        format!(
            "Server selection timeout: No available servers. Topology: {{ Type: Unknown, Servers: [ {servers} ] }}"
        )
    };
    let one = selection(&topology(&server("127.0.0.1:27017")));
    assert_eq!(one.code, Code::ConnectionFailed);
    assert_eq!(
        one.message,
        "no server could be reached at 127.0.0.1:27017; is MongoDB running there?"
    );
    let four: Vec<String> = ["a:1", "b:2", "c:3", "d:4"].iter().map(|host| server(host)).collect();
    assert!(selection(&topology(&four.join(", "))).message.contains("at a:1, b:2, c:3, …;"));
    assert_eq!(
        selection("no servers").message,
        "no suitable server answered within serverSelectionTimeoutMS"
    );
}

#[test]
fn duplicate_keys_name_fields_and_no_values() {
    let entry = rawdoc! { "index": 2, "code": 11000, "keyPattern": { "email": 1, "tenant": 1 },
    "errmsg": "E11000 duplicate key error collection: t.users index: email_1_tenant_1 dup key: { email: \"a@b.c\" }" };
    let error = write_error(&entry);
    let report = error.server.as_deref().unwrap();
    assert_eq!(error.code, Code::DuplicateKey);
    assert_eq!(report.keys, ["email", "tenant"]);
    assert_eq!(report.index.as_deref(), Some("email_1_tenant_1"));
    assert_eq!(report.position, Some(2));
    assert!(!error.message.contains("a@b.c"));
}

#[test]
fn transactions_that_a_standalone_server_refuses() {
    for message in [
        "Transaction numbers are only allowed on a replica set member or mongos",
        "This MongoDB deployment does not support retryable writes. Please add \
         retryWrites=false to your connection string.",
    ] {
        let error = server_error(20, Some("IllegalOperation"), message, None);
        assert_eq!(error.code, Code::TransactionsUnsupported);
        assert_eq!(error.server.unwrap().code, Some(20));
    }
    assert_eq!(server_error(20, None, "other", None).code, Code::ServerError);
    let error = transaction("Transactions are not supported by this deployment");
    assert_eq!(error.code, Code::TransactionsUnsupported);
}

#[test]
fn what_the_driver_says_of_a_completed_transaction() {
    for message in [
        "Cannot call commitTransaction after calling abortTransaction",
        "Cannot call abortTransaction after calling commitTransaction",
        "cannot call abortTransaction twice",
    ] {
        assert_eq!(transaction(message).code, Code::TransactionCompleted);
    }
    assert_eq!(transaction("no transaction started").code, Code::InvalidQuery);
}

#[test]
fn server_messages_are_ours() {
    let quoted = r#"Failed to parse number 'geheim' in $convert "}] geheim { a: " geheim"#;
    for code in [2, 9, 14, 241, 16755, 99999, 0, -1] {
        let error = server_error(code, Some("ConversionFailure"), quoted, None);
        assert_eq!(error.code, Code::ServerError);
        assert!(!error.message.contains("geheim"), "{}", error.message);
        assert!(error.message.contains("ConversionFailure") && error.message.len() < 200);
        assert_eq!(error.server.unwrap().text.as_deref(), Some(quoted));
    }
    let error = server_error(2, Some("a \"name\" that quotes"), quoted, None);
    assert!(!error.message.contains("quotes"), "{}", error.message);
    assert_eq!(error.server.unwrap().code_name, None);
}

#[test]
fn long_texts_are_cut() {
    let error = server_error(2, None, &"x".repeat(100_000), None);
    assert!(error.server.unwrap().text.unwrap().len() <= 2000);
    let error =
        server_error(11000, None, &format!("E11000 index: {} dup key", "i".repeat(9999)), None);
    assert!(error.to_document().get_str("message").unwrap().len() <= 2000);
}
