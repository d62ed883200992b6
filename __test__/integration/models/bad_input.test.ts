import { BaseModel, column, LucentError, ObjectId } from 'lucent-odm'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: unknown
  @column() declare tags: unknown
  @column.objectId() declare teamId: unknown
  @column.objectId({ as: 'object' }) declare ownerId: unknown
}

const users = db.collection('users')
/** Must never show in an error. */
const SECRET = 'secret4711'

function nested(levels: number): object {
  let value: object = { leaf: SECRET }
  for (let level = 1; level < levels; level++) value = { [`k${level}`]: value }
  return value
}

function cycle(): object {
  const one: Record<string, unknown> = { secret: SECRET }
  one.self = { list: [one] }
  return one
}

const NO_VALUE: readonly (readonly [string, unknown, string])[] = [
  ['a function', () => SECRET, 'function'],
  ['a class', class Secret4711 {}, 'function'],
  ['a symbol', Symbol(SECRET), 'symbol'],
  ['a Set', new Set([SECRET]), 'Set'],
  ['a promise', Promise.resolve(SECRET), 'Promise'],
  ['a boxed string', new String(SECRET), 'String'],
  ['an invalid Date', new Date(Number.NaN), 'invalid Date'],
  ['a bigint beyond 64 bits', 4711n ** 30n, 'bigint'],
  ['a typed array', new Float64Array([4711]), 'Float64Array'],
  ['a Map with keys that are no text', new Map([[{ SECRET }, 1]]), 'Map'],
]

interface Refusal {
  readonly name: string
  act(user: User): Promise<unknown>
  readonly code: string
  readonly column?: string
  /** What the message must say. */
  readonly says?: string
}

const writing: readonly Refusal[] = NO_VALUE.flatMap(([name, value, says]) => [
  {
    name: `${name} in create`,
    act: () => User.create({ name: value }),
    code: 'E_INVALID_VALUE',
    column: 'name',
    says,
  },
  {
    name: `${name} deep in create`,
    act: () => User.create({ tags: [{ deep: [value] }] }),
    code: 'E_INVALID_VALUE',
    column: 'tags',
    says,
  },
  {
    name: `${name} in save`,
    act: (user: User) => {
      user.name = value
      return user.save()
    },
    code: 'E_INVALID_VALUE',
    column: 'name',
    says,
  },
  {
    name: `${name} in createMany`,
    act: () => User.createMany([{ name: 'fine' }, { name: { a: value } }]),
    code: 'E_INVALID_VALUE',
    column: 'name',
    says,
  },
  {
    name: `${name} in a query update`,
    act: () => User.query().where('name', 'x').update({ name: value }),
    code: 'E_INVALID_VALUE',
    column: 'name',
    says,
  },
])

const shapes: readonly Refusal[] = [
  ...(['create', 'createMany', 'save', 'update'] as const).flatMap((way): Refusal[] => {
    const write = (user: User, value: unknown, column: 'name' | 'tags' = 'name') => {
      if (way === 'create') return User.create({ [column]: value })
      if (way === 'createMany') return User.createMany([{ [column]: value }])
      if (way === 'update')
        return User.query()
          .where('name', 'x')
          .update({ [column]: value })
      user[column] = value
      return user.save()
    }
    return [
      {
        name: `${way} of 101 levels`,
        act: (user) => write(user, nested(101)),
        code: 'E_DOCUMENT_TOO_DEEP',
        column: 'name',
      },
      {
        name: `${way} of 100,000 levels`,
        act: (user) => write(user, nested(100_000), 'tags'),
        code: 'E_DOCUMENT_TOO_DEEP',
        column: 'tags',
      },
      {
        name: `${way} of a value inside itself`,
        act: (user) => write(user, cycle()),
        code: 'E_DOCUMENT_TOO_DEEP',
        column: 'name',
      },
      {
        name: `${way} of 17 MiB`,
        act: (user) => write(user, SECRET.repeat(1_800_000)),
        code: 'E_DOCUMENT_TOO_LARGE',
      },
      {
        name: `${way} of 60 MB`,
        act: (user) => write(user, SECRET.repeat(6_000_000)),
        code: 'E_DOCUMENT_TOO_LARGE',
      },
      {
        name: `${way} of a name with NUL`,
        act: (user) => write(user, { [`a\0${SECRET}`]: 1 }),
        code: 'E_INVALID_VALUE',
        column: 'name',
      },
    ]
  }),
]

