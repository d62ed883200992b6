/** Unique indexes of models whose deletes keep documents. */
import { BaseModel, column, compose, SoftDeletes } from 'lucent-odm'
import { expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Member extends compose(BaseModel, SoftDeletes) {
  @column({ isPrimary: true }) declare id: string
  @column({ unique: true }) declare email: string
}

it('what is deleted takes nobody its place, and comes back where the place is free', async () => {
  await Member.syncIndexes()
  const [index] = (await db.collection('members').indexes()).filter(({ unique }) => unique)
  expect(index?.partialFilterExpression).toEqual({ deleted_at: null })
  const first = await Member.create({ email: 'ada@example.com' })
  await expect(Member.create({ email: 'ada@example.com' })).rejects.toMatchObject({
    code: 'E_DUPLICATE_KEY',
  })
  await first.delete()
  const second = await Member.create({ email: 'ada@example.com' })
  await expect(first.restore()).rejects.toMatchObject({ code: 'E_DUPLICATE_KEY' })
  await second.delete()
  await first.restore()
  expect((await Member.all()).map(({ id }) => id)).toEqual([first.id])
  expect((await Member.diffIndexes()).inSync).toBe(true)
})
