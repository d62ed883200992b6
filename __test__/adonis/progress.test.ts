import { expect, it } from 'vitest'
import { progressLine } from '../../js/orm/rotation/progress.ts'

const counts = { rewritten: 3, conflicts: 2, failed: 1 }

it.each([
  [0, 0, '100 %', 24],
  [0, 10, '0 %', 0],
  [5, 10, '50 %', 12],
  [1, 3, '33 %', 8],
  // Documents that were inserted meanwhile are counted too.
  [12, 10, '100 %', 24],
])('shows %i of %i', (scanned, total, percent, width) => {
  const line = progressLine('User', { scanned, total, ...counts })
  expect(line).toContain(`User [${'='.repeat(width)}${' '.repeat(24 - width)}]`)
  expect(line).toContain(
    ` ${percent} ${scanned} of ${total}: 3 rewritten, 2 changed meanwhile, 1 failed`,
  )
})
