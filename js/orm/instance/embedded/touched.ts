/** Embedded documents that somebody looked at, or made. */
import { CHUNK, HOLE, ROW, VALUES } from '../../../codec/accessors.ts'
import type { Model } from '../../contracts/index.ts'
import { FLAGS } from '../../contracts/state.ts'
import { definitionOf, type ModelDefinition } from '../../definition/index.ts'
import { absorb } from '../attributes.ts'
import { EmbeddedList } from './list.ts'

/** An embedded document with the definition of its model. */
export type Embedded = readonly [definition: ModelDefinition, instance: Model]

/** Every embedded document that is an instance already, in order; those inside of one come before it. */
export function* eachEmbedded(definition: ModelDefinition, instance: Model): Generator<Embedded> {
  const values = instance[VALUES]
  if (values === null) return
  for (const { embeds, index } of definition.embedded) {
    const value = values[index]
    if (embeds === undefined || value === HOLE) continue
    for (const one of embeds.instances(value)) {
      const inner = absorb(one)
      yield* eachEmbedded(inner, one)
      yield [inner, one]
    }
  }
}

/** What the embedded documents of an instance are now; called, it puts that back. */
export function embeddedState(definition: ModelDefinition, instance: Model): () => void {
  if (definition.embedded.length === 0) return nothing
  const back: (() => void)[] = []
  for (const { index } of definition.embedded) {
    const list = instance[VALUES]?.[index]
    if (!(list instanceof EmbeddedList)) continue
    const items = [...list]
    back.push(() => list.splice(0, list.length, ...items))
  }
  for (const [, one] of eachEmbedded(definition, instance)) {
    const [values, chunk, row, flags] = [
      one[VALUES]?.slice() ?? null,
      one[CHUNK],
      one[ROW],
      one[FLAGS],
    ]
    back.push(() =>
      Object.assign(one, { [VALUES]: values, [CHUNK]: chunk, [ROW]: row, [FLAGS]: flags }),
    )
  }
  return () => {
    for (const put of back) put()
  }
}

const nothing = (): void => undefined

/** Whether the class, as `definition` knows it, or a class that it embeds, is what `asks` says. */
export function anyEmbedded(
  definition: ModelDefinition,
  asks: (inner: ModelDefinition) => boolean,
  seen = new Set<ModelDefinition>(),
): boolean {
  if (seen.has(definition)) return false
  seen.add(definition)
  return definition.embedded.some(({ embeds }) => {
    if (embeds === undefined) return false
    const inner = definitionOf(embeds.model())
    const kinds = [inner, ...inner.kinds.all.map(({ model }) => definitionOf(model))]
    return kinds.some((one) => asks(one) || anyEmbedded(one, asks, seen))
  })
}
