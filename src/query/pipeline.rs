//! Queries that `find` cannot answer, as the stages of an aggregation.

use super::description::{Direction, Near, Query, SortKey, Stage, Union};
use super::filter::{TRUE, filter, nothing};
use super::group::{self, GroupKey, need_output};
use super::projection::{self, is_inside};
use super::reading::number;
use super::refusal::{invalid, unsorted};
use super::sort;
use super::tree::{Fields, Value};
use crate::error::Result;
use std::collections::{HashMap, HashSet};

/// Where the distance stands when nobody asks for it.
const DISTANCE: &str = "__distance";

/// The stages of an aggregation, as they were written.
///
/// # Errors
/// `E_INVALID_QUERY`, `E_DOCUMENT_TOO_DEEP`.
pub(super) fn written<'a>(stages: &[Stage<'a>]) -> Result<Vec<Value<'a>>> {
    let written = stages.iter().map(|stage| match stage {
        Stage::Given(given) => Ok((*given).into()),
        Stage::Match(conditions) => Ok(Value::field("$match", filter(conditions, None)?)),
    });
    written.collect()
}

/// The stages that answer the query's rows, in their order.
///
/// # Errors
/// `E_INVALID_QUERY`, `E_DOCUMENT_TOO_DEEP`.
pub(super) fn rows<'a>(query: &Query<'a>) -> Result<Vec<Value<'a>>> {
    let plan = Plan::of(query)?;
    let projection = projected(query, &plan)?;
    // As in SQL, what is selected counts before rows of other queries are added.
    let early = !query.unions.is_empty() || plan.dedupes;
    let order = if early { order_of_selected(query, &plan)? } else { plan.order.clone() };
    let mut stages = plan.stages.clone();
    stages.extend(distinct_on(query, &plan.order)?);
    if early {
        stages.extend(plan.forget());
        stages.extend(projection.iter().cloned());
    }
    if plan.dedupes {
        stages.extend(dedupe());
    }
    stages.extend(unions(&query.unions)?);
    stages.extend(sort::stages(&order)?);
    stages.extend(page(query));
    if !early {
        // A projection that names what it keeps forgets the rest by itself.
        if query.reads_everything() || projection.is_empty() {
            stages.extend(plan.forget());
        }
        stages.extend(projection);
    }
    if let Some(most) = query.most {
        stages.push(Value::field("$limit", most));
    }
    Ok(stages)
}

/// The stages that answer one document `{ count }`, the number of rows; none for no rows.
///
/// # Errors
/// As [`rows`].
pub(super) fn count<'a>(query: &Query<'a>) -> Result<Vec<Value<'a>>> {
    let plan = Plan::of(query)?;
    let matters = plan.dedupes || query.unions.iter().any(|union| !union.all);
    let mut stages = plan.stages.clone();
    // Which row of each comes first makes a difference only where equal rows are left out.
    if matters {
        stages.extend(distinct_on(query, &plan.order)?);
        stages.extend(plan.forget());
        stages.extend(projected(query, &plan)?);
    } else if !query.distinct_on.is_empty() {
        stages.push(Value::field("$group", Fields::of("_id", distinct_id(query)?)));
    }
    if plan.dedupes {
        stages.extend(dedupe());
    }
    stages.extend(unions(&query.unions)?);
    stages.extend(page(query));
    stages.push(Value::field("$count", "count"));
    Ok(stages)
}

/// The first half of a pipeline: from the collection's documents to rows.
struct Plan<'a> {
    stages: Vec<Value<'a>>,
    order: Vec<SortKey<'a>>,
    /// Names that rows of groups have; none for rows that are documents.
    outputs: Option<HashSet<&'a str>>,
    /// Equal rows can still occur and are not wanted.
    dedupes: bool,
    /// There is a distance that only the order needs.
    helper: bool,
}

