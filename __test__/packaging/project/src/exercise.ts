import { BaseModel, Database, errors } from 'lucent-odm'
import User from './user.js'

/** What the walk saw. */
export interface Seen {
  created: object
  found: string | undefined
  fetched: string[]
  counted: number
  updated: number | undefined
  gone: boolean
  refused: string
}

/** Walks a user through its life, in a database of its own, and closes the connection. */
export async function exercise(name: string): Promise<Seen> {
  const url = process.env.MONGODB_URL
  if (url === undefined) throw new Error('MONGODB_URL is not set')
  const database = new Database({
    connection: 'main',
    connections: { main: { url, database: name } },
  })
  BaseModel.useDatabase(database)
  try {
    const user = await User.create({ email: 'ada@example.com' })
    const { id, ...created } = user.toJSON()
    if (typeof id !== 'string') throw new Error('no id')

    user.status = 'active'
    user.credits += 5
    await user.save()
    const found = await User.find(id)

    await User.create({ email: 'ben@example.com' })
    const fetched = await User.query().orderBy('email')
    const rich = await User.query().where('credits', '>', 0).first()

    const cleo = await User.create({ email: 'cleo@example.com', status: 'active', credits: 1 })
    await cleo.delete()
    const refused = await User.findOrFail(cleo.$primaryKeyValue).catch((error: unknown) => error)

    // @ts-expect-error the column does not exist
    const unknown: unknown = user.nickname
    // @ts-expect-error the value is not the column's
    const wrong = () => User.create({ credits: 'many' })

    return {
      created,
      found: found?.email,
      fetched: fetched.map(({ email }) => email),
      counted: (await User.all()).length,
      updated: rich?.credits,
      gone: (await User.findBy('email', 'cleo@example.com')) === null && unknown === undefined,
      refused: refused instanceof errors.E_ROW_NOT_FOUND ? refused.code : typeof wrong,
    }
  } finally {
    await database.closeAll()
  }
}