const ids: readonly Refusal[] = [
  'short',
  `${SECRET}${'z'.repeat(14)}`,
  4711,
  {},
  true,
  () => 1,
].flatMap((id: unknown): Refusal[] => [
  {
    name: `find(${typeof id})`,
    act: () => User.find(id),
    code: 'E_INVALID_OBJECT_ID',
    column: 'id',
  },
  {
    name: `find(${typeof id}) on its own`,
    act: () => User.find(id, { coalesce: false }),
    code: 'E_INVALID_OBJECT_ID',
    column: 'id',
  },
  {
    name: `findMany([${typeof id}])`,
    act: () => User.findMany([new ObjectId(), id]),
    code: 'E_INVALID_OBJECT_ID',
    column: 'id',
  },
  {
    name: `where('id', ${typeof id})`,
    act: async () => User.query().where('id', id as string),
    code: 'E_INVALID_OBJECT_ID',
    column: 'id',
  },
  {
    name: `create({ id: ${typeof id} })`,
    act: () => User.create({ id: id as string }),
    code: 'E_INVALID_OBJECT_ID',
    column: 'id',
  },
  {
    name: `create({ teamId: ${typeof id} })`,
    act: () => User.create({ teamId: id }),
    code: 'E_INVALID_OBJECT_ID',
    column: 'teamId',
  },
  {
    name: `save of ownerId: ${typeof id}`,
    act: (user) => {
      user.ownerId = id
      return user.save()
    },
    code: 'E_INVALID_OBJECT_ID',
    column: 'ownerId',
  },
  {
    name: `query update of teamId: ${typeof id}`,
    act: () => User.query().where('name', 'x').update({ teamId: id }),
    code: 'E_INVALID_OBJECT_ID',
    column: 'teamId',
  },
])

const undefineds: readonly Refusal[] = [
  { name: 'find', act: () => User.find(undefined), code: 'E_UNDEFINED_VALUE', column: 'id' },
  {
    name: 'findOrFail',
    act: () => User.findOrFail(undefined),
    code: 'E_UNDEFINED_VALUE',
    column: 'id',
  },
  {
    name: 'findMany',
    act: () => User.findMany([undefined]),
    code: 'E_UNDEFINED_VALUE',
    column: 'id',
  },
  {
    name: 'findBy',
    act: () => User.findBy('name', undefined as never),
    code: 'E_UNDEFINED_VALUE',
    column: 'name',
  },
  {
    name: 'findBy of an object',
    act: () => User.findBy({ name: undefined }),
    code: 'E_UNDEFINED_VALUE',
    column: 'name',
  },
  {
    name: 'where',
    act: async () => User.query().where('name', undefined as never),
    code: 'E_UNDEFINED_VALUE',
    column: 'name',
  },
  {
    name: 'whereIn',
    act: async () => User.query().whereIn('name', [undefined]),
    code: 'E_UNDEFINED_VALUE',
    column: 'name',
  },
  {
    name: 'update',
    act: () =>
      User.query()
        .where('name', 'x')
        .update('name', undefined as never),
    code: 'E_UNDEFINED_VALUE',
    column: 'name',
  },
]

