/** What is not in an object's own properties would be lost: it is refused, on every way of writing. */
import { createSecretKey, randomBytes } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { BSONRegExp } from 'bson'
import { BaseModel, column } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { WRITE_PATHS, write } from '../../helpers/write_paths.ts'

const { db } = lucentDatabase()
const SECRET = 'kept-from-everybody'

class Thing extends BaseModel {
  static override collection = 'things'
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare value: unknown
}

class Hidden {
  #secret = SECRET

  reveal(): string {
    return this.#secret
  }
}

class Mixed {
  label = 'seen'
  #secret = SECRET

  get secret(): string {
    return this.#secret
  }
}

class Below extends Mixed {
  more = 1
}

/** As private fields are compiled for older engines. */
const weak = new WeakMap<object, string>()
class Compiled {
  constructor() {
    weak.set(this, SECRET)
  }

  get secret(): string | undefined {
    return weak.get(this)
  }
}

class Failure extends Error {
  code = 'E_FAILURE'
}

function* generator() {
  yield SECRET
}

const REFUSED: [string, () => unknown, string][] = [
  ['a URL', () => new URL(`https://${SECRET}.dev`), 'URL'],
  ['URL parameters', () => new URLSearchParams({ a: SECRET }), 'URLSearchParams'],
  ['an Error', () => new Error(SECRET), 'Error'],
  ['an error with properties', () => new Failure(SECRET), 'Error'],
  ['an error of another realm', () => runInNewContext(`new Error('${SECRET}')`), 'Error'],
  ['Headers', () => new Headers({ a: SECRET }), 'Headers'],
  ['FormData', () => new FormData(), 'FormData'],
  ['a Blob', () => new Blob([SECRET]), 'Blob'],
  ['a Response', () => new Response(SECRET), 'Response'],
  ['private fields', () => new Hidden(), 'Hidden'],
  ['private fields beside public ones', () => new Mixed(), 'Mixed'],
  ['inherited private fields', () => new Below(), 'Below'],
  ['private fields, compiled', () => new Compiled(), 'Compiled'],
  ['a generator', () => generator(), 'Generator'],
  ['an iterator of an array', () => [SECRET][Symbol.iterator](), 'Array Iterator'],
  ['an iterator of a Map', () => new Map([[1, SECRET]]).entries(), 'Map Iterator'],
  ['a Set', () => new Set([SECRET]), 'Set'],
  ['a WeakRef', () => new WeakRef({ SECRET }), 'WeakRef'],
  ['a Promise', () => Promise.resolve(SECRET), 'Promise'],
  ['a wrapped text', () => new String(SECRET), 'String'],
  ['a typed array', () => Float64Array.of(1, 2), 'Float64Array'],
  ['a proxy of a URL', () => new Proxy(new URL(`https://${SECRET}.dev`), {}), 'URL'],
  ['a proxy of a Map', () => new Proxy(new Map([['a', SECRET]]), {}), 'Map'],
  ['a proxy of private fields', () => new Proxy(new Mixed(), {}), 'Mixed'],
  ['a key of node:crypto', () => createSecretKey(randomBytes(32)), 'KeyObject'],
  ['another model', () => new Thing(), 'Thing'],
  ['inherited values', () => Object.create({ value: SECRET }), 'Object'],
  ['a RegExp with s', () => /a.b/s, 'regular expression'],
  ['a RegExp with u', () => /a.b/u, 'regular expression'],
  ['a RegExp with y', () => /a.b/y, 'regular expression'],
  ['a RegExp with v', () => new RegExp('a.b', ['v'].join()), 'regular expression'],
  ['a RegExp with d', () => /a.b/d, 'regular expression'],
]

const DEPTHS: [string, (value: unknown) => unknown][] = [
  ['as the value', (value) => value],
  ['in an object', (value) => ({ seen: 1, inner: { value } })],
  ['in an array', (value) => [1, [value]]],
  ['in a Map', (value) => new Map([['value', value]])],
]

