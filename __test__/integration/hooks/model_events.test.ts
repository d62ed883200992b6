import {
  afterCreate,
  BaseModel,
  column,
  compose,
  errors,
  type HookContext,
  type LifecycleOperation,
  type ModelEvent,
  type ModelEventContext,
  SoftDeletes,
} from 'lucent-odm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RAISED } from '../../../js/protocol.generated.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { WRITE_PATHS, write } from '../../helpers/write_paths.ts'

const { db, database } = lucentDatabase()

class Note extends compose(BaseModel, SoftDeletes) {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare text: string
}

const EVENTS = [...new Set(Object.values(RAISED).flatMap(({ told }) => [...told]))] as ModelEvent[]

interface Heard {
  readonly event: ModelEvent
  readonly subject: unknown
  readonly context: ModelEventContext
}

let ends: (() => void)[] = []
const onEnd = (end: () => void) => ends.push(end)

/** Writes down all events of a model. */
function record(model: typeof BaseModel = Note, when?: 'now' | 'commit'): Heard[] {
  const heard: Heard[] = []
  for (const event of EVENTS) {
    onEnd(
      model.on(
        event,
        (subject: unknown, context) => {
          heard.push({ event, subject, context })
        },
        { when },
      ),
    )
  }
  return heard
}

const names = (heard: readonly Heard[]) => heard.map(({ event }) => event)

beforeEach(() => db.collection('notes').deleteMany({}))
afterEach(() => {
  for (const end of ends) end()
  ends = []
})

/** What a way of writing raises, as far as its name tells. */
function operationOf({ through, kind, name }: (typeof WRITE_PATHS)[number]): LifecycleOperation {
  if (/^(bulkWrite|upsertMany)/.test(name)) return 'bulkWrite'
  if (through === 'query') return 'updateQuery'
  return kind === 'insert' ? 'create' : 'update'
}

const isQuiet = (name: string) => /quietly|without hooks/i.test(name)

describe.each(WRITE_PATHS)('$kind, $name', (path) => {
  it('tells the events of its operation', async () => {
    const heard = record()
    const before = path.kind === 'update' ? { text: 'old' } : {}
    const { instances } = await write(db, path, Note, { text: 'new' }, { before })
    // The document that an update changes is made first.
    const own = heard.filter(({ context }) => context.operation === operationOf(path))
    if (isQuiet(path.name)) {
      expect(own).toEqual([])
      return
    }
    const told: readonly string[] = RAISED[operationOf(path)].told
    expect(new Set(names(own))).toEqual(new Set(told))
    for (const { context } of own) {
      expect(context).toMatchObject({ model: Note, connection: 'main', trx: undefined })
    }
    if (path.through === 'instance' && operationOf(path) !== 'bulkWrite') {
      expect(own.length).toBe(instances.length * told.length)
      expect(new Set(own.map(({ subject }) => subject))).toEqual(new Set(instances))
      expect(own[0]?.context.changes.text).toMatchObject({ after: 'new' })
    }
  })

  it('tells nothing of a transaction that was rolled back', async () => {
    const heard = record()
    const at = record(Note, 'now')
    const trx = await database.transaction()
    await write(db, path, Note, { text: 'new' }, { before: { text: 'a' }, client: trx })
    // The document that an update changes was made outside.
    const made = path.kind === 'update' ? ['created', 'saved'] : []
    expect(names(heard)).toEqual(made)
    if (!isQuiet(path.name)) expect(at.some(({ context }) => context.trx === trx)).toBe(true)
    await trx.rollback()
    expect(names(heard)).toEqual(made)
  })
})

