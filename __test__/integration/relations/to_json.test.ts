import { Decimal128, Long } from 'bson'
import {
  BaseModel,
  type BelongsTo,
  belongsTo,
  type CherryPick,
  column,
  computed,
  type HasMany,
  type HasManyThrough,
  type HasOne,
  hasMany,
  hasManyThrough,
  hasOne,
  type JsonOptions,
  type ManyToMany,
  type ModelObject,
  manyToMany,
} from 'lucent-odm'
import { type DateTime, Settings } from 'luxon'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { database } = lucentDatabase({ encryption: TEST_KEYS })

class Town extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @hasMany(() => Person) declare people: HasMany<typeof Person>
  @hasManyThrough([() => Note, () => Person]) declare notes: HasManyThrough<typeof Note>
}

class Person extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column({ serializeAs: 'called' }) declare nick: string | null
  @column({ serializeAs: null }) declare secret: string
  @column.encrypted() declare phone: string | null
  @column.date() declare born: DateTime
  @column.dateTime() declare seenAt: DateTime
  @column() declare worth: Decimal128 | bigint | null
  @column() declare anything: unknown
  @column.objectId() declare townId: string | null
  @belongsTo(() => Town) declare town: BelongsTo<typeof Town> | null
  @hasOne(() => Passport, { serializeAs: 'pass' })
  declare passport: HasOne<typeof Passport> | null
  @hasMany(() => Note) declare notes: HasMany<typeof Note>
  @hasMany(() => Note, { serializeAs: null }) declare hiddenNotes: HasMany<typeof Note>
  @manyToMany(() => Club, { pivotColumns: ['since'] }) declare clubs: ManyToMany<typeof Club>
  @hasMany(() => Loud) declare louds: HasMany<typeof Loud>
  @hasMany(() => Hooked) declare hookeds: HasMany<typeof Hooked>
  @hasMany(() => Note, { serializeAs: 'name' }) declare hiding: HasMany<typeof Note>
  @hasMany(() => Note, { serializeAs: '7' }) declare numbered: HasMany<typeof Note>
}

class Passport extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare personId: string
  @column() declare number: number
  @belongsTo(() => Person) declare person: BelongsTo<typeof Person>
}

class Note extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare personId: string
  @column() declare title: string
  @column() declare likes: number
  @column.dateTime() declare at: DateTime
  @belongsTo(() => Person) declare person: BelongsTo<typeof Person>
  @hasMany(() => Mark) declare marks: HasMany<typeof Mark>
}

class Mark extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare noteId: string
  @column() declare value: number
}

class Club extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
}

class Member extends Club {
  static override collection = 'clubs'
  serializeExtras = true
}

class Loud extends BaseModel {
  static override collection = 'notes'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare personId: string
  @column() declare title: string
  @computed() get shout() {
    return `${String(this.title)}!`
  }
}

class Hooked extends BaseModel {
  static override collection = 'notes'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare personId: string
  @column() declare title: string
  static override boot() {
    if (this.booted) return
    super.boot()
    this.after('fetch', (rows) => {
      for (const row of rows) (row as Hooked).title = 'by a hook'
    })
  }
}

class Counted extends Person {
  static override collection = 'people'
  serializeExtras() {
    return { extras: this.$extras }
  }
  @manyToMany(() => Member, {
    pivotTable: 'club_person',
    pivotColumns: ['since'],
    pivotForeignKey: 'person_id',
    pivotRelatedForeignKey: 'club_id',
  })
  declare members: ManyToMany<typeof Member>
  @hasMany(() => Note, { foreignKey: 'personId' }) declare written: HasMany<typeof Note>
}

const MODELS = [Town, Person, Passport, Note, Mark, Club] as const

