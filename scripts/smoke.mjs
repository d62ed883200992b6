// Whether an installed lucent-odm works where no server is at hand: its core is loaded, tries to
// connect and says that nobody is there, and the process ends by itself.
import assert from 'node:assert/strict'
import { BaseModel, column, Database, LucentError } from 'lucent-odm'

class User extends BaseModel {}
column({ isPrimary: true })(User.prototype, 'id')
column()(User.prototype, 'email')

const database = new Database({
  connection: 'main',
  connections: {
    main: { url: 'mongodb://127.0.0.1:1/smoke?serverSelectionTimeoutMS=300&directConnection=true' },
  },
})
BaseModel.useDatabase(database)

await assert.rejects(User.create({ email: 'ada@example.com' }), (error) => {
  assert.ok(error instanceof LucentError, String(error))
  assert.equal(error.code, 'E_CONNECTION_FAILED', error.message)
  return true
})
console.log(`lucent-odm works on ${process.platform}-${process.arch}, Node ${process.version}`)
