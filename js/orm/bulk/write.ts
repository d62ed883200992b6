/** `bulkWrite`. */
import { refuse } from '../../errors/index.ts'
import { describe, wasAsync } from '../../query/messages.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { type Call, callOf } from '../operation/call.ts'
import { Run } from '../operation/run.ts'
import { adopt } from '../persistence/enlist.ts'
import { giveKeys, type Upsert } from '../query_builder/update/upsert.ts'
import { BulkBuilder, type BulkPart } from './builder.ts'
import { carryOutBulk } from './conclude.ts'
import { insertStatement, reserveForInserts } from './instances.ts'
import { DeleteStatement } from './statements.ts'
import type { BulkOptions, BulkResult, BulkStatement } from './types.ts'

/** What `bulkWrite` carries out. */
export type BulkStatements<M extends Model> =
  | readonly BulkStatement<M>[]
  | ((bulk: BulkBuilder<M>) => unknown)

export async function bulkWrite<M extends Model>(
  model: ModelClass,
  given: BulkStatements<M>,
  givenOptions: BulkOptions | undefined,
): Promise<BulkResult> {
  const options = own(givenOptions)
  const definition = definitionOf(model)
  const builder = collect(definition, given)
  return writeAll(callOf(definition, 'bulkWrite', options), options, builder, 'statements')
}

/** Carries out what a builder was told, with the model's hooks of such writes around it. */
export async function writeAll<M extends Model>(
  call: Call,
  options: BulkOptions,
  builder: BulkBuilder<M>,
  what: string,
): Promise<BulkResult> {
  const { definition, muted } = call
  const hooked = definition.hooks.runs('bulkWrite', muted)
  const run = hooked ? new BulkHooks(call, builder) : undefined
  try {
    await run?.before()
    const result = await carryOutParts(call, options, builder.parts, what)
    if (run !== undefined) run.result = result
    await run?.after(true)
    return result
  } finally {
    run?.end()
  }
}

/** The hooks around statements. */
class BulkHooks extends Run {
  result: BulkResult | undefined
  readonly #builder: unknown

  constructor(call: Call, builder: unknown) {
    super(call, 'bulkWrite', 1)
    this.#builder = builder
  }

  protected subject(): unknown {
    return this.result ?? this.#builder
  }
}

async function carryOutParts(
  call: Call,
  options: BulkOptions,
  parts: readonly BulkPart[],
  what: string,
): Promise<BulkResult> {
  const instances = parts.flatMap((part) => ('insert' in part ? [part.insert] : []))
  for (const instance of instances) adopt(instance, options.client, options.connection)
  await giveKeys(call.definition, call, upsertsOf(parts))
  return carryOutBulk({
    call,
    options,
    what: `${parts.length} ${what}`,
    instances,
    deletes: parts.some((part) => 'statement' in part && part.statement instanceof DeleteStatement),
    work: async (run, way) => {
      const statements = parts.map((part) =>
        'insert' in part ? insertStatement(part.position, way, part.insert) : part.statement,
      )
      await reserveForInserts(way, statements)
      await run.send(statements)
    },
  })
}

/** The upserts among the parts of a bulk write. */
function upsertsOf(parts: readonly BulkPart[]): Upsert[] {
  return parts.flatMap((part) =>
    'upsert' in part && part.upsert !== undefined ? [part.upsert] : [],
  )
}

function collect<M extends Model>(
  definition: ModelDefinition,
  given: BulkStatements<M>,
): BulkBuilder<M> {
  const builder = new BulkBuilder<M>(definition)
  if (Array.isArray(given)) {
    for (const statement of given as readonly BulkStatement<M>[]) builder.add(statement)
    return builder
  }
  if (typeof given !== 'function') {
    const why = `.bulkWrite() needs a callback or an array of statements, got ${describe(given)}`
    refuse('E_INVALID_VALUE', definition, 'bulkWrite', why)
  }
  if (wasAsync(given(builder))) {
    const why = '.bulkWrite(): the callback must not be async'
    refuse('E_INVALID_QUERY', definition, 'bulkWrite', why)
  }
  return builder
}