/** Of a bulk write, what its one statement failed with. */
function failureIn(error: Error): Error {
  const { failures } = error as { failures?: readonly { error: Error }[] }
  return failures?.[0]?.error ?? error
}

async function failureOf(work: () => Promise<unknown>): Promise<Error> {
  return work().then(
    () => expect.fail('it was taken'),
    (error: unknown) => failureIn(error as Error),
  )
}

beforeEach(async () => {
  await db.collection('things').deleteMany({})
})

describe.each(REFUSED)('5: objects emptied: %s', (_, make, type) => {
  it.each(DEPTHS)('is refused %s, in writes and in conditions', async (_depth, wrap) => {
    const value = wrap(make())
    for (const work of [
      () => Thing.create({ value }),
      () => Thing.query().where('key', 'x').update({ value }),
      () => Thing.findBy('value', value),
      async () => Thing.query().whereIn('value', [1, value]).exec(),
    ]) {
      const error = await failureOf(work)
      expect(error).toMatchObject({ code: 'E_INVALID_VALUE' })
      expect(error.message).toContain('value')
      expect(error.message).toContain(type)
      expect(error.message).not.toContain(SECRET)
    }
    expect(await db.collection('things').countDocuments()).toBe(0)
  })
})

describe.each(WRITE_PATHS)('5: objects emptied: $kind, $name', (path) => {
  it('refuses what a property would lose, and names it', async () => {
    for (const value of [new URL('https://example.com'), { deep: [new Hidden()] }, /a/u]) {
      const error = await failureOf(() =>
        write(db, path, Thing, { value }, { before: { value: 'old' } }),
      )
      expect(error).toMatchObject({ code: 'E_INVALID_VALUE', column: 'value' })
    }
    expect(await db.collection('things').countDocuments({ value: { $ne: 'old' } })).toBe(0)
  })
})

describe('5: what is stored by its properties, or says itself what it is', () => {
  class Point {
    x = 1
    y = 2

    get length(): number {
      return Math.hypot(this.x, this.y)
    }

    #doubled(): number {
      return 2 * this.x
    }

    double(): number {
      return this.#doubled()
    }
  }

  class Colour {
    // Not a private field: this.#ff8800 is written in a comment only.
    hex = '#ff8800'
  }

  class Told {
    #amount = 5

    toBSON(): unknown {
      return { amount: this.#amount }
    }
  }

  class Empty {}

  it.each<[string, unknown, unknown]>([
    ['a class with getters and private methods', new Point(), { x: 1, y: 2 }],
    ['a class with a hash in a text', new Colour(), { hex: '#ff8800' }],
    ['a class without anything', new Empty(), {}],
    ['private fields with a toBSON', new Told(), { amount: 5 }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['a proxy of an object', new Proxy({ a: 1 }, {}), { a: 1 }],
    ['an object of another realm', runInNewContext('({ a: { b: 1 } })'), { a: { b: 1 } }],
    ['an empty object of another realm', runInNewContext('({})'), {}],
    ['a Map', new Map([['a', 1]]), { a: 1 }],
  ])('%s', async (_, value, stored) => {
    const { id } = await Thing.create({ value })
    expect((await Thing.findOrFail(id)).value).toEqual(stored)
  })

  it('a toBSON counts at any depth, and in updates by queries', async () => {
    expect((await Thing.create({ value: [new Told()] })).$isPersisted).toBe(true)
    await Thing.query().all().update({ value: new Told() })
    expect(await db.collection('things').countDocuments({ 'value.amount': 5 })).toBe(1)
  })

  it('a BSONRegExp holds the options that a RegExp would lose', async () => {
    await Thing.create({ key: 'a\nb' })
    const found = await Thing.query().whereRaw({ key: new BSONRegExp('a.b', 's') })
    expect(found).toHaveLength(1)
    const wrong = () => Thing.query().whereRaw({ key: /a.b/s })
    expect(wrong).toThrow(expect.objectContaining({ code: 'E_INVALID_VALUE' }))
  })
})
