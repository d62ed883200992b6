import { AsyncLocalStorage } from 'node:async_hooks'
import {
  BaseModel,
  type BulkWriteError,
  column,
  type HookContext,
  type LucentError,
} from 'lucent-odm'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server
const notes = db.collection('notes')

/** A model that writes down its hooks; `act` is called in each. */
function noteModel(style: 'sync' | 'async', act?: (event: string, note: Note) => unknown) {
  const calls: string[] = []
  const contexts: HookContext[] = []
  class Recording extends Note {
    static override collection = 'notes'
  }
  for (const event of ['save', 'create', 'update', 'delete'] as const) {
    for (const when of ['before', 'after'] as const) {
      const hook = (note: Note, context: HookContext) => {
        calls.push(`${when} ${event} ${note.text}`)
        contexts.push(context)
        return act?.(`${when} ${event}`, note) as undefined
      }
      const run = style === 'sync' ? hook : async (...given: [Note, HookContext]) => hook(...given)
      if (when === 'before') Recording.before(event, run)
      else Recording.after(event, run)
    }
  }
  return { Recording, calls, contexts }
}

class Note extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
  @column() declare n: number
  @column() declare stamp: string | null
}

beforeAll(() => notes.createIndex({ text: 1 }, { unique: true }))
beforeEach(async () => {
  await notes.deleteMany({})
  await notes.insertMany(['a', 'b', 'c'].map((text, n) => ({ text, n })))
})

const texts = async () =>
  (await notes.find().sort({ text: 1 }).toArray()).map(({ text, n, stamp }) => [text, n, stamp])

