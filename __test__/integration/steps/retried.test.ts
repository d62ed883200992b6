import { readFileSync } from 'node:fs'
import { BaseModel, column } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { withFailPoint } from '../../helpers/server.ts'
import { type Given, type Keyed, waysTo } from '../../helpers/ways.ts'

const APP_NAME = 'operations that are sent again'
/** `ExceededTimeLimit`: another attempt may succeed, and the server is as it was. */
const PASSING = 262

const { client, database } = lucentDatabase({ appName: APP_NAME })

class Note extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare count: number
  @column() declare list: string[]
}

const { operations }: { operations: { name: string; reads?: boolean; retried?: boolean }[] } =
  JSON.parse(readFileSync(new URL('../../../src/protocol.json', import.meta.url), 'utf8'))

/** What the server calls operations that have a name of our own. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  count: ['aggregate', 'count'],
  updateEach: ['update'],
  bulk: ['insert', 'update', 'delete'],
  command: ['explain'],
  insertUnlessFound: ['findAndModify'],
  sequence: ['findAndModify'],
}

let keys = 0
let given: Given

beforeEach(async () => {
  const key = `note ${keys++}`
  const made = await Note.create({ key, count: 1, list: ['a'] })
  const found = (await Note.findOrFail(made.id)) as unknown as Keyed
  given = { database, model: Note, key, filter: { key }, values: { count: 7 }, found }
})

/** Whether the way succeeds although the server refuses the operation's first command. */
async function succeeds(operation: string, run: (given: Given) => Promise<unknown>) {
  const failCommands = [...(COMMANDS[operation] ?? [operation])]
  const fault = { failCommands, errorCode: PASSING, appName: APP_NAME }
  return withFailPoint(client, fault, { times: 1 }, () =>
    run(given).then(
      () => true,
      () => false,
    ),
  )
}

describe.each(operations.filter(({ retried }) => retried))('$name', ({ name, reads }) => {
  const ways = waysTo(name)

  if (reads) {
    it.each(ways)('is sent again: $name', async ({ run }) => {
      expect(await succeeds(name, run)).toBe(true)
    })
  } else {
    // A statement that may change many documents is sent once.
    it('is sent again, by one of its ways at least', async () => {
      let again = 0
      for (const { run } of ways) if (await succeeds(name, run)) again++
      expect(again).toBeGreaterThan(0)
    })
  }
})

it.each(['ping', 'command'])('%s is sent once', async (name) => {
  expect(operations.find((one) => one.name === name)?.retried).toBeUndefined()
  for (const { run } of waysTo(name).slice(0, 1)) expect(await succeeds(name, run)).toBe(false)
})
