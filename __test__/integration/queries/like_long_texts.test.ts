import { BaseModel, column } from 'lucent-odm'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Text extends BaseModel {
  static override collection = 'texts'
  @column() declare name: string
  @column() declare text: string
}

/** Almost the largest text that a document can hold. */
const LONG = 15_900_000
const TEXTS: Readonly<Record<string, string>> = {
  x: `a${'x'.repeat(LONG)}`,
  xb: `a${'x'.repeat(LONG)}b`,
  ab: 'ab'.repeat(LONG / 2),
  accents: `${'aé\n'.repeat(LONG / 4)}b`,
  short: 'ab',
}

beforeAll(async () => {
  for (const [name, text] of Object.entries(TEXTS)) {
    await db.collection('texts').insertOne({ name, text })
  }
})

const NONE: readonly string[] = []

describe('25: LIKE and NOT LIKE agree on texts as long as a document', () => {
  it.each([
    ['a%b', ['ab', 'accents', 'short', 'xb']],
    ['%b', ['ab', 'accents', 'short', 'xb']],
    ['%xb', ['xb']],
    ['%q%', NONE],
    ['%x%b', ['xb']],
    ['a%x%x%x%x%q', NONE],
    ['a%b%a%b', ['ab']],
    ['a%b%a%b%q', NONE],
    ['%a%b%a%b%q%', NONE],
    [`%${'b%'.repeat(30)}q%`, NONE],
    [`%${'a_%'.repeat(30)}b_`, NONE],
    ['%é_%é%b', ['accents']],
    ['%É_%É%Q%', NONE],
    ['ab%ab', ['ab']],
    ['ab%b', ['ab']],
  ])(
    '%s',
    async (pattern, expected) => {
      const fold = pattern.includes('É')
      const found = Text.query().orderBy('name')
      const others = Text.query().orderBy('name')
      const [like, unlike] = fold
        ? [found.whereILike('text', pattern), others.whereNotILike('text', pattern)]
        : [found.whereLike('text', pattern), others.whereNotLike('text', pattern)]
      const names = (query: typeof like) => query.pojo<{ name: string }>().select('name')
      expect((await names(like)).map(({ name }) => name)).toEqual(expected)
      const rest = Object.keys(TEXTS).filter((name) => !expected.includes(name))
      expect((await names(unlike)).map(({ name }) => name)).toEqual(rest.sort())
    },
    60_000,
  )
})
