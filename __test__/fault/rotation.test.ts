import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { BaseModel, column, rotateEncryption, setEncryptionKeys } from 'lucent-odm'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { compileFixture } from '../helpers/compile.ts'
import { testKey } from '../helpers/encryption.ts'
import { lucentDatabase } from '../helpers/lucent.ts'

const { db, uri, name } = lucentDatabase()
afterAll(() => setEncryptionKeys(undefined))

class Account extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.encrypted({ blind: true }) declare owner: string
  @column.encrypted() declare balance: { cents: number }
}

const COUNT = 1500

/** A process that rotates, and is killed once it has written so many documents. */
async function killedAfter(rewritten: number): Promise<NodeJS.Signals | null> {
  const script = await compileFixture(new URL('fixtures/rotate.ts', import.meta.url))
  const keys = `new:${testKey(2)},old:${testKey(1)}`
  const child = spawn(process.execPath, [fileURLToPath(script), uri, name], {
    env: { ...process.env, NODE_OPTIONS: '', LUCENT_ENCRYPTION_KEYS: keys },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (text.split('\n').some((line) => Number(line) >= rewritten)) child.kill('SIGKILL')
  })
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return signal
}

it('a rotation that is killed half-way, while others write, loses nothing', async () => {
  setEncryptionKeys({ primary: 'old', keys: { old: testKey(1) } })
  const accounts = await Account.createMany(
    Array.from({ length: COUNT }, (_, place) => ({
      owner: `owner ${place}`,
      balance: { cents: place },
    })),
  )
  // Writers have both keys, and still write with the old one when the rotation begins.
  setEncryptionKeys({ primary: 'old', keys: { old: testKey(1), new: testKey(2) } })
  let writing = true
  let writes = 0
  const writer = async (first: number) => {
    for (let turn = 0; writing; turn++) {
      const account = accounts[(first + turn * 7) % COUNT] as Account
      // Each document belongs to one writer, so what it was told last is what must be stored.
      if (accounts.indexOf(account) % 4 !== first) continue
      account.owner = `owner ${turn} of writer ${first}`
      if (turn % 3 === 0) account.balance.cents += 1
      if (turn % 5 === 0) {
        await Account.query().where('id', account.id).update({ balance: account.balance })
      }
      await account.save()
      writes++
    }
  }
  const writers = [0, 1, 2, 3].map(writer)
  onTestFinished(async () => {
    writing = false
    await Promise.allSettled(writers)
  })
  expect(await killedAfter(COUNT / 3)).toBe('SIGKILL')
  // The second attempt goes on, with writers on the new primary.
  setEncryptionKeys({ primary: 'new', keys: { old: testKey(1), new: testKey(2) } })
  const half = await rotateEncryption(Account, { dryRun: true })
  expect(half.left.old).toBeGreaterThan(0)
  expect(half.failed).toBe(0)
  const report = await rotateEncryption(Account, { batchSize: 100, concurrency: 4 })
  expect(report).toMatchObject({ failed: 0, left: {}, plain: 0, complete: true })
  writing = false
  await Promise.all(writers)
  expect(writes).toBeGreaterThan(100)

  setEncryptionKeys({ primary: 'new', keys: { new: testKey(2) } })
  const stored = new Map((await Account.all()).map((account) => [account.id, account]))
  expect(stored.size).toBe(COUNT)
  for (const account of accounts) {
    const { owner, balance } = stored.get(account.id) as Account
    expect({ owner, balance }).toEqual({ owner: account.owner, balance: account.balance })
  }
  for (const account of accounts.slice(0, 50)) {
    expect((await Account.findByOrFail('owner', account.owner)).owner).toBe(account.owner)
  }
  expect(await db.collection('accounts').countDocuments()).toBe(COUNT)
}, 60_000)
