//! The text of whole rows. The expected ones are what JavaScript writes of the same values.

use super::{JsonPlan, JsonText, Unfit, Zone, rows};
use crate::document::columns::Columns;
use crate::document::validate;
use bson::oid::ObjectId;
use bson::raw::RawJavaScriptCodeWithScope;
use bson::spec::BinarySubtype;
use bson::{
    Binary, DateTime, Decimal128, RawArrayBuf, RawBson, RawDocumentBuf, Regex, Timestamp, rawbson,
    rawdoc,
};
use proptest::collection::vec;
use proptest::prelude::*;

type Answer = Result<Option<JsonText>, Unfit>;

const ID: &str = "0123456789abcdef01234567";

fn batch(documents: &[RawDocumentBuf]) -> Vec<u8> {
    let array: RawArrayBuf = documents.iter().cloned().collect();
    array.as_bytes().to_vec()
}

fn text(answer: Answer) -> String {
    match answer.unwrap() {
        None => String::new(),
        Some(JsonText::Wide(text)) => text,
        Some(JsonText::Latin1(bytes)) => bytes.into_iter().map(char::from).collect(),
    }
}

fn whole(values: &str, document: &RawDocumentBuf) -> Answer {
    let plan = JsonPlan::from_raw(&rawdoc! { "values": values }, 0).unwrap();
    rows(&batch(std::slice::from_ref(document)), &Columns::default(), &plan, &Zone::default())
}

/// The text of a document in both styles, which must be one.
fn text_of(document: &RawDocumentBuf) -> String {
    let [first, second] = ["classes", "text"].map(|values| text(whole(values, document)));
    assert_eq!(first, second);
    first
}

/// The text of a value, as the classes have it and as models do.
fn styles(value: RawBson) -> [String; 2] {
    let document = RawDocumentBuf::from_iter([(bson::cstr!("a"), value)]);
    ["classes", "text"].map(|values| {
        let text = text(whole(values, &document));
        text.strip_prefix("{\"a\":").unwrap().strip_suffix('}').unwrap().to_owned()
    })
}

/// A document of elements given as bytes: what no builder would make.
fn crafted(elements: &[(u8, &[u8], &[u8])]) -> RawDocumentBuf {
    let mut body = Vec::new();
    for (tag, name, value) in elements {
        body.push(*tag);
        body.extend_from_slice(name);
        body.push(0);
        body.extend_from_slice(value);
    }
    let mut bytes = i32::try_from(body.len() + 5).unwrap().to_le_bytes().to_vec();
    bytes.extend_from_slice(&body);
    bytes.push(0);
    RawDocumentBuf::from_bytes(bytes).unwrap()
}

fn id() -> ObjectId {
    ObjectId::parse_str(ID).unwrap()
}

fn binary(subtype: BinarySubtype, bytes: &[u8]) -> RawBson {
    RawBson::Binary(Binary { subtype, bytes: bytes.to_vec() })
}

#[test]
fn values_of_one_form() {
    let uuid: Vec<u8> = (0..16).collect();
    let stamp = Timestamp { time: 4_000_000_000, increment: u32::MAX };
    let scoped =
        RawJavaScriptCodeWithScope { code: "f(\"x\")".into(), scope: rawdoc! { "b": 1, "2": 2 } };
    let cases: Vec<(RawBson, &str)> = vec![
        (rawbson!("a\"\u{1}é"), "\"a\\\"\\u0001é\""),
        (rawbson!("日本"), "\"日本\""),
        (RawBson::Symbol("s".into()), "\"s\""),
        (rawbson!(-7), "-7"),
        (rawbson!(1.0), "1"),
        (rawbson!(-0.0), "0"),
        (rawbson!(0.1), "0.1"),
        (rawbson!(1e21), "1e+21"),
        (rawbson!(1.5e-7), "1.5e-7"),
        (rawbson!(123_456_789_012_345_680_000.0), "123456789012345680000"),
        (rawbson!(f64::NAN), "null"),
        (rawbson!(f64::NEG_INFINITY), "null"),
        (rawbson!(9_007_199_254_740_991_i64), "9007199254740991"),
        (rawbson!(-9_007_199_254_740_991_i64), "-9007199254740991"),
        (rawbson!(true), "true"),
        (RawBson::Null, "null"),
        (rawbson!(DateTime::from_millis(1_752_000_000_123)), "\"2025-07-08T18:40:00.123Z\""),
        (rawbson!(DateTime::from_millis(i64::MAX)), "null"),
        (rawbson!(id()), "\"0123456789abcdef01234567\""),
        (rawbson!({ "x": { "y": [] } }), "{\"x\":{\"y\":[]}}"),
        (rawbson!([1, [], RawBson::Undefined, {}]), "[1,[],null,{}]"),
        (binary(BinarySubtype::Generic, b"abc"), "\"YWJj\""),
        (binary(BinarySubtype::BinaryOld, b"abc"), "\"YWJj\""),
        (binary(BinarySubtype::Uuid, &uuid), "\"00010203-0405-0607-0809-0a0b0c0d0e0f\""),
        (binary(BinarySubtype::Uuid, b"abc"), "\"YWJj\""),
        (RawBson::Timestamp(stamp), "{\"$timestamp\":\"17179869188294967295\"}"),
        (RawBson::JavaScriptCode("f()".into()), "{\"code\":\"f()\"}"),
        (
            RawBson::JavaScriptCodeWithScope(scoped),
            "{\"code\":\"f(\\\"x\\\")\",\"scope\":{\"2\":2,\"b\":1}}",
        ),
    ];
    for (value, expected) in cases {
        assert_eq!(styles(value), [expected, expected]);
    }
}

