import { BaseModel, column, type UpdateBuilder } from 'lucent-odm'
import { DateTime } from 'luxon'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Post extends BaseModel {
  static override collection = 'posts'
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column({ columnName: 'hits' }) declare views: number
  @column() declare unitPrice: number
  @column() declare meta: { a: { b: number; list: number[] }; ab: number }
  @column() declare tags: string[]
  @column() declare items: { sku: string; qty: number }[]
  @column.objectId() declare ownerId: string
  @column.objectId() declare friendIds: string[]
  @column({ prepare: (list: string[]) => list.join(',') }) declare packed: string[]
  @column({ prepare: () => undefined }) declare vanishing: string
  @column.dateTime() declare seenAt: DateTime
}

const posts = db.collection('posts')
const SECRET = 'secret4711'

beforeEach(async () => {
  await posts.deleteMany({})
  await posts.insertOne({ title: 'a', hits: 1, tags: ['x'], meta: { a: { b: 1 } } })
})

type Change = (update: UpdateBuilder<Post>) => unknown

/** Whatever types say: callers may be JavaScript. */
const loose = (change: (update: UpdateBuilder<never>) => unknown) => change as unknown as Change

describe('two changes of one field', () => {
  it.each<[string, Change]>([
    ['set twice', (u) => u.set('title', 'b').set('title', 'c')],
    ['set and unset', (u) => u.set('title', 'b').unset('title')],
    ['set and increment', (u) => u.set('views', 1).increment('views')],
    ['increment twice', (u) => u.increment('views').increment('views')],
    [
      'under the property’s and the stored name',
      loose((u) => u.set('views' as never, 1 as never).set('hits' as never, 2 as never)),
    ],
    ['in one object', loose((u) => u.set({ unitPrice: 1, unit_price: 2 } as never))],
    ['outside first', (u) => u.set('meta', { a: { b: 1, list: [] }, ab: 1 }).increment('meta.a.b')],
    ['inside first', (u) => u.increment('meta.a.b').unset('meta')],
    ['two levels apart', (u) => u.push('meta.a.list', 1).unset('meta.a')],
    ['push and pull', (u) => u.push('tags', 'a').pull('tags', 'b')],
    ['pull by value and by condition', (u) => u.pull('tags', 'a').pull('tags', 'like', 'b%')],
    ['push and a position', (u) => u.push('tags', 'a').set('tags.0', 'b')],
    ['every element and one', (u) => u.increment('items.$[].qty').unset('items.$[]')],
    ['renamed and set', (u) => u.rename('title', 'ownerId').set('title', 'x')],
    ['set and the aim of a rename', (u) => u.set('ownerId', null).rename('title', 'ownerId')],
    ['renamed to itself', (u) => u.rename('title', 'title')],
  ])('is refused before anything is sent: %s', async (_, change) => {
    const before = await posts.findOne()
    await expect(Post.query().all().updateMany(change)).rejects.toMatchObject({
      code: 'E_INVALID_QUERY',
      model: 'Post',
      operation: 'updateMany',
      message: expect.stringMatching(/changed twice|change the same field/),
    })
    expect(await posts.findOne()).toEqual(before)
  })

  it.each<[string, Change]>([
    ['neighbours', (u) => u.set('meta.a.b', 2).set('meta.ab', 3)],
    ['names that begin alike', (u) => u.set('meta.a', { b: 1, list: [] }).set('meta.ab', 3)],
    ['several positions', (u) => u.set('tags.0', 'b').set('tags.1', 'c')],
  ])('is told from %s', async (_, change) => {
    expect(await Post.query().all().updateMany(change)).toEqual({ matched: 1, modified: 1 })
  })
})

