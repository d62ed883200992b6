/** Hooks that are added at run time: to all models, for a connection, and taken off again. */
import { BaseModel, column, Database } from 'lucent-odm'
import { afterEach, expect, it } from 'vitest'
import { freshCollection, UserColumns } from '../../helpers/hooked_user.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()
const offs: (() => void)[] = []
afterEach(() => {
  for (const off of offs.splice(0)) off()
})

function model() {
  class User extends UserColumns {
    static override collection = freshCollection()
  }
  return User
}

const NEW = { email: 'new@example.com', age: 1 }

it('a hook is taken off again, and others stay', async () => {
  const User = model()
  const seen: string[] = []
  const off = User.before('save', () => void seen.push('first'))
  User.before('save', () => void seen.push('second'))
  await User.create(NEW)
  off()
  off()
  await User.create(NEW)
  expect(seen).toEqual(['first', 'second', 'second'])
})

it('an operation under way runs the hooks that it began with', async () => {
  const User = model()
  const seen: string[] = []
  const off = User.after('save', () => void seen.push('after'))
  User.before('save', () => off())
  await User.create(NEW)
  await User.create(NEW)
  expect(seen).toEqual(['after'])
})

it('what a parent loses its subclasses lose too', async () => {
  const User = model()
  class Admin extends User {
    static override collection = freshCollection()
  }
  const seen: string[] = []
  const off = User.before('save', () => void seen.push('parent'))
  await Admin.create(NEW)
  off()
  await Admin.create(NEW)
  expect(seen).toEqual(['parent'])
})

it('a hook of BaseModel reaches every model, also those used already', async () => {
  const Used = model()
  await Used.create(NEW)
  const seen: string[] = []
  offs.push(BaseModel.before('save', (row) => void seen.push(row.constructor.name)))
  offs.push(BaseModel.after('fetch', (rows) => void seen.push(`${rows.length} rows`)))
  class Later extends BaseModel {
    static override collection = freshCollection()
    @column({ isPrimary: true }) declare id: string
  }
  await Used.create(NEW)
  await Later.create({})
  await Used.all()
  expect(seen).toEqual(['User', 'Later', '2 rows'])
  for (const off of offs.splice(0)) off()
  await Used.create(NEW)
  await Used.all()
  expect(seen).toHaveLength(3)
})

it('a hook for a connection sleeps on others', async () => {
  const database = new Database({
    connection: 'one',
    connections: {
      one: { url: server.uri, database: server.name },
      two: { url: server.uri, database: `${server.name}_two` },
    },
  })
  const User = model()
  User.useDatabase(database)
  const seen: string[] = []
  User.before('save', (_, { connection }) => void seen.push(connection), { connection: 'two' })
  User.before('save', () => false, { connection: 'three' })
  await User.create(NEW, { connection: 'one' })
  await User.create(NEW, { connection: 'two' })
  expect(seen).toEqual(['two'])
  await server.client.db(`${server.name}_two`).dropDatabase()
  await database.closeAll()
})
