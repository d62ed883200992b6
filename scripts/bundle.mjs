// Puts the modules in dist/ together into a few, in place: loading one file takes Node a tenth of the
// time that two hundred take. Declarations stay as they are.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = path.join(root, 'dist')
/** As deep as the modules in it, which find the core and the stubs from where they are. */
const CORE = 'core/index'

/** The entries of package.json, by their names in dist/. */
function entries() {
  const { bin, exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const files = [
    ...Object.values(exports).map((entry) => entry.default ?? ''),
    ...Object.values(bin),
  ]
    .filter((file) => file.startsWith('./dist/'))
    .map((file) => file.slice('./dist/'.length))
  return Object.fromEntries(files.map((file) => [file.replace(/\.js$/, ''), path.join(dist, file)]))
}

/** Whether a module is part of the main entry: all but what is for AdonisJS, for tests and for
 * the command line. */
function isCore(/** @type {string} */ id) {
  const file = path.relative(dist, id).split(path.sep).join('/')
  if (file.startsWith('..')) return false
  if (/^(core|shared)\//.test(file)) throw new Error('dist/ is a bundle already; compile it anew')
  return /^adonis\/(configure|stubs_root)\.js$/.test(file) || !/^(adonis|cli|testing)\//.test(file)
}

const bundle = await rolldown({
  input: entries(),
  platform: 'node',
  external: (id) => !id.startsWith('.') && !path.isAbsolute(id),
})
const { output } = await bundle.generate({
  format: 'es',
  minify: 'dce-only',
  comments: false,
  entryFileNames: '[name].js',
  chunkFileNames: ({ name }) => (name === CORE ? '[name].js' : 'shared/[name].js'),
  codeSplitting: {
    groups: [{ name: CORE, test: (id) => isCore(id) && path.relative(dist, id) !== 'index.js' }],
  },
})
await bundle.close()

for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (/\.js(\.map)?$/.test(name)) rmSync(path.join(dist, name))
}
for (const file of output) {
  if (file.type !== 'chunk') throw new Error(`${file.fileName} is no module`)
  const target = path.join(dist, file.fileName)
  mkdirSync(path.dirname(target), { recursive: true })
  writeFileSync(target, file.code)
}
