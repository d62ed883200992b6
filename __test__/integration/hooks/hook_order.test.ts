import {
  afterCreate,
  afterSave,
  afterUpdate,
  BaseModel,
  beforeCreate,
  beforeSave,
  beforeUpdate,
  column,
} from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { freshCollection, pause } from '../../helpers/hooked_user.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase()

const ran: string[] = []

beforeEach(() => {
  ran.length = 0
})

class Note extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
}

describe('several hooks', () => {
  class Ordered extends Note {
    static override collection = freshCollection()

    // The general event comes first here, and runs last all the same.
    @beforeSave() static saving1() {
      ran.push('saving1')
    }
    @afterSave() static saved1() {
      ran.push('saved1')
    }
    @beforeCreate() static async creating1() {
      await pause(5)
      ran.push('creating1')
    }
    @beforeCreate() static creating2() {
      ran.push('creating2')
    }
    @beforeCreate() static async creating3() {
      await pause(1)
      ran.push('creating3')
    }
    @beforeUpdate() static updating1() {
      ran.push('updating1')
    }
    @beforeUpdate() static async updating2() {
      ran.push('updating2')
    }
    @afterUpdate() static async updated1() {
      await pause(2)
      ran.push('updated1')
    }
    @afterUpdate() static updated2() {
      ran.push('updated2')
    }
    @afterCreate() static async created1() {
      await pause(3)
      ran.push('created1')
    }
    @afterCreate() static created2() {
      ran.push('created2')
    }
    @beforeSave() static saving2() {
      ran.push('saving2')
    }
    @afterSave() static async saved2() {
      ran.push('saved2')
    }
  }

  const CREATE = [
    ...['creating1', 'creating2', 'creating3', 'saving1', 'saving2'],
    ...['created1', 'created2', 'saved1', 'saved2'],
  ]
  const UPDATE = [
    ...['updating1', 'updating2', 'saving1', 'saving2'],
    ...['updated1', 'updated2', 'saved1', 'saved2'],
  ]

  it('run one after the other as they are written, the specific event before save', async () => {
    const note = await Ordered.create({ text: 'a' })
    expect(ran).toEqual(CREATE)
    ran.length = 0
    note.text = 'b'
    await note.save()
    expect(ran).toEqual(UPDATE)
  })

  it('run for one row after the other with createMany', async () => {
    await Ordered.createMany([{ text: 'a' }, { text: 'b' }])
    const before = CREATE.slice(0, 5)
    const after = CREATE.slice(5)
    expect(ran).toEqual([...before, ...before, ...after, ...after])
  })

  it('may be one method under several decorators', async () => {
    class Stamped extends Note {
      static override collection = freshCollection()

      @beforeCreate()
      @beforeUpdate()
      static stamp(note: Stamped) {
        ran.push(note.$isPersisted ? 'update' : 'create')
      }
    }
    const note = await Stamped.create({ text: 'a' })
    await note.save()
    expect(ran).toEqual(['create', 'update'])
  })

  it('may be very many', async () => {
    class Crowded extends Note {
      static override collection = freshCollection()
    }
    for (let place = 0; place < 1000; place++) {
      Crowded.before('create', () => {
        ran.push(String(place))
      })
    }
    await Crowded.create({ text: 'a' })
    expect(ran).toEqual(Array.from({ length: 1000 }, (_, place) => String(place)))
  })
})

describe('Model.before() and Model.after()', () => {
  function model() {
    class Late extends Note {
      static override collection = freshCollection()

      @beforeCreate() static decorated() {
        ran.push('decorated')
      }
    }
    return Late
  }

  it('add to the hooks of a model that was already used', async () => {
    const Late = model()
    const note = await Late.create({ text: 'a' })
    Late.before('create', () => {
      ran.push('before create')
    })
    Late.after('save', async (saved) => {
      ran.push(`after save ${saved.text}`)
    })
    Late.after('find', (found) => {
      ran.push(`after find ${found?.text}`)
    })
    ran.length = 0

    await Late.create({ text: 'b' })
    await note.merge({ text: 'c' }).save()
    await Late.find(note.id)
    expect(ran).toEqual([
      'decorated',
      'before create',
      'after save b',
      'after save c',
      'after find c',
    ])
  })

  it('call the handler with the model as `this`', async () => {
    const Late = model()
    let self: unknown
    Late.before('create', function (this: unknown) {
      self = this
    })
    await Late.create({ text: 'a' })
    expect(self).toBe(Late)
  })

  it('do not disturb operations that are under way', async () => {
    const Late = model()
    Late.before('create', async () => {
      Late.before('create', () => {
        ran.push('added in a hook')
      })
      await pause()
    })
    const saved = await Promise.all([Late.create({ text: 'a' }), Late.create({ text: 'b' })])
    expect(saved.map((note) => note.$isPersisted)).toEqual([true, true])
    expect(ran.slice(0, 2)).toEqual(['decorated', 'decorated'])
    ran.length = 0
    await Late.create({ text: 'c' })
    expect(ran).toEqual(['decorated', 'added in a hook', 'added in a hook'])
  })
})
