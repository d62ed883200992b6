/** The relations that a query was told to load. */
import { types } from 'node:util'
import { errors } from '../../errors/index.ts'
import type { ModelObject } from '../contracts/options.ts'
import type { RelationContract } from '../contracts/relation.ts'
import type { Call } from '../operation/call.ts'
import { type LegQuery, Legs } from './legs.ts'

/** A relation as it is loaded. */
export interface LoadableRelation extends RelationContract {
  /** Stored name of the key that rows have. */
  readonly keyName: string
  /** A query for the related rows of all rows that `call` reads. */
  eagerQuery(call: Call, sideloaded: Readonly<ModelObject> | undefined): LegQuery
}

type Callback = (query: never) => unknown

/** Relations by name, each with what constrains its query. */
export class Preloads {
  readonly #entries = new Map<
    string,
    { relation: LoadableRelation; callback: Callback | undefined }
  >()

  /** Adds a relation; one that is there already is told anew. Errors: `E_MODEL_DEFINITION`. */
  add(given: RelationContract, callback?: unknown): void {
    const relation = given as LoadableRelation
    relation.boot()
    if (callback !== undefined && typeof callback !== 'function') {
      refuse(relation, `preload() needs a function, got a value of type ${typeof callback}`)
    }
    const narrow = callback as Callback | undefined
    this.#entries.set(relation.relationName, { relation, callback: narrow })
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  copy(): Preloads {
    const copy = new Preloads()
    for (const [name, entry] of this.#entries) copy.#entries.set(name, entry)
    return copy
  }

  /** Stored names of the keys that rows need. */
  get keys(): string[] {
    return [...this.#entries.values()].map(({ relation }) => relation.keyName)
  }

  begin(
    call: Call,
    operation: 'fetch' | 'stream',
    sideloaded: Readonly<ModelObject> | undefined,
  ): Promise<Legs> {
    const queries = [...this.#entries.values()].map(({ relation, callback }) => {
      const query = relation.eagerQuery(call, sideloaded)
      const answer = callback?.(query as never)
      if (types.isPromise(answer)) {
        // Nobody else will look at it.
        answer.catch(() => {})
        refuse(relation, 'the callback of preload() must not be async')
      }
      return query
    })
    return Legs.begin(queries, call, operation)
  }
}

function refuse({ model, relationName }: RelationContract, why: string): never {
  throw new errors.E_INVALID_QUERY(`${model.name}.${relationName}: ${why}`, {
    model: model.name,
    operation: 'preload',
  })
}
