/** What the core is told of what a model declares. */
import { resolvePath } from '../../query/names.ts'
import { castPlain, isPlainObject } from '../../query/values.ts'
import type { Column } from '../columns/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import type { CollectionOptions, ColumnIndex, IndexDeclaration } from './declare.ts'

type Named = Readonly<Record<string, unknown>>

/** A class with rules, as far as indexes go by them. */
interface Ruled {
  readonly rules?: readonly { readonly removes?: string | undefined }[]
}

/** The classes that share a collection with one because a column tells them apart, the first of them first. */
export function familyOf(definition: ModelDefinition): ModelDefinition[] {
  let root = definition
  for (let parent = parentOf(root.model); parent?.discriminator !== undefined; ) {
    root = definitionOf(parent)
    parent = parentOf(parent)
  }
  return [root, ...root.kinds.all.map(({ model }) => definitionOf(model))]
}

function parentOf(model: ModelClass): ModelClass | null {
  return Object.getPrototypeOf(model) as ModelClass | null
}

/** The property that a delete sets in place of deleting, where a rule of the class says so. */
function removedBy(model: ModelClass): string | undefined {
  for (let at: (ModelClass & Ruled) | null = model; at !== null; at = parentOf(at)) {
    const removing = (Object.hasOwn(at, 'rules') ? at.rules : undefined)?.find((one) => one.removes)
    if (removing !== undefined) return removing.removes
  }
  return undefined
}

/** What the models of one collection declare. Errors: `E_MODEL_DEFINITION`, `E_UNKNOWN_COLUMN`. */
export function describeCollection(definitions: readonly ModelDefinition[]): object {
  const options = definitions.map(({ model }) => model.collectionOptions).find(Boolean)
  const withColumns = options?.validator === 'columns'
  const models = definitions.map((definition) => {
    const { kinds, encrypted, model } = definition
    const parent = definitions.findIndex((one) => one.model === parentOf(model))
    const { condition } = kinds
    const removed = removedBy(model)
    return {
      name: definition.name,
      ...(parent >= 0 && { parent }),
      ...(condition !== undefined && { kind: condition }),
      ...(removed !== undefined && { present: { [storedPath(definition, removed)]: null } }),
      encrypted: encrypted.flatMap(({ encryption }) => encryption?.fields ?? []),
      indexes: indexesOf(definition, '', []),
      ...(withColumns && { columns: shapesOf(definition, []) }),
    }
  })
  const [root] = definitions as [ModelDefinition]
  return {
    collection: root.collection,
    models,
    ...(options !== undefined && { options: storedOptions(root, options) }),
  }
}

/** Whether the model declares anything of its collection. */
export function declares(definition: ModelDefinition): boolean {
  return (
    definition.model.collectionOptions !== undefined || indexesOf(definition, '', []).length > 0
  )
}

/** Indexes of the class, of those that it extends, and of the models of documents inside. */
function indexesOf(
  definition: ModelDefinition,
  prefix: string,
  above: readonly ModelDefinition[],
): Named[] {
  // What embeds itself would have indexes without an end.
  if (above.includes(definition)) return []
  const path = (name: string) => prefix + storedPath(definition, name)
  const listed: IndexDeclaration[] = []
  for (let at: ModelClass | null = definition.model; at !== null; at = parentOf(at)) {
    listed.unshift(...(Object.hasOwn(at, 'indexes') ? (at.indexes ?? []) : []))
  }
  return [...definition.columns.flatMap(ofColumn), ...listed]
    .map((one) => storedIndex(definition, path, one))
    .concat(
      definition.embedded.flatMap(({ embeds, stored }) =>
        embeds === undefined
          ? []
          : indexesOf(definitionOf(embeds.model()), `${prefix}${stored}.`, [...above, definition]),
      ),
    )
}

