import { readFileSync } from 'node:fs'
import { BaseModel, column } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { CANARY, everythingIn, TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { operationsOf } from '../../helpers/recorded_operations.ts'
import { scopeModels } from '../../helpers/scoped_models.ts'
import { type Given, type Keyed, type Way, waysThat, waysTo } from '../../helpers/ways.ts'

const { db, database, wire } = lucentDatabase({ encryption: TEST_KEYS, searched: true })

/** Has something for every step to do. */
class Note extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare count: number
  @column() declare list: string[]
  @column.encrypted({ blind: true }) declare secret: string
  @column.dateTime({ autoCreate: true }) declare madeAt: DateTime
  @column.dateTime({ autoCreate: true, autoUpdate: true }) declare changedAt: DateTime
}

/** A document with a version has a command to itself. */
class Counted extends Note {
  static override collection = 'notes'
  @column.version() declare version: number
}

/** Has a condition of its own in the core: what is hidden is not there. */
class Shown extends Note {
  static override collection = 'notes'
}

const unscope = scopeModels('Shown', { hidden: null })
afterAll(unscope)

const notes = () => db.collection('notes')
const SECRET = `${CANARY} of the note`
const LONG_AGO = new Date('2001-02-03T04:05:06Z')

let keys = 0
let given: Given

async function prepare(model: typeof Note) {
  const key = `note ${keys++}`
  const made = await model.create({ key, count: 1, list: ['a'], secret: SECRET })
  await notes().updateOne({ key }, { $set: { made_at: LONG_AGO, changed_at: LONG_AGO } })
  const found = (await model.findOrFail(made.id)) as unknown as Keyed
  given = { database, model, key, filter: { key }, values: { count: 7 }, found }
}

beforeEach(() => prepare(Note))

/** The documents that a way was about, as they are stored. */
const stored = () =>
  notes()
    .find({ key: { $in: [given.key, `${given.key}, made`] } })
    .sort({ _id: 1 })
    .toArray()

const { operations }: { operations: { name: string }[] } = JSON.parse(
  readFileSync(new URL('../../../src/protocol.json', import.meta.url), 'utf8'),
)

describe('every operation of the core', () => {
  it.each(operations.map(({ name }) => name))('%s has its ways here', (name) => {
    expect(waysTo(name)).not.toHaveLength(0)
  })

  describe.each(operations.flatMap(({ name }) => waysTo(name)))('$operation: $name', (way) => {
    it('is what the way comes to', async () => {
      const submitted = await operationsOf(() => way.run(given))
      expect(submitted).toContain(way.operation)
    })
  })
})

describe('stamp', () => {
  beforeEach(() => prepare(Counted))

  describe.each(waysThat('insert'))('$operation: $name', (way) => {
    it('sets dates and the version', async () => {
      const before = Date.now()
      await way.run(given)
      const made = (await stored()).filter(({ key }) => key !== given.key)
      expect(made.length).toBeGreaterThan(0)
      for (const one of made) {
        expect(one.made_at.getTime()).toBeGreaterThanOrEqual(before)
        expect(one.changed_at.getTime()).toBeGreaterThanOrEqual(before)
        expect(one.version).toBe(1)
      }
    })
  })

  describe.each(waysThat('update'))('$operation: $name', (way) => {
    it('sets the date of the change and counts it', async () => {
      const before = Date.now()
      await way.run(given)
      const [one] = await stored()
      expect(one?.changed_at.getTime()).toBeGreaterThanOrEqual(before)
      expect(one?.version).toBe(2)
    })
  })
})

const changing = waysThat('update', 'delete').filter(({ filtered }) => filtered)

