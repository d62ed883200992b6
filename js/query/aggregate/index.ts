/** The aggregation pipeline builder without the means to run a pipeline. */

export { writePipeline } from './conditions.ts'
export { shownStages } from './copy.ts'
export { Accumulator, ArrayAccumulator } from './expressions/accumulator.ts'
export { Expression } from './expressions/expression.ts'
export { Variable } from './expressions/variable.ts'
export { WindowFunction } from './expressions/window_function.ts'
export * as expr from './expressions.ts'
export { MatchQuery } from './match.ts'
export type {
  AggregateOptions,
  ExplainVerbosity,
  ReadPreference,
} from './options.ts'
export { readVerbosity } from './options.ts'
export {
  type CompiledPipeline,
  PipelineBuilder,
  type Stage,
  SubPipeline,
} from './pipeline_builder.ts'
export type { ModelResolver, PipelineColumn, PipelineTarget } from './shapes/target.ts'
export type { RowOf } from './types/rows.ts'
export type { BuilderKind } from './types/stages.ts'
