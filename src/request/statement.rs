//! Writes: one form of a statement, whether it is a request of its own or one of ten thousand.

use super::expects::Expects;
use super::head::{self, Head, documents, misplaced};
use super::modifications::{Modifications, modifications};
use crate::document::build::Builder;
use crate::document::element::{self, EMPTY_DOCUMENT, tag, value_of};
use crate::error::{Code, Error, Result};
use crate::protocol::{Kind, StatementKind};
use bson::Document;
use mongodb::options::UpdateModifications;
use std::borrow::Cow;

/// One write, and its place in the whole payload.
#[derive(Debug, Clone)]
pub struct Statement<'a> {
    /// Its place.
    pub position: u32,
    /// What it does.
    pub write: Write<'a>,
}

/// What a statement does.
#[derive(Debug, Clone)]
pub enum Write<'a> {
    /// It inserts a document.
    Insert(Cow<'a, [u8]>),
    /// It changes or deletes documents.
    Change(Change<'a>),
}

/// A change of documents, or their end.
#[expect(clippy::struct_excessive_bools, reason = "each holds without regard to the others")]
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Where its options stand: the request's head, or the statement.
    pub options: Head<'a>,
    /// What it shares with the other statements of its request.
    pub shared: Head<'a>,
    /// Which documents.
    pub filter: Cow<'a, [u8]>,
    /// The filter is the description of a query still.
    pub described: bool,
    /// Of an upsert, what its description compiled to, before steps.
    pub asked: Option<Vec<u8>>,
    /// What becomes of them; `None` deletes.
    pub update: Option<Modifications<'a>>,
    /// It is a delete that keeps its documents, and counts as one.
    pub removes: bool,
    /// All that match, and not the first alone.
    pub many: bool,
    /// What is not there is inserted.
    pub upsert: bool,
    /// Its values cannot be sealed before its documents are found.
    pub unbound: bool,
    /// It is of one document, by its `_id`: order and index are of no use.
    pub narrowed: bool,
    /// It replaces documents that have a version under this name, which goes on counting.
    pub counted: Option<Box<[u8]>>,
    /// Whether its document has to be there.
    pub expects: Expects,
}

impl<'a> Change<'a> {
    /// The change of a request on its own.
    pub(super) fn from_head(kind: Kind, head: Head<'a>) -> Result<Self> {
        let mut update = None;
        if kind != Kind::Delete {
            let (one, other) =
                (modifications(head, "update")?, modifications(head, "replacement")?);
            if other.as_ref().is_some_and(|one| one.tag == tag::ARRAY) {
                return Err(head::wrong("replacement", "a document"));
            }
            let removes = kind == Kind::FindAndModify && head.flag("remove")?;
            let given =
                usize::from(one.is_some()) + usize::from(other.is_some()) + usize::from(removes);
            if kind == Kind::FindAndModify && given != 1 {
                let what = "findAndModify takes one of update, replacement and remove";
                return Err(Error::new(Code::InvalidQuery, what));
            }
            if kind == Kind::Update && one.is_none() {
                return Err(Error::new(Code::InvalidQuery, "an update needs its modifications"));
            }
            if kind == Kind::InsertUnlessFound
                && !one.as_ref().is_some_and(Modifications::only_inserts)
            {
                let what = "insertUnlessFound takes { $setOnInsert: the document }";
                return Err(Error::new(Code::InvalidQuery, what));
            }
            update = one.or(other);
        }
        Ok(Self {
            options: head,
            shared: head,
            described: false,
            asked: None,
            filter: Cow::Borrowed(head.filter()?),
            update,
            removes: false,
            many: head.flag("multi")?,
            upsert: kind == Kind::InsertUnlessFound || head.flag("upsert")?,
            unbound: false,
            narrowed: false,
            counted: None,
            expects: Expects::Nothing,
        })
    }

    /// `{ q, u, … }`, or `{ q, limit, … }` of a delete; with `d`, a description, in place of `q`.
    ///
    /// # Errors
    /// `E_INVALID_QUERY` when a part is missing or of the wrong kind.
    pub fn from_statement(statement: &'a [u8], shared: Head<'a>, deletes: bool) -> Result<Self> {
        let options = Head::of(statement)?;
        let (filter, described) = match options.raw("q")? {
            Some(filter) => (filter, false),
            None => (options.raw("d")?.ok_or_else(|| lacks("q"))?, true),
        };
        let (update, many) = if deletes {
            let many = match options.count("limit")? {
                Some(0) => true,
                Some(1) => false,
                _ => return Err(head::wrong("limit", "0 or 1")),
            };
            (None, many)
        } else {
            let update = modifications(options, "u")?.ok_or_else(|| lacks("u"))?;
            (Some(update), options.flag("multi")?)
        };
        let filter = Cow::Borrowed(filter.as_bytes());
        let expects = match (options.flag("found")?, options.flag("alone")?) {
            (false, _) => Expects::Nothing,
            (true, false) => Expects::Found,
            (true, true) => Expects::FoundAlone,
        };
        Ok(Self {
            options,
            shared,
            filter,
            described,
            asked: None,
            update,
            removes: false,
            many,
            upsert: options.flag("upsert")?,
            unbound: false,
            narrowed: false,
            expects,
            counted: None,
        })
    }

