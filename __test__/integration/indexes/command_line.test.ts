import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { runNode } from '../../helpers/child.ts'
import { compileSource } from '../../helpers/compile.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, uri, name } = lucentDatabase()
const COMMAND = new URL('../../../dist/cli/main.js', import.meta.url)
const SOURCE = `
  import { BaseModel, column, Database } from 'lucent-odm'
  BaseModel.useDatabase(new Database({
    connection: 'main',
    connections: { main: { url: '${uri}', database: '${name}' } },
  }))
  export class House extends BaseModel {
    @column({ unique: true }) declare number: number
  }
  export class Plain extends BaseModel {
    @column() declare text: string
  }
`

it('compares and syncs the models of a module', async () => {
  const module = fileURLToPath(await compileSource(SOURCE))
  const run = (...args: string[]) => runNode(COMMAND, ['indexes', module, ...args])
  const before = await run('--strict')
  expect(before).toMatchObject({ code: 1, stderr: '' })
  expect(before.stdout).toBe(
    'houses (House): 1 indexes declared, is not there\n' +
      '  missing    number_1 {"number":1} {"unique":true}\n',
  )
  expect(await run('--sync', '--strict')).toMatchObject({ code: 0, stderr: '' })
  await db.collection('houses').createIndex({ old: 1 })
  expect(JSON.parse((await run('--json')).stdout)).toMatchObject([{ stale: [{ name: 'old_1' }] }])
  expect(await run('--sync', '--drop-stale', '--strict')).toMatchObject({ code: 0 })
  expect(await run('--model', 'Plain')).toMatchObject({
    code: 1,
    stderr: 'no model that declares indexes is named Plain\n',
  })
}, 60_000)