describe('an update', () => {
  const all = () => Post.query().all()
  it.each<[string, () => Promise<unknown>, object]>([
    [
      'of an unknown column',
      () => all().updateMany(loose((u) => u.set('titel' as never, 'x' as never))),
      { code: 'E_UNKNOWN_COLUMN', message: /Did you mean "title"/ },
    ],
    [
      'of an unknown column by update()',
      () => all().update('titel' as never, 'x' as never),
      { code: 'E_UNKNOWN_COLUMN' },
    ],
    [
      'of a version key nobody declared',
      () => all().update('__v' as never, 1 as never),
      { code: 'E_UNKNOWN_COLUMN' },
    ],
    [
      'of an operator',
      () => all().update({ $set: { title: 'x' } } as never),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'of __proto__',
      () => all().update(JSON.parse('{"__proto__": {"title": "x"}}')),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'of the primary key',
      () => all().updateMany((u) => u.set('id', 'x')),
      { code: 'E_INVALID_QUERY', column: 'id' },
    ],
    [
      'of the primary key by increment',
      () => all().increment('_id' as never),
      { code: 'E_INVALID_QUERY', column: 'id' },
    ],
    [
      'that renames the primary key',
      () => all().updateMany((u) => u.rename('id', 'title')),
      { code: 'E_INVALID_QUERY', column: 'id' },
    ],
    [
      'to undefined',
      () => all().updateMany(loose((u) => u.set('title' as never, undefined as never))),
      { code: 'E_UNDEFINED_VALUE', column: 'title' },
    ],
    [
      'to what prepare makes undefined',
      () => all().update('vanishing', 'x'),
      { code: 'E_UNDEFINED_VALUE', column: 'vanishing' },
    ],
    [
      'to a function',
      () => all().update('title', (() => 1) as never),
      { code: 'E_INVALID_VALUE', column: 'title' },
    ],
    [
      'to a forged BSON value',
      () =>
        all().updateMany(
          loose((u) => u.push('ownerId' as never, { _bsontype: 'ObjectId', id: 'x' } as never)),
        ),
      { code: 'E_INVALID_OBJECT_ID' },
    ],
    [
      'of an id to text',
      () => all().update('ownerId', SECRET),
      { code: 'E_INVALID_OBJECT_ID', column: 'ownerId' },
    ],
    [
      'that pushes text to ids',
      () => all().pushTo('friendIds', SECRET),
      { code: 'E_INVALID_OBJECT_ID', column: 'friendIds' },
    ],
    [
      'that pushes undefined',
      () => all().pushTo('tags', undefined as never),
      { code: 'E_UNDEFINED_VALUE', column: 'tags' },
    ],
    [
      'that pushes each of no array',
      () => all().pushTo('tags', 'a' as never, { each: true }),
      { code: 'E_INVALID_QUERY', column: 'tags' },
    ],
    [
      'that pushes to what is no array when stored',
      () => all().pushTo('packed', 'a'),
      { code: 'E_INVALID_QUERY', column: 'packed' },
    ],
    [
      'of a date to text',
      () => all().update('seenAt', SECRET as never),
      { code: 'E_INVALID_DATE_COLUMN_VALUE' },
    ],
    [
      'by text',
      () => all().increment('views', SECRET as never),
      { code: 'E_INVALID_VALUE', column: 'views' },
    ],
    [
      'by NaN',
      () => all().increment('views', Number.NaN),
      { code: 'E_INVALID_VALUE', column: 'views' },
    ],
    [
      'by Infinity',
      () => all().decrement('views', Number.POSITIVE_INFINITY),
      { code: 'E_INVALID_VALUE' },
    ],
    ['by undefined', () => all().increment('views', undefined), { code: 'E_INVALID_VALUE' }],
    [
      'by an object that claims to be a number',
      () => all().increment('views', { _bsontype: 'Long' } as never),
      { code: 'E_INVALID_VALUE' },
    ],
    [
      'that multiplies by nothing',
      () => all().updateMany(loose((u) => u.multiply('views' as never, undefined as never))),
      { code: 'E_INVALID_VALUE' },
    ],
    [
      'of bits by a fraction',
      () => all().updateMany((u) => u.bitwise('views', { or: 0.5 })),
      { code: 'E_INVALID_VALUE' },
    ],
    [
      'of bits by an unknown operation',
      () => all().updateMany((u) => u.bitwise('views', { nand: 1 } as never)),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'that pops in the middle',
      () => all().updateMany((u) => u.pop('tags', 'middle' as never)),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'that pulls without a condition',
      () => all().pullFrom('items', () => {}),
      { code: 'E_EMPTY_FILTER' },
    ],
    [
      'that pulls by an unknown operator',
      () => all().pullFrom('tags', '$gt' as never, 'a' as never),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'that pulls all of no array',
      () => all().updateMany((u) => u.pullAll('tags', 'a' as never)),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'that sorts by an operator',
      () => all().pushTo('items', [], { each: true, sort: { $where: 'asc' } as never }),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'that sorts in no direction',
      () => all().pushTo('tags', [], { each: true, sort: 1 as never }),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'that slices by text',
      () => all().pushTo('tags', 'a', { slice: '1' as never }),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'with a filter that is missing',
      () => all().update('items.$[item].qty', 1),
      { code: 'E_INVALID_QUERY', message: /arrayFilter\('item'/ },
    ],
    [
      'with a filter that is not used',
      () =>
        all()
          .arrayFilter('item', (i) => i.where('sku', 'a'))
          .update('title', 'x'),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'with an empty array filter',
      async () =>
        all()
          .arrayFilter('item', () => {})
          .update('items.$[item].qty', 1),
      { code: 'E_EMPTY_FILTER' },
    ],
    [
      'with two filters of a name',
      async () => all().arrayFilter('i', '=', 1).arrayFilter('i', '=', 2).update('tags.$[i]', 'x'),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'with a filter of a bad name',
      async () => all().arrayFilter('Item', '=', 1).update('tags.$[Item]', 'x'),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'of a place with a bad name',
      () => all().update('tags.$[$where]', 'x'),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'of a place that begins the path',
      () => all().update('$[].title' as never, 'x' as never),
      { code: 'E_INVALID_QUERY' },
    ],
    ['with nothing to do', () => all().updateMany(() => {}), { code: 'E_INVALID_QUERY' }],
    ['with no values', () => all().updateMany({}), { code: 'E_INVALID_QUERY' }],
    ['with no column', () => all().unset(), { code: 'E_INVALID_QUERY' }],
    ['of something else', () => all().updateMany('title' as never), { code: 'E_INVALID_QUERY' }],
    [
      'of an instance of a class',
      () =>
        all().updateMany(
          new (class Values {
            title = 'x'
          })() as never,
        ),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'by an async callback',
      () => all().updateMany(async (u) => u.set('title', 'x')),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'with what only upserts do',
      () => all().updateMany((u) => u.setOnInsert('title', 'x')),
      { code: 'E_INVALID_QUERY' },
    ],
    ['with a limit', () => all().limit(1).updateMany({ title: 'x' }), { code: 'E_INVALID_QUERY' }],
    [
      'with an order',
      () => all().orderBy('title').updateMany({ title: 'x' }),
      { code: 'E_INVALID_QUERY' },
    ],
    [
      'of one with an offset',
      () => all().offset(1).updateOne({ title: 'x' }),
      { code: 'E_INVALID_QUERY' },
    ],
  ])('%s is refused', async (_, act, { message, ...expected }: { message?: RegExp }) => {
    const before = await posts.findOne()
    const error = await act().then(
      () => undefined,
      (caught) => caught,
    )
    expect(error).toMatchObject({ ...expected, model: 'Post' })
    if (message !== undefined) expect(error.message).toMatch(message)
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain(SECRET)
    expect(await posts.findOne()).toEqual(before)
  })
})

describe('without a condition', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['update', () => Post.query().update('title', 'x')],
    ['updateMany', () => Post.query().updateMany({ title: 'x' })],
    ['modify', () => Post.query().modify((u) => u.unset('title'))],
    ['updateOne', () => Post.query().updateOne({ title: 'x' })],
    ['updateOne with an order', () => Post.query().orderBy('title').updateOne({ title: 'x' })],
    ['updateWith', () => Post.query().updateWith([{ $set: { title: 'x' } }])],
    ['increment', () => Post.query().increment('views')],
    ['pushTo', () => Post.query().pushTo('tags', 'x')],
    ['pullFrom', () => Post.query().pullFrom('tags', 'x')],
    ['addToSet', () => Post.query().addToSet('tags', 'y')],
    ['unset', () => Post.query().unset('title')],
    ['delete', () => Post.query().delete()],
    ['deleteOne', () => Post.query().deleteOne()],
    ['findOneAndUpdate', () => Post.query().findOneAndUpdate({ title: 'x' })],
    ['findOneAndDelete', () => Post.query().orderBy('title').findOneAndDelete()],
    ['findOneAndReplace', () => Post.query().findOneAndReplace({ title: 'x' })],
    ['upsert', () => Post.query().upsert({ title: 'x' })],
    [
      'conditions that come to nothing',
      () => Post.query().where({}).whereNotIn('title', []).updateMany({ title: 'x' }),
    ],
    [
      'a negated group that every document fits',
      () =>
        Post.query()
          .whereNot((q) => q.where('title', 'a').whereIn('title', []))
          .delete(),
    ],
    [
      'a negated group within a group',
      () =>
        Post.query()
          .where((q) => q.whereNot((inner) => inner.whereIn('title', []).where('title', 'a')))
          .update({ title: 'x' }),
    ],
  ])('%s is refused', async (_, act) => {
    const before = await posts.find().toArray()
    await expect(act()).rejects.toMatchObject({ code: 'E_EMPTY_FILTER', model: 'Post' })
    expect(await posts.find().toArray()).toEqual(before)
  })
})

