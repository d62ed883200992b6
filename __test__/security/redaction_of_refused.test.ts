import { inspect } from 'node:util'
import { EJSON } from 'bson'
import { BaseModel, column, expr, type ModelQueryBuilder, type QueryEvent } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../helpers/encryption.ts'
import { lucentDatabase } from '../helpers/lucent.ts'

const { database } = lucentDatabase({ encryption: TEST_KEYS, debug: true })
const WORD = 'Sesame'

class Person extends BaseModel {
  static override collection = 'people'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column.encrypted({ blind: true }) declare email: string
  @column.encrypted({ blind: { normalize: (value: string) => value.trim() } }) declare phone: string
  @column.encrypted() declare note: string
  @column.encrypted({ fields: ['street', 'rooms.code'] })
  declare address: { street: string; city: string; rooms: { code: string }[] }
}

type Query = ModelQueryBuilder<Person>
type Raw = (filter: Record<string, unknown>) => (query: Query) => Query
const raw: Raw = (filter) => (query) => query.whereRaw(filter)

/** Conditions on encrypted columns that are refused. */
const ASKED: Record<string, (query: Query) => Query> = {
  whereLike: (q) => q.whereLike('email', `%${WORD}%`),
  'whereLike with a normaliser': (q) => q.whereLike('phone', `%${WORD}%`),
  whereILike: (q) => q.whereILike('email', `${WORD}%`),
  'not like': (q) => q.where('email', 'not like', `${WORD}_`),
  '>': (q) => q.where('email', '>', WORD),
  '<=': (q) => q.where('note', '<=', WORD),
  whereBetween: (q) => q.whereBetween('email', [WORD, `${WORD}z`]),
  'without an index': (q) => q.where('note', WORD),
  'inside of a document': (q) => q.where('address.street' as never, WORD as never),
  'a document that holds it': (q) =>
    q.where('address', { street: WORD, city: 'x', rooms: [] } as never),
  'in a group': (q) => q.where('name', 'x').orWhere((g) => g.whereLike('email', `${WORD}%`)),
  'under a not': (q) => q.whereNot((g) => g.where('email', '>', WORD)),
  $gt: raw({ email: { $gt: WORD } }),
  $regex: raw({ email: { $regex: WORD, $options: 'i' } }),
  'a pattern': raw({ email: new RegExp(WORD) }),
  'a pattern among values': raw({ email: { $in: [new RegExp(WORD)] } }),
  '$not of a pattern': raw({ email: { $not: new RegExp(WORD) } }),
  '$not of an operator': raw({ email: { $not: { $gte: WORD } } }),
  $all: raw({ email: { $all: [WORD] } }),
  $mod: raw({ email: { $mod: [2, WORD] } }),
  '$elemMatch of the column': raw({ email: { $elemMatch: { $eq: WORD } } }),
  '$elemMatch of what holds it': raw({ 'address.rooms': { $elemMatch: { code: WORD } } }),
  '$elemMatch in $elemMatch': raw({
    address: { $elemMatch: { rooms: { $elemMatch: { code: WORD } } } },
  }),
  'a document, natively': raw({ address: { street: WORD } }),
  '$in of documents': raw({ address: { $in: [{ street: WORD }] } }),
  $expr: raw({ $expr: { $eq: ['$email', WORD] } }),
  '$expr by a variable': raw({ $expr: { $eq: ['$$ROOT.email', WORD] } }),
  '$expr by a name': raw({ $expr: { $gt: [{ $getField: 'email' }, WORD] } }),
  '$expr of what is inside': raw({ $expr: { $in: [WORD, '$address.rooms.code'] } }),
  $jsonSchema: raw({ $jsonSchema: { properties: { email: { enum: [WORD] } } } }),
  'in $or': raw({ $or: [{ name: 'x' }, { $and: [{ email: { $lt: WORD } }] }] }),
}

/** Everything in which a value may come to be seen. */
function shown(value: unknown): string {
  const all = [inspect(value, { depth: Infinity, showHidden: true }), String(value)]
  for (const write of [JSON.stringify, (one: unknown) => EJSON.stringify(one as object)]) {
    try {
      all.push(write(value) ?? '')
    } catch {
      // What cannot be written shows nothing.
    }
  }
  if (value instanceof Error) all.push(value.message, value.stack ?? '')
  return all.join('\n')
}

