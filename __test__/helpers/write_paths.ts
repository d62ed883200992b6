/**
 * Every way in which a model's values reach the server, in one list: a rule that holds for what is
 * stored has to hold on each of them.
 */
import type { BaseModel, TransactionClient } from 'lucent-odm'
import type { Db, Document } from 'mongodb'
import type { OperationName } from './recorded_operations.ts'

type Values = Readonly<Record<string, unknown>>
type Options = { readonly client?: TransactionClient }
/** An instance whose columns are not known here. */
export type Written = BaseModel & Record<string, unknown>

/** One way of writing. */
export interface WritePath {
  readonly name: string
  /** What writes the values in the end. */
  readonly operation: OperationName
  /** `insert` makes a document; `update` changes one that is there. */
  readonly kind: 'insert' | 'update'
  /** Whether the application has an instance, and its hooks run or could run. */
  readonly through: 'instance' | 'query'
  /**
   * Writes `values` to the document that has `key` in its column `key`. Answers the instances that
   * the application has afterwards and that hold the values.
   */
  run(given: {
    readonly model: typeof BaseModel
    readonly key: string
    readonly values: Values
    /** Finds the document, for those that are given a filter: `{ key }` unless a test says otherwise. */
    readonly filter: Values
    /** An instance of the document, as it was read; for updates only. */
    readonly found: Written
    readonly options: Options
  }): Promise<readonly unknown[]>
}

type Run = WritePath['run']

/** Ways by the operation of the core that they come to. */
type Runs = Readonly<Partial<Record<OperationName, Readonly<Record<string, Run>>>>>

function paths(kind: WritePath['kind'], through: WritePath['through'], runs: Runs): WritePath[] {
  return Object.entries(runs).flatMap(([operation, ways]) =>
    Object.entries(ways).map(([name, run]) => ({
      name,
      operation: operation as OperationName,
      kind,
      through,
      run,
    })),
  )
}

/** The instance, which joins the transaction as it is. */
function joined(instance: BaseModel, { client }: Options): Written {
  return (client === undefined ? instance : instance.useTransaction(client)) as Written
}

/** A new instance with these values. */
function fresh(model: typeof BaseModel, values: Values, options: Options): Written {
  return joined(Object.assign(new model(), values), options)
}

const INSERTS_OF_INSTANCES: Runs = {
  insert: {
    create: async ({ model, key, values, options }) => [
      await model.create({ key, ...values } as never, options),
    ],
    createQuietly: async ({ model, key, values, options }) => [
      await model.createQuietly({ key, ...values } as never, options),
    ],
    'create, sharing a command': ({ model, key, values, options }) =>
      Promise.all(
        [key, key].map((one) =>
          model.create({ key: one, ...values } as never, { ...options, coalesce: true }),
        ),
      ),
    createMany: ({ model, key, values, options }) =>
      model.createMany([{ key, ...values } as never, { key, ...values } as never], options),
    'createMany, not atomic': ({ model, key, values, options }) =>
      model.createMany([{ key, ...values } as never, { key, ...values } as never], {
        ...options,
        atomic: false,
      }),
    createManyQuietly: ({ model, key, values, options }) =>
      model.createManyQuietly([{ key, ...values } as never, { key, ...values } as never], options),
    'save of a new instance': async ({ model, key, values, options }) => {
      return [await fresh(model, { key, ...values }, options).save()]
    },
    'fill and save of a new instance': async ({ model, key, values, options }) => [
      await joined(new model().fill({ key, ...values } as never), options).save(),
    ],
    'merge and saveQuietly of a new instance': async ({ model, key, values, options }) => [
      await joined(new model().merge({ key, ...values } as never), options).saveQuietly(),
    ],
    'firstOrNew and save': async ({ model, key, values, options }) => {
      const instance = await model.firstOrNew({ key } as never, values as never, options)
      return [await instance.save()]
    },
    'updateOrCreate, missing': async ({ model, key, values, options }) => [
      await model.updateOrCreate({ key } as never, values as never, options),
    ],
    'fetchOrCreateMany, missing': ({ model, key, values, options }) =>
      model.fetchOrCreateMany('key' as never, [{ key, ...values } as never], options),
    'updateOrCreateMany, missing': ({ model, key, values, options }) =>
      model.updateOrCreateMany('key' as never, [{ key, ...values } as never], options),
  },
  insertUnlessFound: {
    'firstOrCreate, missing': async ({ model, key, values, options }) => [
      await model.firstOrCreate({ key } as never, values as never, options),
    ],
  },
  bulk: {
    'bulkSave of new instances': async ({ model, key, values, options }) => {
      const instances = [1, 2].map(() => fresh(model, { key, ...values }, options))
      await model.bulkSave(instances, options)
      return instances
    },
    'bulkSave of new instances without hooks': async ({ model, key, values, options }) => {
      const instance = fresh(model, { key, ...values }, options)
      await model.bulkSave([instance], { ...options, hooks: false })
      return [instance]
    },
    'bulkWrite: insert of an instance': async ({ model, key, values, options }) => {
      const instance = fresh(model, { key, ...values }, options)
      await model.bulkWrite((bulk) => bulk.insert(instance), options)
      return [instance]
    },
  },
}