    /// Which documents, as the driver takes it.
    ///
    /// # Errors
    /// `E_INVALID_DOCUMENT`.
    pub fn filter(&self) -> Result<Document> {
        head::parsed(&self.filter)
    }

    /// What becomes of them, as the driver takes it.
    ///
    /// # Errors
    /// `E_INVALID_QUERY`.
    pub fn modifications(&self) -> Result<UpdateModifications> {
        self.update.as_ref().ok_or_else(misplaced)?.to_driver()
    }

    /// An index to use.
    ///
    /// # Errors
    /// `E_INVALID_QUERY`.
    pub fn hint(&self) -> Result<Option<mongodb::options::Hint>> {
        if self.narrowed { Ok(None) } else { self.options.hint() }
    }

    /// The elements of its options that a statement has.
    fn others(&self) -> impl Iterator<Item = &'a [u8]> {
        let source = self.options.as_bytes();
        let names: &[&[u8]] = match (&self.update, self.narrowed) {
            (Some(_), false) => &[b"arrayFilters", b"collation", b"hint"],
            (Some(_), true) => &[b"arrayFilters", b"collation"],
            (None, false) => &[b"collation", b"hint"],
            (None, true) => &[b"collation"],
        };
        names.iter().filter_map(move |name| {
            let found = element::find(source, name).ok()??;
            Some(&source[found.name_at - 1..found.end])
        })
    }

    /// Its bytes as a statement.
    #[must_use]
    pub fn size(&self) -> usize {
        let update = match &self.update {
            Some(update) => 3 + update.bytes.len() + 8 * usize::from(self.many),
            None => 11,
        };
        let others: usize = self.others().map(<[u8]>::len).sum();
        EMPTY_DOCUMENT + 3 + self.filter.len() + update + 9 * usize::from(self.upsert) + others
    }

    /// Appends it as a statement that the server takes.
    pub fn write(&self, out: &mut Builder) {
        let start = out.begin();
        out.name(tag::DOCUMENT, b"q");
        out.copy(&self.filter);
        if let Some(update) = &self.update {
            out.name(update.tag, b"u");
            out.copy(&update.bytes);
            for (name, is) in [(&b"multi"[..], self.many), (b"upsert", self.upsert)] {
                if is {
                    out.name(tag::BOOLEAN, name);
                    out.copy(&[1]);
                }
            }
        } else {
            out.name(tag::INT32, b"limit");
            out.copy(&i32::from(!self.many).to_le_bytes());
        }
        for option in self.others() {
            out.copy(option);
        }
        out.end(start);
    }
}

impl<'a> Statement<'a> {
    /// The parts that steps change, as they are now.
    pub fn parts(&self) -> impl Iterator<Item = &Cow<'a, [u8]>> {
        let (filter, update) = match &self.write {
            Write::Insert(_) => (None, None),
            Write::Change(change) => {
                (Some(&change.filter), change.update.as_ref().map(|update| &update.bytes))
            }
        };
        filter.into_iter().chain(update)
    }

    /// Its bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.write {
            Write::Insert(document) => document.len(),
            Write::Change(change) => change.size(),
        }
    }

    /// Whether its document has to be there.
    #[must_use]
    pub const fn expects(&self) -> Expects {
        match &self.write {
            Write::Insert(_) => Expects::Nothing,
            Write::Change(change) => change.expects,
        }
    }
}

/// A payload of `{ q, u }`.
pub(super) fn updates<'a>(payload: &'a [u8], head: Head<'a>) -> Result<Vec<Statement<'a>>> {
    (0..)
        .zip(documents(payload))
        .map(|(position, one)| {
            let change = Change::from_statement(one?, head, false)?;
            Ok(Statement { position, write: Write::Change(change) })
        })
        .collect()
}

