import { test } from '@japa/runner'
import db from 'lucent-odm/services/db'
import { ask } from '#tests/client'

test.group('Health', () => {
  test('is fine while MongoDB answers', async ({ assert }) => {
    const { status, body } = await ask('GET /health')
    assert.equal(status, 200)
    assert.isTrue(body.isHealthy)
    assert.containsSubset(body.checks, [{ name: 'MongoDB health check (main)', status: 'ok' }])
  })

  test('is not while it does not, and requests are told so', async ({ assert }) => {
    const { config } = db.connection()
    await db.close()
    db.add('main', { url: 'mongodb://127.0.0.1:1/nothing', serverSelectionTimeoutMS: 100 })
    try {
      const { status, body } = await ask('GET /health')
      assert.equal(status, 503)
      assert.isFalse(body.isHealthy)
      const posts = await ask('GET /posts')
      assert.equal(posts.status, 503)
      assert.equal(posts.body.message, 'The database is not available')
    } finally {
      await db.close()
      db.add('main', config)
    }
  })
})