const INSERTS_BY_QUERIES: Runs = {
  bulk: {
    'bulkWrite: insert': async ({ model, key, values, options }) => {
      await model.bulkWrite((bulk) => bulk.insert({ key, ...values } as never), options)
      return []
    },
    'bulkWrite: insert as data': async ({ model, key, values, options }) => {
      await model.bulkWrite([{ insert: { key, ...values } as never }], options)
      return []
    },
    'bulkWrite: upsert, missing': async ({ model, key, values, options }) => {
      await model.bulkWrite((bulk) => bulk.upsert({ key } as never, values as never), options)
      return []
    },
    'bulkWrite: upsert with onInsert': async ({ model, key, values, options }) => {
      await model.bulkWrite(
        (bulk) => bulk.upsert({ key } as never, () => {}, { onInsert: values as never }),
        options,
      )
      return []
    },
    'bulkWrite: replaceOne, missing': async ({ model, key, values, options }) => {
      await model.bulkWrite(
        (bulk) => bulk.replaceOne({ key } as never, { key, ...values } as never, { upsert: true }),
        options,
      )
      return []
    },
    'upsertMany, missing': async ({ model, key, values, options }) => {
      await model.upsertMany([{ key, ...values } as never], { ...options, by: ['key' as never] })
      return []
    },
  },
  update: {
    'query upsert, missing': async ({ model, key, values, options }) => {
      await model
        .query(options)
        .whereRaw({ key })
        .upsert(values as never)
      return []
    },
    'query upsert with onInsert': async ({ model, key, values, options }) => {
      const query = model.query(options).whereRaw({ key })
      await query.upsert((() => {}) as never, { onInsert: values as never })
      return []
    },
    'query upsert with setOnInsert': async ({ model, key, values, options }) => {
      const query = model.query(options).whereRaw({ key })
      await query.upsert((update) => update.setOnInsert(values as never))
      return []
    },
  },
  findAndModify: {
    'findOneAndUpdate, missing': async ({ model, key, values, options }) => [
      await model
        .query(options)
        .whereRaw({ key })
        .findOneAndUpdate(values as never, { upsert: true }),
    ],
    'findOneAndReplace, missing': async ({ model, key, values, options }) => [
      await model
        .query(options)
        .whereRaw({ key })
        .findOneAndReplace({ key, ...values } as never, { upsert: true }),
    ],
  },
}

const UPDATES_OF_INSTANCES: Runs = {
  update: {
    save: async ({ found, values }) => [await Object.assign(found, values).save()],
    saveQuietly: async ({ found, values }) => [await Object.assign(found, values).saveQuietly()],
    'merge and save': async ({ found, values }) => [await found.merge(values as never).save()],
    'fill and save': async ({ found, key, values }) => [
      await found.fill({ key, ...values } as never).save(),
    ],
    '$attributes and save': async ({ found, values }) => {
      Object.assign(found.$attributes, values)
      return [await found.save()]
    },
    '$setAttribute and save': async ({ found, values }) => {
      for (const [name, value] of Object.entries(values)) found.$setAttribute(name, value)
      return [await found.save()]
    },
    'save after a refresh': async ({ found, values }) => {
      await found.refresh()
      return [await found.merge(values as never).save()]
    },
    'lockForUpdate and save': async ({ found, values }) => [
      await found.lockForUpdate((locked) => locked.merge(values as never).save()),
    ],
    'updateOrCreate, found': async ({ model, key, values, options }) => [
      await model.updateOrCreate({ key } as never, values as never, options),
    ],
    'updateOrCreateMany, found': ({ model, key, values, options }) =>
      model.updateOrCreateMany('key' as never, [{ key, ...values } as never], options),
  },
  updateEach: {
    'save, sharing a command': async ({ found, values }) => [
      await found.merge(values as never).save({ coalesce: true }),
    ],
  },
  bulk: {
    bulkSave: async ({ model, found, values, options }) => {
      await model.bulkSave([found.merge(values as never)], options)
      return [found]
    },
    'bulkSave without hooks': async ({ model, found, values, options }) => {
      await model.bulkSave([found.merge(values as never)], { ...options, hooks: false })
      return [found]
    },
  },
}

