/** What a model class tells of itself. Names are Lucid's. */
import type { ColumnOptions } from '../columns/options.ts'
import type { ModelClass } from '../contracts/index.ts'
import type { ComputedOptions, ModelComputedOptions } from '../definition/computed.ts'
import { definitionOf, openDefinitionOf } from '../definition/index.ts'
import {
  describeColumn,
  keysOf,
  type ModelColumnOptions,
  type ModelKeySets,
} from '../definition/metadata.ts'
import type { Rule } from '../rules/index.ts'
import { ModelRelations } from './relations.ts'
import { copyInherited } from './static_properties.ts'

/** How `$defineProperty` treats what the parent has: a copy, nothing, or what a function makes of it. */
export type InheritStrategy<Value> = 'inherit' | 'define' | ((parentValue: Value) => Value)

const definitionOfClass = (model: object) => definitionOf(model as ModelClass)

/** The part of `BaseModel` that tells and declares columns and computed properties. */
export abstract class ModelMetadata extends ModelRelations {
  /** What holds for all documents of the class, beside the rules of its mixins and parents. */
  declare static rules?: readonly Rule[]

  /** Whether `boot()` has run for this class. */
  static get booted(): boolean {
    return openDefinitionOf(this as unknown as ModelClass).boot.isDone
  }

  /** The columns by property name, primary key first; a copy. */
  static get $columnsDefinitions(): Map<string, ModelColumnOptions> {
    const definition = definitionOfClass(this)
    return new Map(
      definition.columns.map((column) => [column.attribute, describeColumn(definition, column)]),
    )
  }

  /** The computed properties by name; a copy. */
  static get $computedDefinitions(): Map<string, ModelComputedOptions> {
    return new Map(definitionOfClass(this).computed)
  }

  /** Property names, stored names and names in JSON, each by the others. */
  static get $keys(): ModelKeySets {
    return keysOf(definitionOfClass(this))
  }

  /** Whether the property is a column. */
  static $hasColumn(name: string): boolean {
    return definitionOfClass(this).attribute(name) !== undefined
  }

  /** The column of a property. */
  static $getColumn(name: string): ModelColumnOptions | undefined {
    const definition = definitionOfClass(this)
    const column = definition.attribute(name)
    return column === undefined ? undefined : describeColumn(definition, column)
  }

  /** Declares a column, as `@column()` does. Errors: `E_MODEL_DEFINITION`. */
  static $addColumn(name: string, options: ColumnOptions = {}): ModelColumnOptions {
    const definition = definitionOfClass(this)
    definition.schema.addColumn(name, options)
    return this.$getColumn(name) as ModelColumnOptions
  }

  /** Whether the property is a computed one. */
  static $hasComputed(name: string): boolean {
    return definitionOfClass(this).computed.has(name)
  }

  /** The options of a computed property. */
  static $getComputed(name: string): ModelComputedOptions | undefined {
    return definitionOfClass(this).computed.get(name)
  }

  /** Declares a computed property, as `@computed()` does. Errors: `E_MODEL_DEFINITION`. */
  static $addComputed(name: string, options: ComputedOptions = {}): ModelComputedOptions {
    return definitionOfClass(this).computed.add(name, options)
  }

  /**
   * Gives the class a static property of its own, unless it has it: a copy of the parent's value
   * (`'inherit'`), what a function makes of the parent's value, or `initial` (`'define'`, and where
   * the parent has none). For mixins and plugins that keep something for each class.
   *
   * @example
   * User.$defineProperty('auditedColumns', [], 'inherit')
   */
  static $defineProperty<Value>(
    name: string,
    initial: Value,
    strategy: InheritStrategy<Value>,
  ): void {
    copyInherited(this, name, initial, strategy)
  }
}
