import { BaseModel, column, errors, type Model, ModelQueryBuilder } from 'lucent-odm'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase()

declare module 'lucent-odm' {
  interface ModelQueryBuilder<M extends Model, Result = M> {
    rated(stars: number): this
    readonly token: object
    readonly fresh2: object
    readonly flavour: string
    replaced(): string
  }
}

class Film extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column() declare stars: number
}

beforeAll(async () => {
  await Film.createMany([
    { title: 'one', stars: 1 },
    { title: 'two', stars: 5 },
    { title: 'three', stars: 5 },
  ])
})

describe('macro', () => {
  ModelQueryBuilder.macro('rated', function (this: ModelQueryBuilder<Model>, stars: number) {
    return this.where('stars', stars)
  })

  it('is a method of every query, in chains, clones and groups', async () => {
    expect(await Film.query().rated(5).where('title', 'two')).toHaveLength(1)
    expect(await Film.query().clone().rated(5).count()).toBe(2)
    const query = Film.query()
      .where('title', 'one')
      .orWhere((group) => group.rated(5).where('title', 'three'))
    expect(await query.count()).toBe(2)
    expect(Object.keys(Film.query())).not.toContain('rated')
  })

  it('may be any value', () => {
    ModelQueryBuilder.macro('flavour', 'sweet')
    expect(Film.query().flavour).toBe('sweet')
  })

  it('added again replaces the one before', () => {
    ModelQueryBuilder.macro('replaced', () => 'first')
    ModelQueryBuilder.macro('replaced', () => 'second')
    expect(Film.query().replaced()).toBe('second')
    ModelQueryBuilder.getter('replaced', () => () => 'third')
    expect(Film.query().replaced()).toBe('third')
  })

  it.each(['where', 'exec', 'then', 'clone', 'model', 'constructor', 'toString', '__proto__', ''])(
    'refuses the name "%s"',
    (name) => {
      for (const act of [
        () => ModelQueryBuilder.macro(name as never, (() => 1) as never),
        () => ModelQueryBuilder.getter(name as never, (() => 1) as never),
      ]) {
        expect(act).toThrow(expect.objectContaining({ code: 'E_CONFIGURATION' }))
      }
      expect(typeof Film.query().where('stars', 1).exec).toBe('function')
    },
  )

  it.each([1, null, undefined, {}])('refuses %j for a name', (name) => {
    expect(() => ModelQueryBuilder.macro(name as never, 1 as never)).toThrow(errors.E_CONFIGURATION)
  })
})

describe('getter', () => {
  it('is made at each access, or once for each query', () => {
    ModelQueryBuilder.getter('fresh2', () => ({}))
    ModelQueryBuilder.getter('token', () => ({}), true)
    const query = Film.query()
    expect(query.fresh2).not.toBe(query.fresh2)
    expect(query.token).toBe(query.token)
    expect(query.token).not.toBe(Film.query().token)
    expect(query.token).not.toBe(query.clone().token)
  })

  it('gets the query as this', () => {
    ModelQueryBuilder.getter('flavour', function () {
      return `of ${this.model.name}`
    })
    expect(Film.query().flavour).toBe('of Film')
  })

  it('refuses what is no function', () => {
    expect(() => ModelQueryBuilder.getter('flavour', 'x' as never)).toThrow(errors.E_CONFIGURATION)
  })
})