const UPDATES_BY_QUERIES: Runs = {
  update: {
    'query update': async ({ model, filter, values, options }) => {
      await model
        .query(options)
        .whereRaw(filter)
        .update(values as never)
      return []
    },
    'query update, a column at a time': async ({ model, filter, values, options }) => {
      for (const [name, value] of Object.entries(values)) {
        await model
          .query(options)
          .whereRaw(filter)
          .update(name as never, value as never)
      }
      return []
    },
    updateMany: async ({ model, filter, values, options }) => {
      await model
        .query(options)
        .whereRaw(filter)
        .updateMany(values as never)
      return []
    },
    'modify with set': async ({ model, filter, values, options }) => {
      const query = model.query(options).whereRaw(filter)
      await query.modify((update) => update.set(values as never))
      return []
    },
    updateOne: async ({ model, filter, values, options }) => {
      await model
        .query(options)
        .whereRaw(filter)
        .updateOne(values as never)
      return []
    },
    'query upsert, found': async ({ model, filter, values, options }) => {
      await model
        .query(options)
        .whereRaw(filter)
        .upsert(values as never)
      return []
    },
  },
  findAndModify: {
    'updateOne in order': async ({ model, filter, values, options }) => {
      const query = model
        .query(options)
        .whereRaw(filter)
        .orderBy('key' as never, 'desc')
      await query.updateOne(values as never)
      return []
    },
    findOneAndUpdate: async ({ model, filter, values, options }) => [
      await model
        .query(options)
        .whereRaw(filter)
        .findOneAndUpdate(values as never),
    ],
    findOneAndReplace: async ({ model, key, filter, values, options }) => [
      await model
        .query(options)
        .whereRaw(filter)
        .findOneAndReplace({ key, ...values } as never),
    ],
  },
  bulk: {
    'bulkWrite: updateOne': async ({ model, filter, values, options }) => {
      await model.bulkWrite((bulk) => bulk.updateOne(filter as never, values as never), options)
      return []
    },
    'bulkWrite: updateMany as data': async ({ model, filter, values, options }) => {
      await model.bulkWrite(
        [{ updateMany: { filter: filter as never, update: values as never } }],
        options,
      )
      return []
    },
    'bulkWrite: upsert, found': async ({ model, filter, values, options }) => {
      await model.bulkWrite((bulk) => bulk.upsert(filter as never, values as never), options)
      return []
    },
    'bulkWrite: replaceOne': async ({ model, key, filter, values, options }) => {
      await model.bulkWrite(
        (bulk) => bulk.replaceOne(filter as never, { key, ...values } as never),
        options,
      )
      return []
    },
    'upsertMany, found': async ({ model, key, values, options }) => {
      await model.upsertMany([{ key, ...values } as never], { ...options, by: ['key' as never] })
      return []
    },
  },
}

/** All of them. */
export const WRITE_PATHS: readonly WritePath[] = [
  ...paths('insert', 'instance', INSERTS_OF_INSTANCES),
  ...paths('insert', 'query', INSERTS_BY_QUERIES),
  ...paths('update', 'instance', UPDATES_OF_INSTANCES),
  ...paths('update', 'query', UPDATES_BY_QUERIES),
]

/** What a write came to. */
export interface Outcome {
  /** The documents as the server has them, read by the npm driver. */
  readonly stored: Document[]
  /** The instances that the application has, and that hold the values. */
  readonly instances: Written[]
}

let keys = 0

/**
 * Writes `values` in one of the ways. The model needs a column `key` beside those of the values.
 * What an update changes was made with `before`. Inside of a transaction the documents are read when
 * it is over, by `storedOf`.
 */
export async function write(
  db: Db,
  path: WritePath,
  model: typeof BaseModel,
  values: Values,
  {
    before = {},
    filter,
    client,
  }: { before?: Values; filter?: Values; client?: TransactionClient } = {},
): Promise<Outcome & { readonly key: string }> {
  keys++
  const key = `key ${keys}`
  const options = client === undefined ? {} : { client }
  if (path.kind === 'update') await model.create({ key, ...before } as never)
  const found = (
    path.kind === 'update'
      ? await model.query(options).whereRaw({ key }).firstOrFail()
      : new model()
  ) as Written
  const instances = await path.run({
    model,
    key,
    values,
    filter: filter ?? { key },
    found,
    options,
  })
  const stored = client === undefined ? await storedOf(db, model, key) : []
  return { key, stored, instances: instances as Written[] }
}

/** The documents of one key as the server has them. */
export function storedOf(db: Db, model: typeof BaseModel, key: string): Promise<Document[]> {
  return db
    .collection(model.collection as string)
    .find({ key })
    .toArray()
}
