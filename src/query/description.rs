//! A query as JavaScript describes it: one document of parts, which `docs/internal/boundary.md` lists.

use super::tree::Given;

/// One selected field: a stored path, `*`, or a path under another name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Selected<'a> {
    pub(super) field: &'a str,
    pub(super) alias: Option<&'a str>,
}

impl Selected<'_> {
    pub(super) fn is_everything(&self) -> bool {
        self.alias.is_none() && self.field == "*"
    }
}

/// Where rows without a value go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    First,
    Last,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Ascending,
    Descending,
    TextScore,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct SortKey<'a> {
    pub(super) field: &'a str,
    pub(super) direction: Direction,
    pub(super) nulls: Option<Nulls>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calculate {
    Count,
    Min,
    Max,
    Sum,
    Avg,
}

/// A field of the rows of a grouped query.
#[derive(Debug, Clone)]
pub(super) struct Aggregate<'a> {
    pub(super) alias: &'a str,
    pub(super) calculate: Calculate,
    /// Each different value once.
    pub(super) distinct: bool,
    /// None for a count of documents; more than one only for distinct counts.
    pub(super) fields: Vec<&'a str>,
}

/// Rows of another query that are added.
#[derive(Debug, Clone)]
pub(super) struct Union<'a> {
    /// Keeps rows that are there already.
    pub(super) all: bool,
    pub(super) collection: &'a str,
    pub(super) member: Query<'a>,
}

/// A point that rows are sorted by their distance from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near<'a> {
    pub(super) field: &'a str,
    pub(super) center: Given<'a>,
    pub(super) least: Option<Given<'a>>,
    pub(super) most: Option<Given<'a>>,
}

/// What is asked of a query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Asks {
    #[default]
    Rows,
    /// The number of its rows.
    Count,
    /// Which documents match.
    Filter,
    /// What the conditions say of `_id`.
    Key,
}

/// What a description asks of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageOf<'a> {
    /// Rows at most.
    pub(super) limit: Given<'a>,
    /// The rows before the place are wanted, or the last ones.
    pub(super) backwards: bool,
    pub(super) cursor: Option<&'a str>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone)]
pub(super) enum Stage<'a> {
    /// As it is sent.
    Given(Given<'a>),
    /// Keeps what conditions hold for.
    Match(Vec<Clause<'a>>),
}

/// What a query says.
#[derive(Debug, Clone, Default)]
pub(super) struct Query<'a> {
    /// The conditions.
    pub(super) clauses: Vec<Clause<'a>>,
    pub(super) selected: Vec<Selected<'a>>,
    pub(super) order: Vec<SortKey<'a>>,
    pub(super) limit: Option<Given<'a>>,
    pub(super) skip: Option<Given<'a>>,
    /// The rows that are read at most, whatever the limit.
    pub(super) most: Option<Given<'a>>,
    pub(super) asks: Asks,
    /// A page by cursor; its limit takes the place of the query's.
    pub(super) page: Option<PageOf<'a>>,
    pub(super) groups: Vec<&'a str>,
    pub(super) aggregates: Vec<Aggregate<'a>>,
    pub(super) having: Vec<Clause<'a>>,
    pub(super) distinct: bool,
    pub(super) distinct_on: Vec<&'a str>,
    pub(super) unions: Vec<Union<'a>>,
    pub(super) near: Option<Near<'a>>,
    /// Name for the distance.
    pub(super) distance: Option<&'a str>,
    /// Name for the score of a text search.
    pub(super) score: Option<&'a str>,
    /// The stages of an aggregation, which says nothing else.
    pub(super) stages: Option<Vec<Stage<'a>>>,
}

impl Query<'_> {
    pub(super) fn is_grouped(&self) -> bool {
        !self.groups.is_empty() || !self.aggregates.is_empty()
    }

    /// There may be more or fewer rows than documents that match.
    pub(super) fn changes_rows(&self) -> bool {
        self.is_grouped()
            || !self.having.is_empty()
            || self.distinct
            || !self.distinct_on.is_empty()
            || !self.unions.is_empty()
    }

    pub(super) fn reads_everything(&self) -> bool {
        self.selected.is_empty() || self.selected.iter().any(Selected::is_everything)
    }
}

/// What one condition says.
#[derive(Debug, Clone, Copy)]
pub(super) enum Condition<'a> {
    Compare {
        operator: &'static str,
        value: Given<'a>,
    },
    /// The values are an array.
    In(Given<'a>),
    Between {
        from: Given<'a>,
        to: Given<'a>,
    },
    Like {
        pattern: &'a str,
        fold: bool,
    },
    Exists,
    /// Operators on one field. False where the field has a value that they do not hold for.
    Test(Given<'a>),
    /// Filters for each outcome, which must all hold.
    Either {
        holds: Given<'a>,
        fails: Given<'a>,
    },
    Text(Given<'a>),
    Raw(Given<'a>),
    /// Begins a group.
    Group,
    /// Begins the conditions on one element of an array.
    Element,
    /// Ends what began last.
    End,
}

/// A condition in its place. Groups are not nested: marks begin and end them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clause<'a> {
    /// An alternative to what stands before it.
    pub(super) or: bool,
    pub(super) negated: bool,
    /// The stored path; empty where there is none.
    pub(super) field: &'a str,
    pub(super) condition: Condition<'a>,
}
