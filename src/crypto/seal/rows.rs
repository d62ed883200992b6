//! The rows of a pipeline: where in them something encrypted is, and whether they still are what is
//! stored.

use super::filter::Names;
use super::notes::Notes;
use super::stages::is_switch;
use super::{elements, value_of};
use crate::crypto::vault::Vault;
use crate::document::element::{self, Typed, tag};
use crate::error::Result;
use crate::model::fields::{Origin, Relation, Tree};

/// What is known of the rows between two stages.
#[derive(Debug, Clone)]
pub(super) struct Rows<'n> {
    /// Where something encrypted is. Its origin is that of the rows.
    pub(super) tree: Tree,
    /// Blind index entries that a stage left out.
    pub(super) lost: Vec<Box<[u8]>>,
    /// The only names that there are, where a stage gave them all.
    pub(super) named: Option<Vec<Box<[u8]>>>,
    pub(super) notes: &'n Notes<'n>,
}

impl<'n> Rows<'n> {
    /// A collection's documents.
    pub(super) fn stored(vault: &Vault, notes: &'n Notes<'n>) -> Self {
        let mut tree = vault.fields().tree().clone();
        tree.origin = Origin::Stored;
        Self { tree, lost: Vec::new(), named: None, notes }
    }

    pub(super) fn names(&self) -> Names<'_> {
        Names {
            tree: &self.tree,
            origin: self.tree.origin,
            lost: &self.lost,
            named: self.named.as_deref(),
            notes: self.notes,
        }
    }

    /// Adds rows of another pipeline.
    pub(super) fn join(&mut self, others: Self) {
        let origin = self.tree.origin.min(others.tree.origin);
        self.tree.add(&others.tree);
        self.tree.origin = origin;
        self.lost.extend(others.lost);
        self.named = match (self.named.take(), others.named) {
            (Some(mut own), Some(more)) => {
                own.extend(more);
                Some(own)
            }
            _ => None,
        };
    }

    /// Rows that have these names and no others.
    pub(super) fn make(&mut self, tree: Tree, names: impl IntoIterator<Item = Box<[u8]>>) {
        self.tree = tree;
        self.named = Some(names.into_iter().collect());
    }

    /// A stage gave a name to something.
    pub(super) fn name(&mut self, path: &[u8]) {
        if let Some(named) = &mut self.named {
            named.extend(path.split(|byte| *byte == b'.').next().map(Into::into));
        }
    }

    /// Rows that are made by a stage of which nothing is known: their names may mean anything.
    pub(super) fn make_anything(&mut self) {
        self.tree.forget_origins();
        self.named = None;
    }
}

impl Vault {
    /// What a stage that gives names values makes of the rows: `$addFields`, `$set`, `$project`,
    /// `$unset`.
    pub(super) fn shape(
        &self,
        rows: &mut Rows<'_>,
        stage: &[u8],
        (tag, value): Typed<'_>,
    ) -> Result<()> {
        let origin = rows.tree.origin;
        let mut tree = rows.tree.clone();
        // What these documents hold may be other documents, which are not followed any more.
        tree.forget_origins();
        tree.origin = origin;
        if tag == tag::DOCUMENT {
            let fields = elements(value)?;
            let off = |one: &element::Element| {
                is_switch(one.tag) && value_of(value, one).iter().all(|byte| *byte == 0)
            };
            let inclusive = stage == b"$project"
                && fields.iter().any(|one| !off(one) && one.name(value) != b"_id");
            if inclusive {
                let kept = |name: &[u8]| fields.iter().any(|one| one.name(value) == name);
                let names = self.fields().blind_names();
                rows.lost.extend(names.filter(|name| !kept(name)).map(Into::into));
            }
            for one in &fields {
                let name = one.name(value);
                rows.name(name);
                if stage == b"$project" && is_switch(one.tag) {
                    if off(one) {
                        rows.lost.push(name.into());
                    }
                    continue;
                }
                let made = self.made(rows, (one.tag, value_of(value, one)))?;
                match tree.relate(name) {
                    Relation::Apart if made.is_empty() => {}
                    // Of names with dots a part may be there already, or be an array.
                    Relation::Apart | Relation::Above(_) => {
                        let mut both = tree.descend(name).cloned().unwrap_or_default();
                        both.add(&made);
                        tree.put(name, both);
                    }
                    Relation::Field(_) | Relation::Inside(_) => {}
                }
            }
        } else {
            let list = if tag == tag::ARRAY { elements(value)? } else { Vec::new() };
            let texts = list.iter().map(|one| (one.tag, value_of(value, one)));
            for (tag, text) in texts.chain([(tag, value)]) {
                if tag == tag::STRING && text.len() > 5 {
                    rows.lost.push(text[4..text.len() - 1].into());
                }
            }
        }
        rows.tree = tree;
        Ok(())
    }

    /// The rows that accumulators make: those of `$group`, of `$bucket` and of `$bucketAuto`.
    pub(super) fn group(&self, rows: &mut Rows<'_>, options: &[u8]) -> Result<()> {
        let mut tree = Tree::default();
        let all = elements(options)?;
        for one in &all {
            let made = self.made(rows, (one.tag, value_of(options, one)))?;
            if !made.is_empty() {
                tree.put(one.name(options), made);
            }
        }
        rows.make(tree, all.iter().map(|one| one.name(options).into()));
        Ok(())
    }

    /// What the value of an expression or an accumulator holds, of rows before it.
    pub(super) fn made(&self, rows: &Rows<'_>, (tag, value): Typed<'_>) -> Result<Tree> {
        if tag == tag::STRING && value.len() > 6 && value[4] == b'$' {
            let path = &value[5..value.len() - 1];
            if matches!(path, b"$ROOT" | b"$CURRENT") {
                return Ok(rows.tree.clone());
            }
            if path[0] != b'$' {
                return Ok(match rows.tree.relate(path) {
                    Relation::Above(tree) => tree.clone(),
                    _ => Tree::default(),
                });
            }
        }
        if tag == tag::DOCUMENT {
            let fields = elements(value)?;
            match &fields[..] {
                [only] if matches!(only.name(value), b"$first" | b"$last") => {
                    return self.made(rows, (only.tag, value_of(value, only)));
                }
                [first, ..] if !first.name(value).starts_with(b"$") => {
                    let mut tree = Tree::default();
                    for one in &fields {
                        let made = self.made(rows, (one.tag, value_of(value, one)))?;
                        if !made.is_empty() {
                            tree.put(one.name(value), made);
                        }
                    }
                    return Ok(tree);
                }
                _ => {}
            }
        }
        let mut tree = Tree::default();
        for part in self.parts(&rows.tree, (tag, value))? {
            tree.add(part);
        }
        tree.forget_origins();
        Ok(tree)
    }
}
