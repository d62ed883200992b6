import { BaseModel, type CursorPageOptions, column, errors, ObjectId } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../helpers/lucent.ts'

const { db } = lucentDatabase({ cursorSecret: 'the secret of this test file' })

class Employee extends BaseModel {
  static override collection = 'employees'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column({ serializeAs: null }) declare salary: number
  @column({ serializeAs: null }) declare remark: string
}

const SALARY = 81_726_354
const REMARK = 'a remark that nobody is shown'
const ID = '6b0cc830f2ad4dc07df5ed03'

beforeEach(async () => {
  await db.collection('employees').deleteMany({})
  await db.collection('employees').insertMany([
    { _id: new ObjectId(ID) as never, name: 'Ada', salary: SALARY, remark: REMARK },
    { name: 'Eve', salary: SALARY + 1, remark: `${REMARK} 2` },
    { name: 'Kim', salary: SALARY + 2, remark: `${REMARK} 3` },
  ])
})

const page = (options: CursorPageOptions = {}) =>
  Employee.query()
    .orderBy('salary')
    .orderBy('remark')
    .paginateCursor({ limit: 1, ...options })

describe('issue 29: a page cursor', () => {
  it('shows nothing of the values of its order', async () => {
    const { nextCursor } = await page()
    const bytes = Buffer.from(nextCursor ?? '', 'base64url')
    expect(bytes.length).toBeGreaterThan(REMARK.length)
    const number = Buffer.alloc(4)
    number.writeInt32LE(SALARY)
    for (const value of [Buffer.from(REMARK), number, Buffer.from(ID, 'hex')]) {
      expect(bytes.includes(value)).toBe(false)
    }
    // Nor that two are the same place.
    expect((await page()).nextCursor).not.toBe(nextCursor)
  })

  it('leads from page to page, and back', async () => {
    const first = await page()
    const second = await page({ after: first.nextCursor })
    const third = await page({ after: second.nextCursor })
    expect([first, second, third].map((one) => one[0]?.name)).toEqual(['Ada', 'Eve', 'Kim'])
    expect((await page({ before: third.previousCursor }))[0]?.name).toBe('Eve')
    expect(JSON.stringify(second)).not.toContain(String(SALARY))
  })

  it('that was changed anywhere is refused', async () => {
    const bytes = Buffer.from((await page()).nextCursor ?? '', 'base64url')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      const after = changed.toString('base64url')
      await expect(page({ after })).rejects.toBeInstanceOf(errors.E_INVALID_CURSOR)
    }
  })

  it('of the form that was signed alone is refused', async () => {
    // Version 1, after, a query's name, an empty document, a signature.
    const bytes = Buffer.concat([
      Buffer.from([1, 1]),
      Buffer.alloc(8),
      Buffer.from([5, 0, 0, 0, 0]),
      Buffer.alloc(32),
    ])
    await expect(page({ after: bytes.toString('base64url') })).rejects.toMatchObject({
      code: 'E_INVALID_CURSOR',
      status: 400,
    })
  })
})