#[test]
fn values_of_two_forms() {
    let decimal: Decimal128 = "-1.50".parse().unwrap();
    for (value, classes, models) in [
        (RawBson::Decimal128(decimal), "{\"$numberDecimal\":\"-1.50\"}", "\"-1.50\""),
        (
            RawBson::Int64(-9_007_199_254_740_992),
            "{\"high\":-2097152,\"low\":0,\"unsigned\":false}",
            "\"-9007199254740992\"",
        ),
        (
            RawBson::Int64(i64::MAX),
            "{\"high\":2147483647,\"low\":-1,\"unsigned\":false}",
            "\"9223372036854775807\"",
        ),
        (RawBson::MinKey, "{}", "{\"$minKey\":1}"),
        (RawBson::MaxKey, "{}", "{\"$maxKey\":1}"),
    ] {
        assert_eq!(styles(value), [classes, models]);
    }
}

#[test]
fn what_only_javascript_can_write_is_unfit() {
    let regex = Regex { pattern: bson::cstr!("a").into(), options: bson::cstr!("i").into() };
    for value in [
        RawBson::RegularExpression(regex),
        rawbson!([{ "$ref": "things", "$id": 1, "__proto__": 1 }]),
    ] {
        let document = rawdoc! { "a": value };
        assert_eq!(whole("classes", &document), Err(Unfit));
    }
    let lies = crafted(&[(5, b"a", b"\x05\0\0\0\x02\x02\0\0\0x")]);
    assert_eq!(whole("classes", &lies), Err(Unfit));
}

#[test]
fn names_have_the_order_of_javascript() {
    let document = rawdoc! {
        "b": 1, "10": 2, "": 3, "9": 4, "01": 5, "4294967295": 6, "4294967294": 7, "a": 8, "-1": 9,
        "0": RawBson::Undefined, "9x": 10, "__proto__": 11, "99999999999": 12,
    };
    assert_eq!(
        text_of(&document),
        "{\"9\":4,\"10\":2,\"4294967294\":7,\"b\":1,\"\":3,\"01\":5,\"4294967295\":6,\"a\":8,\
         \"-1\":9,\"9x\":10,\"__proto__\":11,\"99999999999\":12}"
    );
}

#[test]
fn of_one_name_the_last_value_stands_at_the_place_of_the_first() {
    let document = crafted(&[
        (10, b"a", b""),
        (16, b"7", b"\x01\0\0\0"),
        (16, b"b", b"\x02\0\0\0"),
        (8, b"a", b"\x01"),
        (6, b"b", b""),
        (16, b"c", b"\x03\0\0\0"),
        (8, b"7", b"\0"),
    ]);
    assert_eq!(text_of(&document), "{\"7\":false,\"a\":true,\"c\":3}");
}

