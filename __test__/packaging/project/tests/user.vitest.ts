import { expect, it } from 'vitest'
import { exercise } from '../src/exercise.js'

it('walks a user through its life', async () => {
  const seen = await exercise(process.env.MONGODB_DATABASE ?? '')
  expect(seen).toMatchObject({ found: 'ada@example.com', gone: true, refused: 'E_ROW_NOT_FOUND' })
})
