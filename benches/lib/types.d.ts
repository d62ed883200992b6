import type { UserData } from './workload.mjs'

/** A user as some contender returns it: a plain object, a Mongoose document, a model. */
// biome-ignore lint/suspicious/noExplicitAny: the contenders' types have nothing in common
export type Loaded = any

export interface ContenderOptions {
  uri: string
  database: string
  /** The collection that holds the stored users. */
  readOnly: string
  poolSize: number
}

export interface Page {
  total: number
  rows: readonly Loaded[]
}

export interface Reader {
  findEvery(limit: number): Promise<number>
  findTwo(limit: number): Promise<number>
  findOne(id: string): Promise<number>
  /** The first rows as one text. */
  json?(limit: number): Promise<string>
}

export interface Writer {
  create(data: UserData): Promise<unknown>
  createMany(list: UserData[]): Promise<unknown>
  load(): PromiseLike<Loaded[]>
  saveAge(user: Loaded, age: number): Promise<unknown>
  /** Gives every user another age and saves them all in one call. */
  saveAges(users: Loaded[], ageOf: (index: number) => number): Promise<unknown>
}

export interface Variant extends Reader {
  writer(collection: string): Writer
}

/** Users with three fields of 64 bytes more, which may be encrypted. */
export interface Secretive {
  create(data: UserData): Promise<unknown>
  findEvery(limit: number): Promise<number>
  /** The user with that passport. */
  findBy(passport: string): Promise<number>
  /** Stored name of the field by which `findBy` finds. */
  readonly searched: string
}

/** Rows as plain objects, where that is something else than the contender's default. */
export interface Lean extends Reader {
  fetchAll(): PromiseLike<Loaded[]>
  look(user: Loaded): number
  stream(batchSize: number): AsyncGenerator<Loaded>
  page(below: number, number: number, size: number): Promise<Page>
}

/** Reads rows with what belongs to them, and every field of all; the sums agree between contenders. */
export interface RelatedReader {
  /** `keep` gets the rows. */
  children(keep?: (rows: readonly Loaded[]) => void): Promise<number>
  parents(): Promise<number>
  pivots(): Promise<number>
  levels(): Promise<number>
  json(): Promise<string>
  /** The rows above alone are looked at. */
  untouched?(): Promise<number>
  /** As many parents with their children. */
  grow(count: number): Promise<number>
}

/** Documents inside of documents. */
export interface EmbeddedReader {
  read(): Promise<number>
  /** Gives some of them another city, each by a save of its own; answers how many. */
  change(city: string): Promise<number>
}

/** One way of using MongoDB; the same work in everybody's own words. */
export interface Contender extends Variant {
  fetchAll(): PromiseLike<Loaded[]>
  look(user: Loaded): number
  stream(batchSize: number): AsyncGenerator<Loaded>
  /** One page by `seq` of the users below a `seq`, and how many they are. */
  page(below: number, number: number, size: number): Promise<Page>
  hooked?(): Variant
  coalesced?(): Variant
  related?(): RelatedReader
  leanRelated?(): RelatedReader
  embedded?(): EmbeddedReader
  leanEmbedded?(): EmbeddedReader
  lean?: Lean
  secretive(collection: string, encrypted: boolean): Secretive
  /** The same text by way of models. */
  jsonOfModels?(limit: number): Promise<string>
  close(): Promise<unknown>
}

export type OpenContender = (options: ContenderOptions) => Promise<Contender>

/** What a case prepares for one contender. */
export interface Prepared {
  /** Runs before every round, unmeasured. */
  reset?(): Promise<unknown>
  /** The measured work; what it returns must agree between the contenders. */
  run(): Promise<unknown>
  /** Looks at what was written, unmeasured; must agree between the contenders. */
  verify?(): Promise<unknown>
}

export interface World {
  /** How many users are stored. */
  stored: number
  readOnly: string
  /** `undefined` for contenders that were left out. */
  contenders: Record<string, Contender | undefined>
  /** The driver outside of the contest, for setting up and looking. */
  witness: import('mongodb').Db
  quick: boolean
}

/** `wall` counts as a rate: work per second. The others are costs, less being better. */
export type Metric = 'rate' | 'cpu' | 'block' | 'heap' | 'rss'

export interface Target {
  metric: Metric
  /** Whose figure ours is set against; the ratio is above 1 where ours is the better one. */
  over?: string
  atLeast?: number
  /** An absolute bound, in the metric's own unit. */
  atMost?: number
  /** Whose figure it is; `lucent` unless told. */
  subject?: string
}

export interface Case {
  name: string
  title: string
  unit: 'docs' | 'ops'
  /** Work in one round. */
  count(world: World): number
  targets: Target[]
  /** Rows in the order of the table; the name before a comma is the contender that it needs. */
  contenders: Record<string, (world: World) => Prepared | Promise<Prepared>>
  /** Each round in a process of its own, which is what memory figures need. */
  isolated?: boolean
  /** A round takes a minute and more for some of them, so that there are few. */
  slow?: boolean
  /** The variant that the case is about; the overview shows its rows where a contender has them. */
  variant?: string
}

/** Medians of the measured rounds. */
export interface Figures {
  /** Work in a second. */
  rate: number
  /** Microseconds of the main thread for a unit of work. */
  cpu: number
  /** Microseconds of all threads of the process for a unit of work. */
  threads?: number
  /** The longest time that the event loop stood still, in milliseconds. */
  block: number
  /** Megabytes. */
  heap?: number
  /** Megabytes. */
  rss?: number
  /** The distance between the quickest and the slowest round, as a part of the median. */
  spread: number
  /** The rate of each round, in their order. */
  rates?: number[]
}

export type Row = Figures | { unsupported: string }

export interface Outcome {
  case: Case
  count: number
  rounds: number
  figures: Record<string, Row>
}

/** When and where a run was, and of what. */
export interface RunInfo {
  /** The day, as `2026-11-21`. */
  date: string
  /** Processors, memory and platform. */
  machine: string
  node: string
  mongod: string
  /** Versions of the packages, by their names. */
  versions: Record<string, string>
  /** How many documents were stored. */
  stored: number
  /** Whether `cpu` is the main thread's alone. */
  mainThreadOnly: boolean
  /** How long the run took. */
  seconds?: number
}

/** What `benches/results.json` holds: one full run. */
export interface Results {
  run: RunInfo
  cases: { name: string; count: number; rounds: number; rows: Record<string, Row> }[]
}
