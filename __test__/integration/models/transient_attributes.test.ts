import { inspect } from 'node:util'
import {
  BaseModel,
  beforeSave,
  column,
  errors,
  expr,
  hashPassword,
  verifyPassword,
} from 'lucent-odm'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { compileSource } from '../../helpers/compile.ts'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'
import { withFailPoint } from '../../helpers/server.ts'
import { storedOf, WRITE_PATHS, write } from '../../helpers/write_paths.ts'

const server = lucentDatabase()
const { db, database, client } = server

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare text: string
  @column.transient() declare confirmation: string | undefined
  @column.transient({ serializeAs: 'shown' }) declare note: { text: string } | undefined
}

const users = () => db.collection('users')
beforeEach(() => users().deleteMany({}))

/** Updates by queries have no instance that could keep it; `$attributes` are columns. */
const REFUSING = WRITE_PATHS.filter(
  ({ through, name }) => through === 'query' && !/^bulkWrite: insert|replace/i.test(name),
)
const ACCEPTING = WRITE_PATHS.filter(
  (path) => !REFUSING.includes(path) && !/^\$(attributes|setAttribute)/.test(path.name),
)

describe.each(ACCEPTING)('$kind, $name', (path) => {
  const values = { text: 'x', confirmation: 'never stored', note: { text: 'shown' } }
  /** These make instances of what they are given, or have them. */
  const keeps = path.through === 'instance'

  it('takes it, keeps it, and does not store it', async () => {
    const { stored, instances } = await write(db, path, User, values, { before: { text: 'old' } })
    expect(stored.length).toBeGreaterThan(0)
    for (const document of stored) {
      expect(Object.keys(document).sort()).toEqual(['_id', 'key', 'text'])
    }
    for (const instance of instances) {
      expect(instance.confirmation).toBe(keeps ? 'never stored' : undefined)
      expect(instance.$isDirty).toBe(false)
      expect(instance.$extras).toEqual({})
      expect(instance.toJSON()).toEqual({
        id: instance.id,
        key: instance.key,
        text: 'x',
        ...(keeps && { shown: { text: 'shown' } }),
      })
    }
  })
})

describe.each(REFUSING)('$kind, $name', (path) => {
  it('refuses it: there is no instance', async () => {
    const run = write(db, path, User, { confirmation: 'x' }, { before: { text: 'old' } })
    const error = await run.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(errors.E_UNKNOWN_COLUMN)
    expect((error as Error).message).toMatch(/"confirmation" is a transient attribute/)
    expect(error).toMatchObject({ model: 'User', column: 'confirmation' })
  })
})