async function codeOf(way: Way, filter: object): Promise<unknown> {
  try {
    await way.run({ ...given, filter: filter as Given['filter'] })
    return 'none'
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

describe('guard', () => {
  describe.each(changing)('$operation: $name', (way) => {
    it('refuses to change every document unless told so', async () => {
      const before = await stored()
      expect(await codeOf(way, {})).toBe('E_EMPTY_FILTER')
      expect(await stored()).toEqual(before)
    })
  })

  const filtered = [...waysThat('read').filter((way) => way.filtered), ...changing]
  describe.each(filtered)('$operation: $name', (way) => {
    it('refuses JavaScript for the server', async () => {
      const before = await stored()
      // Conditions of a bulk write are typed ones, which have no such operator at all.
      const codes = ['E_UNSAFE_OPERATOR', 'E_INVALID_QUERY']
      expect(codes).toContain(await codeOf(way, { $where: 'true' }))
      expect(await stored()).toEqual(before)
    })
  })
})

/** What a read answers, or the code of what it fails with. */
const answerOf = (way: Way, filter: Given['filter']): Promise<string> =>
  way.run({ ...given, filter }).then(JSON.stringify, ({ code }) => String(code))

describe('a step that adds a condition', () => {
  beforeEach(async () => {
    await notes().deleteMany({})
    await prepare(Shown)
  })

  /** The document as the server has it, hidden from the model. */
  async function hide(): Promise<unknown> {
    await notes().updateOne({ key: given.key }, { $set: { hidden: true } })
    return document()
  }
  const document = () => notes().findOne({ key: given.key, hidden: true })

  const reads = waysThat('read')
  describe.each(reads.filter((way) => way.filtered))('$operation: $name', (way) => {
    it('finds nothing that is hidden', async () => {
      const { filter } = given
      const nothing = await answerOf(way, { key: 'of nobody' })
      expect(await answerOf(way, filter)).not.toBe(nothing)
      await hide()
      expect(await answerOf(way, filter)).toBe(nothing)
    })
  })

  describe.each(reads.filter((way) => !way.filtered))('$operation: $name', (way) => {
    it('finds nothing that is hidden', async () => {
      const { id } = given.found
      expect(await answerOf(way, given.filter)).toContain(id)
      await hide()
      expect(await answerOf(way, given.filter)).not.toContain(id)
    })
  })

  describe.each(waysThat('update', 'delete'))('$operation: $name', (way) => {
    it('changes nothing that is hidden', async () => {
      const hidden = await hide()
      await way.run(given).catch(() => {})
      expect(await document()).toEqual(hidden)
    })
  })

  describe.each(waysTo('insertUnlessFound'))('insertUnlessFound: $name', (way) => {
    it('does not take what is hidden for found', async () => {
      const key = `${given.key}, made`
      await notes().insertOne({ key, hidden: true })
      await way.run(given)
      expect(await notes().countDocuments({ key, hidden: null })).toBe(1)
    })
  })
})

describe('seal', () => {
  const writing = waysThat('insert', 'update').filter(({ writesValues }) => writesValues)
  describe.each(writing)('$operation: $name', (way) => {
    it('sends and stores no plain value', async () => {
      const secret = `${CANARY}, written to ${given.key}`
      await way.run({ ...given, values: { secret } })
      const documents = await stored()
      expect(everythingIn(documents)).not.toContain(CANARY)
      expect(await Note.query().where('secret', secret)).not.toHaveLength(0)
      expect(wire?.found).toEqual([])
    })
  })

  describe.each([...waysThat('read'), ...changing].filter(({ filtered }) => filtered))(
    '$operation: $name',
    (way) => {
      it('finds by an encrypted column, and sends no plain value', async () => {
        const sent = wire?.searched ?? 0
        const { key } = given
        if (way.kind === 'read') {
          const found = await answerOf(way, { key })
          expect(await answerOf(way, { key, secret: SECRET })).toBe(found)
          expect(await answerOf(way, { key, secret: `${CANARY} of nobody` })).not.toBe(found)
        } else {
          const before = await stored()
          await way.run({ ...given, filter: { key, secret: SECRET } })
          expect(await stored()).not.toEqual(before)
        }
        expect(wire?.searched).toBeGreaterThan(sent)
        expect(wire?.found).toEqual([])
      })
    },
  )

  const replacing = writing.filter(({ kind, name }) => kind === 'update' && /replace/i.test(name))
  describe.each(replacing)('$operation: $name, of a counted document', (way) => {
    it('sends no plain value, and counts on', async () => {
      await prepare(Counted)
      const secret = `${CANARY}, put in the place of ${given.key}`
      await way.run({ ...given, values: { secret } })
      expect(everythingIn(await stored())).not.toContain(CANARY)
      const found = await Counted.query().where('secret', secret).firstOrFail()
      expect(found).toMatchObject({ id: given.found.id, secret, version: 2 })
      expect(wire?.found).toEqual([])
    })
  })
})
