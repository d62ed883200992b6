import { Env } from '@adonisjs/core/env'

export default await Env.create(new URL('../', import.meta.url), {
  NODE_ENV: Env.schema.enum(['development', 'production', 'test'] as const),
  HOST: Env.schema.string({ format: 'host' }),
  PORT: Env.schema.number(),
  APP_KEY: Env.schema.string(),
  LOG_LEVEL: Env.schema.string(),

  /*
  |----------------------------------------------------------
  | Variables for MongoDB
  |----------------------------------------------------------
  */
  MONGODB_URI: Env.schema.string(),
  LUCENT_ENCRYPTION_KEYS: Env.schema.string.optional(),

  /** The tests use the server of MONGODB_URI, rather than one that they start. */
  TEST_ON_MONGODB_URI: Env.schema.boolean.optional(),
})
