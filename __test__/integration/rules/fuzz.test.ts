/** Random operations by three tenants; `LUCENT_PROPERTY_RUNS=500` tries 200,000 of them. */
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { PROPERTY_FACTOR } from '../../helpers/property.ts'
import { fuzzRules } from '../../helpers/rules_fuzz.ts'
import { describeModels } from '../../helpers/scoped_models.ts'

const { db, database } = lucentDatabase()

const RUNS = 400 * PROPERTY_FACTOR
const SEED = PROPERTY_FACTOR > 1 ? Date.now() % 1_000_000 : 7

it(
  'never reads nor changes what is of another tenant, or deleted',
  async () => {
    await fuzzRules({ database, db, seed: SEED, runs: RUNS })
  },
  RUNS * 200,
)

describe('finds what leaks', () => {
  let restore = () => {}
  afterEach(() => restore())

  type Rule = Record<string, unknown>
  const without = (name: string, part: string) => (rules: Rule[]) =>
    rules.map((rule) => (rule.name === name ? { ...rule, [part]: undefined } : rule))

  it.each([
    ['no condition of tenants', without('tenant', 'condition')],
    ['no condition of what is deleted', without('trashed', 'condition')],
    ['no pin', without('tenant', 'pin')],
    ['deletes that delete', without('trashed', 'remove')],
    ['no rules at all', () => []],
  ])(
    'where there are %s',
    async (_, change) => {
      restore = describeModels((descriptor) =>
        Array.isArray(descriptor.rules)
          ? { ...descriptor, rules: change(descriptor.rules as Rule[]) }
          : descriptor,
      )
      await expect(fuzzRules({ database, db, seed: SEED, runs: 400 })).rejects.toThrow(/by [abc]/)
    },
    120_000,
  )
})
