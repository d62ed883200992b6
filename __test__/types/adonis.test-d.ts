/** The sub-paths speak of the same types as the main entry. */

import type { TestUtils } from '@adonisjs/core/test_utils'
import type { ApplicationService, EmitterService } from '@adonisjs/core/types'
import type { TestContext } from '@japa/runner/core'
import vine from '@vinejs/vine'
import {
  BaseModel,
  type ConfigureCommand,
  type Connection,
  column,
  configure,
  Database,
  defineConfig,
  type QueryEvent,
} from 'lucent-odm'
import { MongoCheck, MongoConnectionCountCheck } from 'lucent-odm/health'
import type {} from 'lucent-odm/lucid_names'
import type MongodbProvider from 'lucent-odm/mongodb_provider'
import db from 'lucent-odm/services/db'
import { MongoAssertions, type MongoTestUtils, truncateAll } from 'lucent-odm/testing'
import { mongoAssertions } from 'lucent-odm/testing/japa'
import { useMongo } from 'lucent-odm/testing/vitest'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(..._equal: Equal<A, B> extends true ? [] : [never]): void => {}

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
}

declare const app: ApplicationService
declare const emitter: EmitterService
declare const utils: TestUtils
declare const context: TestContext

// The container, the service and the events.
const made = await app.container.make('mongo.db')
same<typeof made, Database>()
same<typeof db, Database>()
BaseModel.useDatabase(db)
emitter.on('mongo:query', (event) => same<typeof event, QueryEvent>())
emitter.on('mongo:connection:connect', (connection) => same<typeof connection, Connection>())
emitter.on('mongo:connection:error', ([error, connection]) => {
  same<typeof error, Error>()
  same<typeof connection, Connection>()
})
// @ts-expect-error there is no such event
emitter.on('mongo:nothing', () => {})
same<ConstructorParameters<typeof MongodbProvider>, [app: ApplicationService]>()

// Configuration.
const config = defineConfig({
  connection: 'main',
  connections: { main: { url: 'mongodb://localhost/app' } },
})
new Database(config)
declare const command: ConfigureCommand
same<ReturnType<typeof configure>, Promise<void>>()
configure(command)

// Health checks take the database and its connections.
new MongoCheck(db).warnWhenSlowerThan(50).cacheFor('10 seconds')
new MongoConnectionCountCheck(db.connection()).warnWhenExceeds(10).failWhenExceeds(20)

// Test helpers take models.
const assertions = new MongoAssertions(db)
assertions.assertHas(User, { email: 'ada@example.com' })
assertions.assertModelExists(new User())
truncateAll(db.connection())
mongoAssertions(app)
mongoAssertions(db)
same<ReturnType<typeof utils.mongo>, MongoTestUtils>()
same<ReturnType<typeof utils.db>, MongoTestUtils>()
same<typeof context.mongo, MongoAssertions>()
same<typeof context.db, MongoAssertions>()
same<ReturnType<typeof useMongo>['database'], Database>()
// @ts-expect-error there is no such isolation
useMongo({ isolation: 'nothing' })

// Rules know the model.
vine.string().mongoUnique({ model: User, filter: (query) => void query.where('email', 'a') })
// @ts-expect-error the model has no such column
vine.string().mongoExists({ model: User, filter: (query) => void query.where('nothing', 'a') })
vine.number().unique({ table: 'users', column: 'age' })
