import { BaseModel, type CherryPick, column, computed } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { waysToAnInstance } from '../../helpers/instances.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase()

describe.each(waysToAnInstance)('an instance that was %s', (_, make) => {
  class Account extends BaseModel {
    static override collection = 'accounts'
    @column({ isPrimary: true }) declare id: string
    @column() declare firstName: string
    @column({ columnName: 'last', serializeAs: 'surname' }) declare lastName: string
    @column({ serializeAs: null }) declare password: string
    @column({ serialize: (value, attribute, model) => [value, attribute, model.$isPersisted] })
    declare score: number
    @column({
      prepare: (value: string[]) => value.join(),
      consume: (value) => String(value).split(','),
    })
    declare roles: string[]
    @column() declare nothing: null
    @column() declare missing: string

    @computed() get fullName() {
      return `${this.firstName} ${this.lastName}`
    }
    @computed({ serializeAs: 'initial' }) get firstLetter() {
      return this.firstName[0]
    }
    @computed({ serializeAs: null }) get hidden() {
      return 'hidden'
    }
    @computed() get absent() {
      return undefined
    }
    @computed() get empty() {
      return null
    }
    get notComputed() {
      return 'x'
    }
  }

  const values = {
    firstName: 'Ada',
    lastName: 'Lovelace',
    password: 'hash',
    score: 3,
    roles: ['a', 'b'],
    nothing: null,
  }
  const attributes = {
    firstName: 'Ada',
    surname: 'Lovelace',
    score: [3, 'score', true],
    roles: ['a', 'b'],
    nothing: null,
  }
  const calculated = { fullName: 'Ada Lovelace', initial: 'A', empty: null }

  it('serialises columns with a value and computed properties', async () => {
    const account = (await make(Account, values)) as Account
    const { id } = account
    const all = { id, ...attributes, ...calculated }
    expect(account.serialize()).toStrictEqual(all)
    expect(account.toJSON()).toStrictEqual(all)
    expect(JSON.parse(JSON.stringify({ account }))).toStrictEqual({ account: all })
    expect(account.serializeAttributes()).toStrictEqual({ id, ...attributes })
    expect(account.serializeComputed()).toStrictEqual(calculated)
    expect(account.serializeRelations()).toStrictEqual({})
    expect(account.serializeAttributes(undefined, true)).toStrictEqual({
      id,
      ...attributes,
      score: 3,
    })
  })

  it('gives plain objects by property name', async () => {
    const account = (await make(Account, values)) as Account
    const { id } = account
    expect(account.toAttributes()).toStrictEqual({ id, ...values })
    expect(account.toObject()).toStrictEqual({
      id,
      ...values,
      fullName: 'Ada Lovelace',
      firstLetter: 'A',
      hidden: 'hidden',
      empty: null,
      $extras: {},
    })
  })

  const picks: [what: string, fields: CherryPick['fields'], left: string[]][] = [
    ['names', ['id', 'surname'], ['id', 'surname']],
    ['a computed property', ['fullName', 'initial'], ['fullName', 'initial']],
    ['pick', { pick: ['surname', 'initial'] }, ['surname', 'initial']],
    [
      'omit',
      { omit: ['id', 'score', 'roles', 'fullName', 'empty', 'nothing'] },
      ['firstName', 'surname', 'initial'],
    ],
    ['omit before pick', { pick: ['id', 'surname'], omit: ['id'] }, ['surname']],
    ['no names', [], []],
    ['names that there are not', ['nope', 'toString', '__proto__'], []],
    ['what is never serialised', ['password', 'hidden', 'absent', 'missing'], []],
    ['property names where JSON has others', ['lastName', 'firstLetter'], []],
    ['stored names', ['first_name', 'last'], []],
    ['an empty map', {}, ['id', ...Object.keys({ ...attributes, ...calculated })]],
  ]

  it.each(picks)('takes fields by %s', async (_what, fields, left) => {
    const account = await make(Account, values)
    expect(Object.keys(account.serialize({ fields }))).toEqual(left)
    expect(
      Object.keys({ ...account.serializeAttributes(fields), ...account.serializeComputed(fields) }),
    ).toEqual(left)
  })

  it('keeps a column that was set to undefined out', async () => {
    const account = (await make(Account, values)) as Account
    account.score = undefined as never
    account.$setAttribute('nothing', undefined)
    const keys = Object.keys(account.toJSON())
    expect(keys).not.toContain('score')
    expect(keys).not.toContain('nothing')
    expect(account.toAttributes()).not.toHaveProperty('score')
    expect(account.toObject()).not.toHaveProperty('nothing')
  })

  it('shows what changed since', async () => {
    const account = (await make(Account, values)) as Account
    account.firstName = 'Eve'
    account.roles.push('c')
    expect(account.toJSON()).toMatchObject({
      firstName: 'Eve',
      roles: ['a', 'b', 'c'],
      fullName: 'Eve Lovelace',
    })
  })

  describe('extras', () => {
    class Plain extends BaseModel {
      static override collection = 'extras'
      @column({ isPrimary: true }) declare id: string
      @column() declare name: string
    }
    class AsMeta extends Plain {
      static override collection = 'extras'
      serializeExtras = true
    }
    class ByFunction extends Plain {
      static override collection = 'extras'
      serializeExtras() {
        return { count: this.$extras.count, name: 'wins' }
      }
    }
    class NotAsked extends Plain {
      static override collection = 'extras'
      serializeExtras = false
    }
    const tables: [string, typeof Plain, object][] = [
      ['not asked for', Plain, { name: 'n' }],
      ['refused', NotAsked, { name: 'n' }],
      ['as meta', AsMeta, { name: 'n', meta: { count: '9007199254740993' } }],
      ['by a function', ByFunction, { name: 'wins', count: '9007199254740993' }],
    ]
    it.each(tables)('%s', async (_how, model, json) => {
      const instance = await make(model, { name: 'n' })
      instance.$extras = { count: 9007199254740993n }
      const id = instance.$primaryKeyValue
      expect(instance.toJSON()).toStrictEqual({ id, ...json })
      expect(instance.toObject()).toEqual({ id, name: 'n', $extras: { count: 9007199254740993n } })
      // Picking is about fields.
      expect(instance.serialize({ fields: ['id'] })).toMatchObject({ id })
    })
  })

  describe('relations that were loaded', () => {
    class Comment extends BaseModel {
      static override collection = 'comments'
      @column({ isPrimary: true }) declare id: string
      @column() declare body: string
    }
    class Post extends BaseModel {
      static override collection = 'posts'
      @column({ isPrimary: true }) declare id: string
      @column() declare title: string
    }

    const load = async () => {
      const post = (await make(Post, { title: 't' })) as Post
      const comments = (await Promise.all([
        make(Comment, { body: 'one' }),
        make(Comment, { body: 'two' }),
      ])) as [Comment, Comment]
      post.$preloaded.comments = comments
      post.$preloaded.latest = comments[1]
      post.$preloaded.pinned = null
      post.$preloaded.others = []
      return { post, comments, ids: comments.map((one) => one.id) }
    }

    it('are serialised', async () => {
      const { post, comments, ids } = await load()
      const [one, two] = [
        { id: ids[0], body: 'one' },
        { id: ids[1], body: 'two' },
      ]
      const related = { comments: [one, two], latest: two, pinned: null, others: [] }
      expect(post.toJSON()).toStrictEqual({ id: post.id, title: 't', ...related })
      expect(post.serializeRelations()).toStrictEqual(related)
      const raw = post.serializeRelations(undefined, true)
      expect(raw.comments).toBe(comments)
      expect(raw.latest).toBe(comments[1])
      expect(raw.pinned).toBeNull()
    })

    it('are in toObject, where a missing row is null', async () => {
      const { post, ids } = await load()
      const two = { id: ids[1], body: 'two', $extras: {} }
      expect(post.toObject()).toStrictEqual({
        id: post.id,
        title: 't',
        comments: [{ id: ids[0], body: 'one', $extras: {} }, two],
        latest: two,
        pinned: null,
        others: [],
        $extras: {},
      })
    })

    it('have picks of their own, at any depth', async () => {
      const { post, comments } = await load()
      const answers = (await make(Comment, { body: 'answer' })) as Comment
      comments[0].$preloaded.answers = [answers]
      const json = post.serialize({
        fields: ['title'],
        relations: {
          comments: { fields: ['id'], relations: { answers: { fields: { omit: ['id'] } } } },
          latest: { fields: [] },
          pinned: { fields: ['id'] },
          nope: {},
        },
      })
      expect(json).toStrictEqual({
        title: 't',
        comments: [{ id: comments[0].id, answers: [{ body: 'answer' }] }, { id: comments[1].id }],
        latest: {},
        pinned: null,
        others: [],
      })
    })

    it('survive a refresh', async () => {
      const { post, comments } = await load()
      await post.refresh()
      expect(post.$preloaded.comments).toBe(comments)
    })
  })
})