async function heard(
  run: () => PromiseLike<unknown>,
): Promise<{ events: QueryEvent[]; error: unknown }> {
  const events: QueryEvent[] = []
  const stop = database.onQuery((event) => events.push(event))
  let error: unknown
  try {
    await run()
  } catch (caught) {
    error = caught
  } finally {
    stop()
  }
  return { events, error }
}

describe.each(Object.keys(ASKED))('issue 19: what is refused shows nothing: %s', (name) => {
  const ask = ASKED[name] as (query: Query) => Query

  it('the query, and what it compiles to', () => {
    const query = ask(Person.query())
    expect(shown(query)).not.toContain(WORD)
    expect(shown(query.toMongo())).not.toContain(WORD)
    expect(shown(query.toMongo())).toContain('[encrypted]')
  })

  it('events and errors', async () => {
    const runs = [
      () => ask(Person.query()).exec(),
      () => ask(Person.query()).count(),
      () => ask(Person.query()).toJson(),
      () => ask(Person.query()).distinctOn('name').exec(),
      () =>
        Person.query()
          .union((other) => ask(other as Query))
          .exec(),
      () => ask(Person.query()).delete(),
      () => ask(Person.query()).explain(),
    ]
    for (const run of runs) {
      const { events, error } = await heard(run)
      expect(error).toMatchObject({ code: 'E_ENCRYPTED_COLUMN_QUERY' })
      expect(shown(error)).not.toContain(WORD)
      expect(shown(events)).not.toContain(WORD)
    }
  })
})

interface Pipeline {
  exec(): Promise<unknown>
  explain(): Promise<unknown>
  toMongo(): unknown
}

const PIPELINES: Record<string, () => Pipeline> = {
  'match() of an expression': () => Person.aggregate().match(expr.eq(expr.field('email'), WORD)),
  'matchRaw()': () => Person.aggregate().matchRaw({ email: { $gt: WORD } }),
  'a computed field': () =>
    Person.aggregate().stage({ $addFields: { x: { $eq: ['$email', WORD] } } }) as never,
  'a computed field inside of a lookup': () =>
    Person.aggregate().stage({
      $lookup: {
        from: 'people',
        as: 'x',
        pipeline: [{ $match: { 'address.rooms': { $elemMatch: { code: WORD } } } }],
      },
    }) as never,
  'a condition in a facet': () =>
    Person.aggregate().stage({
      $facet: { x: [{ $match: { $expr: { $eq: ['$address.street', WORD] } } }] },
    }) as never,
  'a group': () =>
    Person.aggregate().stage({
      $group: { _id: { $cond: [{ $eq: ['$email', WORD] }, 1, 2] } },
    }) as never,
}

describe.each(Object.keys(PIPELINES))('issue 19: a refused pipeline shows nothing: %s', (name) => {
  const make = PIPELINES[name] as () => Pipeline

  it('the pipeline, events and errors', async () => {
    expect(shown(make())).not.toContain(WORD)
    expect(shown(make().toMongo())).not.toContain(WORD)
    for (const run of [() => make().exec(), () => make().explain()]) {
      const { events, error } = await heard(run)
      expect(error).toMatchObject({ code: 'E_ENCRYPTED_COLUMN_QUERY' })
      expect(shown(error)).not.toContain(WORD)
      expect(shown(events)).not.toContain(WORD)
    }
  })
})

it('issue 19: what is not encrypted stays to be seen', () => {
  const query = Person.query()
    .where('name', 'Ada')
    .where('address.city' as never, 'Rome' as never)
  expect(JSON.stringify(query.toMongo())).toBe('{"filter":{"name":"Ada","address.city":"Rome"}}')
  const pipeline = Person.aggregate()
    .match(expr.eq(expr.field('name'), 'Ada'))
    .project({ name: true })
  expect(JSON.stringify(pipeline.toMongo())).toContain('Ada')
})