#[test]
fn references() {
    for (document, expected) in [
        (
            rawdoc! { "$ref": "things", "$id": id() },
            "{\"$ref\":\"things\",\"$id\":\"0123456789abcdef01234567\"}",
        ),
        (
            rawdoc! { "$id": 1, "x": { "$ref": "b.c", "$id": 2 }, "$db": "d", "$ref": "a", "3": 4 },
            "{\"3\":4,\"$ref\":\"a\",\"$id\":1,\"x\":{\"$ref\":\"c\",\"$id\":2,\"$db\":\"b\"},\
             \"$db\":\"d\"}",
        ),
        (
            rawdoc! { "$ref": "a.b", "$id": 1, "$db": "other" },
            "{\"$ref\":\"b\",\"$id\":1,\"$db\":\"a\"}",
        ),
        (rawdoc! { "$ref": "a.b.c", "$id": 1 }, "{\"$ref\":\"a.b.c\",\"$id\":1}"),
        (rawdoc! { "$ref": "a", "$id": 1, "$db": "" }, "{\"$ref\":\"a\",\"$id\":1,\"$db\":\"\"}"),
        // These are none.
        (rawdoc! { "$id": 1, "$ref": 2 }, "{\"$id\":1,\"$ref\":2}"),
        (rawdoc! { "$id": 1, "$ref": "a.b", "$x": 1 }, "{\"$id\":1,\"$ref\":\"a.b\",\"$x\":1}"),
        (rawdoc! { "$ref": "a.b", "$id": RawBson::Null }, "{\"$ref\":\"a.b\",\"$id\":null}"),
        (rawdoc! { "$ref": "a.b", "$id": 1, "$db": 1 }, "{\"$ref\":\"a.b\",\"$id\":1,\"$db\":1}"),
    ] {
        assert_eq!(text_of(&document), expected);
    }
    let mut pointer = b"\x04\0\0\0a.b\0".to_vec();
    pointer.extend_from_slice(&id().bytes());
    assert_eq!(
        text_of(&crafted(&[(12, b"p", &pointer)])),
        "{\"p\":{\"$ref\":\"b\",\"$id\":\"0123456789abcdef01234567\",\"$db\":\"a\"}}"
    );
}

#[test]
fn columns_have_their_order_and_their_names() {
    let columns =
        Columns::new(["_id", "name", "born", "seen", "secret"].map(|name| (name.into(), false)));
    let plan = rawdoc! { "values": "classes", "fields": [
        { "column": 3, "name": "seenAt", "dates": "zoned" },
        { "column": 0, "name": "id" },
        { "column": 1, "name": "full \"name\"" },
        { "column": 2, "name": "born", "dates": "day" },
    ] };
    let plan = JsonPlan::from_raw(&plan, columns.len()).unwrap();
    let date = DateTime::from_millis(0);
    let documents = [
        rawdoc! { "_id": id(), "name": "Ada", "born": date, "seen": date, "secret": 1, "more": 2 },
        rawdoc! { "seen": "no date", "born": RawBson::Null, "name": RawBson::Undefined },
        rawdoc! { "name": { "1": date, "0": 1 } },
        rawdoc! {},
    ];
    let text = text(rows(&batch(&documents), &columns, &plan, &Zone::fixed(-90, false)));
    assert_eq!(
        text,
        "{\"seenAt\":\"1969-12-31T22:30:00.000-01:30\",\"id\":\"0123456789abcdef01234567\",\
         \"full \\\"name\\\"\":\"Ada\",\"born\":\"1970-01-01\"},\
         {\"seenAt\":\"no date\",\"born\":null},\
         {\"full \\\"name\\\"\":{\"0\":1,\"1\":\"1970-01-01T00:00:00.000Z\"}},{}"
    );
    let unknown = rows(&batch(&documents), &columns, &plan, &Zone::default());
    assert_eq!(unknown, Err(Unfit));
    let invalid = [rawdoc! { "born": DateTime::from_millis(i64::MIN) }];
    assert_eq!(rows(&batch(&invalid), &columns, &plan, &Zone::fixed(0, true)), Err(Unfit));
}

#[test]
fn documents_with_a_model_of_their_own_are_shown_as_that_says() {
    let columns = Columns::new([("a".to_owned(), false)]);
    let plan = rawdoc! { "values": "text", "fields": [{ "column": 0, "stored": "a", "name": "one", "fields": [
        { "column": 1, "stored": "d", "name": "day", "dates": "day" },
        { "column": 0, "stored": "x", "name": "ex" },
    ] }] };
    let plan = JsonPlan::from_raw(&plan, 1).unwrap();
    let shown = |value: RawBson| {
        let document = RawDocumentBuf::from_iter([(bson::cstr!("a"), value)]);
        rows(&batch(&[document]), &columns, &plan, &Zone::default())
    };
    let one = rawdoc! { "x": 1, "hidden": 2, "d": DateTime::from_millis(0) };
    let twice = crafted(&[(10, b"x", b""), (8, b"x", b"\x01")]);
    for (value, expected) in [
        (RawBson::Document(one), "{\"one\":{\"day\":\"1970-01-01\",\"ex\":1}}"),
        (RawBson::Document(twice), "{\"one\":{\"ex\":true}}"),
        (RawBson::Document(rawdoc! {}), "{\"one\":{}}"),
        (rawbson!([{ "x": 1 }, null, {}]), "{\"one\":[{\"ex\":1},null,{}]}"),
        (RawBson::Null, "{\"one\":null}"),
    ] {
        assert_eq!(text(shown(value)), expected);
    }
    for value in [RawBson::Int32(1), rawbson!([1])] {
        assert_eq!(shown(value), Err(Unfit));
    }
}

