/** The rules of a model class: its own, and those of the classes that it extends. */
import { DateTime } from 'luxon'
import { type ContextValues, context, tenantText } from '../../context/index.ts'
import { refuse } from '../../errors/index.ts'
import { isPlainObject } from '../../query/values.ts'
import type { Column } from '../columns/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import { FromContext, type Rule, type StampOf } from '../rules/index.ts'

/** A column that a rule stamps. */
export interface Stamped {
  readonly column: Column
  readonly of: StampOf
}

interface Owner {
  readonly name: string
  readonly model: ModelClass
  attribute(name: string): Column | undefined
}

const NONE: readonly never[] = []

export class ModelRules {
  readonly #owner: Owner
  #all: readonly Rule[] | undefined
  #stamped: readonly Stamped[] | undefined

  constructor(owner: Owner) {
    this.#owner = owner
  }

  /** By name, those of parents first. */
  get all(): readonly Rule[] {
    this.#all ??= collect(this.#owner.model)
    return this.#all
  }

  /** Whether the core is told of any. */
  get areHeld(): boolean {
    return this.all.some(isHeld)
  }

  /** Whether the core can be told of them now: a mixin's class lacks columns that others declare. */
  get canBeTold(): boolean {
    if (this.#owner.name === '' || !this.areHeld) return false
    try {
      return this.describe() !== undefined
    } catch {
      return false
    }
  }

  /** The rule of a name. Errors: `E_INVALID_QUERY`. */
  named(name: string, operation: string): Rule {
    const found = this.all.find((rule) => rule.name === name)
    if (found !== undefined) return found
    const what = `.${operation}(): the model has no rule "${name}"`
    return refuse('E_INVALID_QUERY', this.#owner, operation, what)
  }

  /**
   * What lifts them for what looks after all documents. A tenant's, in its context, are all that it may meet.
   */
  get lifted(): Readonly<Record<string, true>> | undefined {
    if (!this.areHeld) return undefined
    const isTenants = tenantText() !== undefined
    const lifted = this.all.filter(({ name }) => !(isTenants && name === 'tenant'))
    return Object.fromEntries(lifted.map(({ name }) => [name, true]))
  }

  /** Rules that say which database the documents are in. */
  get places(): readonly Rule[] {
    return this.all.filter(({ database }) => database !== undefined)
  }

  /** Whether deletes keep documents. */
  get keepsDeleted(): boolean {
    return this.all.some(({ removes }) => removes !== undefined)
  }

  /** Stored name of what a delete sets; undefined where deletes remove documents. */
  get removed(): string | undefined {
    const property = this.all.find(({ removes }) => removes !== undefined)?.removes
    return property === undefined ? undefined : this.#column(property).stored
  }

  /** Columns that rules stamp. Errors: `E_MODEL_DEFINITION` for what is no column. */
  get stamped(): readonly Stamped[] {
    if (this.#stamped !== undefined) return this.#stamped
    if (this.all.length === 0) return NONE
    this.#stamped = this.all.flatMap(({ stamps = {}, optional = false }) =>
      Object.entries(stamps).flatMap(([property, of]) => {
        const known = this.#owner.attribute(property)
        if (known === undefined && optional) return []
        return { column: known ?? this.#column(property), of }
      }),
    )
    return this.#stamped
  }

  #column(property: string): Column {
    const column = this.#owner.attribute(property)
    if (column === undefined || column.encryption !== undefined || column.isPrimary) {
      const why = column === undefined ? 'is no column; declare it' : 'must be a plain column'
      const what = `.rules: "${property}" ${why}`
      refuse('E_MODEL_DEFINITION', this.#owner, undefined, what, property)
    }
    return column
  }

  /** Columns whose value a rule says. */
  get pinned(): readonly Column[] {
    return this.all.flatMap(({ pin }) => (pin === undefined ? [] : this.#column(pin)))
  }

  /** What the core is told; undefined where there is nothing to tell. */
  describe(): { readonly name: string }[] | undefined {
    if (!this.areHeld) return undefined
    return this.all.filter(isHeld).map(({ name, where, only, pin, removes, database }) => ({
      name,
      database,
      condition: where && this.#filter(where),
      only: only && this.#filter(only),
      pin: pin && this.#column(pin).stored,
      remove: removes === undefined ? undefined : this.#removed(removes),
    }))
  }

  /** Stored names of what a delete sets, the one that says so first. */
  #removed(property: string): string[] {
    const others = this.stamped.filter(({ of }) => of.remove !== undefined)
    const names = others.map(({ column }) => column.stored)
    return [...new Set([this.#column(property).stored, ...names])]
  }

  #filter(where: Readonly<Record<string, unknown>>): object {
    return Object.fromEntries(
      Object.entries(where).map(([name, value]) => {
        if (name.startsWith('$')) return [name, this.#value(value)]
        const column = this.#column(name)
        return [column.stored, this.#value(value, column)]
      }),
    )
  }

  #value(value: unknown, column?: Column): unknown {
    if (value instanceof FromContext) {
      const { objectId = false, kind = {} } = column ?? {}
      const as = objectId ? 'objectId' : kind.uuid === true ? 'uuid' : undefined
      return { $context: value.name, as }
    }
    if (Array.isArray(value)) return value.map((one) => this.#value(one, column))
    if (!isPlainObject(value)) return column?.prepare?.(value) ?? value
    if (column === undefined) return this.#filter(value)
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, this.#value(one, column)]),
    )
  }

  /** Values of columns that rules stamp at a moment, those that have one. */
  stamps(
    when: keyof StampOf,
    moment = DateTime.now(),
    values: ContextValues = context.current,
  ): [Column, unknown][] {
    return this.stamped.flatMap(({ column, of }): [Column, unknown][] => {
      const value = of[when]?.(values, moment)
      return value === undefined ? [] : [[column, value]]
    })
  }
}

/** Whether the core has a part in it. */
function isHeld({ where, removes, database }: Rule): boolean {
  return (where ?? removes ?? database) !== undefined
}

function collect(model: ModelClass): readonly Rule[] {
  const byName = new Map<string, Rule>()
  const chain: ModelClass[] = []
  for (
    let one: ModelClass | null = model;
    typeof one === 'function';
    one = Object.getPrototypeOf(one) as ModelClass | null
  ) {
    if (Object.hasOwn(one, 'rules')) chain.unshift(one)
  }
  for (const { rules = NONE } of chain) for (const rule of rules) byName.set(rule.name, rule)
  return byName.size === 0 ? NONE : [...byName.values()]
}
