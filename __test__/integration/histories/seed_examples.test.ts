/** Examples of the documents that this package began with: audits and versions by declaration. */
import {
  Auditable,
  auditContext,
  BaseModel,
  beforeCreate,
  column,
  compose,
  SoftDeletes,
  setAuditContext,
  Timestamps,
  Versioned,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase()

describe('soft delete with audit', () => {
  class Paper extends compose(BaseModel, SoftDeletes, Auditable) {
    @column({ isPrimary: true }) declare id: string
    @column() declare title: string
  }

  it('hides what was deleted, keeps it, and says who deleted it in which request', async () => {
    await auditContext.run({}, async () => {
      setAuditContext({ userId: 'user123', requestId: 'req456' })
      await Paper.createMany([{ title: 'My Document' }, { title: 'Another' }])
      const paper = await Paper.findByOrFail('title', 'My Document')
      await paper.delete()

      expect((await Paper.all()).map(({ title }) => title)).toEqual(['Another'])
      expect(await Paper.query().includeDeleted().count()).toBe(2)
      const [last] = await paper.audits()
      expect(last).toMatchObject({
        operation: 'deleted',
        userId: 'user123',
        requestId: 'req456',
        documentId: paper.id,
      })
      expect(Object.keys(last?.changes ?? {})).toEqual(['deletedAt'])
    })
  })
})

describe('versioned user', () => {
  class User extends compose(BaseModel, Timestamps, Versioned) {
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
    @column() declare email: string
  }

  it('has one version more with each change, and goes back to any of them', async () => {
    const user = await User.create({ name: 'John', email: 'john@example.com' })
    await user.merge({ name: 'Jane' }).save()
    await user.merge({ email: 'jane@example.com' }).save()
    await user.save()
    expect((await user.versions()).map(({ number }) => number)).toEqual([2, 1])
    expect(await user.diffVersions(1, 2)).toMatchObject({ name: { before: 'John', after: 'Jane' } })
    await user.restoreVersion(1)
    expect(await User.findOrFail(user.id)).toMatchObject({
      name: 'John',
      email: 'john@example.com',
      createdAt: user.createdAt,
    })
    expect((await user.versionAt(3))?.email).toBe('jane@example.com')
  })
})

describe('user login/deactivate', () => {
  class User extends compose(BaseModel, Auditable) {
    static override collection = 'accounts'
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
    @column() declare email: string
    @column.dateTime() declare lastLogin: DateTime | null
    @column() declare loginCount: number
    @column() declare isActive: boolean
    @column() declare reason: string | null

    @beforeCreate()
    static begin(user: User) {
      user.loginCount ??= 0
      user.isActive ??= true
    }

    async login(): Promise<boolean> {
      this.lastLogin = DateTime.now()
      this.loginCount += 1
      await this.save()
      return true
    }

    isRecentLogin(hours = 24): boolean {
      return this.lastLogin !== null && this.lastLogin > DateTime.now().minus({ hours })
    }

    deactivate(reason: string): Promise<this> {
      return this.merge({ isActive: false, reason }).save()
    }

    static findInactive(days = 30) {
      const cutoff = DateTime.now().minus({ days })
      return User.query().where('lastLogin', '<', cutoff).where('isActive', true)
    }
  }

  it('counts logins, finds who stays away, and has the reason of a deactivation in the audits', async () => {
    const [ada, ben] = await User.createMany([
      { name: 'Ada', email: 'ada@example.com', lastLogin: null },
      { name: 'Ben', email: 'ben@example.com', lastLogin: DateTime.now().minus({ days: 40 }) },
    ])
    expect(await ada?.login()).toBe(true)
    expect(ada).toMatchObject({ loginCount: 1 })
    expect(ada?.isRecentLogin()).toBe(true)
    expect(ben?.isRecentLogin()).toBe(false)
    const away = await User.findInactive()
    expect(away.map(({ name }) => name)).toEqual(['Ben'])
    await auditContext.run({ userId: ada?.id }, async () => {
      for (const user of away) await user.deactivate('inactive')
    })
    expect(await User.findInactive().count()).toBe(0)
    const [last] = await User.audits(ben?.id)
    expect(last).toMatchObject({ operation: 'updated', userId: ada?.id })
    expect(last?.changes).toEqual({
      isActive: { before: true, after: false },
      reason: { after: 'inactive' },
    })
    expect(await ada?.audits().pluck('operation')).toEqual(['updated', 'created'])
  })
})