#[test]
fn of_a_column_that_occurs_twice_the_last_counts() {
    let columns = Columns::new([("a".to_owned(), false)]);
    let plan = rawdoc! { "values": "text", "fields": [{ "column": 0, "name": "a" }] };
    let plan = JsonPlan::from_raw(&plan, 1).unwrap();
    let document = crafted(&[(10, b"a", b""), (8, b"a", b"\x01")]);
    assert_eq!(text(rows(&batch(&[document]), &columns, &plan, &Zone::default())), "{\"a\":true}");
}

#[test]
fn no_rows_no_text() {
    assert_eq!(
        rows(&batch(&[]), &Columns::default(), &JsonPlan::default(), &Zone::default()),
        Ok(None)
    );
}

#[test]
fn plans_that_are_off_are_refused() {
    for plan in [
        rawdoc! {},
        rawdoc! { "values": "other" },
        rawdoc! { "values": "text", "fields": 1 },
        rawdoc! { "values": "text", "fields": [1] },
        rawdoc! { "values": "text", "fields": [{ "name": "a" }] },
        rawdoc! { "values": "text", "fields": [{ "column": 0 }] },
        rawdoc! { "values": "text", "fields": [{ "column": 2, "name": "a" }] },
        rawdoc! { "values": "text", "fields": [{ "column": -1, "name": "a" }] },
        rawdoc! { "values": "text", "fields": [{ "column": 0, "name": "a", "dates": "x" }] },
    ] {
        assert_eq!(JsonPlan::from_raw(&plan, 2), None);
    }
}

#[test]
fn nesting_up_to_the_limit() {
    let mut inner = rawdoc! {};
    for level in 1..validate::MAX_DEPTH {
        // One name in three makes the object irregular.
        inner = match level % 3 {
            0 => rawdoc! { "1": inner, "0": 1 },
            1 => rawdoc! { "a": [inner] },
            _ => rawdoc! { "a": inner },
        };
        if validate::document(inner.as_bytes(), 0).is_err() {
            assert!(level > 60);
            assert_eq!(whole("text", &inner), Err(Unfit));
            return;
        }
        assert!(serde_json::from_str::<serde_json::Value>(&text_of(&inner)).is_ok());
    }
}

#[test]
fn names_that_share_a_spot_are_still_two() {
    let names: Vec<String> = (0..5000).map(|number| format!("name{number}")).collect();
    let document: RawDocumentBuf = names
        .iter()
        .map(|name| (bson::raw::CString::try_from(name.as_str()).unwrap(), RawBson::Int32(1)))
        .collect();
    let expected: Vec<String> = names.iter().map(|name| format!("\"{name}\":1")).collect();
    assert_eq!(text_of(&document), format!("{{{}}}", expected.join(",")));
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        ".{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Into::into),
            vec(("[a-zé\"\\\\\n😀]{0,4}", inner), 0..5)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_as_what_was_stored(value in json()) {
        let wrapped = serde_json::json!({ "a": value });
        let document: bson::Document = bson::serialize_to_document(&wrapped).unwrap();
        let text = text_of(&RawDocumentBuf::try_from(&document).unwrap());
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), wrapped);
    }

    #[test]
    fn hostile_bytes_are_unfit_or_written(bytes in vec(any::<u8>(), 0..200), place: usize, byte: u8) {
        let plan = JsonPlan::default();
        let _ = rows(&bytes, &Columns::default(), &plan, &Zone::default());
        let document = rawdoc! {
            "a": [{ "$ref": "x", "$id": 1 }, { "1": 1, "b": "text" }, binary(BinarySubtype::Uuid, &bytes)],
            "code": RawJavaScriptCodeWithScope { code: "x".into(), scope: rawdoc! { "a": 1 } },
        };
        let mut bytes = batch(&[document]);
        let place = place % bytes.len();
        bytes[place] = byte;
        let _ = rows(&bytes, &Columns::default(), &plan, &Zone::default());
    }
}
