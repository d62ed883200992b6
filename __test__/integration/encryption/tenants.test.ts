/** Keys of tenants, taken by the context: for models of tenants, in one collection or in databases apart. */
import {
  BaseModel,
  column,
  compose,
  context,
  Database,
  type EncryptionKeys,
  rotateEncryption,
  TenantScoped,
} from 'lucent-odm'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { testKey } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, client, name, uri } = lucentDatabase()
const TENANTS = ['a', 'b'] as const
const as = <Result>(tenant: string, work: () => Result) => context.run({ tenant }, work)

/** Each tenant has master keys of its own; those of nobody are others again. */
const asked: (string | null)[] = []
let primary = 'old'
function keysOf(tenant: string | null): EncryptionKeys {
  asked.push(tenant)
  const first = tenant === null ? 90 : tenant.charCodeAt(0)
  return { primary, keys: { old: testKey(first), new: testKey(first + 100) } }
}

const provided = new Database({
  connection: 'main',
  connections: { main: { url: uri, database: name } },
  encryption: { provider: ({ tenant }) => keysOf(tenant) },
})
/** One master key, from which those of tenants are derived. */
const derived = new Database({
  connection: 'main',
  connections: { main: { url: uri, database: name } },
  encryption: { keys: { only: testKey(3) } },
})

function modelsOf(database: Database) {
  class Together extends compose(BaseModel, TenantScoped()) {
    static override collection = 'secrets'
    @column({ isPrimary: true }) declare id: string
    @column() declare tenantId: string
    @column.encrypted({ blind: true }) declare email: string
  }
  class Apart extends compose(BaseModel, TenantScoped({ database: '{database}_{tenant}' })) {
    static override collection = 'secrets'
    @column({ isPrimary: true }) declare id: string
    @column.encrypted({ blind: true }) declare email: string
  }
  for (const model of [Together, Apart]) model.useDatabase(database)
  return { Together, Apart } as unknown as Record<'Together' | 'Apart', typeof Together>
}

const kinds = Object.entries({ provided, derived }).flatMap(([keys, database]) =>
  Object.entries(modelsOf(database)).map(([kind, model]) => ({ keys, kind, model, database })),
)
const places = [db, ...TENANTS.map((tenant) => client.db(`${name}_${tenant}`))]

beforeEach(async () => {
  primary = 'old'
  asked.length = 0
  provided.reloadEncryptionKeys()
  for (const one of places) await one.collection('secrets').deleteMany({})
})
afterAll(async () => {
  await provided.closeAll()
  await derived.closeAll()
  for (const one of places.slice(1)) await one.dropDatabase()
})

async function fill(model: (typeof kinds)[number]['model'], each = 3): Promise<void> {
  for (const tenant of TENANTS) {
    const rows = Array.from({ length: each }, (_, n) => ({ email: `${n}@x` }))
    await as(tenant, () => model.createMany(rows))
  }
}

const PLAIN = ['_id', 'tenant_id']
const emails = async (model: (typeof kinds)[number]['model']) =>
  (await model.query().orderBy('id')).map(({ email }) => email)

async function stored(kind: string, tenant: string) {
  const collection = (kind === 'Apart' ? client.db(`${name}_${tenant}`) : db).collection('secrets')
  return collection.find(kind === 'Apart' ? {} : { tenant_id: tenant }).toArray()
}