/// A payload of `{ insert: … }`, `{ update: … }` and `{ delete: … }`.
pub(super) fn mixed<'a>(payload: &'a [u8], head: Head<'a>) -> Result<Vec<Statement<'a>>> {
    (0..)
        .zip(documents(payload))
        .map(|(position, one)| {
            let one = one?;
            let found = element::read(one, 4, one.len())?;
            // A second element would be ignored.
            let found =
                found.filter(|found| found.tag == tag::DOCUMENT && found.end + 1 == one.len());
            let found = found.ok_or_else(|| malformed(position))?;
            let body = value_of(one, &found);
            if element::document_end(body, 0)? != body.len() {
                return Err(malformed(position));
            }
            let kind = StatementKind::of(found.name(one)).ok_or_else(|| malformed(position))?;
            let write = match kind {
                StatementKind::Insert => Write::Insert(Cow::Borrowed(body)),
                StatementKind::Update => Write::Change(Change::from_statement(body, head, false)?),
                StatementKind::Delete => Write::Change(Change::from_statement(body, head, true)?),
            };
            Ok(Statement { position, write })
        })
        .collect()
}

fn malformed(position: u32) -> Error {
    let what = format!("statement {position} is none of insert, update and delete");
    Error::new(Code::InvalidQuery, what)
}

fn lacks(part: &str) -> Error {
    Error::new(Code::InvalidQuery, format!("a statement lacks {part}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::{RawDocumentBuf, rawdoc};

    fn nothing() -> Head<'static> {
        Head::of(element::EMPTY).unwrap()
    }

    fn mixed(payload: &[u8]) -> Result<Vec<Statement<'_>>> {
        super::mixed(payload, nothing())
    }

    fn payload(statements: &[RawDocumentBuf]) -> Vec<u8> {
        statements.iter().flat_map(|one| one.as_bytes().to_vec()).collect()
    }

    #[test]
    fn reads_statements_without_parsing_their_documents() {
        let bytes = payload(&[
            rawdoc! { "insert": { "a": 1 } },
            rawdoc! { "update": { "q": { "b": 1 }, "u": {}, "multi": true, "upsert": true } },
            rawdoc! { "delete": { "q": {}, "limit": 1 } },
        ]);
        let statements = mixed(&bytes).unwrap();
        let [Statement { write: Write::Insert(document), .. }, second, third] = &statements[..]
        else {
            panic!("{statements:?}")
        };
        assert_eq!(&**document, rawdoc! { "a": 1 }.as_bytes());
        let (Write::Change(update), Write::Change(delete)) = (&second.write, &third.write) else {
            panic!("{statements:?}")
        };
        assert_eq!(&*update.filter, rawdoc! { "b": 1 }.as_bytes());
        assert!(update.many && update.upsert && update.update.is_some());
        assert!(!delete.many && delete.update.is_none());
        assert_eq!((second.position, third.position), (1, 2));
        assert!(mixed(&[]).unwrap().is_empty());
    }

    #[test]
    fn refuses_what_is_no_statement() {
        for (wrong, says) in [
            (rawdoc! {}, "statement 1"),
            (rawdoc! { "replace": {} }, "statement 1"),
            (rawdoc! { "insert": 1 }, "statement 1"),
            (rawdoc! { "insert": {}, "update": {} }, "statement 1"),
            (rawdoc! { "update": { "u": {} } }, "lacks q"),
            (rawdoc! { "update": { "q": {} } }, "lacks u"),
            (rawdoc! { "update": { "q": {}, "u": 1 } }, "u must be"),
            (rawdoc! { "delete": { "q": {} } }, "limit must be"),
            (rawdoc! { "delete": { "q": {}, "limit": 2 } }, "limit must be"),
        ] {
            let bytes = payload(&[rawdoc! { "insert": {} }, wrong]);
            let error = mixed(&bytes).unwrap_err();
            assert_eq!(error.code, Code::InvalidQuery);
            assert!(error.message.contains(says), "{error}");
        }
        let bytes = payload(&[rawdoc! { "insert": { "a": ["b"] } }]);
        for cut in 1..bytes.len() {
            assert!(mixed(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        for place in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[place] ^= 0xFF;
            let _ = mixed(&bytes);
        }
    }

    #[test]
    fn a_change_is_one_statement_wherever_it_stands() {
        let head = rawdoc! {
            "filter": { "a": 1 }, "update": { "$set": { "b": 1 } }, "multi": true, "upsert": true,
            "hint": "a_1", "collation": { "locale": "de" }, "comment": "c", "timeoutMS": 1,
        };
        let single = Change::from_head(Kind::Update, Head::of(head.as_bytes()).unwrap()).unwrap();
        let mut out = Builder::default();
        single.write(&mut out);
        let bytes = out.into_bytes();
        assert_eq!(bytes.len(), single.size());
        let expected = rawdoc! {
            "q": { "a": 1 }, "u": { "$set": { "b": 1 } }, "multi": true, "upsert": true,
            "collation": { "locale": "de" }, "hint": "a_1",
        };
        assert_eq!(bytes, expected.as_bytes());
        let mut again = Builder::default();
        Change::from_statement(&bytes, nothing(), false).unwrap().write(&mut again);
        assert_eq!(again.into_bytes(), bytes);
    }
}