describe('events', () => {
  it('of deletes, and of what is kept', async () => {
    const note = await Note.create({ key: 'a', text: 'a' })
    const heard = record()
    await note.delete()
    await note.restore()
    await note.forceDelete()
    await Note.create({ key: 'b', text: 'b' })
    await Note.query().where('key', 'b').delete()
    await Note.query().onlyTrashed().all().forceDelete()
    expect(names(heard)).toEqual([
      'deleted',
      'restored',
      'deleted',
      'forceDeleted',
      'created',
      'saved',
      'deletedByQuery',
    ])
    expect(heard[0]?.subject).toBe(note)
    expect(heard[0]?.context.changes).toEqual({})
    expect(heard.at(-1)?.subject).toMatchObject({ method: 'delete' })
  })

  it('have the changes of each write, those of a transaction when it was committed', async () => {
    const heard: unknown[] = []
    onEnd(
      Note.on('created', (note, { changes }) => heard.push(['created', changes.text, note.text])),
    )
    onEnd(
      Note.on('updated', (note, { changes }) => heard.push(['updated', changes.text, note.text])),
    )
    await database.transaction(async (trx) => {
      const note = await Note.create({ key: 'a', text: 'a' }, { client: trx })
      await note.merge({ text: 'b' }).save()
      await note.merge({ text: 'c' }).save()
      await note.save()
      expect(heard).toEqual([])
    })
    expect(heard).toEqual([
      ['created', { before: undefined, after: 'a' }, 'c'],
      ['updated', { before: 'a', after: 'b' }, 'c'],
      ['updated', { before: 'b', after: 'c' }, 'c'],
    ])
  })

  it('of an attempt that is repeated are told once', async () => {
    const heard = record()
    let attempts = 0
    await database.transaction(async (trx) => {
      attempts++
      await Note.create({ key: 'a', text: `attempt ${attempts}` }, { client: trx })
      if (attempts > 1) return
      throw new errors.E_WRITE_CONFLICT('again', { errorLabels: ['TransientTransactionError'] })
    })
    expect(names(heard)).toEqual(['created', 'saved'])
    expect(heard[0]?.subject).toMatchObject({ text: 'attempt 2' })
  })

  it('without a transaction createMany and bulkSave tell when all is stored', async () => {
    const heard: number[] = []
    onEnd(
      Note.on('created', async () => {
        heard.push(await db.collection('notes').countDocuments())
      }),
    )
    await Note.createMany([{ key: 'a' }, { key: 'b' }])
    await vi.waitFor(() => expect(heard).toEqual([2, 2]))
    await Note.bulkSave(['c', 'd'].map((key) => new Note().merge({ key })))
    await vi.waitFor(() => expect(heard).toEqual([2, 2, 4, 4]))
  })

  it('reach classes that extend, all models by BaseModel, and a connection alone', async () => {
    class Memo extends Note {
      static override collection = 'notes'
    }
    const heard: string[] = []
    onEnd(
      BaseModel.on('created', (row, { model }) => heard.push(`all ${model.name} ${row.$isNew}`)),
    )
    onEnd(Note.on('created', () => heard.push('note'), { connection: 'other' }))
    onEnd(Note.on('created', () => heard.push('main'), { connection: 'main' }))
    const off = Memo.on('created', () => heard.push('memo'))
    await Memo.create({ key: 'a' })
    expect(heard.splice(0)).toEqual(['all Memo false', 'main', 'memo'])
    off()
    await Memo.create({ key: 'a' }, { hooks: ['listeners'] })
    expect(heard.splice(0)).toEqual(['all Memo false', 'main'])
    await Memo.create({ key: 'a' }, { hooks: false })
    await Memo.createQuietly({ key: 'a' })
    expect(heard).toEqual([])
  })

  it('come after hooks, and after hooks that failed there are none', async () => {
    const heard: string[] = []
    class Failing extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare name: string
      @afterCreate()
      static check(one: Failing, { operation }: HookContext) {
        heard.push(operation)
        if (one.name === 'bad') throw new RangeError('bad')
      }
    }
    onEnd(Failing.on('created', () => heard.push('told')))
    await Failing.create({ name: 'good' })
    await expect(Failing.create({ name: 'bad' })).rejects.toThrow('bad')
    expect(heard).toEqual(['create', 'told', 'create'])
  })

  it.each(['commit', 'now'] as const)(
    '%s: what a listener throws fails nothing, and is told',
    async (when) => {
      const failures: unknown[] = []
      onEnd(database.onError((failure) => failures.push(failure)))
      const error = new RangeError('deaf')
      onEnd(
        Note.on(
          'created',
          function sendWelcome() {
            throw error
          },
          { when },
        ),
      )
      onEnd(
        Note.on(
          'created',
          async function later() {
            await Promise.resolve()
            throw error
          },
          { when },
        ),
      )
      await Note.create({ key: 'a' })
      await vi.waitFor(() => expect(failures).toHaveLength(2))
      expect(failures).toEqual([
        { error, source: 'listener', name: "Note.on('created') sendWelcome" },
        { error, source: 'listener', name: "Note.on('created') later" },
      ])
      await database.transaction((trx) => Note.create({ key: 'b' }, { client: trx }))
      await vi.waitFor(() => expect(failures).toHaveLength(4))
      expect(await Note.query().count()).toBe(2)
    },
  )

  it('nobody waits for a listener, but with { when: "now" }', async () => {
    const heard: string[] = []
    const wait = async (name: string) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      heard.push(name)
    }
    const off = Note.on('created', () => wait('later'))
    await Note.create({ key: 'a' })
    expect(heard).toEqual([])
    await vi.waitFor(() => expect(heard).toEqual(['later']))
    off()
    onEnd(Note.on('created', () => wait('now'), { when: 'now' }))
    await Note.create({ key: 'a' })
    expect(heard).toEqual(['later', 'now'])
  })

  it.each([
    [
      'an event that there is not',
      ['exploded', () => {}],
      /there is no event "exploded"; there are: created/,
    ],
    ['no function', ['created', 'text'], /needs a function/],
    ['a moment that there is not', ['created', () => {}, { when: 'soon' }], /'commit' or 'now'/],
  ])('%s is refused', (_, given, message) => {
    expect(() => Reflect.apply(Note.on, Note, given)).toThrow(
      expect.objectContaining({
        code: 'E_MODEL_DEFINITION',
        model: 'Note',
        message: expect.stringMatching(message),
      }),
    )
  })
})
