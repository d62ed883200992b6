import {
  afterFetch,
  afterPaginate,
  BaseModel,
  beforeFetch,
  beforePaginate,
  CamelCaseNamingStrategy,
  column,
  Decimal128,
  Long,
  type ModelQueryBuilder,
  ObjectId,
  type TransactionClient,
  UUID,
} from 'lucent-odm'
import { DateTime, FixedOffsetZone, Settings, Zone } from 'luxon'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'
import { insertRaw, rawDocument, rawElement, rawString } from '../../helpers/raw_wire.ts'
import { withFailPoint } from '../../helpers/server.ts'

const server = lucentDatabase()
const { db, uri, name, client, database } = server
const users = db.collection<{ _id: unknown }>('users')

/** One collection for all classes of this file. */
class Users extends CamelCaseNamingStrategy {
  override tableName() {
    return 'users'
  }
}

class User extends BaseModel {
  static override namingStrategy = new Users()
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare age: number
}

beforeEach(async () => {
  await users.deleteMany({})
  await users.insertMany(
    ['Ada', 'Eve', 'Zoë'].map((name, index) => ({
      _id: new ObjectId(),
      name,
      age: 30 + index,
      shout: name,
    })),
  )
})

/** That the text is that of the rows, and that the way to it is the one named. */
async function expectWay(
  query: () => ModelQueryBuilder<User>,
  reason: string | undefined,
): Promise<void> {
  expect(query().explainJson()).toEqual(
    reason === undefined ? { native: true } : { native: false, reason },
  )
  const rows = await query()
  expect(rows).not.toEqual([])
  expect(await query().toJson()).toBe(JSON.stringify(rows))
}

