/** Random operations by three tenants; `LUCENT_PROPERTY_RUNS=500` tries 200,000 of them. */
import { context, fromContext } from 'lucent-odm'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { PROPERTY_FACTOR } from '../../helpers/property.ts'
import { fuzzRules, type Keeping, TENANTS } from '../../helpers/rules_fuzz.ts'
import { describeModels } from '../../helpers/scoped_models.ts'

const { db, database } = lucentDatabase()

const RUNS = 400 * PROPERTY_FACTOR
const SEED = PROPERTY_FACTOR > 1 ? Date.now() % 1_000_000 : 7

it.each(['together', 'apart'] as const)(
  'never reads nor changes what is of another tenant, or deleted: tenants %s',
  async (keeping) => {
    await fuzzRules({ database, db, seed: SEED, runs: RUNS, keeping })
  },
  RUNS * 200,
)

afterAll(async () => {
  for (const tenant of TENANTS) await db.client.db(`${db.databaseName}_${tenant}`).dropDatabase()
})

describe('finds what leaks', () => {
  let restore = () => {}
  afterEach(() => restore())

  type Rule = Record<string, unknown>
  const without = (name: string, part: string) => (rules: Rule[]) =>
    rules.map((rule) => (rule.name === name ? { ...rule, [part]: undefined } : rule))

  /** All tenants are sent to the database of one. */
  const astray = (rules: Rule[]) =>
    rules.map((rule) => ({ ...rule, database: rule.database && `${db.databaseName}_{one}` }))

  it.each<[string, Keeping, (rules: Rule[]) => Rule[]]>([
    ['no condition of tenants', 'together', without('tenant', 'condition')],
    ['no condition of what is deleted', 'together', without('trashed', 'condition')],
    ['no pin', 'together', without('tenant', 'pin')],
    ['deletes that delete', 'together', without('trashed', 'remove')],
    ['no rules at all', 'together', () => []],
    ['no databases of tenants', 'apart', without('tenant', 'database')],
    ['databases that are mixed up', 'apart', astray],
  ])(
    'where there are %s',
    async (_, keeping, change) => {
      restore = describeModels((descriptor) =>
        Array.isArray(descriptor.rules)
          ? { ...descriptor, rules: change(descriptor.rules as Rule[]) }
          : descriptor,
      )
      fromContext('one')
      const work = () => fuzzRules({ database, db, seed: SEED, runs: 400, keeping })
      await expect(context.run({ one: 'a' }, work)).rejects.toThrow(/by [abc]/)
    },
    120_000,
  )
})
