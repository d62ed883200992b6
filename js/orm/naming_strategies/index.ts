import { pluralize, snakeCase } from './words.ts'

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
