/** Bringing collections in line with what models declare, as a `Database` offers it. */
import type { QueryClient } from './client.ts'

/** An index in a report, by stored names. */
export interface IndexShape {
  readonly name: string
  readonly keys: Readonly<Record<string, unknown>>
  /** `unique`, `where`, `expireAfter`, … as far as they are not MongoDB's defaults. */
  readonly [option: string]: unknown
}

/** An index that is there, and not as it is declared. */
export interface DifferentIndex {
  readonly name: string
  /** What differs: `keys`, `unique`, `where`, … */
  readonly options: readonly string[]
  /** The server changes it as it is; otherwise it has to be dropped and built again (`rebuild`). */
  readonly inPlace: boolean
  readonly declared: IndexShape
  readonly stored: IndexShape
}

/** One thing that is done, or to be done. */
export interface IndexStep {
  readonly does:
    | 'createCollection'
    | 'changeCollection'
    | 'changeIndex'
    | 'rebuildIndex'
    | 'createIndexes'
    | 'dropIndex'
  /** Of indexes, or options. */
  readonly names: readonly string[]
}

/** How a collection is, against what its models declare. */
export interface IndexReport {
  readonly collection: string
  readonly connection: string
  readonly models: readonly string[]
  /** Whether the collection is there. */
  readonly exists: boolean
  /** Names of the declared indexes. */
  readonly declared: readonly string[]
  readonly missing: readonly IndexShape[]
  /** Indexes that nobody declares. */
  readonly stale: readonly IndexShape[]
  readonly different: readonly DifferentIndex[]
  /** Declared options that the collection has not; what is not `inPlace` takes another collection. */
  readonly options: readonly { readonly option: string; readonly inPlace: boolean }[]
  /** With `unused`: indexes that nothing used on the server that answered, since it counts. */
  readonly unused?: readonly { readonly name: string; readonly since: Date }[]
  /** What is to be done; with `dropStale` and `rebuild`, as far as they allow it. */
  readonly steps: readonly IndexStep[]
  /** What was done. */
  readonly done: readonly IndexStep[]
  /** Everything is as it is declared, and nothing else is there. */
  readonly inSync: boolean
}

/** How far a sync is: a step is done. */
export interface IndexProgress {
  readonly collection: string
  readonly step: IndexStep
  /** Steps that are done, and all of them, of this collection. */
  readonly done: number
  readonly total: number
}

/** Options of `diffIndexes` and `createCollection`. */
export interface DiffIndexOptions {
  /** Name of the connection; by default the model's. */
  connection?: string
  /** A connection, in its place; what is declared is never part of a transaction. */
  client?: QueryClient
  /** Say also which indexes nothing uses. */
  unused?: boolean
  /** Gives up between two commands. */
  signal?: AbortSignal
  /** How long each step may take, in milliseconds; by default there is no limit. */
  timeout?: number
}

/** Options of `syncIndexes`. */
export interface SyncIndexOptions extends DiffIndexOptions {
  /** Do nothing: the report says what would be done. */
  dryRun?: boolean
  /** Drop indexes that nobody declares; false by default. */
  dropStale?: boolean
  /** Drop and build again what cannot be changed in place; false by default. */
  rebuild?: boolean
  /** Called after each step. What it throws ends the sync. */
  onProgress?(progress: IndexProgress): void
}

/** A model class, as far as a database knows of models. */
export interface IndexedModel {
  readonly name: string
  readonly connection?: string | undefined
}

/** What carries it out: the models' side puts it here. @internal */
export const indexing: {
  sync?(
    models: readonly IndexedModel[],
    options: SyncIndexOptions,
    clientOf: (connection?: string) => QueryClient,
  ): Promise<IndexReport[]>
} = {}