const query = () => User.query().where('name', 'x')
const others: readonly Refusal[] = [
  { name: 'findBy without arguments', act: () => User.findBy({}), code: 'E_INVALID_QUERY' },
  { name: 'findBy(null)', act: () => User.findBy(null as never), code: 'E_INVALID_QUERY' },
  {
    name: 'findBy of an unknown column',
    act: () => User.findBy('nope' as never, SECRET as never),
    code: 'E_UNKNOWN_COLUMN',
    column: 'nope',
  },
  {
    name: 'findMany of no array',
    act: () => User.findMany(SECRET as never),
    code: 'E_INVALID_QUERY',
  },
  {
    name: 'createMany of no array',
    act: () => User.createMany({ name: SECRET } as never),
    code: 'E_INVALID_VALUE',
  },
  { name: 'create of text', act: () => User.create(SECRET as never), code: 'E_INVALID_VALUE' },
  {
    name: 'create of an array',
    act: () => User.create([SECRET] as never),
    code: 'E_INVALID_VALUE',
  },
  {
    name: 'create of an unknown column',
    act: () => User.create({ nope: SECRET } as never),
    code: 'E_UNKNOWN_COLUMN',
    column: 'nope',
  },
  {
    name: 'merge of $set',
    act: async (user) => user.merge({ $set: SECRET } as never),
    code: 'E_UNKNOWN_COLUMN',
    column: '$set',
  },
  {
    name: 'update of an unknown column',
    act: () => query().update({ nope: SECRET } as never),
    code: 'E_UNKNOWN_COLUMN',
    column: 'nope',
  },
  {
    name: 'update of the key',
    act: () => query().update({ id: new ObjectId().toHexString() }),
    code: 'E_INVALID_QUERY',
    column: 'id',
  },
  { name: 'update of nothing', act: () => query().update({}), code: 'E_INVALID_QUERY' },
  {
    name: 'update of everything',
    act: () => User.query().update({ name: SECRET }),
    code: 'E_EMPTY_FILTER',
  },
  { name: 'delete of everything', act: () => User.query().delete(), code: 'E_EMPTY_FILTER' },
  {
    name: 'increment of everything',
    act: () => User.query().increment('name' as never),
    code: 'E_EMPTY_FILTER',
  },
  {
    name: 'update with a limit',
    act: () => query().limit(1).update({ name: 1 }),
    code: 'E_INVALID_QUERY',
  },
  {
    name: 'delete with an order',
    act: () => query().orderBy('id').delete(),
    code: 'E_INVALID_QUERY',
  },
  {
    name: 'increment by text',
    act: () => query().increment('name' as never, SECRET as never),
    code: 'E_INVALID_VALUE',
    column: 'name',
  },
  {
    name: 'increment by NaN',
    act: () => query().increment('name' as never, Number.NaN),
    code: 'E_INVALID_VALUE',
    column: 'name',
  },
  {
    name: 'orderBy of an unknown column',
    act: async () => User.query().orderBy('nope' as never),
    code: 'E_UNKNOWN_COLUMN',
    column: 'nope',
  },
  {
    name: 'select of an unknown column',
    act: async () => User.query().select('nope' as never),
    code: 'E_UNKNOWN_COLUMN',
    column: 'nope',
  },
  { name: 'limit(-1)', act: async () => User.query().limit(-1), code: 'E_INVALID_QUERY' },
  {
    name: 'limit of text',
    act: async () => User.query().limit(SECRET as never),
    code: 'E_INVALID_QUERY',
  },
  { name: 'paginate(0)', act: () => User.query().paginate(0), code: 'E_INVALID_QUERY' },
  { name: 'paginate(1, 0)', act: () => User.query().paginate(1, 0), code: 'E_INVALID_QUERY' },
  {
    name: 'paginate of text',
    act: () => User.query().paginate(SECRET as never),
    code: 'E_INVALID_QUERY',
  },
  {
    name: 'an unknown hook event',
    act: async () => User.before('explode' as never, () => undefined),
    code: 'E_MODEL_DEFINITION',
  },
  {
    name: 'a hook that is no function',
    act: async () => User.after('save', SECRET as never),
    code: 'E_MODEL_DEFINITION',
  },
]

describe.each([
  ['values that BSON has not', writing],
  ['shapes that MongoDB has not', shapes],
  ['ids that are none', ids],
  ['undefined', undefineds],
  ['arguments', others],
])('%s', (_, rows) => {
  let user: User

  beforeAll(async () => {
    await users.deleteMany({})
    user = await User.create({ name: 'kept', tags: ['kept'] })
  })

  it.each(rows)('$name', async ({ act, code, column, says }) => {
    const fresh = await User.findOrFail(user.id)
    const error = await Promise.resolve()
      .then(() => act(fresh))
      .catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(LucentError)
    const { message, model } = error as LucentError
    expect(error).toMatchObject({ code, model: 'User', ...(column && { column }) })
    expect(message).not.toContain(SECRET)
    expect(message).not.toContain('4711')
    expect(message).toMatch(/User|"/)
    if (says !== undefined) expect(message).toContain(says)
    expect({ model }).toEqual({ model: 'User' })
    // Nothing was stored, and nothing is broken.
    const documents = await users.find().toArray()
    expect(documents).toEqual([{ _id: new ObjectId(user.id), name: 'kept', tags: ['kept'] }])
  })
})

it('a failed encoding leaves the next requests alone', async () => {
  const { id } = await User.create({ name: 'x' })
  for (let round = 0; round < 300; round++) {
    const failing = User.create({ tags: [{ a: [{ b: Symbol('x') }] }] })
    const working = User.findOrFail(id, { coalesce: false })
    await expect(failing).rejects.toMatchObject({ code: 'E_INVALID_VALUE' })
    expect((await working).name).toBe('x')
  }
})