beforeAll(async () => {
  const [york] = await Town.createMany([{ name: 'york' }, { name: 'empty' }])
  const people = await Person.createMany(
    ['ada', 'ben', 'cleo', 'dan'].map((name, at) => ({
      name,
      nick: at === 1 ? null : `"${name}" ✓`,
      secret: 'never',
      phone: at === 2 ? null : `0${at}`,
      born: new Date(Date.UTC(1980 + at, 1, 28)),
      seenAt: new Date(Date.UTC(2020, 6, at + 1, 12)),
      worth: at === 0 ? Decimal128.fromString('1.50') : at === 1 ? Long.MAX_VALUE.toBigInt() : null,
      anything: [{ nested: { list: [1, 'two', null] } }, [], 'text', undefined][at],
      townId: at < 2 ? (york?.id as string) : null,
    })),
  )
  const [ada, ben] = people as [Person, Person]
  await ada.related('passport').create({ number: 1 })
  const notes = await ada
    .related('notes')
    .createMany([3, 1, 2].map((likes) => ({ title: `a${likes}`, likes, at: new Date(likes) })))
  await ben.related('notes').create({ title: 'ü 日本', likes: 9, at: new Date(9) })
  await notes[0]?.related('marks').createMany([{ value: 1 }, { value: 2.5 }])
  const [chess, go] = await Club.createMany([{ name: 'chess' }, { name: 'go' }])
  await ada
    .related('clubs')
    .attach({ [chess?.id as string]: { since: 2000 }, [go?.id as string]: { since: 2001 } })
  await ben.related('clubs').attach([go?.id as string])
})

afterEach(() => {
  Settings.defaultZone = 'system'
})

afterAll(async () => {
  for (const model of MODELS) await model.truncate()
})

const people = (client?: object) => Person.query(client).orderBy('id')

type Query = ReturnType<typeof people>
type Shape = readonly [what: string, make: (client?: object) => Query, pick: CherryPick | undefined]

const SHAPES: readonly (readonly [string, (client?: object) => Query, CherryPick?])[] = [
  ['hasMany', (client) => people(client).preload('notes', (notes) => notes.orderBy('likes'))],
  ['hasOne, and its name', (client) => people(client).preload('passport')],
  ['belongsTo', (client) => people(client).preload('town')],
  ['manyToMany', (client) => people(client).preload('clubs', (clubs) => clubs.orderBy('name'))],
  [
    'hasManyThrough',
    (client) => Town.query(client).orderBy('id').preload('notes') as unknown as Query,
  ],
  ['a relation that is not shown', (client) => people(client).preload('hiddenNotes')],
  [
    'several, in their order',
    (client) => people(client).preload('town').preload('notes').preload('passport'),
  ],
  [
    'four levels, and back',
    (client) =>
      Town.query(client)
        .orderBy('id')
        .preload('people', (rows) => {
          rows.orderBy('name').preload('passport', (passport) => passport.preload('person'))
          rows.preload('notes', (notes) => notes.orderBy('likes').preload('marks'))
        }) as unknown as Query,
  ],
  ['no rows', (client) => people(client).where('name', 'nobody').preload('notes')],
  [
    'rows without any related ones',
    (client) => people(client).where('name', 'dan').preload('notes').preload('passport'),
  ],
  [
    'a limit for each row',
    (client) =>
      people(client).preload('notes', (notes) => {
        notes.groupOrderBy('likes', 'desc').groupLimit(2)
      }),
  ],
  [
    'conditions over relations, and counts that are not shown',
    (client) => people(client).has('notes').withCount('notes').preload('notes'),
  ],
  [
    'parts of rows',
    (client) =>
      people(client)
        .select('name')
        .preload('notes', (notes) => notes.select('title')),
  ],
  [
    'plain documents below',
    (client) => people(client).preload('notes', (notes) => notes.pojo() as never),
  ],
  [
    'picked fields',
    (client) => people(client).preload('notes').preload('passport'),
    { fields: ['name', 'called'], relations: { notes: { fields: ['likes'] }, pass: {} } },
  ],
  ['picked fields alone', (client) => people(client), { fields: ['born', 'name', 'none'] }],
  ['no fields', (client) => people(client).preload('notes'), { fields: [] }],
  [
    'picked fields below each other',
    (client) =>
      people(client).preload('notes', (notes) => {
        notes.orderBy('likes').preload('marks')
      }),
    {
      fields: { omit: ['id', 'anything'] },
      relations: {
        notes: {
          fields: { pick: ['title', 'likes'], omit: ['likes'] },
          relations: { marks: { fields: ['value'] } },
        },
        town: { fields: ['name'] },
      },
    },
  ],
]

const shapes = SHAPES.map(([what, make, pick]): Shape => [what, make, pick])

