// An AdonisJS application with one route.
import { IgnitorFactory } from '@adonisjs/core/factories'

/**
 * @param {{ mongodb?: object }} [settings] `mongodb`: with the package's provider, and this configuration
 */
export function makeApplication({ mongodb } = {}) {
  const providers = mongodb === undefined ? [] : [() => import('lucent-odm/mongodb_provider')]
  return new IgnitorFactory()
    .withCoreConfig()
    .withCoreProviders()
    .merge({
      config: mongodb === undefined ? {} : { mongodb },
      rcFileContents: { providers },
    })
    .create(new URL('./', import.meta.url), { importer: (name) => import(name) })
    .createApp('web')
}

/** @param {import('@adonisjs/core/types').ApplicationService} app */
export async function boot(app) {
  await app.init()
  await app.boot()
  await app.start(() => {})
}