describe.each(['sync', 'async'] as const)('%s hooks', (style) => {
  it('run before all writes and after all of them, each its own', async () => {
    const { Recording, calls, contexts } = noteModel(style, (event, note) => {
      if (event === 'before save') note.stamp = `${note.text}!`
    })
    const [a, b, c] = (await Recording.query().orderBy('text')) as [Note, Note, Note]
    a.n = 10
    c.n = 30
    const added = new Recording().merge({ text: 'd', n: 40 })
    const commands = await profile(server, 'notes', async () => {
      expect(await Recording.bulkSave([a, added, b, c] as never)).toMatchObject({
        inserted: 1,
        matched: 3,
        failures: [],
      })
    })
    expect(commands.map(({ op }) => op)).toEqual(['update', 'insert', 'update', 'update'])
    expect(calls).toEqual([
      'before update a',
      'before save a',
      'before create d',
      'before save d',
      'before update b',
      'before save b',
      'before update c',
      'before save c',
      'after update a',
      'after save a',
      'after create d',
      'after save d',
      'after update b',
      'after save b',
      'after update c',
      'after save c',
    ])
    expect(new Set(contexts.map(({ operation }) => operation))).toEqual(
      new Set(['create', 'update']),
    )
    expect(await texts()).toEqual([
      ['a', 10, 'a!'],
      ['b', 1, 'b!'],
      ['c', 30, 'c!'],
      ['d', 40, 'd!'],
    ])
    expect([a, b, c, added].map((note) => note.$isPersisted && !note.$isDirty)).toEqual([
      true,
      true,
      true,
      true,
    ])
  })

  it('run no after hook where nothing changed', async () => {
    const { Recording, calls } = noteModel(style)
    const loaded = await Recording.query().orderBy('text')
    ;(loaded[1] as Note).n = 7
    await Recording.bulkSave(loaded)
    expect(calls.filter((call) => call.startsWith('after'))).toEqual([
      'after update b',
      'after save b',
    ])
  })

  it('run around bulkDelete', async () => {
    const { Recording, calls } = noteModel(style)
    await Recording.bulkDelete(await Recording.query().orderBy('text'))
    expect(calls).toEqual([
      'before delete a',
      'before delete b',
      'before delete c',
      'after delete a',
      'after delete b',
      'after delete c',
    ])
  })

  it('do not run with { hooks: false }', async () => {
    const { Recording, calls } = noteModel(style)
    const loaded = await Recording.query()
    for (const note of loaded) note.n += 1
    await Recording.bulkSave([...loaded, new Recording().merge({ text: 'd' })], { hooks: false })
    await Recording.bulkDelete(loaded, { hooks: false })
    expect(calls).toEqual([])
    expect(await texts()).toEqual([['d', undefined, undefined]])
  })

  describe.each([true, false])('of an instance that fails (ordered: %s)', (ordered) => {
    const refusal = new Error('refused by a hook')

    it.each<[string, (event: string, note: Note) => unknown, object]>([
      [
        'a before hook that throws',
        (event, note) => {
          if (event === 'before save' && note.text === 'b') throw refusal
        },
        refusal,
      ],
      [
        'a before hook that answers false',
        (event, note) => !(event === 'before update' && note.text === 'b'),
        { code: 'E_HOOK_ABORTED', status: 422 },
      ],
    ])('%s', async (_, act, expected) => {
      const { Recording, calls } = noteModel(style, (event, note) => {
        if (event === 'before update') note.stamp = 'touched'
        return act(event, note)
      })
      const loaded = (await Recording.query().orderBy('text')) as [Note, Note, Note]
      for (const note of loaded) note.n += 10
      const error: BulkWriteError = await Recording.bulkSave(loaded as never, { ordered }).catch(
        (caught) => caught,
      )
      expect(error).toMatchObject({ code: 'E_BULK_WRITE', position: 1 })
      expect(error.failures).toHaveLength(1)
      if (expected === refusal) expect(error.failures[0]?.error).toBe(refusal)
      else expect(error.failures[0]?.error).toMatchObject(expected)
      const saved = ordered ? ['a'] : ['a', 'c']
      expect(await texts()).toEqual([
        ['a', 10, 'touched'],
        ['b', 1, undefined],
        ['c', ordered ? 2 : 12, ordered ? undefined : 'touched'],
      ])
      expect(calls.filter((call) => call.startsWith('after save'))).toEqual(
        saved.map((text) => `after save ${text}`),
      )
      expect(loaded.map((note) => Object.keys(note.$dirty))).toEqual([
        [],
        ['n'],
        ordered ? ['n'] : [],
      ])
      expect(loaded[1].stamp).toBeUndefined()
      if (ordered) expect(calls.some((call) => call.endsWith(' c'))).toBe(false)
    })

    it('on the server: no after hooks, and what before hooks did is undone', async () => {
      const { Recording, calls } = noteModel(style, (event, note) => {
        if (event === 'before save') note.stamp = 'touched'
      })
      const loaded = (await Recording.query().orderBy('text')) as [Note, Note, Note]
      for (const note of loaded) note.n += 10
      loaded[1].text = 'c'
      const added = new Recording().merge({ text: 'a', n: 1 })
      const { failures } = await Recording.bulkSave([...loaded, added] as never, {
        ordered,
        throwOnFailure: false,
      })
      const code = 'E_DUPLICATE_KEY'
      expect(
        failures.map(({ position, error }) => [position, (error as LucentError).code]),
      ).toEqual(
        ordered
          ? [[1, code]]
          : [
              [1, code],
              [3, code],
            ],
      )
      expect(calls.filter((call) => call.startsWith('after save'))).toEqual(
        (ordered ? ['a'] : ['a', 'c']).map((text) => `after save ${text}`),
      )
      expect(loaded.map((note) => Object.keys(note.$dirty))).toEqual([
        [],
        ['text', 'n'],
        ordered ? ['n'] : [],
      ])
      expect(loaded[1].stamp).toBeUndefined()
      expect(added).toMatchObject({ $isPersisted: false, id: undefined, stamp: undefined })
    })

    it('an after hook that throws is told, and the write stands', async () => {
      const { Recording, calls } = noteModel(style, (event, note) => {
        if (event === 'after update' && note.text === 'b') throw refusal
      })
      const loaded = (await Recording.query().orderBy('text')) as [Note, Note, Note]
      for (const note of loaded) note.n += 10
      const result = await Recording.bulkSave(loaded as never, { ordered, throwOnFailure: false })
      expect(result).toMatchObject({
        matched: 3,
        modified: 3,
        failures: [{ position: 1, error: refusal }],
      })
      expect(loaded.map((note) => note.$isDirty)).toEqual([false, false, false])
      expect(calls.filter((call) => call.startsWith('after'))).toEqual([
        'after update a',
        'after save a',
        'after update b',
        'after update c',
        'after save c',
      ])
    })
  })

  it('see the store of the code that called', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    const { Recording } = noteModel(style, () => {
      seen.push(storage.getStore())
    })
    const loaded = await Recording.query()
    for (const note of loaded) note.n += 1
    await storage.run('mine', () => Recording.bulkSave(loaded))
    expect(seen).toEqual(new Array(12).fill('mine'))
  })

  it('may save other instances meanwhile', async () => {
    const { Recording } = noteModel(style, (event, note) => {
      if (event !== 'after create' || note.text.startsWith('of ')) return undefined
      return Recording.create({ text: `of ${note.text}` })
    })
    const added = ['x', 'y'].map((text) => new Recording().merge({ text }))
    expect(await Recording.bulkSave(added)).toMatchObject({ inserted: 2, failures: [] })
    expect((await texts()).map(([text]) => text)).toEqual([
      ...['a', 'b', 'c'],
      ...['of x', 'of y', 'x', 'y'],
    ])
  })
})

describe('afterCommit hooks', () => {
  it('run for what was written, without a transaction', async () => {
    const committed: [string, readonly string[]][] = []
    class Committing extends Note {
      static override collection = 'notes'
    }
    Committing.after('commit', (note, { writes }) => {
      committed.push([note.text, writes])
    })
    const loaded = (await Committing.query().orderBy('text')) as [Note, Note, Note]
    loaded[0].n = 50
    loaded[2].text = 'b'
    const added = new Committing().merge({ text: 'd' })
    await Committing.bulkSave([...loaded, added] as never, {
      ordered: false,
      throwOnFailure: false,
    })
    await Committing.bulkDelete([added])
    expect(committed).toEqual([
      ['a', ['update']],
      ['d', ['create']],
      ['d', ['delete']],
    ])
  })
})
