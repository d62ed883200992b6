import testUtils from '@adonisjs/core/services/test_utils'
import { test } from '@japa/runner'
import db from 'lucent-odm/services/db'
import { MongoClient } from 'mongodb'
import User from '#models/user'
import { ask, PASSWORD, signUp } from '#tests/client'

const ADA = { handle: 'Ada', email: 'Ada@Example.com', password: PASSWORD }

/** The user as the npm driver sees it. */
async function stored() {
  const { url = '', database } = db.connection().config
  const client = new MongoClient(url)
  try {
    return await client.db(database).collection('users').findOne({})
  } finally {
    await client.close()
  }
}

test.group('Registration', (group) => {
  group.each.setup(() => testUtils.mongo().truncate())

  test('answers the user without the password', async ({ assert, mongo }) => {
    const { status, body } = await ask('POST /users', ADA)
    assert.equal(status, 201)
    assert.containsSubset(body, { handle: 'ada', email: 'Ada@Example.com' })
    assert.notProperty(body, 'password')
    await mongo.assertHas(User, { handle: 'ada' }, 1)
  })

  test('stores neither the address nor the password in the clear', async ({ assert }) => {
    await ask('POST /users', ADA)
    const user = await stored()
    assert.equal(user?.email._bsontype, 'Binary')
    assert.equal(user?.email__blind._bsontype, 'Binary')
    assert.match(user?.password, /^\$scrypt\$/)
    const bytes = Buffer.concat([user?.email.buffer, user?.email__blind.buffer]).toString('latin1')
    assert.notMatch(bytes, /ada|example/i)
  })

  test('the unique index sees that an address is taken, however it is written', async ({
    assert,
    mongo,
  }) => {
    await ask('POST /users', ADA)
    const again = await ask('POST /users', { ...ADA, handle: 'ben', email: 'ADA@example.COM' })
    assert.equal(again.status, 409)
    assert.deepEqual(again.body, {
      message: 'The value has already been taken',
      code: 'E_DUPLICATE_KEY',
    })
    await mongo.assertCount(User, 1)
  })

  test('one of two at the same time succeeds', async ({ assert, mongo }) => {
    const answers = await Promise.all(
      ['ben', 'cy'].map((handle) => ask('POST /users', { ...ADA, handle })),
    )
    assert.sameMembers(
      answers.map(({ status }) => status),
      [201, 409],
    )
    await mongo.assertCount(User, 1)
  })

  test('validation says what is wrong')
    .with([
      [{ ...ADA, handle: 'not one' }, 'handle', 'regex'],
      [{ ...ADA, email: 'nowhere' }, 'email', 'email'],
      [{ ...ADA, password: 'short' }, 'password', 'minLength'],
      [{ ...ADA, email: { $gt: '' } }, 'email', 'string'],
    ] as const)
    .run(async ({ assert, mongo }, [body, field, rule]) => {
      const answer = await ask('POST /users', body)
      assert.equal(answer.status, 422)
      assert.containsSubset(answer.body.errors, [{ field, rule }])
      await mongo.assertEmpty(User)
    })

  test('a handle that is taken is a validation error', async ({ assert }) => {
    await ask('POST /users', ADA)
    const answer = await ask('POST /users', { ...ADA, email: 'ben@example.com' })
    assert.equal(answer.status, 422)
    assert.containsSubset(answer.body.errors, [{ field: 'handle', rule: 'database.unique' }])
  })
})

test.group('Login', (group) => {
  group.each.setup(() => testUtils.mongo().truncate())

  test('finds the address by its hash and verifies the password', async ({ assert }) => {
    await ask('POST /users', ADA)
    const login = await ask('POST /session', { email: ' ada@EXAMPLE.com ', password: PASSWORD })
    assert.equal(login.status, 200)
    const me = await ask('GET /me', undefined, login.body.token)
    assert.equal(me.status, 200)
    assert.containsSubset(me.body, { handle: 'ada', email: 'Ada@Example.com' })
  })

  test('refuses a wrong password and an unknown address alike', async ({ assert }) => {
    await ask('POST /users', ADA)
    const wrong = await ask('POST /session', { email: ADA.email, password: 'something else' })
    const unknown = await ask('POST /session', { email: 'ben@example.com', password: PASSWORD })
    assert.equal(wrong.status, 400)
    assert.equal(unknown.status, 400)
    assert.deepEqual(wrong.body, unknown.body)
  })

  test('is over when the user logs out, for that token', async ({ assert, mongo }) => {
    const { token } = await signUp('ada')
    const { body } = await ask('POST /session', { email: 'ada@example.com', password: PASSWORD })
    await mongo.assertCount('auth_access_tokens', 2)
    const out = await ask('DELETE /session', undefined, token)
    assert.equal(out.status, 204)
    assert.equal((await ask('GET /me', undefined, token)).status, 401)
    assert.equal((await ask('GET /me', undefined, body.token)).status, 200)
  })

  test('takes no operator for a value', async ({ assert }) => {
    await ask('POST /users', ADA)
    const answer = await ask('POST /session', { email: { $gt: '' }, password: { $gt: '' } })
    assert.equal(answer.status, 422)
  })

  test('refuses tokens that it did not make', async ({ assert }) => {
    const { token } = await signUp('ada')
    for (const one of [undefined, 'nonsense', `${token.slice(0, -2)}xx`]) {
      const { status } = await ask('GET /me', undefined, one)
      assert.equal(status, 401)
    }
  })
})