describe('what needs models', () => {
  class Serialized extends User {
    @column({ serialize: (value: string) => value.toUpperCase() }) declare name: string
  }
  class SerializedDate extends User {
    @column.dateTime({ columnName: 'age', serialize: () => 'a date' }) declare age: never
  }
  class Consumed extends User {
    @column({ consume: (value) => `${value}!` }) declare name: string
  }
  class ConsumedDate extends User {
    @column.date({ columnName: 'age', consume: () => 'a date' as never }) declare age: never
  }
  class Getter extends User {
    @column() get shout(): string {
      return `${this.$getAttribute('shout')}!`
    }
  }
  class OwnToJson extends User {
    override toJSON() {
      return { only: this.name }
    }
  }
  class OwnSerialize extends User {
    override serialize() {
      return { ...super.serialize(), more: true }
    }
  }
  class OwnAttributes extends User {
    override serializeAttributes() {
      return { some: this.age }
    }
  }
  class FieldMethod extends User {
    override toJSON = () => ({ field: true })
  }
  class Extras extends User {
    serializeExtras = true
  }
  class ExtrasMethod extends User {
    serializeExtras() {
      return { extra: this.name }
    }
  }
  class SameName extends User {
    @column({ serializeAs: 'name' }) declare other: string
  }
  class NoName extends User {
    @column({ serializeAs: '' }) declare age: number
  }
  class After extends User {
    @afterFetch() static rename(rows: After[]) {
      for (const row of rows) row.name = `after ${row.name}`
    }
  }

  it.each<[string, { query(): unknown }, string]>([
    ['a serialize function', Serialized, '"name" has a serialize function'],
    ['one of a date', SerializedDate, '"age" has a serialize function'],
    ['a consume function', Consumed, '"name" has a consume function'],
    ['one of a date', ConsumedDate, '"age" has a serialize function'],
    ['a getter', Getter, 'the class has a getter or setter for "shout"'],
    ['a toJSON method', OwnToJson, 'the class has toJSON() of its own'],
    ['a serialize method', OwnSerialize, 'the class has serialize() of its own'],
    ['a part of it', OwnAttributes, 'the class has serializeAttributes() of its own'],
    ['a method in a field', FieldMethod, 'the class has toJSON() of its own'],
    ['serializeExtras', Extras, 'the class has serializeExtras'],
    ['it as a method', ExtrasMethod, 'the class has serializeExtras'],
    ['two columns of one name', SameName, '"other" has no name of its own in JSON'],
    ['a column without a name', NoName, '"age" has no name of its own in JSON'],
    ['an afterFetch hook', After, 'the model has afterFetch hooks'],
  ])('%s', async (_, Model, reason) => {
    await expectWay(() => Model.query() as ModelQueryBuilder<User>, reason)
    const plain = () => (Model.query() as ModelQueryBuilder<User>).pojo<User>()
    await expectWay(plain, undefined)
  })

  it('an afterPaginate hook, for pages', async () => {
    class Paged extends User {
      @afterPaginate() static rename(page: Paged[]) {
        for (const row of page) row.name = 'page'
      }
    }
    expect(Paged.query().explainJson()).toEqual({ native: true })
    expect(Paged.query().explainJson({ page: 1 })).toEqual({
      native: false,
      reason: 'the model has afterPaginate hooks',
    })
    expect(await Paged.query().toJson({ page: 1 })).toBe(
      JSON.stringify(await Paged.query().paginate(1)),
    )
  })

  it('not what is hidden, nor what is for writing', async () => {
    class Hidden extends User {
      @column({ serializeAs: null, consume: () => 'x', serialize: () => 'y' }) declare name: string
      @column({ prepare: (value: number) => value + 1 }) declare age: number
    }
    await expectWay(() => Hidden.query() as ModelQueryBuilder<User>, undefined)
  })

  it('not UUIDs, unless the application shows them', async () => {
    class Tagged extends User {
      @column.uuid() declare tag: string
      @column.uuid() declare tags: string[]
    }
    class Shown extends User {
      @column.uuid({ serialize: (tag) => `urn:${tag}` }) declare tag: string
    }
    class Read extends User {
      @column.uuid({ consume: (tag) => `${tag}?` }) declare tag: string
    }
    const tag = new UUID()
    await users.insertMany([
      { _id: new ObjectId(), tag, tags: [tag, [tag], { tag }, 'none'] },
      { _id: new ObjectId(), tag: 'none', tags: null },
      { _id: new ObjectId(), tag: [tag, 1] },
    ] as never)
    const [row] = JSON.parse(await Tagged.query().where('tag', tag.toString()).toJson())
    expect(row).toMatchObject({ tag: String(tag), tags: [String(tag), [String(tag)], {}, 'none'] })
    await expectWay(() => Tagged.query() as never, undefined)
    await expectWay(() => Shown.query() as never, '"tag" has a serialize function')
    await expectWay(() => Read.query() as never, '"tag" has a consume function')
  })

  it('not a class whose constructor leaves other fields', async () => {
    class Fields extends User {
      note = 'kept'
      override name = 'covered'
    }
    await expectWay(() => Fields.query() as unknown as ModelQueryBuilder<User>, undefined)
  })
})

describe('queries that need rows', () => {
  const transformed = () =>
    User.query().rowTransformer((row) => {
      row.age += 1
    })

  it('by a row transformer', async () => {
    await expectWay(transformed, 'the query has a row transformer or sideloads')
    await expectWay(() => transformed().pojo() as never, undefined)
  })

  it('by a lock', async () => {
    const query = (client: TransactionClient) => User.query({ client }).orderBy('age').forUpdate()
    await expect(User.query().forUpdate().toJson()).rejects.toMatchObject({
      code: 'E_INVALID_QUERY',
    })
    await database.transaction(async (trx) => {
      await expectWay(() => query(trx), 'the query locks its rows')
      await expectWay(() => query(trx).pojo() as never, 'the query locks its rows')
      // Whoever else wants the rows has to wait.
      const other = users.findOneAndUpdate({}, { $set: { age: 0 } }, { maxTimeMS: 300 })
      await expect(other).rejects.toThrow()
    })
  })
})

describe('transactions', () => {
  it('are read inside of', async () => {
    await database.transaction(async (client) => {
      await User.query({ client }).where('name', 'Ada').update({ age: 99 })
      const query = () => User.query({ client }).orderBy('age')
      expect(JSON.parse(await query().toJson())).toMatchObject([{}, {}, { name: 'Ada', age: 99 }])
      await expectWay(query, undefined)
      expect(JSON.parse(await User.query().orderBy('age').toJson())[2].age).toBe(32)
    })
  })

  it('may be given up on', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(User.query().signal(signal).toJson()).rejects.toMatchObject({
      code: 'E_ABORTED',
    })
  })
})

