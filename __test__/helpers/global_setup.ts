import { startServer } from 'lucent-odm/testing/server'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    mongoUri: string
  }
}

/** One server for the whole run; each test file takes a database of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer({ args: ['--setParameter', 'enableTestCommands=1'] })
  project.provide('mongoUri', server.uri)
  return () => server.stop()
}
