import { BaseModel, column } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { freshCollection, pause } from '../../helpers/hooked_user.ts'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()

class EntryColumns extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare note: string
}

function entries() {
  class Entry extends EntryColumns {
    static override collection = freshCollection()
  }
  return { Entry, stored: server.db.collection(Entry.collection) }
}

describe('hooks that use the model they belong to', () => {
  it('find, create, change and delete other instances', async () => {
    const { Entry, stored } = entries()
    const old = await Entry.create({ name: 'old' })
    Entry.before('create', async (entry) => {
      if (entry.name.startsWith('copy')) return
      const [found, many] = await Promise.all([
        Entry.find(old.id),
        Entry.query().where('name', 'old'),
      ])
      const copy = await Entry.create({ name: `copy of ${entry.name}` })
      entry.note = `${found?.name} ${many.length} ${copy.$isPersisted}`
    })
    Entry.after('create', async (entry) => {
      if (entry.name.startsWith('copy')) return
      await Entry.query().where('name', 'old').update({ note: 'seen' })
      await (await Entry.findByOrFail('name', `copy of ${entry.name}`)).delete()
      await entry.merge({ note: `${entry.note}, saved again` }).save()
    })
    const entry = await Entry.create({ name: 'new' })
    expect(entry).toMatchObject({ note: 'old 1 true, saved again', $isDirty: false })
    expect(await stored.find({}, { projection: { _id: 0 } }).toArray()).toEqual([
      { name: 'old', note: 'seen' },
      { name: 'new', note: 'old 1 true, saved again' },
    ])
  })

  it('read in a read', async () => {
    const { Entry } = entries()
    await Entry.createManyQuietly([{ name: 'a' }, { name: 'b' }])
    let depth = 0
    const counts: number[] = []
    Entry.after('fetch', async (rows) => {
      counts.push(rows.length)
      if (++depth < 5) await Entry.query().limit(1)
    })
    expect(await Entry.all()).toHaveLength(2)
    expect(counts).toEqual([2, 1, 1, 1, 1])
  })

  it('refresh and save the instance at hand', async () => {
    const { Entry, stored } = entries()
    const entry = await Entry.create({ name: 'a' })
    await stored.updateOne({}, { $set: { note: 'by somebody else' } })
    Entry.before('update', async (one) => {
      const { name } = one
      await one.refresh()
      one.name = `${name}, ${one.note}`
    })
    await entry.merge({ name: 'b' }).save()
    expect(entry).toMatchObject({ name: 'b, by somebody else', $isDirty: false })
  })

  it('stop at their own recursion when one of them refuses', async () => {
    const { Entry, stored } = entries()
    let depth = 0
    Entry.before('create', async (entry) => {
      if (++depth === 4) return false
      await Entry.create({ name: `${entry.name}+` })
    })
    await expect(Entry.create({ name: 'a' })).rejects.toMatchObject({ code: 'E_HOOK_ABORTED' })
    expect(depth).toBe(4)
    expect(await stored.countDocuments()).toBe(0)
  })
})

describe('prepare functions that start operations', () => {
  it.each([false, true])(
    'do not disturb the one that is being written (coalesced: %s)',
    async (coalesce) => {
      const started: Promise<unknown>[] = []
      class Prepared extends BaseModel {
        static override collection = freshCollection()
        @column({ isPrimary: true }) declare id: string

        @column({
          prepare(value: string) {
            if (value.startsWith('inner')) return value
            started.push(
              Prepared.create({ name: `inner ${value}`, note: 'x'.repeat(5000) }, { coalesce }),
              Prepared.query().whereRaw({ name: value }).first(),
              Prepared.find('ffffffffffffffffffffffff'),
            )
            return value.toUpperCase()
          },
        })
        declare name: string
        @column() declare note: string
      }
      Prepared.before('save', (one) => {
        one.note ??= 'hooked'
      })
      Prepared.after('find', () => pause())

      const saved = await Promise.all(
        ['a', 'b', 'c'].map((name) => Prepared.create({ name }, { coalesce })),
      )
      await Promise.all(started)
      const rows = await Prepared.query().where('note', 'hooked').orderBy('name')
      expect(rows.map(({ name, id }) => [name, id])).toEqual(
        saved.map(({ id, name }) => [name.toUpperCase(), id]),
      )
      expect(await Prepared.query().whereLike('name', 'inner %').count()).toBe(started.length / 3)
    },
  )
})

