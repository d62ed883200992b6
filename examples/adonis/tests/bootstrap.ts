import app from '@adonisjs/core/services/app'
import testUtils from '@adonisjs/core/services/test_utils'
import { assert } from '@japa/assert'
import { pluginAdonisJS } from '@japa/plugin-adonisjs'
import type { Config } from '@japa/runner/types'
import db from 'lucent-odm/services/db'
import { mongoAssertions } from 'lucent-odm/testing/japa'
import AccessToken from '#models/access_token'
import Category from '#models/category'
import Comment from '#models/comment'
import Post from '#models/post'
import User from '#models/user'
import env from '#start/env'

export const plugins: Config['plugins'] = [assert(), pluginAdonisJS(app), mongoAssertions(app)]

/** The run has one MongoDB server and one HTTP server. */
export const runnerHooks: Required<Pick<Config, 'setup' | 'teardown'>> = {
  setup: [
    () => testUtils.mongo().embeddedServer({ useUri: env.get('TEST_ON_MONGODB_URI', false) }),
    async () => {
      await db.syncIndexes([User, Post, Comment, Category, AccessToken])
    },
  ],
  teardown: [],
}

export const configureSuite: Config['configureSuite'] = (suite) => {
  if (suite.name === 'functional') suite.setup(() => testUtils.httpServer().start())
}
