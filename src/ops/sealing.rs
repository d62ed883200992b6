//! Requests of models with encrypted columns, as they are sent: the step of every operation that
//! none can go around.

use super::bulk::statement::FOUND;
use crate::crypto::field::{Origin, Relation};
use crate::crypto::open::{Opening, Trust};
use crate::crypto::seal::filter::id_in;
use crate::crypto::seal::notes::{Asked, Check, Notes, Strangers};
use crate::crypto::vault::Vault;
use crate::document::build::Builder;
use crate::document::element::{self, find, tag, value_of};
use crate::document::validate;
use crate::error::validation::without_values;
use crate::error::{Code, Error, Result};
use crate::request::Kind;

/// A request that is ready to be sent.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) head: Vec<u8>,
    pub(super) payload: Vec<u8>,
    /// How the reply's rows are opened.
    pub(super) opening: Opening,
    /// The change is not sealed yet: its documents must be found first.
    pub(super) unbound: bool,
    /// The rows of a pipeline are stored documents that have their blind index entries.
    pub(super) intact: bool,
    /// What conditions ask of blind indexes, and what was read to check it.
    pub(super) check: Check,
}

/// Seals a request.
///
/// # Errors
/// `E_ENCRYPTED_COLUMN_QUERY`, `E_ENCRYPTION_LIMIT`, `E_INVALID_DOCUMENT`.
pub(super) fn seal(
    kind: Kind,
    head: super::head::Head<'_>,
    payload: &[u8],
    vault: &Vault,
    strangers: &[Strangers],
) -> Result<Sealed> {
    let notes = &Notes::passing_over(strangers);
    let mut sealed = Sealed {
        head: Vec::new(),
        payload: Vec::new(),
        opening: Opening::default(),
        unbound: false,
        intact: false,
        check: Check::default(),
    };
    seal_head(kind, head.as_bytes(), (vault, notes), &mut sealed)?;
    match kind {
        Kind::Insert => {
            for document in documents(payload) {
                sealed.payload.extend(vault.seal_document(document?, None)?);
            }
        }
        Kind::UpdateEach => {
            for statement in documents(payload) {
                let mut out = Builder::default();
                let statement = statement?;
                validate::document(statement, 0)?;
                if !seal_update_statement(statement, vault, &mut out)? {
                    return Err(wrong("a coalesced update has no _id"));
                }
                sealed.payload.extend(out.into_bytes());
            }
        }
        Kind::Bulk => {
            for statement in documents(payload) {
                let statement = statement?;
                validate::document(statement, 0)?;
                seal_statement(statement, vault, &mut sealed.payload)?;
            }
        }
        _ => sealed.payload.extend_from_slice(payload),
    }
    if let (Kind::Update | Kind::Delete | Kind::FindAndModify, None, Some(field)) =
        (kind, bound(head.as_bytes(), b"filter")?, notes.short(vault))
    {
        return Err(refuse_short(vault, field));
    }
    sealed.check.asked = notes.take();
    refuse_collation(head.as_bytes(), &sealed.check.asked, vault)?;
    Ok(sealed)
}

/// A comparison by other rules than bytes: entries know none.
fn refuse_collation(request: &[u8], asked: &[Asked], vault: &Vault) -> Result<()> {
    match asked.iter().find(|one| !one.entries.is_empty()) {
        Some(one) if find(request, b"collation")?.is_some() => Err(vault.refuse(
            one.field,
            "a collation cannot apply to it; text is made alike by the `normalize` of its blind index",
        )),
        _ => Ok(()),
    }
}

/// A write of documents that are chosen by an index which different values share.
fn refuse_short(vault: &Vault, field: usize) -> Error {
    vault.refuse(
        field,
        "its blind index is shorter than 64 bits, so a write that is chosen by it may meet a document \
         with another value; find the document and write it by its key, or give the index 64 bits",
    )
}

fn wrong(what: &str) -> Error {
    Error::new(Code::InvalidQuery, what)
}

/// The documents of a payload.
pub(super) fn documents(payload: &[u8]) -> impl Iterator<Item = Result<&[u8]>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= payload.len() {
            return None;
        }
        let start = at;
        Some(element::document_end(payload, start).inspect_err(|_| at = payload.len()).map(|end| {
            at = end;
            &payload[start..end]
        }))
    })
}