/** Shapes of which JavaScript has a part. */
const OTHERS: readonly (readonly [...Shape, why: RegExp])[] = [
  ['computed', (client) => people(client).preload('louds'), undefined, /^louds: .*computed/],
  ['hooks', (client) => people(client).preload('hookeds'), undefined, /^hookeds: .*afterFetch/],
  [
    'the name of a column',
    (client) => people(client).preload('hiding'),
    undefined,
    /no name of its own in JSON: "name"/,
  ],
  ['a name that is a number', (client) => people(client).preload('numbered'), undefined, /"7"/],
  [
    'extras of rows, and of links',
    (client) =>
      Counted.query(client)
        .orderBy('id')
        .withCount('written')
        .preload('members', (members) => members.orderBy('name')) as unknown as Query,
    undefined,
    /serializeExtras/,
  ],
  [
    'computed, three levels down, and picked',
    (client) =>
      Passport.query(client).preload('person', (person) => {
        person.preload('town').preload('louds')
      }) as unknown as Query,
    { relations: { person: { fields: ['name'], relations: { louds: { fields: ['shout'] } } } } },
    /^person: louds: /,
  ],
]

const serialized = (
  rows: readonly { serialize(pick?: CherryPick): ModelObject }[],
  pick?: CherryPick,
) => JSON.stringify(rows.map((row) => row.serialize(pick)))

/** How often rows became text in JavaScript. */
async function stringified(work: () => Promise<unknown>): Promise<number> {
  const spy = vi.spyOn(JSON, 'stringify')
  try {
    await work()
    return spy.mock.calls.filter(([value]) => Array.isArray(value) && value.length > 0).length
  } finally {
    spy.mockRestore()
  }
}

const ways: Record<string, (shape: Shape, native: boolean) => Promise<void>> = {
  async 'all rows'([, make, pick], native) {
    const expected = serialized(await make(), pick)
    let text = ''
    const count = await stringified(async () => {
      text = await make().toJson(pick)
    })
    expect(text).toBe(expected)
    if (native) expect(count).toBe(0)
  },
  async 'pages by offset'([, make, pick]) {
    for (const page of [1, 2, 9]) {
      const expected = (await make().paginate(page, 3)).serialize(pick)
      const options: JsonOptions = { page, perPage: 3, ...pick }
      expect(await make().toJson(options)).toBe(JSON.stringify(expected))
    }
  },
  async 'pages by cursor'([, make, pick]) {
    const page = await make().paginateCursor({ limit: 2 })
    const rows = await make().limit(2)
    expect(JSON.stringify(page.serialize(pick).data)).toBe(serialized(rows, pick))
  },
  async 'in a transaction'([, make, pick]) {
    await database.connection().transaction(async (client) => {
      await Note.query({ client }).all().update({ title: 'changed' })
      const expected = serialized(await make({ client }), pick)
      expect(await make({ client }).toJson(pick)).toBe(expected)
      await client.rollback()
    })
  },
  async 'in another zone'([, make, pick]) {
    for (const zone of ['utc', 'America/New_York']) {
      Settings.defaultZone = zone
      expect(await make().toJson(pick)).toBe(serialized(await make(), pick))
    }
  },
  async 'with a value that JavaScript alone writes'(shape, native) {
    await Note.query()
      .where('likes', 9)
      .update({ title: /x/i as never })
    try {
      await ways['all rows']?.(shape, false)
      expect(native).toBeDefined()
    } finally {
      await Note.query().where('likes', 9).update({ title: 'ü 日本' })
    }
  },
}

describe.each(Object.entries(ways))('%s', (_, run) => {
  it.each(shapes)('%s', async (what, make, pick) => {
    await run([what, make, pick], true)
  })

  it.each(OTHERS)('%s', async (what, make, pick) => {
    await run([what, make, pick], false)
  })
})

describe('explainJson', () => {
  it.each(shapes)('%s', (_, make, pick) => {
    expect(make().explainJson(pick)).toEqual({ native: true })
  })

  it.each(OTHERS)('%s', (_, make, pick, why) => {
    const told = make().explainJson(pick)
    expect(told).toEqual({ native: false, reason: expect.stringMatching(why) })
  })
})

it('what is no list of names is refused', async () => {
  const wrong = { relations: { notes: { fields: 'title' } } } as never
  await expect(people().preload('notes').toJson(wrong)).rejects.toMatchObject({
    code: 'E_INVALID_VALUE',
  })
  await expect(people().toJson({ fields: 'name' } as never)).rejects.toMatchObject({
    code: 'E_INVALID_VALUE',
  })
})
