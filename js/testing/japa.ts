/** Japa: assertions in the context of tests. For hooks see `MongoTestUtils`. */
import { TestContext } from '@japa/runner/core'
import type { PluginFn } from '@japa/runner/types'
import { Database } from 'lucent-odm'
import { type DatabaseSource, MongoAssertions } from './assertions.ts'

export { MongoAssertions } from './assertions.ts'
export { type Cleanup, MongoTestUtils } from './test_utils.ts'

declare module '@japa/runner/core' {
  interface TestContext {
    /** Assertions about what is stored. */
    mongo: MongoAssertions
  }
}

/** What the plugin needs of an AdonisJS application. */
export interface AppWithContainer {
  container: {
    make(binding: typeof Database): Promise<Database>
    hasBinding(name: string): boolean
  }
}

/**
 * Adds `mongo` to the context of tests; in an AdonisJS application without Lucid also `db`.
 *
 * @example
 * // tests/bootstrap.ts
 * export const plugins = [assert(), pluginAdonisJS(app), mongoAssertions(app)]
 * // a test
 * test('signs up', async ({ mongo }) => {
 *   await mongo.assertHas('users', { email: 'ada@example.com' })
 * })
 */
export function mongoAssertions(source: AppWithContainer | DatabaseSource): PluginFn {
  return () => {
    const isApp = typeof source === 'object' && 'container' in source
    const database: DatabaseSource = isApp ? () => source.container.make(Database) : source
    const assertions = () => new MongoAssertions(database)
    TestContext.getter('mongo', assertions, true)
    if (isApp && !source.container.hasBinding('lucid.db')) {
      defineGetter('db', assertions)
    }
  }
}

/** The type of `db` is Lucid's where Lucid is used; `lucent-odm/lucid_names` has ours. */
function defineGetter(name: string, value: () => MongoAssertions): void {
  const context = TestContext as unknown as {
    getter(name: string, value: () => MongoAssertions, singleton: boolean): void
  }
  context.getter(name, value, true)
}
