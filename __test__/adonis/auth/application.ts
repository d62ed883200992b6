/** An application whose users the tests of auth are about. */
import { defineConfig as defineHash, drivers } from '@adonisjs/core/hash'
import type { ApplicationService, HashService } from '@adonisjs/core/types'
import { afterAll, beforeAll } from 'vitest'
import { type ApplicationOptions, bootApplication, testDatabase } from '../application.ts'

/** Hashes that take no time: what they cost is no matter of most tests. */
const CHEAP = { cost: 16, blockSize: 8, parallelization: 1, saltSize: 16, maxMemory: 33_554_432 }

/** A database, and an application that has it, with a hash service. */
export function authApplication(options: ApplicationOptions = {}) {
  const server = testDatabase()
  const running = {} as { app: ApplicationService; hash: HashService }
  beforeAll(async () => {
    const hash = defineHash({ default: 'scrypt', list: { scrypt: drivers.scrypt(CHEAP) } })
    running.app = await bootApplication(server, {
      ...options,
      config: { hash, ...options.config },
    })
    running.hash = await running.app.container.make('hash')
  })
  afterAll(() => running.app.terminate())
  return { server, running, hashing: () => running.hash.use() }
}
