/** Histories of documents in a database for each tenant: they are where the documents are. */
import { Auditable, BaseModel, column, compose, context, TenantScoped, Versioned } from 'lucent-odm'
import { afterAll, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, client } = lucentDatabase()

class Invoice extends compose(
  BaseModel,
  Auditable,
  TenantScoped({ database: '{database}_{tenant}' }),
  Versioned,
) {
  @column({ isPrimary: true }) declare id: string
  @column() declare total: number
}

const TENANTS = ['a', 'b'].map((tenant) => `${db.databaseName}_${tenant}`)
afterAll(() => Promise.all(TENANTS.map((name) => client.db(name).dropDatabase())))

it('each tenant has its own', async () => {
  const made = await context.run({ tenant: 'a' }, async () => {
    const invoice = await Invoice.create({ total: 1 })
    await invoice.merge({ total: 2 }).save()
    expect(await Invoice.audits(invoice.id).count()).toBe(2)
    expect((await invoice.versions()).map(({ document }) => document.total)).toEqual([1])
    return invoice
  })
  await context.run({ tenant: 'b' }, async () => {
    expect(await Invoice.audits().count()).toBe(0)
    expect(await Invoice.versions(made.id)).toHaveLength(0)
  })
  const [own] = TENANTS.map((name) => client.db(name))
  expect(await own?.collection('invoices_audits').countDocuments()).toBe(2)
  expect(await own?.collection('invoices_versions').countDocuments()).toBe(1)
  expect(await db.collection('invoices_audits').countDocuments()).toBe(0)
  await expect(Invoice.audits().exec()).rejects.toMatchObject({ code: 'E_TENANT_REQUIRED' })
})