impl<'a> Plan<'a> {
    fn of(query: &Query<'a>) -> Result<Self> {
        let grouped = query.is_grouped();
        let keys = if grouped || query.distinct { group::keys(query) } else { Vec::new() };
        refuse_together(query, grouped || !keys.is_empty())?;
        let mut stages = start(query)?;
        if keys.is_empty() && !grouped {
            let near = query.near.is_some();
            let nearest = near && query.order.is_empty() && !query.distinct_on.is_empty();
            let field = query.distance.unwrap_or(DISTANCE);
            let by_distance = SortKey { field, direction: Direction::Ascending, nulls: None };
            return Ok(Self {
                stages,
                order: if nearest { vec![by_distance] } else { query.order.clone() },
                outputs: None,
                dedupes: false,
                helper: near && query.distance.is_none(),
            });
        }
        let aliases = query.aggregates.iter().map(|aggregate| aggregate.alias);
        let outputs: HashSet<&str> = keys.iter().map(|key| key.output).chain(aliases).collect();
        stages.extend(group::stages(&keys, &query.aggregates)?);
        stages.extend(group::having(&query.having, &outputs)?);
        Ok(Self {
            stages,
            order: order_of_groups(&query.order, &keys, &outputs)?,
            outputs: Some(outputs),
            dedupes: grouped && query.distinct && !query.selected.is_empty(),
            helper: false,
        })
    }

    fn forget(&self) -> Option<Value<'a>> {
        self.helper.then(|| Value::field("$unset", vec![DISTANCE.into()]))
    }
}

fn refuse_together(query: &Query<'_>, combined: bool) -> Result<()> {
    if !query.having.is_empty() && !query.is_grouped() {
        return Err(invalid("having() needs groupBy() or an aggregate"));
    }
    if !query.distinct_on.is_empty() && (query.is_grouped() || query.distinct) {
        let others = "groupBy(), aggregates or distinct()";
        return Err(invalid(format!("distinctOn() cannot be used together with {others}")));
    }
    if combined && (query.score.is_some() || query.distance.is_some()) {
        let rows = "rows of groups and of distinct()";
        return Err(invalid(format!("{rows} have no text score or distance of their own")));
    }
    Ok(())
}

fn start<'a>(query: &Query<'a>) -> Result<Vec<Value<'a>>> {
    let filter = filter(&query.clauses, None)?;
    if let Some(near) = &query.near {
        return Ok(vec![near_stage(near, filter, query.distance.unwrap_or(DISTANCE))]);
    }
    Ok(if filter.is_empty() { Vec::new() } else { vec![Value::field("$match", filter)] })
}

/// The order by distance as the condition that `find` takes.
pub(super) fn near_filter<'a>(near: &Near<'a>) -> Fields<'a> {
    let mut sphere = Fields::of("$geometry", near.center);
    if let Some(least) = near.least {
        sphere.set("$minDistance".into(), least.into());
    }
    if let Some(most) = near.most {
        sphere.set("$maxDistance".into(), most.into());
    }
    Fields::of(near.field, Fields::of("$nearSphere", sphere))
}

fn near_stage<'a>(near: &Near<'a>, filter: Fields<'a>, distance: &'a str) -> Value<'a> {
    let mut stage = Fields::of("near", near.center)
        .with("key", near.field)
        .with("distanceField", distance)
        .with("spherical", TRUE);
    if let Some(least) = near.least {
        stage.set("minDistance".into(), least.into());
    }
    if let Some(most) = near.most {
        stage.set("maxDistance".into(), most.into());
    }
    if !filter.is_empty() {
        stage.set("query".into(), filter.into());
    }
    Value::field("$geoNear", stage)
}

/// The order by names that the rows have.
fn order_of_groups<'a>(
    order: &[SortKey<'a>],
    keys: &[GroupKey<'a>],
    outputs: &HashSet<&str>,
) -> Result<Vec<SortKey<'a>>> {
    let mut output_of: HashMap<&str, &'a str> = HashMap::new();
    for key in keys {
        output_of.entry(key.field).or_insert(key.output);
    }
    let named = |key: &SortKey<'a>| {
        let own = outputs.contains(key.field);
        let known = if own { None } else { output_of.get(key.field).copied() };
        let field = known.unwrap_or(key.field);
        need_output("orderBy()", field, outputs)?;
        Ok(SortKey { field, ..*key })
    };
    order.iter().map(named).collect()
}

