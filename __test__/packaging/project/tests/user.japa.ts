import { test } from '@japa/runner'
import { exercise } from '../src/exercise.js'

test('walks a user through its life', async ({ assert }) => {
  const seen = await exercise(process.env.MONGODB_DATABASE ?? '')
  assert.equal(seen.found, 'ada@example.com')
  assert.equal(seen.refused, 'E_ROW_NOT_FOUND')
  assert.isTrue(seen.gone)
})
