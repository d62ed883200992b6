/** Encrypted columns of models whose documents are inside of others. */
import {
  BaseModel,
  column,
  type EmbedsMany,
  type EmbedsOne,
  embedsMany,
  embedsOne,
  errors,
} from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { CANARY, everythingIn, TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS, searched: true })
const people = db.collection('people')

afterEach(() => people.deleteMany({}))

class Card extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare label: string
  @column.encrypted() declare number: string
}

class Contact extends BaseModel {
  @column() declare city: string
  @column.encrypted() declare phone: string | null
  @embedsMany(() => Card) declare cards: EmbedsMany<typeof Card>
}

class Person extends BaseModel {
  static override collection = 'people'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @embedsOne(() => Contact) declare contact: EmbedsOne<typeof Contact> | null
  @embedsMany(() => Card) declare cards: EmbedsMany<typeof Card>
  @embedsOne(() => Card, { encrypted: true }) declare main: EmbedsOne<typeof Card> | null
}

const secret = (what: string) => `${CANARY} ${what}`
const values = () => ({
  name: 'Ada',
  contact: {
    city: 'Rome',
    phone: secret('phone'),
    cards: [{ label: 'x', number: secret('x') } as Card],
  },
  cards: [
    { label: 'a', number: secret('a') },
    { label: 'b', number: secret('b') },
  ],
  main: { label: 'm', number: secret('main') },
})

async function expectSealed(): Promise<void> {
  expect(everythingIn(await people.find().toArray())).not.toContain(CANARY)
}

const numbersOf = ({ cards }: { cards: Card[] }) => cards.map(({ number }) => number)

describe('sealed on every way of writing, read on every way of reading', () => {
  it.each([
    ['create', () => Person.create(values())],
    ['createMany', () => Person.createMany([values()])],
    ['bulkSave', () => Person.bulkSave([new Person().merge(values())])],
    ['firstOrCreate', () => Person.firstOrCreate({ name: 'Ada' }, values())],
    [
      'upsert by a query',
      () =>
        Person.query()
          .where('name', 'Ada')
          .upsert(values() as never),
    ],
  ])('%s', async (_, write) => {
    await write()
    await expectSealed()
    const person = await Person.query().firstOrFail()
    expect(person.contact?.phone).toBe(secret('phone'))
    expect(numbersOf(person)).toEqual([secret('a'), secret('b')])
    expect(person.main?.number).toBe(secret('main'))
    expect(JSON.parse(await Person.query().toJson())).toEqual(
      JSON.parse(JSON.stringify(await Person.query())),
    )
    person.contact?.merge({ phone: secret('new') })
    ;(person.cards[1] as Card).number = secret('c')
    ;(person.contact?.cards[0] as Card).number = secret('y')
    person.main?.merge({ number: secret('other') })
    await person.save()
    await expectSealed()
    const [again] = await Person.query()
    expect(again?.contact?.phone).toBe(secret('new'))
    expect(again && numbersOf(again)).toEqual([secret('a'), secret('c')])
    expect(again?.contact && numbersOf(again.contact)).toEqual([secret('y')])
    expect(again?.main?.number).toBe(secret('other'))
  })

  it('updates by queries', async () => {
    await Person.create(values())
    await Person.query()
      .all()
      .update({
        'contact.phone': secret('q'),
        'cards.1.number': secret('r'),
      } as never)
    const card = { label: 'z', number: secret('s') } as Card
    await Person.query()
      .all()
      .updateMany((update) => update.push('cards', card))
    await expectSealed()
    const person = await Person.query().firstOrFail()
    expect(person.contact?.phone).toBe(secret('q'))
    expect(numbersOf(person)).toEqual([secret('a'), secret('r'), secret('s')])
  })

  it('conditions on them are refused, and on others beside them not', async () => {
    await Person.create(values())
    const asked = Person.query().where('contact.phone', secret('phone')).first()
    await expect(asked).rejects.toMatchObject({
      code: 'E_ENCRYPTED_COLUMN_QUERY',
      column: 'contact.phone',
    })
    expect(await Person.query().where('contact.city', 'Rome').first()).not.toBeNull()
    expect(await Person.query().where('cards.label', 'b').first()).not.toBeNull()
  })

  it('blind indexes, versions and keys from elsewhere are refused in embedded models', () => {
    class Blind extends BaseModel {
      @column.encrypted({ blind: true }) declare email: string
    }
    class Counted extends BaseModel {
      @column.version() declare version: number
    }
    class Numbered extends BaseModel {
      @column({ isPrimary: true, generate: 'sequence' }) declare id: number
    }
    for (const Inner of [Blind, Counted, Numbered, Object, undefined]) {
      class Outer extends BaseModel {
        @embedsOne(() => Inner) declare one: object
      }
      expect(() => new Outer().merge({ one: {} } as never)).toThrow(errors.E_MODEL_DEFINITION)
    }
  })
})