fn is_true(document: &[u8], name: &[u8]) -> Result<bool> {
    Ok(find(document, name)?.is_some_and(|one| value_of(document, &one) == [1]))
}

/// The canonical `_id` that the filter under `name` asks for. Under a collation other ids may match
/// than the one that is given.
fn bound(document: &[u8], name: &[u8]) -> Result<Option<Vec<u8>>> {
    if find(document, b"collation")?.is_some() {
        return Ok(None);
    }
    match find(document, name)? {
        Some(filter) if filter.tag == tag::DOCUMENT => id_in(value_of(document, &filter)),
        _ => Ok(None),
    }
}

/// The change of an upsert with what its filter fixes; `None` when that is nothing, or it is none.
fn seeded(
    document: &[u8],
    filter: &[u8],
    update: (u8, &[u8]),
    vault: &Vault,
) -> Result<Option<Vec<u8>>> {
    match find(document, filter)? {
        Some(filter) if filter.tag == tag::DOCUMENT && is_true(document, b"upsert")? => {
            vault.seed_upsert(value_of(document, &filter), update)
        }
        _ => Ok(None),
    }
}

/// Names the columns of unique blind indexes in an error, in place of the indexes' fields. What a
/// validator's account quotes goes: a value may be a plain one, of a column in transition.
pub(super) fn name_columns(vault: &Vault, mut error: Error) -> Error {
    if let Some(report) = error.server.as_mut() {
        report.details = report.details.as_deref().map(without_values);
        for key in &mut report.keys {
            if let Some(field) = vault.fields().blind(key.as_bytes()) {
                let path = vault.field(field).path.to_string();
                error.message = error.message.replace(&**key, &path);
                *key = path;
            }
        }
        for item in &mut report.items {
            *item = name_columns(vault, item.clone());
        }
    }
    error
}