describe('classes with another toJSON', () => {
  const plain = () => User.query().pojo<User>() as unknown as ModelQueryBuilder<User>

  beforeEach(async () => {
    await users.insertOne({
      _id: new ObjectId(),
      name: new Date(0),
      age: [Decimal128.fromString('1.5'), Long.MAX_VALUE, {}],
    } as never)
  })

  it.each<[string, object, string]>([
    ['Date', Date.prototype, 'toJSON'],
    ['Date by way of toISOString', Date.prototype, 'toISOString'],
    ['Object', Object.prototype, 'toJSON'],
    ['Array', Array.prototype, 'toJSON'],
    ['ObjectId', ObjectId.prototype, 'toJSON'],
    ['Decimal128', Decimal128.prototype, 'toJSON'],
    ['Long', Long.prototype, 'toJSON'],
    ['DateTime', DateTime.prototype, 'toISO'],
  ])('%s', async (_, prototype, method) => {
    const before = Object.getOwnPropertyDescriptor(prototype, method)
    Object.defineProperty(prototype, method, {
      value: () => 'replaced',
      configurable: true,
      writable: true,
    })
    try {
      const reason = 'toJSON() of a standard class was replaced'
      await expectWay(() => User.query(), reason)
      await expectWay(plain, reason)
    } finally {
      if (before === undefined) Reflect.deleteProperty(prototype, method)
      else Object.defineProperty(prototype, method, before)
    }
    await expectWay(plain, undefined)
  })
})

describe('time zones', () => {
  class Odd extends Zone {
    override get type() {
      return 'odd'
    }
    override get name() {
      return 'Odd'
    }
    override get isUniversal() {
      return false
    }
    override offsetName() {
      return 'odd'
    }
    override formatOffset() {
      return '+01:00'
    }
    override offset(ts: number) {
      return ts % 60
    }
    override equals(other: Zone): boolean {
      return other === this
    }
    override get isValid() {
      return true
    }
  }
  class Event extends User {
    @column.dateTime() declare at: DateTime
  }

  afterEach(() => {
    Settings.defaultZone = 'system'
  })

  it.each([
    ['of an application', new Odd()],
    ['that is none', 'Nowhere/Land'],
    ['whose offset is no whole number of minutes', FixedOffsetZone.instance(5.5)],
  ])('%s need models', async (_, zone) => {
    Settings.defaultZone = zone
    await users.insertMany([0, 1e12].map((at) => ({ _id: new ObjectId(), at: new Date(at) })))
    await expectWay(
      () => Event.query() as unknown as ModelQueryBuilder<User>,
      'the offsets of the time zone vary',
    )
    await expectWay(() => User.query(), undefined)
  })

  it('may change between two calls', async () => {
    await users.insertOne({ _id: new ObjectId(), at: new Date(1.7e12) } as never)
    for (const zone of ['utc', 'Asia/Tokyo', 'America/Lima', 'UTC+2']) {
      Settings.defaultZone = zone
      await expectWay(() => Event.query() as unknown as ModelQueryBuilder<User>, undefined)
    }
  })
})

