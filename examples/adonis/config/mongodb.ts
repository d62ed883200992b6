import app from '@adonisjs/core/services/app'
import { defineConfig } from 'lucent-odm'
import env from '#start/env'

/**
 * Connections are made when they are first used.
 */
const mongodbConfig = defineConfig({
  connection: 'main',

  /**
   * Print what connections with "debug" send; never in production.
   */
  prettyPrintDebugQueries: true,

  connections: {
    main: {
      url: env.get('MONGODB_URI'),

      /**
       * Tests empty their collections, so they have a database of their own.
       */
      ...(app.inTest ? { database: 'lucent_example_test' } : {}),

      debug: app.inDev,

      /**
       * Cursors of pages are good for every process of the application, and after a restart.
       */
      cursorSecret: env.get('APP_KEY'),
    },
  },
})

export default mongodbConfig
