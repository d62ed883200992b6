/** The copies of this package in the process: each has models, and a database, of its own. */
const COPIES = Symbol.for('lucent-odm.copies')

const shared: typeof globalThis & { [COPIES]?: Set<string> } = globalThis
shared[COPIES] ??= new Set()
const copies = shared[COPIES]
copies.add(String(import.meta.url))

/** What to say of several copies; nothing where there is one. */
export function severalCopies(): string {
  if (copies.size === 1) return ''
  return (
    `. This process has ${copies.size} copies of lucent-odm, and a model goes by the one that it is ` +
    `imported from; install one for all: ${[...copies].join(', ')}`
  )
}