describe('hooks', () => {
  it('that run before the query change it', async () => {
    const seen: unknown[] = []
    class Scoped extends User {
      @beforeFetch() static adults(query: ModelQueryBuilder<Scoped>) {
        seen.push(query)
        query.where('age', '>', 30)
      }
    }
    expect(Scoped.query().explainJson()).toEqual({ native: true })
    const query = Scoped.query().where('name', 'Ada').orWhere('name', 'Eve')
    const text = await query.toJson()
    expect(JSON.parse(text)).toEqual([expect.objectContaining({ name: 'Eve' })])
    expect(seen).toEqual([query])
    expect(text).toBe(
      JSON.stringify(await Scoped.query().where('name', 'Ada').orWhere('name', 'Eve')),
    )
  })

  it('that run before a page change it and its total', async () => {
    class Scoped extends User {
      @beforePaginate() static adults(queries: ModelQueryBuilder<Scoped>[]) {
        for (const query of queries) query.where('age', '>', 30)
      }
    }
    const page = { page: 1, perPage: 1 }
    const text = await Scoped.query().orderBy('age').toJson(page)
    expect(JSON.parse(text)).toMatchObject({ meta: { total: 2 }, data: [{ name: 'Eve' }] })
    expect(text).toBe(JSON.stringify(await Scoped.query().orderBy('age').paginate(1, 1)))
  })

  it('refuse the query', async () => {
    class Refused extends User {
      @beforeFetch() static no() {
        return false
      }
    }
    await expect(Refused.query().toJson()).rejects.toMatchObject({ code: 'E_HOOK_ABORTED' })
    await expect(Refused.query().toJson({ page: 1 })).rejects.toMatchObject({
      code: 'E_HOOK_ABORTED',
    })
    expect(JSON.parse(await Refused.query().pojo().toJson())).toHaveLength(3)
  })

  it('that give the query what needs rows', async () => {
    class Transformed extends User {
      @beforeFetch() static shout(query: ModelQueryBuilder<Transformed>) {
        query.rowTransformer((row) => {
          row.name = row.name.toUpperCase()
        })
      }
    }
    expect(Transformed.query().explainJson()).toEqual({ native: true })
    const text = await Transformed.query().orderBy('age').toJson()
    expect(JSON.parse(text)[0].name).toBe('ADA')
    expect(text).toBe(JSON.stringify(await Transformed.query().orderBy('age')))
  })

  it('added at run time', async () => {
    class Late extends User {}
    expect(Late.query().explainJson()).toEqual({ native: true })
    Late.after('fetch', (rows) => {
      for (const row of rows) row.name = 'late'
    })
    expect(JSON.parse(await Late.query().toJson())[0].name).toBe('late')
  })
})

describe('errors', () => {
  it('of the server name the operation', async () => {
    const data = { failCommands: ['find'], errorCode: 2 }
    await withFailPoint(client, data, { times: 1 }, async () => {
      await expect(User.query().toJson()).rejects.toMatchObject({
        code: 'E_SERVER_ERROR',
        model: 'User',
        operation: 'toJson',
        connection: 'main',
      })
    })
  })

  it('of a batch after the first', async () => {
    await users.insertMany(Array.from({ length: 3000 }, () => ({ _id: new ObjectId() })))
    const data = { failCommands: ['getMore'], errorCode: 2 }
    await withFailPoint(client, data, { times: 1 }, async () => {
      await expect(User.query().toJson()).rejects.toMatchObject({ code: 'E_SERVER_ERROR' })
    })
  })

  it('of documents that are not valid are those of the query', async () => {
    const broken = rawString(Buffer.from([0xff]))
    const document = (field: string) =>
      rawDocument(rawElement(16, '_id', Buffer.alloc(4)), rawElement(2, field, broken))
    for (const field of ['name', 'other']) {
      await users.deleteMany({})
      await insertRaw(uri, name, 'users', [document(field)])
      for (const query of [() => User.query(), () => User.query().pojo()]) {
        const expected = { code: 'E_INVALID_DOCUMENT' }
        await expect(query().exec()).rejects.toMatchObject(expected)
        await expect(query().toJson()).rejects.toMatchObject(expected)
      }
    }
  })

  it('of options that no find has', async () => {
    await expect(User.query().hint('nothing').toJson()).rejects.toMatchObject({
      code: 'E_SERVER_ERROR',
    })
  })
})

describe('commands', () => {
  it('are those of the query', async () => {
    const query = () => User.query().where('age', '>', 30).orderBy('age').limit(2).comment('c')
    const commands = async (work: () => Promise<unknown>) =>
      (await profile(server, 'users', work)).map(({ op, command }) => {
        const { find, filter, sort, limit, comment } = command
        return { op, find, filter, sort, limit, comment }
      })
    expect(await commands(() => query().toJson())).toEqual(await commands(() => query().exec()))
  })

  it('run again with each call, and many at a time', async () => {
    const query = User.query().orderBy('age')
    const [first, ...others] = await Promise.all(Array.from({ length: 50 }, () => query.toJson()))
    expect(new Set(others)).toEqual(new Set([first]))
    expect(first).toBe(JSON.stringify(await query))
  })
})