describe('serialize', () => {
  class Note extends BaseModel {
    static override collection = 'notes'
    @column({ isPrimary: true }) declare id: string
    @column() declare title: string
    @column() declare body: string
    @computed() get length() {
      return this.body?.length
    }
  }

  it('of an instance that was never stored has what it was given', () => {
    expect(new Note().toJSON()).toStrictEqual({})
    const note = new Note().merge({ body: 'b' })
    expect(note.toJSON()).toStrictEqual({ body: 'b', length: 1 })
    expect(note.toObject()).toStrictEqual({ body: 'b', length: 1, $extras: {} })
    expect(note.toAttributes()).toStrictEqual({ body: 'b' })
  })

  it('has what was selected', async () => {
    const { id } = await Note.create({ title: 't', body: 'b' })
    const [note] = await Note.query().where('id', id).select('title')
    expect(note?.toJSON()).toStrictEqual({ id, title: 't' })
  })

  it('works on a deleted instance', async () => {
    const note = await Note.create({ title: 't' })
    await note.delete()
    expect(note.toJSON()).toStrictEqual({ id: note.id, title: 't' })
  })

  it('calls the parts that a class overrides', async () => {
    class Loud extends Note {
      override serializeAttributes(fields?: CherryPick['fields'], raw?: boolean) {
        return { ...super.serializeAttributes(fields, raw), loud: true }
      }
      override serializeComputed() {
        return { computed: 'all' }
      }
      override serializeRelations() {
        return { none: null }
      }
    }
    expect(new Loud().toJSON()).toStrictEqual({ loud: true, none: null, computed: 'all' })
    class Short extends Note {
      override serialize() {
        return { short: this.title }
      }
    }
    expect(JSON.stringify([new Short().merge({ title: 't' })])).toBe('[{"short":"t"}]')
  })

  it('gives the rows of a page', async () => {
    await Note.query().all().delete()
    await Note.createMany([{ title: 'a' }, { title: 'b' }])
    const page = await Note.query().orderBy('title').paginate(1)
    const { data } = page.serialize({ fields: { pick: ['title'] } })
    expect(data).toStrictEqual([{ title: 'a' }, { title: 'b' }])
    expect(JSON.parse(JSON.stringify(page)).data).toMatchObject([{ title: 'a' }, { title: 'b' }])
  })

  // A string has `includes` too: 'password'.includes('pass').
  it.each([
    ['fields', 'title'],
    ['fields', 1],
    ['fields', { pick: 'title' }],
    ['fields', { omit: 'title' }],
    ['fields', { omit: { title: true } }],
  ])('refuses %s that are no list of names: %j', (_, fields) => {
    const note = new Note().merge({ title: 't' })
    for (const act of [
      () => note.serialize({ fields } as never),
      () => note.serializeAttributes(fields as never),
      () => note.serializeComputed(fields as never),
    ]) {
      expect(act).toThrow(expect.objectContaining({ code: 'E_INVALID_VALUE', model: 'Note' }))
    }
  })

  it('takes everything for a pick that is not given', () => {
    const note = new Note().merge({ title: 't' })
    for (const pick of [undefined, {}, { fields: undefined }, { fields: null }]) {
      expect(note.serialize(pick as never)).toStrictEqual({ title: 't' })
    }
  })

  it('does not ask prototypes for picks', () => {
    const pick = Object.create({ fields: ['body'] })
    expect(new Note().merge({ title: 't' }).serialize(pick)).toStrictEqual({ title: 't' })
    const fields = Object.create({ omit: ['title'] })
    expect(new Note().merge({ title: 't' }).serialize({ fields })).toStrictEqual({ title: 't' })
  })
})