fn projected<'a>(query: &Query<'a>, plan: &Plan<'a>) -> Result<Vec<Value<'a>>> {
    match &plan.outputs {
        None => projection::stages(&query.selected, query.score, query.distance),
        Some(outputs) if query.is_grouped() => group::selected(query, outputs),
        Some(_) => Ok(Vec::new()),
    }
}

/// The first row of each, by the order.
fn distinct_on<'a>(query: &Query<'a>, order: &[SortKey<'a>]) -> Result<Vec<Value<'a>>> {
    if query.distinct_on.is_empty() {
        return Ok(Vec::new());
    }
    let mut stages = sort::stages(order)?;
    let first = Value::field("$first", "$$ROOT");
    stages.push(Value::field("$group", Fields::of("_id", distinct_id(query)?).with("row", first)));
    stages.push(Value::field("$replaceWith", "$row"));
    Ok(stages)
}

fn distinct_id<'a>(query: &Query<'a>) -> Result<Fields<'a>> {
    group::id(query.distinct_on.iter().copied())
}

fn dedupe<'a>() -> [Value<'a>; 2] {
    [Value::field("$group", Fields::of("_id", "$$ROOT")), Value::field("$replaceWith", "$_id")]
}

/// One pass removes what all unions up to the last that asks for it have twice.
fn unions<'a>(unions: &[Union<'a>]) -> Result<Vec<Value<'a>>> {
    let last = unions.iter().rposition(|union| !union.all);
    let mut stages = Vec::new();
    for (index, union) in unions.iter().enumerate() {
        let member = Fields::of("coll", union.collection).with("pipeline", rows(&union.member)?);
        stages.push(Value::field("$unionWith", member));
        if Some(index) == last {
            stages.extend(dedupe());
        }
    }
    Ok(stages)
}

/// The order of rows that were cut down to what is selected: nothing else can sort them. A distance
/// that nobody selected is gone too.
fn order_of_selected<'a>(query: &Query<'a>, plan: &Plan<'a>) -> Result<Vec<SortKey<'a>>> {
    let sorting = if plan.helper { &query.order } else { &plan.order };
    if query.reads_everything() {
        return Ok(sorting.clone());
    }
    let mut outputs: HashSet<&str> =
        query.selected.iter().map(|one| one.alias.unwrap_or(one.field)).collect();
    outputs.extend(query.aggregates.iter().map(|aggregate| aggregate.alias));
    if !query.is_grouped() {
        outputs.insert("_id");
    }
    let mut alias_of: HashMap<&str, &'a str> = HashMap::new();
    for one in &query.selected {
        if let Some(alias) = one.alias {
            alias_of.entry(one.field).or_insert(alias);
        }
    }
    let named = |key: &SortKey<'a>| {
        if outputs.contains(key.field) || is_inside(key.field, &outputs) {
            return Ok(*key);
        }
        let renamed = alias_of.get(key.field);
        let field = renamed.copied().ok_or_else(|| unsorted(key.field))?;
        Ok(SortKey { field, ..*key })
    };
    sorting.iter().map(named).collect()
}

fn page<'a>(query: &Query<'a>) -> Vec<Value<'a>> {
    let mut stages = Vec::new();
    if let Some(skip) = query.skip.filter(|skip| number(*skip) > 0.0) {
        stages.push(Value::field("$skip", skip));
    }
    match query.limit {
        // `$limit` takes no 0.
        Some(limit) if number(limit) == 0.0 => stages.push(Value::field("$match", nothing())),
        Some(limit) => stages.push(Value::field("$limit", limit)),
        None => {}
    }
    stages
}
