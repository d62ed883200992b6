import type { RelationKind } from '../contracts/relation_kind.ts'
import { camelCase, pluralize, snakeCase } from './words.ts'

/** Meta keys of a paginator's JSON. */
export interface PaginationMetaKeys {
  total: string
  perPage: string
  currentPage: string
  lastPage: string
  firstPage: string
  firstPageUrl: string
  lastPageUrl: string
  nextPageUrl: string
  previousPageUrl: string
}

/** What names of keys are made of: a model class. */
export interface NamedModel {
  readonly name: string
  readonly primaryKey: string
}

/** How class and property names become stored and serialised names. */
export interface NamingStrategy {
  /** Collection of a model class, by the class's name. */
  tableName(modelName: string): string
  /** Stored name of a property. */
  columnName(modelName: string, attribute: string): string
  /** Name of a property in JSON. */
  serializedName(modelName: string, attribute: string): string
  /** Names of a paginator's meta keys. */
  paginationMetaKeys(): PaginationMetaKeys
  /** Property whose value the other side of a relation refers to. */
  relationLocalKey(relation: RelationKind, model: NamedModel, related: NamedModel): string
  /** Property that refers to the other side of a relation. */
  relationForeignKey(relation: RelationKind, model: NamedModel, related: NamedModel): string
  /** Pivot collection of two models. */
  relationPivotTable(relation: 'manyToMany', model: NamedModel, related: NamedModel): string
  /** Stored name in a pivot collection of what refers to a model. */
  relationPivotForeignKey(relation: 'manyToMany', model: NamedModel): string
}

const CAMEL_KEYS: PaginationMetaKeys = {
  total: 'total',
  perPage: 'perPage',
  currentPage: 'currentPage',
  lastPage: 'lastPage',
  firstPage: 'firstPage',
  firstPageUrl: 'firstPageUrl',
  lastPageUrl: 'lastPageUrl',
  nextPageUrl: 'nextPageUrl',
  previousPageUrl: 'previousPageUrl',
}

/** Lucid's default: stored names in snake_case, JSON in camelCase. */
export class CamelCaseNamingStrategy implements NamingStrategy {
  tableName(modelName: string): string {
    return pluralize(snakeCase(modelName))
  }

  columnName(_modelName: string, attribute: string): string {
    return snakeCase(attribute)
  }

  serializedName(_modelName: string, attribute: string): string {
    return attribute
  }

  paginationMetaKeys(): PaginationMetaKeys {
    return { ...CAMEL_KEYS }
  }

  relationLocalKey(relation: RelationKind, model: NamedModel, related: NamedModel): string {
    return relation === 'belongsTo' ? related.primaryKey : model.primaryKey
  }

  relationForeignKey(relation: RelationKind, model: NamedModel, related: NamedModel): string {
    const { name, primaryKey } = relation === 'belongsTo' ? related : model
    return camelCase(`${name}_${primaryKey}`)
  }

  relationPivotTable(_relation: 'manyToMany', model: NamedModel, related: NamedModel): string {
    return [snakeCase(model.name), snakeCase(related.name)].sort().join('_')
  }

  relationPivotForeignKey(_relation: 'manyToMany', { name, primaryKey }: NamedModel): string {
    return this.columnName(name, camelCase(`${name}_${primaryKey}`))
  }
}

/** Stored names and JSON in snake_case. */
export class SnakeCaseNamingStrategy extends CamelCaseNamingStrategy {
  override serializedName(_modelName: string, attribute: string): string {
    return snakeCase(attribute)
  }

  override paginationMetaKeys(): PaginationMetaKeys {
    const keys = Object.entries(CAMEL_KEYS).map(([key, name]) => [key, snakeCase(name)])
    return Object.fromEntries(keys) as PaginationMetaKeys
  }
}

/** Stored names as the properties are written, the habit of MongoDB collections. */
export class VerbatimNamingStrategy extends CamelCaseNamingStrategy {
  override columnName(_modelName: string, attribute: string): string {
    return attribute
  }
}
