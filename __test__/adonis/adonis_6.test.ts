import { expect, it } from 'vitest'
import { runNode } from '../helpers/child.ts'
import { testDatabase } from '../helpers/server.ts'
import { makeProject } from './project.ts'

const server = testDatabase()
const fixture = new URL('./fixtures/adonis_6.mjs', import.meta.url)

it.each(['Node', 'ts-node'])('works with AdonisJS 6.2, loaded by %s', async (loader) => {
  await server.db.collection('users').deleteMany({})
  const project = await makeProject()
  const run = await runNode(fixture, [server.uri, server.name, project.url.href, loader])
  expect(run.code, run.stderr).toBe(0)
  const row = { id: expect.stringMatching(/^[0-9a-f]{24}$/), email: 'ada@example.com' }
  expect(JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '')).toEqual({
    operation: expect.any(String),
    found: 'ada@example.com',
    json: [404, '{"message":"Row not found","code":"E_ROW_NOT_FOUND"}'],
    html: [404, '<p> Row not found </p>'],
    page: { meta: expect.objectContaining({ total: 1, perPage: 2 }), data: [row] },
    commands: { 'mongo:status': 0, 'mongo:doctor': 0, 'make:mongo-model': 0 },
    closed: true,
  })
  expect(await project.read('app/models/post.ts')).toContain('class Post extends BaseModel')
})