describe('many operations at once', () => {
  it('each run their own hooks on their own subjects', async () => {
    const { Entry } = entries()
    const log = new Map<string, string[]>()
    const write = (name: string, what: string) => {
      log.set(name, [...(log.get(name) ?? []), what])
    }
    Entry.before('create', async (entry) => {
      write(entry.name, 'before create')
      await pause(Math.random() * 10)
    })
    Entry.before('save', ({ name }) => write(name, 'before save'))
    Entry.after('create', async ({ name }) => {
      await pause(Math.random() * 10)
      write(name, 'after create')
    })
    Entry.after('save', ({ name }) => write(name, 'after save'))
    Entry.after('find', async (entry) => {
      await pause(Math.random() * 5)
      if (entry !== null) write(entry.name, 'after find')
    })
    const names = Array.from({ length: 200 }, (_, place) => `entry ${place}`)
    const found = await Promise.all(
      names.map(async (name) => Entry.find((await Entry.create({ name })).id)),
    )
    expect(found.map((entry) => entry?.name)).toEqual(names)
    const expected = ['before create', 'before save', 'after create', 'after save', 'after find']
    expect(new Set([...log.values()].map(String))).toEqual(new Set([String(expected)]))
    expect(log.size).toBe(200)
  })

  it('fail one by one', async () => {
    const { Entry, stored } = entries()
    Entry.before('create', async ({ name }) => {
      await pause(Math.random() * 5)
      return Number(name) % 2 === 0
    })
    Entry.after('create', ({ name }) => {
      if (Number(name) % 4 === 0) throw new Error(name)
    })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, (_, place) => Entry.create({ name: String(place) })),
    )
    for (const [place, outcome] of outcomes.entries()) {
      if (place % 2 === 1) expect(outcome).toMatchObject({ reason: { code: 'E_HOOK_ABORTED' } })
      else if (place % 4 === 0)
        expect(outcome).toMatchObject({ reason: { message: String(place) } })
      else expect(outcome).toMatchObject({ value: { name: String(place), $isPersisted: true } })
    }
    expect(await stored.countDocuments()).toBe(100)
  })

  it('do not wait for a hook that never ends', async () => {
    const { Entry } = entries()
    let stuck = 0
    Entry.before('create', ({ name }) => {
      if (name !== 'stuck') return
      stuck++
      return new Promise<void>(() => {})
    })
    Entry.after('find', (entry) => {
      if (entry?.name === 'slow') return new Promise<void>(() => {})
    })
    const ended: string[] = []
    void Entry.create({ name: 'stuck' }).finally(() => ended.push('stuck'))
    const slow = await Entry.create({ name: 'slow' })
    void Entry.find(slow.id).finally(() => ended.push('slow'))
    for (let round = 0; round < 20; round++) {
      const entry = await Entry.create({ name: `round ${round}` })
      expect(await Entry.find(entry.id)).toMatchObject({ name: `round ${round}` })
    }
    expect(await Entry.query().count()).toBe(21)
    expect({ stuck, ended }).toEqual({ stuck: 1, ended: [] })
  })
})

describe('finds of one tick', () => {
  const finds = async (withBefore: boolean) => {
    const { Entry } = entries()
    const rows = await Entry.createManyQuietly(['a', 'b', 'c'].map((name) => ({ name })))
    const seen: unknown[] = []
    if (withBefore) Entry.before('find', () => {})
    Entry.after('find', (entry) => {
      seen.push(entry?.name)
      if (entry !== null) entry.note = `seen ${seen.length}`
    })
    let found: (EntryColumns | null)[] = []
    const ids = [...rows.map(({ id }) => id), rows[0]?.id, 'ffffffffffffffffffffffff']
    const commands = await commandsOf(server, Entry.collection, async () => {
      found = await Promise.all(ids.map((id) => Entry.find(id)))
    })
    return { found, commands, seen }
  }

  it('share a query and still run the after hook for each caller', async () => {
    const { found, commands, seen } = await finds(false)
    expect(commands).toEqual(['query'])
    expect(seen.toSorted()).toEqual(['a', 'a', 'b', 'c', undefined])
    expect(found.map((entry) => entry?.name)).toEqual(['a', 'b', 'c', 'a', undefined])
    expect(found[0]).not.toBe(found[3])
    expect(found[0]?.note).not.toBe(found[3]?.note)
  })

  it('each have a query of their own where a hook may change it', async () => {
    const { found, commands } = await finds(true)
    expect(commands).toEqual(Array.from({ length: 5 }, () => 'query'))
    expect(found.map((entry) => entry?.name)).toEqual(['a', 'b', 'c', 'a', undefined])
  })
})
