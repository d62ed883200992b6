//! Which fields of a model are encrypted, and how.

use crate::error::{Code, Error, Result};
use bson::{RawBsonRef, RawDocument};

/// Bytes of a blind index entry's code from which on two values do not share one by accident: 64 bits.
pub const LONG: usize = 8;

/// What a value cannot be moved away from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Binding {
    /// Its field of its document.
    #[default]
    Document,
    /// Its field, in any document of the collection.
    Column,
}

/// How text is made alike before it is compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Normalizer {
    /// Without white space around it.
    pub trim: bool,
    /// In lower case, as Unicode defines it.
    pub lowercase: bool,
    /// By a function of the application, in JavaScript, which also sends its result.
    pub custom: bool,
}

/// A column on its way into or out of encryption: both forms may be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// Written encrypted; what is stored may be plain.
    Encrypting,
    /// Written plain; what is stored may be encrypted.
    Decrypting,
}

/// A field beside an encrypted one, by which equal values are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blind {
    /// Its stored name.
    pub name: Box<[u8]>,
    /// Bytes of the code.
    pub length: usize,
    /// How text is made alike.
    pub normalizer: Normalizer,
    /// A unique index is on it: entries are made with every key of the ring.
    pub unique: bool,
}

/// One encrypted field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Stored path, with dots; indexes of arrays are not part of it.
    pub path: Box<str>,
    /// What the application calls it, for reports.
    pub column: Box<str>,
    /// What its values are bound to.
    pub binding: Binding,
    /// Its keys' purpose, where it is not the field itself.
    pub purpose: Option<Box<str>>,
    /// Which other form may be stored.
    pub transition: Option<Transition>,
    /// How equal values are found.
    pub blind: Option<Blind>,
}

impl Field {
    /// Whether values are written encrypted.
    #[must_use]
    pub fn seals(&self) -> bool {
        self.transition != Some(Transition::Decrypting)
    }

    /// Whether different values may share an entry by accident.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.blind.as_ref().is_some_and(|blind| blind.length < LONG)
    }

    /// Whether a value can only be written once the document's `_id` is known.
    #[must_use]
    pub fn needs_id(&self) -> bool {
        self.seals() && self.binding == Binding::Document
    }
}

/// The encrypted fields of a model.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    list: Vec<Field>,
    tree: Tree,
    /// Stored names of the blind indexes.
    blind: Vec<Box<[u8]>>,
}

/// A name in a path, and what is below it.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    children: Vec<(Box<[u8]>, Tree)>,
    /// The field that ends here.
    pub field: Option<usize>,
    /// What a document that stands here is.
    pub origin: Origin,
}

/// What a document in a pipeline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum Origin {
    /// Stages made it of others.
    #[default]
    Made,
    /// One of the collection's, or one of another collection that was added to them.
    Mixed,
    /// One of the collection's, with fields more or fewer.
    Stored,
}

/// How a dotted path lies to the encrypted fields.
#[derive(Debug, Clone, Copy)]
pub enum Relation<'a> {
    /// Nothing encrypted is there.
    Apart,
    /// It is an encrypted field.
    Field(usize),
    /// It leads into an encrypted value.
    Inside(usize),
    /// Encrypted fields are below it.
    Above(&'a Tree),
}

impl Tree {
    /// What is below `name`.
    #[must_use]
    pub fn child(&self, name: &[u8]) -> Option<&Tree> {
        self.children.iter().find(|(one, _)| **one == *name).map(|(_, tree)| tree)
    }

    /// How a dotted path, from here, lies to the encrypted fields. Places in arrays (`0`, `$`,
    /// `$[name]`) are passed over.
    #[must_use]
    pub fn relate(&self, path: &[u8]) -> Relation<'_> {
        let mut tree = self;
        for segment in path.split(|byte| *byte == b'.') {
            if let Some(field) = tree.field {
                return Relation::Inside(field);
            }
            match tree.child(segment) {
                Some(child) => tree = child,
                None if is_place(segment) && !std::ptr::eq(tree, self) => {}
                None => return Relation::Apart,
            }
        }
        match tree.field {
            Some(field) => Relation::Field(field),
            None => Relation::Above(tree),
        }
    }

    /// What a dotted path leads to, places in arrays passed over.
    #[must_use]
    pub fn descend(&self, path: &[u8]) -> Option<&Tree> {
        let mut tree = self;
        for segment in path.split(|byte| *byte == b'.') {
            match tree.child(segment) {
                Some(child) => tree = child,
                None if is_place(segment) => {}
                None => return None,
            }
        }
        Some(tree)
    }

    /// Gives a name another meaning: what is below `tree`.
    pub fn put(&mut self, path: &[u8], tree: Tree) {
        let mut at = self;
        for segment in path.split(|byte| *byte == b'.') {
            let known = at.children.iter().position(|(one, _)| **one == *segment);
            let place = known.unwrap_or_else(|| {
                at.children.push((segment.into(), Tree::default()));
                at.children.len() - 1
            });
            at = &mut at.children[place].1;
        }
        *at = tree;
    }

    /// Adds what is below another name: a value may be the one or the other.
    pub fn add(&mut self, other: &Tree) {
        self.field = self.field.or(other.field);
        for (name, tree) in &other.children {
            match self.children.iter_mut().find(|(one, _)| one == name) {
                Some((_, known)) => known.add(tree),
                None => self.children.push((name.clone(), tree.clone())),
            }
        }
    }

    /// Whether nothing encrypted is at or below it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields().next().is_none()
    }

    /// Documents here and below it are no longer what they were.
    pub fn forget_origins(&mut self) {
        self.origin = Origin::Made;
        for (_, child) in &mut self.children {
            child.forget_origins();
        }
    }

    /// The encrypted fields at and below this name.
    pub fn fields(&self) -> impl Iterator<Item = usize> + '_ {
        let mut open = vec![self];
        std::iter::from_fn(move || {
            while let Some(tree) = open.pop() {
                open.extend(tree.children.iter().map(|(_, child)| child));
                if tree.field.is_some() {
                    return tree.field;
                }
            }
            None
        })
    }
}