describe('an attribute of the instance alone', () => {
  it('is undefined on rows from the database, also where the field is stored', async () => {
    await users().insertOne({ key: 'a', confirmation: 'from elsewhere', note: 1 })
    const [row] = await User.query()
    expect(row?.confirmation).toBeUndefined()
    expect(row?.note).toBeUndefined()
    expect(row?.$extras).toEqual({ confirmation: 'from elsewhere', note: 1 })
    expect(JSON.parse(await User.query().toJson())).toEqual([{ id: row?.id, key: 'a' }])
  })

  it('stays through save and refresh, and changes nothing that is stored', async () => {
    const user = await User.create({ key: 'a', confirmation: 'x' })
    user.confirmation = 'y'
    expect(user.$isDirty).toBe(false)
    expect(user.$dirty).toEqual({})
    expect(user.$attributes).not.toHaveProperty('confirmation')
    expect(user.$original).not.toHaveProperty('confirmation')
    expect(await commandsOf(server, 'users', () => user.save())).toEqual([])
    await user.merge({ key: 'b' }).save()
    await user.refresh()
    expect(user.confirmation).toBe('y')
  })

  it('merge takes it, and fill takes away what it is not given', () => {
    const user = new User().merge({ key: 'a', confirmation: 'x' })
    user.merge({ key: 'b' })
    expect(user.confirmation).toBe('x')
    user.fill({ key: 'c', note: { text: 'n' } })
    expect(user.confirmation).toBeUndefined()
    expect(user.note).toEqual({ text: 'n' })
    expect(() => user.fill({ nothing: 1 } as never)).toThrow(errors.E_UNKNOWN_COLUMN)
    expect(user.note).toEqual({ text: 'n' })
  })

  it('is no column, and not shown in a console', () => {
    const user = new User().merge({ key: 'a', confirmation: 'secret', note: { text: 'secret' } })
    expect(inspect(user)).toBe("User { key: 'a' }")
    expect(User.$hasColumn('confirmation')).toBe(false)
    expect([...User.$columnsDefinitions.keys()]).toEqual(['id', 'key', 'text'])
    expect(user.toObject()).not.toHaveProperty('confirmation')
    expect(user.toAttributes()).toEqual({ key: 'a' })
    expect(user.serialize({ fields: ['shown'] })).toEqual({ shown: { text: 'secret' } })
    expect(user.serialize({ fields: { omit: ['shown'] } })).toEqual({ key: 'a' })
  })

  it('hooks see it; a failed write gives it back, so that the write can be tried again', async () => {
    const seen: unknown[] = []
    class Checked extends User {
      static override collection = 'users'
      @column() declare hash: string
      @beforeSave() static async check(user: Checked) {
        seen.push(user.confirmation)
        if (user.confirmation !== undefined) user.hash = await hashPassword(user.confirmation)
        user.confirmation = undefined
      }
    }
    const user = new Checked().merge({ key: 'a', confirmation: 'secret' })
    const fail = { failCommands: ['insert'], errorCode: 20 }
    await withFailPoint(client, fail, { times: 1 }, async () => {
      await expect(user.save()).rejects.toThrow()
    })
    expect(user.confirmation).toBe('secret')
    await user.save()
    expect(seen).toEqual(['secret', 'secret'])
    expect(user.confirmation).toBeUndefined()
    expect(await verifyPassword((await users().findOne())?.hash, 'secret')).toBe(true)
  })

  it('a rolled back transaction gives it back, and a repeated one starts with it', async () => {
    const user = new User().merge({ key: 'a', note: { text: 'before' } })
    const trx = await database.connection().transaction()
    user.useTransaction(trx)
    ;(user.note as { text: string }).text = 'changed'
    user.confirmation = 'set inside'
    await user.save()
    await trx.rollback()
    expect(user.note).toEqual({ text: 'before' })
    expect(user.confirmation).toBeUndefined()

    const seen: unknown[] = []
    const conflict = {
      failCommands: ['insert'],
      errorCode: 112,
      errorLabels: ['TransientTransactionError'],
    }
    await withFailPoint(client, conflict, { times: 2 }, () =>
      database.transaction(async (inner) => {
        user.useTransaction(inner)
        seen.push(user.confirmation)
        user.confirmation = 'used'
        await user.save()
      }),
    )
    expect(seen).toEqual([undefined, undefined, undefined])
    expect(user.confirmation).toBe('used')
  })

  it('createMany gives back what hooks took when it fails', async () => {
    const made: User[] = []
    class Taking extends User {
      static override collection = 'users'
      @beforeSave() static take(user: Taking) {
        made.push(user)
        user.confirmation = undefined
      }
    }
    const fail = { failCommands: ['insert'], errorCode: 20 }
    await withFailPoint(client, fail, { times: 1 }, async () => {
      const rows = ['x', 'y'].map((confirmation) => ({ key: confirmation, confirmation }))
      await expect(Taking.createMany(rows)).rejects.toThrow()
    })
    expect(made.map(({ confirmation }) => confirmation)).toEqual(['x', 'y'])
  })

  it('an upsert of an instance stores nothing of it', async () => {
    const user = await User.firstOrCreate({ key: 'a' }, { confirmation: 'x', text: 't' })
    expect(user.confirmation).toBe('x')
    const [document] = await storedOf(db, User, 'a')
    expect(Object.keys(document ?? {}).sort()).toEqual(['_id', 'key', 'text'])
  })
})

describe('queries', () => {
  const name = 'confirmation' as never
  const REFUSED: Record<string, () => unknown> = {
    where: () => User.query().where(name, 'x' as never),
    'where of an object': () => User.query().where({ confirmation: 'x' }),
    'where inside': () => User.query().where('note.text' as never, 'x' as never),
    whereNull: () => User.query().whereNull(name),
    whereIn: () => User.query().whereIn(name, ['x' as never]),
    whereExists: () => User.query().whereExists(name),
    whereColumn: () => User.query().whereColumn(name, 'key'),
    orderBy: () => User.query().orderBy(name),
    groupBy: () => User.query().groupBy(name),
    select: () => User.query().select(name),
    distinct: () => User.query().distinct(name),
    max: () => User.query().max(name),
    'an aggregation': () => User.aggregate().match({ confirmation: 'x' } as never),
    'an expression': () =>
      User.aggregate().addFields({ same: expr.eq(expr.field(name), 'x' as never) }),
  }
  it.each(Object.entries(REFUSED))('%s: E_UNKNOWN_COLUMN', (_, run) => {
    expect(run).toThrow(errors.E_UNKNOWN_COLUMN)
  })

  const RUN: Record<string, () => Promise<unknown>> = {
    findBy: () => User.findBy('confirmation', 'x'),
    firstOrCreate: () => User.firstOrCreate({ confirmation: 'x' }),
    fetchOrCreateMany: () => User.fetchOrCreateMany('confirmation', [{ confirmation: 'x' }]),
    upsertMany: () => User.upsertMany([{ confirmation: 'x' }], { by: ['confirmation'] }),
    pluck: () => User.query().pluck('confirmation'),
    valuesOf: () => User.query().valuesOf('confirmation'),
    update: () => User.query().all().update({ confirmation: 'x' }),
    unset: () => User.query().all().unset('confirmation'),
  }
  it.each(Object.entries(RUN))('%s: E_UNKNOWN_COLUMN', async (_, run) => {
    await expect(run()).rejects.toThrow(errors.E_UNKNOWN_COLUMN)
  })

  it('the message says why', () => {
    expect(REFUSED.where).toThrow(
      'User: "confirmation" is a transient attribute, which is never stored',
    )
  })
})

