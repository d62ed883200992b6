/** Hooks of documents inside of others, which are written with these. */
import { ROW, VALUES } from '../../codec/accessors.ts'
import type { Model } from '../contracts/index.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import type { HookEvent } from '../hooks/events.ts'
import { definitionFor } from '../instance/attributes.ts'
import { collectChanges } from '../instance/changes.ts'
import { anyEmbedded, eachEmbedded } from '../instance/embedded/touched.ts'
import { rawStored } from '../instance/stored.ts'
import { Call } from './call.ts'
import { Run, type WriteOperation } from './run.ts'

/** What becomes of an embedded document. */
interface Write {
  readonly definition: ModelDefinition
  readonly instance: Model
  readonly operation: WriteOperation
}

const DELETE = ['beforeDelete', 'afterDelete'] as const satisfies readonly HookEvent[]
const EVENTS = [
  'beforeValidate',
  'validator',
  'afterValidate',
  'beforeCreate',
  'beforeUpdate',
  'beforeSave',
  'afterCreate',
  'afterUpdate',
  'afterSave',
  'listeners',
  ...DELETE,
] as const satisfies readonly HookEvent[]

/** Whether what is embedded in documents of the model has hooks of writes. */
export function hasEmbeddedHooks(definition: ModelDefinition, muted: number): boolean {
  return anyEmbedded(definition, ({ hooks }) => hooks.hasAny(EVENTS, muted))
}

/** The hooks of one embedded document. */
class EmbeddedRun extends Run {
  readonly #instance: Model

  constructor(call: Call, { definition, instance, operation }: Write) {
    super(new Call(definition, call.client, operation, call), operation, 1)
    this.#instance = instance
  }

  protected subject(): Model {
    return this.#instance
  }
}

/** The hooks of what is embedded in instances that are written. */
export class EmbeddedRuns {
  readonly #runs: EmbeddedRun[] = []

  /** Runs the before hooks of what is new, changed or taken out by now. Errors: those of hooks. */
  async before(call: Call, instances: readonly Model[]): Promise<void> {
    const writes = instances.flatMap((instance) => writesOf(call.definition, instance))
    for (const write of writes) {
      if (!write.definition.hooks.hasAny(EVENTS, call.muted)) continue
      const run = new EmbeddedRun(call, write)
      this.#runs.push(run)
      await run.before()
    }
  }

  async after(wrote: boolean): Promise<void> {
    for (const run of this.#runs) await run.after(wrote)
  }

  end(): void {
    for (const run of this.#runs) run.end()
  }
}

function writesOf(definition: ModelDefinition, instance: Model): Write[] {
  const writes: Write[] = []
  for (const [inner, one] of eachEmbedded(definition, instance)) {
    writes.push(...removedFrom(inner, one))
    const isNew = !one.$isPersisted
    if (!isNew && collectChanges(inner, one).items.length === 0) continue
    writes.push({ definition: inner, instance: one, operation: isNew ? 'create' : 'update' })
  }
  return [...writes, ...removedFrom(definition, instance)]
}

/** What is stored and is not there any more, where its hooks want to know. */
function removedFrom(definition: ModelDefinition, instance: Model): Write[] {
  if (!instance.$isPersisted || instance[VALUES] === null) return []
  return definition.embedded.flatMap((column): Write[] => {
    const { embeds, index } = column
    if (embeds === undefined) return []
    const inner = definitionOf(embeds.model())
    const kinds = [inner, ...inner.kinds.all.map(({ model }) => definitionOf(model))]
    const wanted = kinds.some(({ hooks }) => hooks.hasAny(DELETE))
    const raw = wanted ? rawStored(definition, instance, column) : null
    const current = instance[VALUES]?.[index]
    if (raw === null || typeof current === 'symbol' || current === undefined) return []
    const kept = new Set(
      embeds.instances(current).flatMap((one) => (one.$isPersisted ? one[ROW] : [])),
    )
    const gone = embeds.instances(embeds.read(raw, null)).filter((_, row) => !kept.has(row))
    return gone.map((one) => ({
      definition: definitionFor(one),
      instance: one,
      operation: 'delete',
    }))
  })
}
