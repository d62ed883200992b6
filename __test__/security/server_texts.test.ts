import { inspect } from 'node:util'
import type { Document } from 'bson'
import { BaseModel, column, errors, LucentError, type QueryEvent } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../helpers/lucent.ts'

const { db, database } = lucentDatabase({ debug: true })

class Place extends BaseModel {
  static override collection = 'places'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare text: string
  @column() declare list: string[]
  @column() declare spot: unknown
}

const WORD = 'Sesame'
/** Texts that close the quotes, braces and brackets in which the server's messages have them. */
const TEXTS: Record<string, string> = {
  'a text': `${WORD} text`,
  'a text with quotes': `"${WORD}" '${WORD}'`,
  'a text that closes a quote': `x" ${WORD} "`,
  'a text that closes braces': `"} ] } ) ${WORD} { [ ( "`,
  'a text with escapes': `\\" ${WORD} \\\\" \n ${WORD}`,
  'a text like an index': `" } index: ${WORD} dup key: { a: "${WORD}`,
  'a long text': `" ${WORD.repeat(2000)} "`,
}

const computed = (expression: Document) =>
  Place.aggregate().stage({ $addFields: { x: expression } })
const spot = (coordinates: unknown, type = 'Point') => ({
  name: 'other',
  spot: { type, coordinates },
})

/** What the server refuses, quoting what is stored or sent. */
const FAILING: Record<string, (text: string) => PromiseLike<unknown>> = {
  'toInt of a stored text': () => computed({ $toInt: '$text' }),
  'toDate of a stored text': () => computed({ $toDate: '$text' }),
  'toObjectId of a stored text': () => computed({ $toObjectId: '$text' }),
  'convert of a stored text': () => computed({ $convert: { input: '$text', to: 'decimal' } }),
  'dateFromString of a stored text': () => computed({ $dateFromString: { dateString: '$text' } }),
  'arithmetic with a stored text': () => computed({ $add: ['$text', 1] }),
  'a time zone that is stored': () => computed({ $hour: { date: '$$NOW', timezone: '$text' } }),
  'a pattern that is stored': () =>
    computed({ $regexMatch: { input: '$text', regex: { $concat: ['(', '$text'] } } }),
  'a size of a stored text': () => computed({ $size: '$text' }),
  'by a cursor': async () => {
    for await (const _ of computed({ $toInt: '$text' }).cursor());
  },
  'a stored text that is incremented': () =>
    Place.query()
      .where('name', 'one')
      .increment('text' as never),
  'an element of a stored text': (text) =>
    Place.query()
      .where('name', 'one')
      .pushTo('text' as never, text as never),
  'a path through a stored text': (text) =>
    Place.query()
      .where('name', 'one')
      .update('text.below' as never, text as never),
  'a bulk write': () =>
    Place.bulkWrite((bulk) =>
      bulk.updateOne({ name: 'one' }, (place) => place.increment('text' as never)),
    ),
  'a place that is none': (text) => Place.create(spot([text, 1]) as never),
  'a place of another type': (text) => Place.create(spot([1, 1], text) as never),
  'places that are none': (text) => Place.createMany([spot([text, 1])] as never),
  'a place that is none, in a bulk write': (text) =>
    Place.bulkWrite((bulk) => bulk.insert(spot([text, 1]) as never)),
  'a condition on places': (text) =>
    Place.query().whereRaw({
      spot: { $geoIntersects: { $geometry: { type: 'Point', coordinates: [text, 1] } } },
    }),
  'a value of a unique index': (text) => Place.create({ text } as never),
  'an operator that there is not': (text) => Place.query().whereRaw({ list: { $type: text } }),
  'a stage that there is not': (text) =>
    Place.aggregate().stage({ $match: { $expr: { $dateTrunc: { date: text, unit: text } } } }),
}

function everywhere(error: unknown): string {
  const parts = [
    inspect(error, { depth: 9, showHidden: true }),
    JSON.stringify(error),
    String(error),
  ]
  for (let one = error; one instanceof Error; one = one.cause)
    parts.push(one.message, one.stack ?? '')
  return parts.join('\n')
}

beforeEach(async () => {
  await db.collection('places').deleteMany({})
  await db.collection('places').createIndex({ spot: '2dsphere' })
  await db.collection('places').createIndex({ text: 1 }, { unique: true, sparse: true })
})

describe.each(Object.keys(TEXTS))("issue 26: the server's words about %s are not ours", (kind) => {
  const text = TEXTS[kind] as string

  it.each(Object.keys(FAILING))('%s', async (name) => {
    await db.collection('places').insertOne({ name: 'one', text, list: [text] })
    const events: QueryEvent[] = []
    const stop = database.onQuery((event) => events.push(event))
    let error: unknown
    try {
      await (FAILING[name] as (text: string) => PromiseLike<unknown>)(text)
    } catch (caught) {
      error = caught
    } finally {
      stop()
    }
    expect(error).toBeInstanceOf(LucentError)
    expect(everywhere(error)).not.toContain(WORD)
    expect((error as Error).message.length).toBeLessThan(300)
    for (const event of events) expect(everywhere(event.error)).not.toContain(WORD)
  })
})

describe("issue 26: the server's words", () => {
  it('are there for code that asks for them, and for nobody else', async () => {
    await db.collection('places').insertOne({ name: 'one', text: `${WORD} text` })
    const error = await computed({ $toInt: '$text' }).then(
      () => undefined,
      (reason: unknown) => reason as LucentError,
    )
    expect(error).toBeInstanceOf(errors.E_SERVER_ERROR)
    expect(error).toMatchObject({ serverCode: 241, serverCodeName: 'ConversionFailure' })
    expect(error?.message).toBe(
      'Place: the server refused the command: a value could not be converted to the type that was ' +
        'asked for (ConversionFailure, code 241) (aggregate)',
    )
    expect(error?.serverMessage).toContain(`${WORD} text`)
    expect(Object.keys(error ?? {})).not.toContain('serverMessage')
    expect(Object.getOwnPropertyNames(error)).not.toContain('serverMessage')
    expect({ ...error }).not.toHaveProperty('serverMessage')
    expect(everywhere(error)).not.toContain(WORD)
    expect(structuredClone({ message: error?.message, stack: error?.stack }).stack).not.toContain(
      WORD,
    )
  })

  it('have 2,000 bytes at most, as every message', async () => {
    const long = '€'.repeat(100_000)
    await db.collection('places').insertOne({ name: 'one', text: long })
    const failures = [
      () => computed({ $toInt: '$text' }).exec(),
      () =>
        Place.query()
          .where(long as never, 1 as never)
          .exec(),
      () =>
        Place.query()
          .orderBy(long as never)
          .exec(),
      () => Place.create({ [long]: 1 } as never),
      () =>
        Place.query()
          .select(long as never)
          .exec(),
      () => database.connection(long).ping(),
    ]
    for (const run of failures) {
      const error = await (async () => run())().then(
        () => undefined,
        (reason: unknown) => reason as LucentError,
      )
      expect(error).toBeInstanceOf(LucentError)
      expect(Buffer.byteLength(error?.message ?? '')).toBeLessThanOrEqual(2000)
      expect(Buffer.byteLength(error?.serverMessage ?? '')).toBeLessThanOrEqual(2000)
      expect(error?.message).not.toContain('\uFFFD')
    }
  })
})
