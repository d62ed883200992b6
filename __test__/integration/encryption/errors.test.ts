import { Binary, type Document } from 'bson'
import { BaseModel, column, expr } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare rank: number
  @column.encrypted() declare passNumber: string | null
  @column.encrypted({ columnName: 'telephone', blind: true }) declare phone: string | null
  @column.encrypted({ columnName: 'addr', fields: ['street', 'rooms.code'] })
  declare address: { street: string; rooms: { code: number }[] }
}

const users = db.collection('users')
const ADA = {
  rank: 1,
  passNumber: 'secret-1',
  phone: 'secret-2',
  address: { street: 'secret-3', rooms: [{ code: 1 }] },
}

beforeEach(async () => {
  await users.deleteMany({})
  await User.create(ADA)
})

const failure = async (run: () => PromiseLike<unknown>) => {
  const error: unknown = await Promise.resolve()
    .then(run)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  expect(String(error)).not.toContain('secret')
  return error
}

type Loose = Record<string, (...args: unknown[]) => PromiseLike<unknown>>
const one = () => User.query().where('rank', 1) as never as Loose

describe('a refusal names the model, the property and the operation', () => {
  const REFUSED: Record<string, [string, string, () => PromiseLike<unknown> | undefined]> = {
    'a condition': ['passNumber', 'find', () => one().where?.('passNumber', 'x')],
    'a raw condition': ['phone', 'find', () => one().whereRaw?.({ telephone: { $gt: 1 } })],
    'a condition inside': ['address.street', 'find', () => one().where?.('address.street', 'x')],
    'a condition in an array': [
      'address.rooms.code',
      'find',
      () => one().whereElemMatch?.('address.rooms', { code: 1 }),
    ],
    'an order': ['passNumber', 'find', () => one().orderBy?.('passNumber')],
    'a count': ['phone', 'count', () => User.query().where('phone', '>', 'x').count()],
    'a list of values': ['passNumber', 'valuesOf', () => one().valuesOf?.('passNumber')],
    'a change': ['passNumber', 'pushTo', () => one().pushTo?.('passNumber', 1)],
    'a change inside': [
      'address.rooms.code',
      'increment',
      () => one().increment?.('address.rooms.0.code'),
    ],
    'a bulk write': [
      'phone',
      'bulkWrite',
      () => User.bulkWrite((bulk) => bulk.deleteMany((q) => q.where('phone', '>', 'x'))),
    ],
    'a pipeline': [
      'passNumber',
      'aggregate',
      () => User.aggregate().addFields({ x: expr.field('passNumber') }),
    ],
    'a filter of array elements': [
      'address.rooms.code',
      'updateMany',
      () =>
        one().updateMany?.((update: Record<string, (...args: unknown[]) => typeof update>) =>
          update
            .set?.('address.rooms.$[r].x', 1)
            .arrayFilter?.('r', (room: Loose) => room.where?.('code', 1)),
        ),
    ],
  }

  it.each(Object.entries(REFUSED))('%s', async (_name, [column, operation, run]) => {
    expect(await failure(run as never)).toMatchObject({
      code: 'E_ENCRYPTED_COLUMN_QUERY',
      model: 'User',
      operation,
      column,
    })
  })
})

/** The ways of reading a document. */
const READS: Record<string, [string, () => PromiseLike<unknown>]> = {
  all: ['find', () => User.all()],
  first: ['find', () => User.query().first()],
  find: ['find', async () => User.find(String((await users.findOne())?._id))],
  pojo: ['find', () => User.query().pojo()],
  toJson: ['toJson', () => User.query().toJson()],
  aggregate: ['aggregate', () => User.aggregate().limit(1)],
  cursor: [
    'cursor',
    async () => {
      for await (const _ of User.query().cursor());
    },
  ],
  findOneAndUpdate: ['findOneAndUpdate', () => one().findOneAndUpdate?.({ rank: 2 }) as never],
}

describe.each(Object.entries(READS))(
  'a value that cannot be read, by %s',
  (_name, [operation, run]) => {
    it('was put there in plain', async () => {
      await users.updateOne({}, { $set: { 'addr.rooms.0.code': 7 } })
      expect(await failure(run)).toMatchObject({
        code: 'E_DECRYPTION_FAILED',
        model: 'User',
        operation,
        column: 'address.rooms.code',
      })
    })

    it('has a key that is not in the ring', async () => {
      const { telephone } = (await users.findOne()) as Document
      const bytes = Buffer.from((telephone as Binary).buffer)
      bytes.fill(0, 2, 6)
      await users.updateOne({}, { $set: { telephone: new Binary(bytes, 0xe1) } })
      expect(await failure(run)).toMatchObject({
        code: 'E_UNKNOWN_KEY',
        model: 'User',
        operation,
        column: 'phone',
      })
    })
  },
)
