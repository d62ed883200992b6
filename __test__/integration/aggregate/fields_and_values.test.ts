import fc from 'fast-check'
import { BaseModel, column, expr } from 'lucent-odm'
import { ObjectId } from 'mongodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { tries } from '../../helpers/property.ts'

const { db } = lucentDatabase()

class Account extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare ownerName: string
  @column({ columnName: 'pw' }) declare password: string
  @column() declare settings: { theme: { dark: boolean }; lang: string }
  @column() declare tags: string[]
}

const id = new ObjectId()

beforeAll(async () => {
  await db.collection('accounts').insertOne({
    _id: id,
    owner_name: 'Ada',
    pw: 'secret',
    settings: { theme: { dark: true }, lang: 'en' },
    tags: ['a', 'b'],
  })
})

describe('fields', () => {
  it('of a projection are those that were named, and no others', async () => {
    const rows = await Account.aggregate().project({
      id: true,
      ownerName: 1,
      lang: expr.field('settings.lang'),
      zero: expr.literal(0),
      no: expr.literal(false),
      computed: expr.size('tags'),
      tags: { first: expr.first('tags'), one: 1 },
      nothing: expr.remove(),
    })
    expect(rows).toEqual([
      {
        id: String(id),
        ownerName: 'Ada',
        lang: 'en',
        zero: 0,
        no: false,
        computed: 2,
        // A document of one's own, not paths into the elements of the array.
        tags: { first: 'a', one: 1 },
      },
    ])
  })

  it('can be taken away', async () => {
    const without = await Account.aggregate().project({ password: false, tags: false, id: false })
    expect(without).toEqual([{ ownerName: 'Ada', settings: { theme: { dark: true }, lang: 'en' } }])
    const unset = await Account.aggregate().unset('password', 'settings.theme', 'id')
    expect(unset).toEqual([{ ownerName: 'Ada', settings: { lang: 'en' }, tags: ['a', 'b'] }])
  })

  it('can be selected', async () => {
    expect(await Account.aggregate().select('ownerName', 'settings.lang')).toEqual([
      { id: String(id), ownerName: 'Ada', settings: { lang: 'en' } },
    ])
  })

  it('get other values', async () => {
    const [row] = await Account.aggregate()
      .addFields({
        ownerName: expr.toUpper(expr.field('ownerName')),
        'settings.theme.dark': false,
        tags: { n: expr.size('tags') },
      })
      .select('ownerName', 'settings', 'tags')
    expect(row).toEqual({
      id: String(id),
      ownerName: 'ADA',
      settings: { theme: { dark: false }, lang: 'en' },
      tags: { n: 2 },
    })
  })

  it('of an inner document take the row’s place', async () => {
    expect(await Account.aggregate().replaceRoot('settings')).toEqual([
      { theme: { dark: true }, lang: 'en' },
    ])
    const made = await Account.aggregate()
      .replaceWith({ owner: 'ownerName', account: 'id', size: expr.size('tags') })
      .match({ account: String(id) })
    expect(made).toEqual([{ owner: 'Ada', account: String(id), size: 2 }])
    const merged = await Account.aggregate().replaceRoot(
      expr.mergeObjects('settings', { lang: expr.literal('fr'), owner: 'ownerName' }),
    )
    expect(merged).toEqual([{ theme: { dark: true }, lang: 'fr', owner: 'Ada' }])
  })

  it('come by the element', async () => {
    const rows = await Account.aggregate()
      .unwind('tags', { includeArrayIndex: 'at' })
      .project({ tag: expr.field('tags'), at: expr.toInt('at') })
    expect(rows).toEqual([
      { tag: 'a', at: 0 },
      { tag: 'b', at: 1 },
    ])
  })

  it('come at random', async () => {
    expect(await Account.aggregate().sample(5)).toHaveLength(1)
    expect(await Account.aggregate().match(expr.lte(expr.rand(), 1)).skip(1)).toEqual([])
  })
})

describe('values', () => {
  const HOSTILE: unknown[] = [
    '$pw',
    '$$ROOT',
    '$$CURRENT.pw',
    { $getField: 'pw' },
    { $literal: 1 },
    ['$pw', { $toString: '$pw' }],
    { a: { b: '$pw' }, $c: ['$$ROOT'] },
    {},
    [],
    [[]],
    null,
    '',
  ]

  it.each(HOSTILE.map((value) => [JSON.stringify(value), value]))(
    '%s is itself',
    async (_, value) => {
      const given = value as string
      const [row] = await Account.aggregate()
        .let({ v: given })
        .addFields({ a: given })
        .project({
          a: true,
          b: expr.cond(true, given, 0),
          c: expr.eq(given, expr.literal(given)),
          d: expr.in(given, [given]),
          e: expr.variable('v'),
          f: [given],
          g: { x: given, y: expr.field('ownerName') },
          h: expr.ifNull(given, 'none'),
          i: given,
        })
      const orNone = value === null ? 'none' : value
      expect(row).toEqual({
        a: value,
        b: value,
        c: true,
        d: true,
        e: value,
        f: [value],
        g: { x: value, y: 'Ada' },
        h: orNone,
        i: value,
      })
      const documents = await Account.aggregate().documents([{ x: given }])
      expect(documents).toEqual([{ x: value }])
      expect(await Account.aggregate().match({ ownerName: given })).toEqual([])
    },
  )

  it('of any kind are themselves', async () => {
    const key = fc.string().filter((name) => !name.includes('\0') && name !== '_bsontype')
    const text = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `$${rest}`),
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc
          .dictionary(
            fc.oneof(
              key,
              key.map((name) => `$${name}`),
            ),
            tie('value'),
            { maxKeys: 3 },
          )
          .map((made) => Object.assign({}, made)),
      ),
    }))
    const wanted = value as fc.Arbitrary<string>
    await fc.assert(
      fc.asyncProperty(fc.array(wanted, { minLength: 1, maxLength: 20 }), async (values) => {
        const rows = await Account.aggregate()
          .limit(1)
          .addFields(Object.fromEntries(values.map((one, n) => [`v${n}`, one])))
          .project({ v: values.map((_, n) => expr.field(`v${n}` as string)) })
        expect(rows).toEqual([{ v: values }])
      }),
      tries(50),
    )
  })
})
