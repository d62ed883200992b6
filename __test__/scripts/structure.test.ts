import { expect, it } from 'vitest'
import { root } from '../../scripts/run/paths.mjs'
import { CORE, faultsOf, sourcesOf } from '../../scripts/run/structure.mjs'

const lines = (count: number) => 'x\n'.repeat(count)

it('finds nothing in the sources', () => {
  expect(faultsOf(sourcesOf(root))).toEqual([])
})

it.each<[string, Record<string, string>, string]>([
  [
    'a circle',
    {
      'js/a.ts': `import { b } from './b.ts'`,
      'js/b.ts': `export { c } from './in/c.ts'`,
      'js/in/c.ts': `import { a } from '../a.ts'`,
    },
    'a circle: js/a.ts → js/b.ts → js/in/c.ts → js/a.ts',
  ],
  [
    'a circle of types',
    {
      'js/a.ts': `import type { B } from './b.ts'`,
      'js/b.ts': `type A = import('./a.ts').A`,
    },
    'a circle: js/a.ts → js/b.ts → js/a.ts',
  ],
  [
    'a file that imports itself',
    { 'js/a.ts': `import { a } from './a.ts'` },
    'a circle: js/a.ts → js/a.ts',
  ],
  [
    'a writer of bytes outside of the codec',
    { 'js/orm/a.ts': `import type { BsonWriter } from '../codec/writer.ts'` },
    'js/orm/a.ts imports js/codec/writer.ts, which is internal',
  ],
  [
    'a request that goes around the door',
    { 'js/orm/a.ts': 'const reply = await native.request(kind, route, 0, encode)' },
    'js/orm/a.ts calls native.request, which js/orm/operation/send.ts, js/orm/operation/batches.ts, ' +
      'js/database/command.ts alone may',
  ],
  [
    'Node-API outside of the bridge',
    { 'src/ops/a.rs': 'use napi::bindgen_prelude::Buffer;' },
    'src/ops/a.rs uses napi, which src/bridge/ alone may',
  ],
  [
    'an arrow against the direction',
    { 'src/document/a.rs': 'use crate::ops::find;' },
    'src/document/a.rs uses crate::ops, which document may not',
  ],
  [
    'one among several',
    { 'src/client/a.rs': 'use crate::{document::{Chunk, ops}, crypto::Key};' },
    'src/client/a.rs uses crate::crypto, which client may not',
  ],
  [
    'the bridge, from below',
    { 'src/ops/a.rs': 'fn a() { crate::bridge::wake() }' },
    'src/ops/a.rs uses crate::bridge, which nobody may',
  ],
  [
    'a circle in the core',
    {
      'src/ops/mod.rs': 'mod a;\nmod b;',
      'src/ops/a.rs': 'use super::{b::{self, B}, Reply};',
      'src/ops/b.rs': 'fn b() { crate::ops::a::run() }',
    },
    'a circle: src/ops/a.rs → src/ops/b.rs → src/ops/a.rs',
  ],
  [
    'a circle by a name that a folder hands on',
    {
      'src/ops/mod.rs': 'pub use a::A;',
      'src/ops/a.rs': 'use super::b::B as Other;',
      'src/ops/b.rs': 'use super::A;',
    },
    'a circle: src/ops/a.rs → src/ops/b.rs → src/ops/a.rs',
  ],
  [
    'a module that nobody placed',
    { 'src/odd/mod.rs': '' },
    'src/odd/mod.rs: CORE has no entry for "odd"',
  ],
  ['a long file', { 'src/ops/a.rs': lines(401) }, 'src/ops/a.rs has 401 lines; 400 are the most'],
])('refuses %s', (_name, sources, fault) => {
  expect(faultsOf(sources, [])).toEqual([fault])
})

it.each<[string, Record<string, string>]>([
  ['the way down', { 'src/ops/a.rs': 'use crate::{client::Pool, error::Error};' }],
  ['what is only said', { 'src/error/a.rs': '// crate::ops and napi\nconst A: &str = "napi";' }],
  ['a text that looks like an import', { 'js/a.ts': `const text = "import './a.ts'"` }],
  ['what is generated', { 'js/errors/codes.generated.ts': lines(900) }],
  ['as many lines as may be', { 'js/a.ts': lines(400) }],
  ['the face of the codec', { 'js/orm/a.ts': `import { ROW } from '../codec/accessors.ts'` }],
])('takes %s', (_name, sources) => {
  expect(faultsOf(sources, [])).toEqual([])
})

it('lets go of an exception that is none any more', () => {
  expect(
    faultsOf({ 'js/a.ts': lines(401), 'js/b.ts': '' }, ['js/a.ts', 'js/b.ts', 'js/c.ts']),
  ).toEqual([
    'js/b.ts is no longer too long: take it from LONG_FILES',
    'js/c.ts is not there: take it from LONG_FILES',
  ])
})

it('names modules that exist, in what others may use', () => {
  const there = Object.keys(sourcesOf(root)).map((path) => /^src\/(\w+)/.exec(path)?.[1])
  for (const module of Object.keys(CORE)) expect(there).toContain(module)
  for (const allowed of Object.values(CORE)) {
    for (const module of allowed) expect(Object.keys(CORE)).toContain(module)
  }
})
