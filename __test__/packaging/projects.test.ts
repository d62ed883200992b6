import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  answer,
  compile,
  expectStored,
  type Fields,
  freshDatabase,
  runtimes,
  SEEN,
} from './project.ts'

type Options = Record<string, unknown>

const RESOLUTIONS: [string, Options][] = [
  ['nodenext', { module: 'nodenext' }],
  ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
]
const FIELDS: [string, Fields, Options][] = [
  ['plain fields that are defined', 'plain', { useDefineForClassFields: true }],
  ['plain fields that are assigned', 'plain', { useDefineForClassFields: false }],
  ['declared fields, define', 'declared', { useDefineForClassFields: true }],
  ['declared fields, assign', 'declared', { useDefineForClassFields: false }],
]

/** Everything else that TypeScript can be told to be strict about. */
const STRICTEST: Options = {
  module: 'nodenext',
  target: 'esnext',
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noUnusedLocals: true,
  isolatedModules: true,
}

const PROJECTS = RESOLUTIONS.flatMap(([resolution, how]) =>
  FIELDS.map(([name, fields, options]): [string, Fields, Options] => [
    `${resolution}, ${name}`,
    fields,
    { ...how, ...options },
  ]),
)

const OTHERS: [string, Fields, Options, string?][] = [
  ['everything strict', 'declared', STRICTEST],
  ['metadata of decorators', 'plain', { module: 'nodenext', emitDecoratorMetadata: true }],
  ['compiled for ES2020', 'plain', { module: 'nodenext', target: 'es2020', lib: ['es2022'] }],
  ['TypeScript 5.4', 'declared', { module: 'nodenext' }, 'typescript-5.4'],
]

describe.each(PROJECTS)('a strict TypeScript project: %s', (name, fields, options) => {
  let out = ''

  beforeAll(async () => {
    out = await compile(name, fields, options)
  })

  it.each(runtimes)('runs on $name', async ({ file }) => {
    const database = freshDatabase()
    expect(await answer(file, database, [path.join(out, 'main.js')])).toEqual(SEEN)
    await expectStored(database)
  })
})

it.each(OTHERS)('a strict TypeScript project: %s', async (name, fields, options, typescript) => {
  const out = await compile(name, fields, options, typescript)
  for (const file of [runtimes[0]?.file ?? '', process.execPath]) {
    const database = freshDatabase()
    expect(await answer(file, database, [path.join(out, 'main.js')])).toEqual(SEEN)
    await expectStored(database)
  }
})