describe.each(kinds)('$keys keys, $kind', ({ keys, kind, model }) => {
  it('are those of the tenant on each way', async () => {
    await fill(model)
    if (keys === 'provided') expect([...new Set(asked)].sort()).toEqual(['a', 'b'])
    for (const tenant of TENANTS) {
      await as(tenant, async () => {
        expect(await emails(model)).toEqual(['0@x', '1@x', '2@x'])
        expect(await model.query().where('email', '1@x')).toHaveLength(1)
        const [one] = await model.query().where('email', '2@x')
        await one?.merge({ email: 'new@x' }).save()
        expect((await model.findByOrFail('email', 'new@x')).id).toBe(one?.id)
        await model.query().where('email', '0@x').update({ email: 'newer@x' })
        expect(await model.query().where('email', 'newer@x').count()).toBe(1)
        expect(JSON.parse(await model.query().toJson())).toHaveLength(3)
      })
    }
  })

  it('make other blind indexes of the same value', async () => {
    await fill(model, 1)
    const [ours] = await stored(kind, 'a')
    const [theirs] = await stored(kind, 'b')
    const indexes = Object.keys(ours ?? {}).filter((field) => !PLAIN.includes(field))
    expect(indexes.length).toBeGreaterThan(1)
    for (const field of indexes) expect(ours?.[field]).not.toEqual(theirs?.[field])
  })

  it("do not open another tenant's values, wherever they were put", async () => {
    await fill(model, 1)
    const [theirs] = await stored(kind, 'b')
    const ours = kind === 'Apart' ? client.db(`${name}_a`) : db
    const collection = ours.collection('secrets')
    const [mine] = await stored(kind, 'a')
    const values = Object.entries(theirs ?? {}).filter(([field]) => !PLAIN.includes(field))
    await collection.updateOne({ ...mine }, { $set: Object.fromEntries(values) })
    const code = keys === 'provided' ? 'E_UNKNOWN_KEY' : 'E_DECRYPTION_FAILED'
    await expect(as('a', () => model.all())).rejects.toMatchObject({ code })
    expect(await as('a', () => model.query().where('email', '0@x'))).toEqual([])
  })

  it('are found for finds of one tick, and for saves, of several tenants at once', async () => {
    await fill(model, 2)
    const ids = await Promise.all(
      TENANTS.map((tenant) => as(tenant, async () => (await model.all()).map(({ id }) => id))),
    )
    await Promise.all(
      TENANTS.flatMap((tenant, place) =>
        (ids[place] ?? []).map((id) =>
          as(tenant, async () => {
            const row = await model.findOrFail(id)
            await row.merge({ email: `${tenant}@x` }).save({ coalesce: true })
          }),
        ),
      ),
    )
    for (const tenant of TENANTS) {
      expect(await as(tenant, () => emails(model))).toEqual([`${tenant}@x`, `${tenant}@x`])
    }
  })
})

describe.each(kinds.filter(({ keys }) => keys === 'provided'))('rotation, $kind', (one) => {
  const { kind, model, database } = one

  it("meets the tenant's documents, and no others", async () => {
    await fill(model)
    const before = await stored(kind, 'b')
    primary = 'new'
    database.reloadEncryptionKeys()
    const dry = await as('a', () => rotateEncryption(model, { dryRun: true }))
    expect(dry).toMatchObject({ scanned: 3, total: 3, rewritten: 0, failed: 0, left: { old: 3 } })
    const report = await as('a', () => rotateEncryption(model, { batchSize: 2 }))
    expect(report).toMatchObject({ total: 3, rewritten: 3, failed: 0, left: {}, complete: true })
    expect(await stored(kind, 'b')).toEqual(before)
    await as('a', async () => {
      expect(await model.query().where('email', '1@x').count()).toBe(1)
      expect(await emails(model)).toEqual(['0@x', '1@x', '2@x'])
    })
    const other = await as('b', () => rotateEncryption(model))
    expect(other).toMatchObject({ rewritten: 3, complete: true })
    expect(await stored(kind, 'b')).not.toEqual(before)
  })
})

describe('settings', () => {
  it('may say that there is one set of keys for all', async () => {
    const database = new Database({
      connection: 'main',
      connections: { main: { url: uri, database: name } },
      encryption: { keys: { only: testKey(3) }, tenant: () => null },
    })
    const { Together } = modelsOf(database)
    for (const tenant of TENANTS) await as(tenant, () => Together.create({ email: `${tenant}@x` }))
    const all = await Together.withoutTenant('a report')
    expect(all.map(({ email }) => email).sort()).toEqual(['a@x', 'b@x'])
    await database.closeAll()
  })

  it('leave what is read without the rule to the keys of the context', async () => {
    const { Together } = modelsOf(derived)
    for (const tenant of TENANTS) await as(tenant, () => Together.create({ email: `${tenant}@x` }))
    await expect(Together.withoutTenant('a report')).rejects.toMatchObject({
      code: 'E_DECRYPTION_FAILED',
    })
    expect(await Together.withoutTenant('a report').count()).toBe(2)
  })
})
