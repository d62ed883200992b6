import app from '@adonisjs/core/services/app'
import testUtils from '@adonisjs/core/services/test_utils'
import { assert } from '@japa/assert'
import { pluginAdonisJS } from '@japa/plugin-adonisjs'
import type { Config } from '@japa/runner/types'
import db from 'lucent-odm/services/db'
import { mongoAssertions } from 'lucent-odm/testing/japa'
import { createIndexes } from '#database/indexes'
import env from '#start/env'

export const plugins: Config['plugins'] = [assert(), pluginAdonisJS(app), mongoAssertions(app)]

/** The run has one MongoDB server and one HTTP server. */
export const runnerHooks: Required<Pick<Config, 'setup' | 'teardown'>> = {
  setup: [
    () => testUtils.mongo().embeddedServer({ useUri: env.get('TEST_ON_MONGODB_URI', false) }),
    async () => {
      await createIndexes(db)
    },
  ],
  teardown: [],
}

export const configureSuite: Config['configureSuite'] = (suite) => {
  if (suite.name === 'functional') suite.setup(() => testUtils.httpServer().start())
}