fn is_place(segment: &[u8]) -> bool {
    segment.starts_with(b"$") || (!segment.is_empty() && segment.iter().all(u8::is_ascii_digit))
}

impl Fields {
    /// Reads the list `encrypted` of a model's descriptor.
    ///
    /// # Errors
    /// `E_MODEL_DEFINITION`.
    pub fn from_raw(list: &bson::RawArray) -> Result<Self> {
        let mut out = Self::default();
        for entry in list {
            let entry = entry.ok().and_then(RawBsonRef::as_document);
            let field = entry.and_then(read_field).ok_or_else(|| wrong("is off"))?;
            out.add(field)?;
        }
        Ok(out)
    }

    /// From fields.
    ///
    /// # Errors
    /// `E_MODEL_DEFINITION` when one field is inside another.
    pub fn new(fields: impl IntoIterator<Item = Field>) -> Result<Self> {
        let mut out = Self::default();
        for field in fields {
            out.add(field)?;
        }
        Ok(out)
    }

    fn add(&mut self, field: Field) -> Result<()> {
        if let Some(blind) = &field.blind {
            if field.path.contains('.') {
                return Err(wrong("has a blind index of what is inside of another value"));
            }
            if self.blind(&blind.name).is_some() {
                return Err(wrong("has two blind indexes of one name"));
            }
        }
        let mut tree = &mut self.tree;
        for segment in field.path.split('.') {
            if tree.field.is_some() {
                return Err(wrong("has a field inside another"));
            }
            let segment = segment.as_bytes();
            let known = tree.children.iter().position(|(one, _)| **one == *segment);
            let place = known.unwrap_or_else(|| {
                tree.children.push((segment.into(), Tree::default()));
                tree.children.len() - 1
            });
            tree = &mut tree.children[place].1;
        }
        if tree.field.is_some() || !tree.children.is_empty() {
            return Err(wrong("has a field inside another"));
        }
        tree.field = Some(self.list.len());
        self.blind.extend(field.blind.as_ref().map(|blind| blind.name.clone()));
        self.list.push(field);
        Ok(())
    }

    /// Whether nothing is encrypted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The fields in the descriptor's order.
    #[must_use]
    pub fn list(&self) -> &[Field] {
        &self.list
    }

    /// The fields by the names of their paths.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Whether a blind index has that stored name.
    #[must_use]
    pub fn is_blind(&self, name: &[u8]) -> bool {
        self.blind.iter().any(|one| **one == *name)
    }

    /// Stored names of the blind indexes.
    pub fn blind_names(&self) -> impl Iterator<Item = &[u8]> {
        self.blind.iter().map(|name| &**name)
    }

    /// The field whose blind index has that stored name.
    #[must_use]
    pub fn blind(&self, name: &[u8]) -> Option<usize> {
        self.list.iter().position(|one| one.blind.as_ref().is_some_and(|it| *it.name == *name))
    }
}

fn read_field(document: &RawDocument) -> Option<Field> {
    let binding = match document.get_str("bind").ok()? {
        "document" => Binding::Document,
        "column" => Binding::Column,
        _ => return None,
    };
    let transition = match document.get_str("transition") {
        Ok("encrypting") => Some(Transition::Encrypting),
        Ok("decrypting") => Some(Transition::Decrypting),
        Ok(_) => return None,
        Err(_) => None,
    };
    let blind = match document.get_document("blind") {
        Ok(blind) => Some(read_blind(blind)?),
        Err(_) => None,
    };
    let path = document.get_str("path").ok()?;
    Some(Field {
        path: path.into(),
        column: document.get_str("column").unwrap_or(path).into(),
        binding,
        purpose: document.get_str("purpose").ok().map(Into::into),
        transition,
        blind,
    })
}

fn read_blind(document: &RawDocument) -> Option<Blind> {
    let flag = |key: &str| document.get_bool(key).unwrap_or(false);
    let bits = usize::try_from(document.get_i32("bits").ok()?).ok()?;
    (bits % 8 == 0 && (16..=256).contains(&bits)).then_some(())?;
    Some(Blind {
        name: document.get_str("name").ok()?.as_bytes().into(),
        length: bits / 8,
        normalizer: Normalizer {
            trim: flag("trim"),
            lowercase: flag("lowercase"),
            custom: flag("custom"),
        },
        unique: flag("unique"),
    })
}

fn wrong(what: &str) -> Error {
    Error::new(Code::ModelDefinition, format!("descriptor: encrypted {what}"))
}