describe('declaring', () => {
  const WRONG: Record<string, () => unknown> = {
    'a column of the same name': () => {
      class Wrong extends User {
        @column() declare confirmation: string
      }
      return Wrong
    },
    'a column stored under the name': () => {
      class Wrong extends User {
        @column({ columnName: 'confirmation' }) declare other: string
      }
      return Wrong
    },
    'the name of a column': () => {
      class Wrong extends User {
        @column.transient() declare key: string
      }
      return Wrong
    },
    'the stored name of a column': () => {
      class Wrong extends User {
        @column({ columnName: 'kept' }) declare held: string
        @column.transient() declare kept: string
      }
      return Wrong
    },
    'a name with a dollar sign': () => {
      class Wrong extends User {
        @column.transient() declare $note: string
      }
      return Wrong
    },
    'an option it does not have': () => {
      class Wrong extends User {
        @column.transient({ columnName: 'x' } as never) declare more: string
      }
      return Wrong
    },
    'a static property': () => {
      class Wrong extends User {
        @(column.transient() as PropertyDecorator) static more: string
      }
      return Wrong
    },
    'a model that is in use': () => {
      class Used extends BaseModel {
        @column() declare key: string
      }
      new Used()
      column.transient()(Used.prototype, 'late')
    },
  }
  it.each(Object.entries(WRONG))('refuses %s', (_, run) => {
    expect(run).toThrow(errors.E_MODEL_DEFINITION)
  })

  it('subclasses inherit, and may show under another name', () => {
    class Admin extends User {
      @column.transient({ serializeAs: 'memo' }) declare note: { text: string } | undefined
      @column.transient({ serializeAs: 'level' }) declare level: number
    }
    const admin = new Admin().merge({ confirmation: 'x', note: { text: 'n' }, level: 1 })
    expect(admin.toJSON()).toEqual({ memo: { text: 'n' }, level: 1 })
    expect(new User().merge({ note: { text: 'n' } }).toJSON()).toEqual({ shown: { text: 'n' } })
    expect(() => new User().merge({ level: 1 } as never)).toThrow(errors.E_UNKNOWN_COLUMN)
  })
})

const SOURCE = `
import { BaseModel, column } from 'lucent-odm'

export class Declared extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column.transient() declare note: string | undefined
}

export class Plain extends BaseModel {
  @column({ isPrimary: true }) id!: string
  @column() name!: string
  @column.transient() note?: string
}

export class Initial extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column.transient() note: string = 'initial'
  other = 'kept'
}

export class Accessors extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  upper: string | undefined = undefined
  @column.transient({ serializeAs: 'note' })
  get note() { return this.upper }
  set note(value: string | undefined) { this.upper = value?.toUpperCase() }
}
`

type Loose = BaseModel & Record<string, unknown>

describe.each([true, false])('with useDefineForClassFields: %s', (useDefineForClassFields) => {
  const options = { useDefineForClassFields, strictPropertyInitialization: false }
  let models: Record<string, typeof BaseModel> = {}
  beforeAll(async () => {
    models = await import((await compileSource(SOURCE, options)).href)
  })

  it.each(['Declared', 'Plain', 'Initial', 'Accessors'])('%s', async (name) => {
    const model = models[name] as unknown as (new () => Loose) & typeof BaseModel
    model.collection = `${name}_${useDefineForClassFields}`
    const note = name === 'Accessors' ? 'N' : 'n'
    const fresh = new model()
    expect(fresh.note).toBe(name === 'Initial' ? 'initial' : undefined)
    fresh.note = 'n'
    fresh.name = 'first'
    await fresh.save()
    expect(fresh.note).toBe(note)
    const made = (await model.create({ name: 'second', note: 'n' } as never)) as Loose
    expect(made.note).toBe(note)
    await made.merge({ name: 'third', note: 'm' } as never).save()
    expect(made.note).toBe(note === 'N' ? 'M' : 'm')
    for (const row of (await model.all()) as Loose[]) {
      expect(row.note).toBeUndefined()
      if (name === 'Initial') expect(row.other).toBe('kept')
      row.note = 'later'
      expect(row.$isDirty).toBe(false)
      expect((row.note as string).toLowerCase()).toBe('later')
    }
    const stored = await db
      .collection(model.collection)
      .find({}, { sort: { _id: 1 } })
      .toArray()
    expect(stored.map(({ _id, ...fields }) => fields)).toEqual([
      { name: 'first' },
      { name: 'third' },
    ])
  })
})
