/** Why documents of a model can, or cannot, become JSON without becoming models. */
import type { Model } from '../contracts/index.ts'
import type { HookEvent } from '../hooks/events.ts'
import { definitionOf, type ModelDefinition } from './index.ts'
import { indexOf } from './json_plan.ts'

/** Methods that make an instance's JSON, as the base class has them. */
const standard = new Map<string, unknown>()

/** Keeps the base class's own methods, so that those of other classes are told from them. */
export function rememberSerialization(prototype: object): void {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (name !== 'toJSON' && !name.startsWith('serialize')) continue
    standard.set(name, (prototype as Record<string, unknown>)[name])
  }
}

const samples = new WeakMap<ModelDefinition, Model>()

/** An instance to ask: methods may be those of a field too. */
function sampleOf(definition: ModelDefinition): Model {
  let sample = samples.get(definition)
  if (sample === undefined) {
    sample = new definition.model()
    samples.set(definition, sample)
  }
  return sample
}

/** What of the model, or of its hooks for these events, needs instances; undefined when nothing does. */
export function whyModels(
  definition: ModelDefinition,
  after: readonly HookEvent[],
  muted: number,
): string | undefined {
  const hook = after.find((event) => definition.hooks.has(event, muted))
  if (hook !== undefined) return `the model has ${hook} hooks`
  definition.seal()
  return whyClass(definition, [])
}

function whyClass(
  definition: ModelDefinition,
  outer: readonly ModelDefinition[],
): string | undefined {
  if (outer.includes(definition)) return 'the model embeds itself'
  if (definition.kinds.areSeveral) return 'its documents are of several classes'
  const sample = sampleOf(definition)
  if (definition.hooks.has('onInit')) return 'the model has onInit hooks'
  if (definition.computed.size > 0) return 'the model has computed properties'
  if ('serializeExtras' in sample) return 'the class has serializeExtras'
  for (const [name, method] of standard) {
    if ((sample as unknown as Record<string, unknown>)[name] !== method) {
      return `the class has ${name}() of its own`
    }
  }
  return whyColumns(definition, [...outer, definition])
}

/** What the columns of a sealed definition say once and for all. */
interface Shown {
  /** Why instances are needed for them, if they are. */
  readonly reason: string | undefined
  readonly isZoned: boolean
  /** Columns of documents with models of their own, whose classes have a say. */
  readonly embedded: readonly { readonly attribute: string; readonly of: () => ModelDefinition }[]
}

const shown = new WeakMap<ModelDefinition, Shown>()

function shownOf(definition: ModelDefinition): Shown {
  let known = shown.get(definition)
  if (known === undefined) {
    const { columns } = definition
    known = {
      reason: whyOwnColumns(definition),
      isZoned: columns.some(({ kind }) => kind.shownAs === 'zoned'),
      embedded: columns.flatMap(({ attribute, embeds, serializedAs }) =>
        embeds === undefined || serializedAs === null
          ? []
          : { attribute, of: () => definitionOf(embeds.model()) },
      ),
    }
    if (definition.isSealed) shown.set(definition, known)
  }
  return known
}

function whyColumns(
  definition: ModelDefinition,
  outer: readonly ModelDefinition[],
): string | undefined {
  const { reason, embedded } = shownOf(definition)
  if (reason !== undefined) return reason
  for (const { attribute, of } of embedded) {
    const inside = whyClass(of(), outer)
    if (inside !== undefined) return `of "${attribute}": ${inside}`
  }
  return undefined
}

function whyOwnColumns(definition: ModelDefinition): string | undefined {
  const names = new Set<string>()
  for (const column of definition.columns) {
    const { attribute, serializedAs, kind, embeds } = column
    if (serializedAs === null) continue
    if (typeof serializedAs !== 'string' || serializedAs === '' || names.has(serializedAs)) {
      return `"${attribute}" has no name of its own in JSON`
    }
    names.add(serializedAs)
    if (definition.hasCustomAccessor(column)) {
      return `the class has a getter or setter for "${attribute}"`
    }
    if (embeds !== undefined || kind.shownAs !== undefined) continue
    if (column.serialize !== undefined) return `"${attribute}" has a serialize function`
    if (column.consume !== undefined) return `"${attribute}" has a consume function`
  }
  return undefined
}

/** Whether moments are shown with the offset of a zone, also inside of the documents. */
export function isZoned(
  definition: ModelDefinition,
  outer: readonly ModelDefinition[] = [],
): boolean {
  const { isZoned: own, embedded } = shownOf(definition)
  if (own || embedded.length === 0 || outer.includes(definition)) return own
  return embedded.some(({ of }) => isZoned(of(), [...outer, definition]))
}

/** Why relations cannot be written behind the columns, if they cannot: by their names in JSON. */
export function whyRelations(
  { columns }: ModelDefinition,
  names: readonly (string | null)[],
): string | undefined {
  const known = new Set<unknown>(columns.map(({ serializedAs }) => serializedAs))
  for (const name of names) {
    if (name === null) continue
    // The object that rows become would have it elsewhere.
    if (name === '' || known.has(name) || indexOf(name) !== undefined) {
      return `a relation has no name of its own in JSON: "${name}"`
    }
    known.add(name)
  }
  return undefined
}