/** What a column's options say. */
function ofColumn({ attribute, options }: Column): IndexDeclaration[] {
  const { index = false, unique = false } = options
  if (index === false && unique === false) return []
  const { kind, ...said } = asOptions(index)
  const more = typeof unique === 'object' ? own(unique) : {}
  const keys = { [attribute]: kind ?? 1 }
  return [{ keys, ...said, ...more, ...(unique !== false && { unique: true }) }]
}

function asOptions(index: ColumnIndex): Exclude<ColumnIndex, boolean | string | number> {
  if (typeof index === 'object') return own(index)
  return typeof index === 'boolean' ? {} : { kind: index }
}

function storedIndex(
  definition: ModelDefinition,
  path: (name: string) => string,
  given: IndexDeclaration,
): Named {
  const { keys, where, weights, wildcardProjection, ...rest } = own(given)
  const named = (values: object) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [path(name), value]))
  return {
    keys: named(keys ?? {}),
    ...(where !== undefined && { where: storedFilter(definition, path, where as Named) }),
    ...(weights !== undefined && { weights: named(weights) }),
    ...(wildcardProjection !== undefined && { wildcardProjection: named(wildcardProjection) }),
    ...rest,
  }
}

function storedPath(definition: ModelDefinition, name: string): string {
  if (name === '$**') return name
  const [inside = name, all = ''] = /^(.+)(\.\$\*\*)$/.exec(name)?.slice(1) ?? []
  return resolvePath(definition, inside).field + all
}

/** A condition by properties as it is sent: names become stored names, values are cast. */
function storedFilter(
  definition: ModelDefinition,
  path: (name: string) => string,
  where: Named,
): Named {
  return Object.fromEntries(
    Object.entries(where).map(([name, condition]) => {
      if (name === '$and' || name === '$or') {
        const list = condition as readonly Named[]
        return [name, list.map((one) => storedFilter(definition, path, one))]
      }
      const found = resolvePath(definition, name)
      const cast = (value: unknown) => castPlain(definition, found, value)
      const operators = isPlainObject(condition) && Object.keys(condition)[0]?.startsWith('$')
      if (!operators) return [path(name), cast(condition)]
      const tests = Object.entries(condition as Named).map(([operator, value]) => {
        if (operator === '$exists' || operator === '$type') return [operator, value]
        return [
          operator,
          Array.isArray(value) && operator === '$in' ? value.map(cast) : cast(value),
        ]
      })
      return [path(name), Object.fromEntries(tests)]
    }),
  )
}

function storedOptions(definition: ModelDefinition, given: CollectionOptions): Named {
  const { timeSeries, ...options } = own(given)
  if (timeSeries === undefined) return options
  const { timeField, metaField, ...rest } = timeSeries
  const meta = metaField === undefined ? {} : { metaField: storedPath(definition, metaField) }
  return {
    ...options,
    timeSeries: { timeField: storedPath(definition, timeField), ...meta, ...rest },
  }
}

/** What is known of the values of columns, but for the primary key. */
function shapesOf(definition: ModelDefinition, above: readonly ModelDefinition[]): Named[] {
  if (above.includes(definition)) return []
  return definition.columns
    .filter(({ isPrimary }) => !isPrimary)
    .map((column) => {
      const { embeds, stored, options } = column
      const type = typeOf(column)
      return {
        name: stored,
        ...(type !== undefined && { type }),
        ...(options.schema !== undefined && { schema: options.schema }),
        ...(embeds !== undefined && {
          columns: shapesOf(definitionOf(embeds.model()), [...above, definition]),
        }),
      }
    })
}

/** The type of what is stored; undefined where the application's own code decides. */
function typeOf({ embeds, kind, objectId, opaque, options }: Column): string | undefined {
  if (embeds !== undefined) return embeds.many ? 'documents' : 'document'
  if (kind.prepareForQuery !== undefined) return kind.date === undefined ? 'binData' : 'date'
  if (objectId && options.prepare === undefined) return 'objectId'
  if (kind.version === true) return 'number'
  return opaque === undefined ? undefined : 'string'
}
