import app from '@adonisjs/core/services/app'
import { Database } from 'lucent-odm'

/** The application's database; set once the application is booted. */
let db: Database

await app.booted(async () => {
  db = await app.container.make(Database)
})

export { db as default }
