import { defineConfig } from 'vitest/config'
import { PROPERTY_FACTOR } from './__test__/helpers/property.ts'

export default defineConfig({
  test: {
    include: ['__test__/**/*.test.ts'],
    // These have a configuration of their own.
    exclude: ['__test__/packaging/**'],
    globalSetup: ['__test__/helpers/global_setup.ts'],
    pool: 'forks',
    testTimeout: 20_000 * PROPERTY_FACTOR,
    hookTimeout: 30_000,
    // Leaked handles and unhandled rejections are defects of this package, never noise.
    dangerouslyIgnoreUnhandledErrors: false,
    execArgv: ['--expose-gc'],
    server: { deps: { external: [/\/dist\//, /\.node$/] } },
  },
})