describe('dates', () => {
  class Dated extends BaseModel {
    static override collection = 'dated'
    @column() declare label: string
    @column() declare tags: string[]
    @column.dateTime({ autoCreate: true, columnName: 'made' }) declare createdAt: DateTime
    @column.dateTime({ autoCreate: true, autoUpdate: true, columnName: 'changed' })
    declare updatedAt: DateTime
    @column.date({ autoUpdate: true }) declare lastDay: DateTime
  }
  const dated = db.collection('dated')
  const old = new Date('2020-01-01T00:00:00Z')
  const one = () => Dated.query().where('label', 'a')

  beforeEach(async () => {
    await dated.deleteMany({})
    await dated.insertOne({ label: 'a', made: old, changed: old, last_day: old })
  })

  it.each<[string, () => Promise<unknown>]>([
    ['update', () => one().update('label', 'b')],
    ['updateMany', () => one().updateMany({ label: 'b' })],
    ['updateOne', () => one().updateOne({ label: 'b' })],
    ['updateOne with an order', () => one().orderBy('label').updateOne({ label: 'b' })],
    ['pushTo', () => one().pushTo('tags', 'b')],
    ['unset', () => one().unset('tags')],
    ['updateWith', () => one().updateWith([{ $set: { label: 'b' } }])],
    ['findOneAndUpdate', () => one().findOneAndUpdate({ label: 'b' })],
    ['upsert', () => one().upsert({ label: 'b' })],
    ['bulkWrite', () => Dated.bulkWrite((bulk) => bulk.updateOne({ label: 'a' }, { label: 'b' }))],
    ['upsertMany', () => Dated.upsertMany([{ label: 'a', tags: [] }], { by: ['label'] })],
  ])('that stamp themselves do so under their stored names: %s', async (_, act) => {
    const before = Date.now()
    await act()
    const found = await dated.findOne()
    expect(await dated.countDocuments()).toBe(1)
    expect(found?.changed.getTime()).toBeGreaterThanOrEqual(before)
    expect(found?.last_day.toISOString()).toBe(
      `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`,
    )
    expect(found?.made).toEqual(old)
    expect(Object.keys(found ?? {})).not.toContain('updatedAt')
  })

  it.each<[string, () => Promise<unknown>, unknown]>([
    ['set', () => one().update('updatedAt', DateTime.fromJSDate(old)), old],
    ['unset', () => one().unset('updatedAt'), undefined],
    ['in a pipeline', () => one().updateWith([{ $set: { changed: '$made' } }]), old],
  ])('that the update changes itself stay as it says: %s', async (_, act, expected) => {
    await act()
    expect((await dated.findOne())?.changed).toEqual(expected)
  })
})
