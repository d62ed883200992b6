import { Secret } from '@adonisjs/core/helpers'
import testUtils from '@adonisjs/core/services/test_utils'
import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import { Database } from 'lucent-odm'
import db from 'lucent-odm/services/db'
import User from '#models/user'
import { ratioOfRefusals } from '#tests/login_time'

const PASSWORD = 'correct horse battery'
const ADA = { fullName: 'Ada Lovelace', email: 'ada@example.com', password: PASSWORD }

const signUp = (client: ApiClient, values = {}) =>
  client.post('/api/v1/auth/signup').json({ ...ADA, passwordConfirmation: PASSWORD, ...values })
const logIn = (client: ApiClient, values = {}) =>
  client.post('/api/v1/auth/login').json({ email: ADA.email, password: PASSWORD, ...values })
const tokenOf = async (client: ApiClient) => (await logIn(client)).body().data.token as string
/** A token of a user, with abilities or an end. */
const tokenWith = async (client: ApiClient, user: User, values: object) =>
  (await client.post('/api/v1/account/tokens').loginAs(user).json(values)).body()
const profile = (client: ApiClient, token: string) =>
  client.get('/api/v1/account/profile').accept('json').bearerToken(token)

test.group('API kit', (group) => {
  group.each.setup(() => testUtils.mongo().truncate())

  test('signs up and answers a token', async ({ client, assert, mongo }) => {
    const response = await signUp(client)
    response.assertStatus(200)
    const { user, token } = response.body().data
    assert.match(token, /^oat_/)
    assert.notProperty(user, 'password')
    await mongo.assertHas('users', { email: ADA.email })
    assert.instanceOf(db, Database)
    const { data } = (await profile(client, token)).body()
    assert.containsSubset(data, { id: user.id, email: ADA.email, initials: 'AL' })
  })

  test('validates: {1}')
    .with([
      [{ email: 'nowhere' }, 'email'],
      [{ password: 'short', passwordConfirmation: 'short' }, 'password'],
      [{ passwordConfirmation: 'another one' }, 'passwordConfirmation'],
    ] as const)
    .run(async ({ client, assert }, [values, field]) => {
      const response = await signUp(client, values).accept('json')
      response.assertStatus(422)
      assert.match(response.body().errors[0].field, new RegExp(`^(${field}|password)`))
    })

  test('an address that is taken is a validation error', async ({ client }) => {
    await signUp(client)
    const response = await signUp(client).accept('json')
    response.assertStatus(422)
    response.assertBodyContains({ errors: [{ field: 'email', rule: 'database.unique' }] })
  })

  test('logs in', async ({ client, assert }) => {
    await User.create(ADA)
    const response = await logIn(client)
    response.assertStatus(200)
    const { user, token } = response.body().data
    assert.containsSubset(user, { fullName: ADA.fullName, email: ADA.email })
    assert.notProperty(user, 'password')
    const again = await profile(client, token)
    again.assertStatus(200)
  })

  test('refuses a wrong password and an unknown user alike', async ({ client, assert }) => {
    await User.create(ADA)
    const wrong = await logIn(client, { password: 'something else' }).accept('json')
    const unknown = await logIn(client, { email: 'ben@example.com' }).accept('json')
    wrong.assertStatus(400)
    unknown.assertStatus(400)
    assert.deepEqual(wrong.body(), { errors: [{ message: 'Invalid user credentials' }] })
    assert.deepEqual(wrong.body(), unknown.body())
  })

  test('takes the same time to do so', async ({ client, assert }) => {
    await User.create(ADA)
    const ratio = await ratioOfRefusals(
      async () => void (await logIn(client, { password: 'something else' })),
      async () => void (await logIn(client, { email: 'ben@example.com' })),
    )
    assert.isAbove(ratio, 0.5)
    assert.isBelow(ratio, 2)
  })

  test('refuses requests without a token, or with what is none: {$i}')
    .with(['', 'nonsense', 'oat_', 'oat_x.y', 'oat_NjVmMDAwMDAwMDAwMDAwMDAwMDAwMDAw.abc'])
    .run(async ({ client }, token) => {
      await User.create(ADA)
      const response = await profile(client, token)
      response.assertStatus(401)
      response.assertBody({ errors: [{ message: 'Unauthorized access' }] })
    })

  test('gives tokens abilities', async ({ client, assert }) => {
    const user = await User.create(ADA)
    const change = async (abilities: string[]) => {
      const { type, token, ...rest } = await tokenWith(client, user, { abilities })
      assert.deepEqual([type, rest.abilities], ['bearer', abilities])
      return client
        .patch('/api/v1/account/profile')
        .accept('json')
        .bearerToken(token)
        .json({ fullName: 'Ada King' })
    }
    ;(await change(['profile:read'])).assertStatus(401)
    const changed = await change(['profile:write'])
    changed.assertStatus(200)
    changed.assertBodyContains({ fullName: 'Ada King' })
  })

  test('refuses a token that has expired', async ({ client, assert }) => {
    const user = await User.create(ADA)
    const { token } = await tokenWith(client, user, { expiresIn: '1 second' })
    ;(await profile(client, token)).assertStatus(200)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    ;(await profile(client, token)).assertStatus(401)
    assert.isNull(await User.accessTokens.verify(new Secret(token)))
  })

  test('refuses a token that was revoked', async ({ client, assert }) => {
    const user = await User.create(ADA)
    const token = await tokenOf(client)
    assert.equal(await User.accessTokens.deleteAll(user), 1)
    ;(await profile(client, token)).assertStatus(401)
  })

  test('logs out, of this token alone', async ({ client, assert }) => {
    await User.create(ADA)
    const [token, other] = [await tokenOf(client), await tokenOf(client)]
    const response = await client.post('/api/v1/auth/logout').bearerToken(token)
    response.assertStatus(200)
    ;(await profile(client, token)).assertStatus(401)
    ;(await profile(client, other)).assertStatus(200)
    assert.lengthOf(await User.accessTokens.all(await User.firstOrFail()), 1)
  })

  test('loginAs', async ({ client }) => {
    const user = await User.create(ADA)
    const response = await client.get('/api/v1/account/profile').loginAs(user)
    response.assertStatus(200)
    response.assertBodyContains({ data: { email: ADA.email } })
    const denied = await client.patch('/api/v1/account/profile').loginAs(user, ['nothing'])
    denied.assertStatus(401)
  })

  test('has sessions as well', async ({ client }) => {
    const user = await User.create(ADA)
    const response = await client.get('/api/v1/session').withGuard('web').loginAs(user)
    response.assertStatus(200)
    response.assertBodyContains({ data: { id: user.id, initials: 'AL' } })
    ;(await client.get('/api/v1/session').accept('json')).assertStatus(401)
    ;(await client.get('/api/v1/session').accept('json').loginAs(user)).assertStatus(401)
  })

  test('answers no hash', async ({ client, assert }) => {
    const user = await User.create(ADA)
    const response = await client.get('/api/v1/account/tokens').loginAs(user)
    response.assertStatus(200)
    assert.lengthOf(response.body(), 1)
    assert.notProperty(response.body()[0], 'hash')
    assert.notMatch(response.text(), /[0-9a-f]{64}/)
  })

  test('basic auth', async ({ client }) => {
    const user = await User.create(ADA)
    const ok = await client.get('/api/v1/basic').basicAuth(user.email, PASSWORD)
    ok.assertStatus(200)
    ok.assertBody({ email: ADA.email })
    ;(await client.get('/api/v1/basic').basicAuth(user.email, 'something else')).assertStatus(401)
    ;(await client.get('/api/v1/basic')).assertStatus(401)
    const as = await client.get('/api/v1/basic').withGuard('basic').loginAs(user.email, PASSWORD)
    as.assertStatus(200)
  })

  test('the user of a token is gone', async ({ client }) => {
    const user = await User.create(ADA)
    const token = await tokenOf(client)
    await user.delete()
    ;(await profile(client, token)).assertStatus(401)
  })
})
