import * as native from '../../native/index.ts'
import type { Column } from '../columns/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import type { Counter, RelationContract } from '../contracts/relation.ts'
import type { HookRegistry } from '../hooks/registry.ts'
import { firstUse } from './first_use.ts'
import { historiesOf } from './histories.ts'
import { jsonPlan, STORED_JSON } from './json_plan.ts'
import type { Kind, Kinds } from './kinds.ts'
import type { ModelRules } from './rules.ts'

/** What the core is told of a model. */
export interface CoreModelSource {
  readonly name: string
  readonly model: ModelClass
  readonly collection: string
  readonly columns: readonly Column[]
  readonly encrypted: readonly Column[]
  /** Dates that stamp themselves. */
  readonly dated: readonly Column[]
  readonly version: Column | undefined
  readonly hooks: HookRegistry
  readonly relations: ReadonlyMap<string, RelationContract>
  readonly kinds: Kinds
  readonly rules: ModelRules
  attribute(name: string): Column | undefined
  /** Fixes the columns. */
  seal(): unknown
}

/** A model as the core knows it: its handles. */
export class CoreModel {
  readonly #source: CoreModelSource
  #handle: number | undefined
  /** The hooks that the core was told the numbers of. */
  #handled: HookRegistry['handlers'] | undefined
  #plain: number | undefined
  /** How many classes extend the model's, as far as the core was told. */
  #kinds = 0
  /** The encrypted columns that the core was told of, beside those of a handle. */
  #told: readonly Column[] | undefined

  constructor(source: CoreModelSource) {
    this.#source = source
  }

  /** The core's handle of the model. Declared on first use and again after a hook was added. */
  get handle(): number {
    const { handlers } = this.#source.hooks
    this.#forgetKinds()
    if (this.#handle !== undefined && this.#handled !== handlers) {
      native.forgetModel(this.#handle)
      this.#handle = undefined
    }
    this.#handle ??= this.#define()
    return this.#handle
  }

  /** A class that extends the model's was declared since the core was told of it. */
  #forgetKinds(): void {
    const { length } = this.#source.kinds.all
    if (length === this.#kinds) return
    this.#kinds = length
    for (const handle of [this.#handle, this.#plain]) {
      if (handle !== undefined) native.forgetModel(handle)
    }
    this.#handle = undefined
    this.#plain = undefined
    this.#told = undefined
  }

  #define(): number {
    const source = this.#source
    source.seal()
    const { columns, hooks } = source
    this.#handled = hooks.handlers
    firstUse.tell(source.model)
    return this.#declare({
      columns: columns.map(({ stored, idAsText }) => ({ name: stored, id: idAsText })),
      hooks: hooks.counts(),
      json: jsonPlan(columns),
    })
  }

  /** The core's handle for reading plain documents of the collection. */
  get plainHandle(): number {
    this.#forgetKinds()
    this.#plain ??= this.#definePlain()
    return this.#plain
  }

  #definePlain(): number {
    firstUse.tell(this.#source.model)
    return this.#declare({ columns: [], hooks: [], json: STORED_JSON })
  }

  #declare(layout: Pick<native.ModelDescriptor, 'columns' | 'hooks' | 'json'>): number {
    const { name, collection, kinds } = this.#source
    const { readPreference } = this.#source.model
    const rules = this.#source.rules.describe()
    const stamps = stampsOf(this.#source)
    const columns = encryptedOf(this.#source)
    const { condition: kind } = kinds
    const counters = countersOf(this.#source)
    const histories = historiesOf(this.#source, collection)
    const encrypted = columns.flatMap(({ encryption }) => encryption?.fields ?? [])
    const model = {
      name,
      collection,
      ...layout,
      ...(columns.length > 0 && { encrypted }),
      ...(kind !== undefined && { kind }),
      ...(readPreference !== undefined && { readPreference }),
      ...(stamps !== undefined && { stamps }),
      ...(rules !== undefined && { rules }),
      ...(counters.length > 0 && { counters }),
      ...(histories.length > 0 && { histories }),
    }
    return native.defineModel(model, { model: name })
  }

  /** Tells the core of the encrypted columns, also where the model itself was never used. */
  tell(): void {
    if (this.#handle !== undefined || this.#plain !== undefined) return
    const { encrypted } = this.#source
    if (this.#told === encrypted) return
    this.#told = encrypted
    this.#definePlain()
  }
}

/** Encrypted columns of the model, and of the classes that extend it, whose documents it reads. */
function encryptedOf({ encrypted, kinds }: CoreModelSource): readonly Column[] {
  if (!kinds.areSeveral) return encrypted
  const known = new Map(encrypted.map((column) => [column.stored, column]))
  for (const column of kinds.all.flatMap((kind) => kind.encrypted)) {
    if (!known.has(column.stored)) known.set(column.stored, column)
  }
  return [...known.values()]
}

/** Where documents of the model are counted, and those of the classes that extend it. */
function countersOf(
  { relations, kinds, rules }: Pick<Kind, 'relations' | 'kinds' | 'rules'>,
  inherited?: ReadonlyMap<string, unknown>,
): Counter[] {
  const own = [...relations].flatMap(([name, { counters }]) => {
    if (inherited?.has(name) === true) return []
    const kind = inherited && kinds.column && { [kinds.column.stored]: kinds.values }
    // What is kept when it is deleted is not counted.
    const kept = rules.removed === undefined ? {} : { [rules.removed]: [null] }
    return counters.map((one) => ({ ...one, when: { ...one.when, ...kind, ...kept } }))
  })
  return [...own, ...kinds.children.flatMap((child) => countersOf(child, relations))]
}

/** Which columns are stamped when; a date of every change is also one of new documents. */
function stampsOf({ dated, version, rules }: CoreModelSource): object | undefined {
  const { stamped } = rules
  if (dated.length + stamped.length === 0 && version === undefined) return undefined
  const names = (isDue: boolean) => [
    ...dated.filter(({ date }) => date?.autoUpdate === isDue).map(({ stored }) => stored),
    ...stamped.flatMap(({ column, of }) =>
      (isDue ? of.update : of.update === undefined && of.insert) ? column.stored : [],
    ),
  ]
  const stamps = { update: names(true), insert: names(false) }
  return version === undefined ? stamps : { ...stamps, version: version.stored }
}