fn seal_head(
    kind: Kind,
    head: &[u8],
    (vault, notes): (&Vault, &Notes<'_>),
    sealed: &mut Sealed,
) -> Result<()> {
    let sort = "it cannot be sorted by";
    let tree = vault.fields().tree();
    let id = bound(head, b"filter")?;
    let filter = match find(head, b"filter")? {
        Some(found) if found.tag == tag::DOCUMENT => {
            Some(vault.seal_filter_noting(value_of(head, &found), notes)?)
        }
        _ => None,
    };
    let on_database = is_true(head, b"onDatabase")?;
    let mut out = Builder::with_capacity(head.len() * 2);
    let start = out.begin();
    let limit = element::document_end(head, 0)?;
    let mut at = 4;
    while let Some(found) = element::read(head, at, limit)? {
        at = found.end;
        let name = found.name(head);
        let inner = value_of(head, &found);
        match (name, found.tag) {
            (b"filter", tag::DOCUMENT) => {
                out.name(tag::DOCUMENT, name);
                out.copy(filter.as_deref().unwrap_or(inner));
                continue;
            }
            (b"pipeline", tag::ARRAY) if kind == Kind::Aggregate && !on_database => {
                let pipeline = vault.seal_pipeline_noting(inner, notes)?;
                sealed.opening.trust = match pipeline.rows {
                    Origin::Stored => Trust::Strict,
                    Origin::Mixed if is_true(head, b"documents")? => Trust::Mixed,
                    Origin::Mixed | Origin::Made => Trust::Reshaped,
                };
                sealed.intact = pipeline.intact;
                sealed.opening.without_id |= pipeline.without_id;
                out.name(tag::ARRAY, name);
                out.copy(&pipeline.stages);
                continue;
            }
            (b"update" | b"replacement", tag::DOCUMENT | tag::ARRAY) => {
                out.name(found.tag, name);
                let seeded = seeded(head, b"filter", (found.tag, inner), vault)?;
                let inner = seeded.as_deref().unwrap_or(inner);
                if id.is_none() && vault.needs_id((found.tag, inner))? {
                    sealed.unbound = true;
                    out.copy(inner);
                } else {
                    out.copy(&vault.seal_update((found.tag, inner), id.as_deref())?);
                }
                continue;
            }
            (b"arrayFilters", tag::ARRAY) => check_array_filters(head, b"update", inner, vault)?,
            (b"projection", tag::DOCUMENT) => {
                out.name(tag::DOCUMENT, name);
                let asked = if kind == Kind::Find { notes.fields() } else { Vec::new() };
                let hidden = &mut sealed.check.hidden;
                sealed.opening.without_id = project(inner, vault, (&asked, hidden), &mut out)?;
                continue;
            }
            (b"command", tag::DOCUMENT) => {
                out.name(tag::DOCUMENT, name);
                command(inner, vault, &mut out)?;
                continue;
            }
            (b"sort" | b"min" | b"max", tag::DOCUMENT) => vault.check_keys(tree, inner, sort)?,
            (b"key", tag::STRING) => {
                let field = match tree.relate(inner.get(4..inner.len() - 1).unwrap_or_default()) {
                    Relation::Field(field) | Relation::Inside(field) => Some(field),
                    Relation::Above(tree) => tree.fields().next(),
                    Relation::Apart => None,
                };
                if let Some(field) = field {
                    return Err(vault.refuse(field, "its different values cannot be listed"));
                }
            }
            _ => {}
        }
        out.element(head, &found);
    }
    out.end(start);
    sealed.head = out.into_bytes();
    if on_database {
        sealed.opening.trust = Trust::Reshaped;
    }
    Ok(())
}

/// Writes a projection. Answers whether `_id` is read for opening alone. What conditions asked for is
/// read too, with its blind index, and goes to `read` where nobody wants it.
fn project(
    projection: &[u8],
    vault: &Vault,
    (asked, read): (&[usize], &mut Vec<usize>),
    out: &mut Builder,
) -> Result<bool> {
    let mut hidden = false;
    let mut inclusive = false;
    let start = out.begin();
    let limit = element::document_end(projection, 0)?;
    let mut at = 4;
    while let Some(found) = element::read(projection, at, limit)? {
        at = found.end;
        let name = found.name(projection);
        let inner = value_of(projection, &found);
        let switch = matches!(found.tag, tag::BOOLEAN | tag::INT32 | tag::INT64 | tag::DOUBLE);
        let off = switch && inner.iter().all(|byte| *byte == 0);
        inclusive |= !off && name != b"_id";
        if off
            && let Some(field) = asked.iter().find(|one| vault.field(**one).path.as_bytes() == name)
        {
            read.push(*field);
            continue;
        }
        if name == b"_id" && off {
            hidden = true;
            continue;
        }
        match vault.fields().tree().relate(name) {
            Relation::Inside(field) => {
                return Err(vault.refuse(field, "it is encrypted as a whole, and read so"));
            }
            Relation::Field(field) if !switch => {
                return Err(vault.refuse(field, "the server cannot compute with it"));
            }
            Relation::Above(tree) if found.tag == tag::DOCUMENT => {
                if let Some(conditions) = find(inner, b"$elemMatch")?
                    && conditions.tag == tag::DOCUMENT
                {
                    vault.check_conditions(tree, value_of(inner, &conditions))?;
                }
            }
            _ => {}
        }
        if !switch {
            vault.check_expression((found.tag, inner))?;
        }
        out.element(projection, &found);
    }
    for field in asked.iter().filter(|_| inclusive) {
        let spec = vault.field(*field);
        let Some(blind) = &spec.blind else { continue };
        for name in [spec.path.as_bytes(), &blind.name] {
            if find(projection, name)?.is_none() {
                out.name(tag::BOOLEAN, name);
                out.copy(&[1]);
            }
        }
        if find(projection, spec.path.as_bytes())?.is_none() {
            read.push(*field);
        }
    }
    out.end(start);
    Ok(hidden)
}

/// Writes a command that explains another one; what it explains is sealed.
fn command(command: &[u8], vault: &Vault, out: &mut Builder) -> Result<()> {
    let start = out.begin();
    let limit = element::document_end(command, 0)?;
    let mut at = 4;
    while let Some(found) = element::read(command, at, limit)? {
        at = found.end;
        let name = found.name(command);
        let inner = value_of(command, &found);
        match (name, found.tag) {
            (b"explain", tag::DOCUMENT) => {
                out.name(tag::DOCUMENT, name);
                self::command(inner, vault, out)?;
            }
            (b"filter" | b"query", tag::DOCUMENT) => {
                out.name(tag::DOCUMENT, name);
                out.copy(&vault.seal_filter(inner)?);
            }
            (b"pipeline", tag::ARRAY) => {
                out.name(tag::ARRAY, name);
                out.copy(&vault.seal_pipeline(inner)?.stages);
            }
            (b"sort", tag::DOCUMENT) => {
                vault.check_keys(vault.fields().tree(), inner, "it cannot be sorted by")?;
                out.element(command, &found);
            }
            _ => out.element(command, &found),
        }
    }
    out.end(start);
    Ok(())
}

/// Writes `{ q, u, … }`. Answers whether the change could be sealed; if not, it is as it was.
fn seal_update_statement(statement: &[u8], vault: &Vault, out: &mut Builder) -> Result<bool> {
    let id = bound(statement, b"q")?;
    let own = Notes::default();
    let mut complete = true;
    let start = out.begin();
    let limit = element::document_end(statement, 0)?;
    let mut at = 4;
    while let Some(found) = element::read(statement, at, limit)? {
        at = found.end;
        let inner = value_of(statement, &found);
        match (found.name(statement), found.tag) {
            (b"q", tag::DOCUMENT) => {
                out.name(tag::DOCUMENT, b"q");
                out.copy(&vault.seal_filter_noting(inner, &own)?);
                if let (None, Some(field)) = (&id, own.short(vault)) {
                    return Err(refuse_short(vault, field));
                }
                refuse_collation(statement, &own.take(), vault)?;
            }
            (b"u", tag::DOCUMENT | tag::ARRAY) => {
                out.name(found.tag, b"u");
                let seeded = seeded(statement, b"q", (found.tag, inner), vault)?;
                let inner = seeded.as_deref().unwrap_or(inner);
                if id.is_none() && vault.needs_id((found.tag, inner))? {
                    complete = false;
                    out.copy(inner);
                } else {
                    out.copy(&vault.seal_update((found.tag, inner), id.as_deref())?);
                }
            }
            (b"arrayFilters", tag::ARRAY) => {
                check_array_filters(statement, b"u", inner, vault)?;
                out.element(statement, &found);
            }
            _ => out.element(statement, &found),
        }
    }
    out.end(start);
    Ok(complete)
}

/// Checks the conditions on elements that the change under `name` names.
fn check_array_filters(request: &[u8], name: &[u8], filters: &[u8], vault: &Vault) -> Result<()> {
    match find(request, name)? {
        Some(update) => {
            vault.check_array_filters((update.tag, value_of(request, &update)), filters)
        }
        None => Ok(()),
    }
}

/// A statement of a bulk write.
fn seal_statement(statement: &[u8], vault: &Vault, payload: &mut Vec<u8>) -> Result<()> {
    let limit = element::document_end(statement, 0)?;
    let found = element::read(statement, 4, limit)?
        .filter(|one| one.tag == tag::DOCUMENT)
        .ok_or_else(|| wrong("a statement is none of insert, update and delete"))?;
    let inner = value_of(statement, &found);
    let mut body = Builder::default();
    let name: &[u8] = match found.name(statement) {
        b"insert" => {
            body.copy(&vault.seal_document(inner, None)?);
            b"insert"
        }
        b"update" if seal_update_statement(inner, vault, &mut body)? => b"update",
        b"update" => FOUND,
        b"delete" => {
            seal_update_statement(inner, vault, &mut body)?;
            b"delete"
        }
        _ => return Err(wrong("a statement is none of insert, update and delete")),
    };
    let mut out = Builder::default();
    let start = out.begin();
    out.name(tag::DOCUMENT, name);
    out.copy(&body.into_bytes());
    out.end(start);
    payload.extend(out.into_bytes());
    Ok(())
}

/// A statement `{ q, u, … }` as the head of an update.
pub(super) fn head_of_statement(statement: &[u8]) -> Result<Vec<u8>> {
    let mut out = Builder::default();
    let start = out.begin();
    let limit = element::document_end(statement, 0)?;
    let mut at = 4;
    while let Some(found) = element::read(statement, at, limit)? {
        at = found.end;
        let name: &[u8] = match found.name(statement) {
            b"q" => b"filter",
            b"u" => b"update",
            other => other,
        };
        out.renamed(name, statement, &found);
    }
    out.end(start);
    Ok(out.into_bytes())
}

/// The head of a change to the one document with `id`, under the same filter. `inserting`: it is to
/// be made, since none was found.
pub(super) fn narrowed(
    head: &[u8],
    vault: &Vault,
    id: &bson::RawBson,
    inserting: bool,
) -> Result<Vec<u8>> {
    let one = bson::rawdoc! { "_id": id.clone() };
    let key = crate::crypto::open::id_of(one.as_bytes())?;
    let mut out = Builder::with_capacity(head.len() * 2);
    let start = out.begin();
    let limit = element::document_end(head, 0)?;
    let mut at = 4;
    let empty = bson::rawdoc! {};
    let filter = find(head, b"filter")?;
    let filter = filter.as_ref().map_or(empty.as_bytes(), |found| value_of(head, found));
    let alike = if inserting { None } else { exactly(head, id)? };
    let only = [Some(one.as_bytes()), alike.as_ref().map(|one| one.as_bytes())];
    both(filter, only.into_iter().flatten(), &mut out);
    while let Some(found) = element::read(head, at, limit)? {
        at = found.end;
        let name = found.name(head);
        let inner = value_of(head, &found);
        match name {
            // One document has no order, and its `_id` is the best index.
            b"filter" | b"sort" | b"hint" | b"multi" => {}
            b"upsert" if !inserting => {}
            b"update" | b"replacement" => {
                out.name(found.tag, name);
                let sealed = vault.seal_update((found.tag, inner), key.as_deref())?;
                vault.verify_update((found.tag, &sealed))?;
                out.copy(&sealed);
            }
            _ => out.element(head, &found),
        }
    }
    out.end(start);
    Ok(out.into_bytes())
}

/// What tells an `_id` from others that a request's collation takes for equal: a pattern, since
/// patterns know no collation.
fn exactly(head: &[u8], id: &bson::RawBson) -> Result<Option<bson::RawDocumentBuf>> {
    let bson::RawBson::String(id) = id else { return Ok(None) };
    if find(head, b"collation")?.is_none() {
        return Ok(None);
    }
    let mut pattern = String::from("^");
    for letter in id.chars() {
        match letter {
            '\0' => pattern.push_str("\\x00"),
            _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => {
                pattern.extend(['\\', letter]);
            }
            _ => pattern.push(letter),
        }
    }
    pattern.push_str("\\z");
    Ok(Some(bson::rawdoc! { "_id": { "$regex": pattern } }))
}

/// `filter: { $and: [filter, …] }`.
fn both<'a>(filter: &'a [u8], only: impl Iterator<Item = &'a [u8]>, out: &mut Builder) {
    let begin = out.begin_document(b"filter");
    let list = out.begin_array(b"$and");
    for (place, one) in std::iter::once(filter).chain(only).enumerate() {
        out.name(tag::DOCUMENT, place.to_string().as_bytes());
        out.copy(one);
    }
    out.end(list);
    out.end(begin);
}

/// Whether a change is a document that replaces another.
pub(super) fn replaces(head: super::head::Head<'_>) -> Result<bool> {
    let head = head.as_bytes();
    let Some(update) = find(head, b"update")?.filter(|one| one.tag == tag::DOCUMENT) else {
        return Ok(false);
    };
    let update = value_of(head, &update);
    let limit = element::document_end(update, 0)?;
    Ok(!element::read(update, 4, limit)?.is_some_and(|one| one.name(update).starts_with(b"$")))
}

/// The `_id` that a change's `$setOnInsert` gives.
pub(super) fn inserted_id(head: super::head::Head<'_>) -> Option<bson::RawBson> {
    let update = head.raw("update").ok()??;
    let set = update.get_document("$setOnInsert").ok()?;
    set.get("_id").ok()?.map(bson::RawBson::from)
}

#[cfg(test)]
mod tests;
