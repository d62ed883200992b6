import { expect, it } from 'vitest'
import { progress } from '../../scripts/build_native.mjs'

it.each([
  [{ seconds: 1, crates: 0, latest: '', since: 1 }, '1 s: looking at what has changed'],
  [
    { seconds: 40, crates: 96, latest: 'tokio', since: 2 },
    '40 s: 96 crates begun, tokio the last of them',
  ],
  [
    { seconds: 140, crates: 161, latest: 'lucent-odm', since: 15 },
    '140 s: compiling the core itself, the last of 161 crates, for 15 s; one crate, which takes a minute or more',
  ],
])('36: a build says what is compiled: %o', (state, text) => {
  expect(progress(state)).toBe(text)
})
