// Every case, in the order of the pages.
import block from './block.mjs'
import embedded from './embedded.mjs'
import encrypted from './encrypted.mjs'
import find from './find.mjs'
import json from './json.mjs'
import page from './page.mjs'
import relations from './relations.mjs'
import write from './write.mjs'

/** @type {import('../lib/types.d.ts').Case[]} */
export const CASES = [
  ...find,
  ...json,
  ...page,
  ...relations,
  ...embedded,
  ...write,
  ...encrypted,
  ...block,
]
