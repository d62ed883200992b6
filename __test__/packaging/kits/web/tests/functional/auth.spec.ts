import testUtils from '@adonisjs/core/services/test_utils'
import { test } from '@japa/runner'
import { BaseModel, column } from 'lucent-odm'
import User from '#models/user'
import { Browser } from '#tests/browser'
import { ratioOfRefusals } from '#tests/login_time'

const PASSWORD = 'correct horse battery'
const ADA = { fullName: 'Ada Lovelace', email: 'ada@example.com', password: PASSWORD }
const CREDENTIALS = { email: ADA.email, password: PASSWORD }
const HOME = 'ada@example.com (AL)'

class Token extends BaseModel {
  static override collection = 'remember_me_tokens'
  @column({ columnName: 'expires_at' }) declare expiresAt: Date
}

test.group('Web kit', (group) => {
  group.each.setup(() => testUtils.mongo().truncate())

  test('signs up, which logs in', async ({ assert, mongo }) => {
    const browser = new Browser()
    const answer = await browser.submit('/signup', { ...ADA, passwordConfirmation: PASSWORD })
    assert.deepEqual([answer.status, answer.to], [302, '/'])
    assert.include((await browser.open('/')).text, HOME)
    await mongo.assertHas('users', { email: ADA.email })
    await mongo.assertEmpty('remember_me_tokens')
    assert.equal((await browser.open('/login')).to, '/')
  })

  test('logs in and out', async ({ assert }) => {
    await User.create(ADA)
    const browser = new Browser()
    assert.include((await browser.open('/')).text, 'nobody')
    assert.equal((await browser.submit('/login', CREDENTIALS)).to, '/')
    assert.include((await browser.open('/dashboard')).text, ADA.email)
    assert.equal((await browser.submit('/', {}, '/logout')).to, '/login')
    assert.include((await browser.open('/')).text, 'nobody')
  })

  test('needs the CSRF token', async ({ assert }) => {
    await User.create(ADA)
    const browser = new Browser()
    await browser.open('/login')
    const body = new URLSearchParams(CREDENTIALS)
    const answer = await browser.open('/login', { method: 'POST', body })
    assert.equal(answer.status, 302)
    assert.equal((await browser.open('/dashboard')).to, '/login')
  })

  test('refuses a wrong password and an unknown user alike', async ({ assert }) => {
    await User.create(ADA)
    for (const wrong of [{ password: 'something else' }, { email: 'ben@example.com' }]) {
      const browser = new Browser()
      const answer = await browser.submit('/login', { ...CREDENTIALS, ...wrong })
      assert.equal(answer.status, 302)
      assert.include((await browser.open('/login')).text, 'Invalid user credentials')
      assert.equal((await browser.open('/dashboard')).to, '/login')
    }
  })

  test('takes the same time to do so', async ({ assert }) => {
    await User.create(ADA)
    const browser = new Browser()
    const ratio = await ratioOfRefusals(
      () => browser.submit('/login', { ...CREDENTIALS, password: 'something else' }),
      () => browser.submit('/login', { ...CREDENTIALS, email: 'ben@example.com' }),
    )
    assert.isAbove(ratio, 0.5)
    assert.isBelow(ratio, 2)
  })

  test('protects routes, whatever the session has', async ({ client, assert }) => {
    for (const id of ['garbage', '65f000000000000000000000', 7, { $gt: '' }, ['a'], true]) {
      const response = await client
        .get('/dashboard')
        .redirects(0)
        .withSession({ auth_web: id as string })
      assert.equal(response.status(), 302)
      assert.equal(response.header('location'), '/login')
    }
  })

  test('loginAs, with the id of the user as text in the session', async ({ client, assert }) => {
    const user = await User.create(ADA)
    const response = await client.get('/dashboard').loginAs(user)
    response.assertStatus(200)
    response.assertBody({ email: ADA.email, viaRemember: false })
    response.assertSession('auth_web', user.id)
    assert.match(user.id, /^[0-9a-f]{24}$/)
  })

  test('loginAs, with CSRF', async ({ client }) => {
    const user = await User.create(ADA)
    const response = await client.post('/logout').redirects(0).loginAs(user).withCsrfToken()
    response.assertStatus(302)
    response.assertSessionMissing('auth_web')
  })

  test('remembers who is to be remembered', async ({ assert, mongo }) => {
    const user = await User.create(ADA)
    const browser = new Browser()
    await browser.submit('/login', { ...CREDENTIALS, rememberMe: 'on' })
    await mongo.assertCount('remember_me_tokens', 1)
    const [first] = await User.rememberMeTokens.all(user)

    const used = browser.cookies.get('remember_web') ?? ''
    browser.cookies.delete('adonis-session')
    const answer = JSON.parse((await browser.open('/dashboard')).text)
    assert.deepEqual(answer, { email: ADA.email, viaRemember: true })
    const [second] = await User.rememberMeTokens.all(user)
    assert.notEqual(second?.identifier, first?.identifier)
    await mongo.assertCount('remember_me_tokens', 1)

    const thief = new Browser()
    thief.cookies.set('remember_web', used)
    assert.equal((await thief.open('/dashboard')).to, '/login')

    await browser.submit('/', {}, '/logout')
    await mongo.assertEmpty('remember_me_tokens')
    assert.isFalse(browser.cookies.has('remember_web'))
  })

  test('lets one of many in who show the same token at once', async ({ assert, mongo }) => {
    await User.create(ADA)
    const browser = new Browser()
    await browser.submit('/login', { ...CREDENTIALS, rememberMe: 'on' })
    const token = browser.cookies.get('remember_web') ?? ''
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const one = new Browser()
        one.cookies.set('remember_web', token)
        return one.open('/dashboard')
      }),
    )
    const statuses = answers.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [200, 302, 302, 302, 302, 302])
    await mongo.assertCount('remember_me_tokens', 1)
  })

  test('remembers nobody whose token {0}')
    .with([
      [
        'has expired',
        () =>
          Token.query()
            .all()
            .update({ expiresAt: new Date(Date.now() - 1) }),
      ],
      ['was revoked', () => Token.query().all().delete()],
    ] as const)
    .run(async ({ assert }, [, end]) => {
      await User.create(ADA)
      const browser = new Browser()
      await browser.submit('/login', { ...CREDENTIALS, rememberMe: 'on' })
      await end()
      browser.cookies.delete('adonis-session')
      assert.equal((await browser.open('/dashboard')).to, '/login')
    })
})
