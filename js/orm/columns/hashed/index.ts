/** Columns whose plain values are hashed before they are stored. */
import { refuse } from '../../../errors/index.ts'
import { describe } from '../../../query/messages.ts'
import type { Model } from '../../contracts/index.ts'
import { own } from '../../contracts/own.ts'
import type { ColumnKind, ColumnOptions, HashBehaviour } from '../options.ts'
import { refuseOptions } from '../options.ts'
import { type HashOptions, isHasher, makeHash, readSettings, useSettings } from './scrypt.ts'
import { isPrehashed, reveal } from './values.ts'

/** Options of `@column.hashed()`. */
export interface HashedColumnOptions
  extends HashOptions,
    Pick<ColumnOptions<string>, 'columnName' | 'serializeAs' | 'meta' | 'encrypted'> {}

const OPAQUE =
  'holds hashes, each with a salt of its own, so no value can be compared with it; find the document ' +
  'by another column and ask verifyPassword()'

/** The hash to be stored. Plain texts were replaced before. */
function toStored(value: unknown, attribute: string, model: Model): unknown {
  if (value === null || value === undefined) return value
  if (isPrehashed(value)) return reveal(value)
  const why =
    typeof value === 'string'
      ? 'has a plain text that no write has hashed; was it set while the instance was written?'
      : `needs the text to hash, or what prehashed() answers, and was given ${describe(value)}`
  return refuse('E_INVALID_VALUE', model.constructor, undefined, `.${attribute} ${why}`, attribute)
}

function behaviour(
  { model, attribute: column }: { readonly model: string; readonly attribute: string },
  given: HashOptions,
): HashBehaviour {
  const settings = readSettings(given)
  if (!('hasher' in given) && typeof settings !== 'string') {
    useSettings(settings)
    return { make: (plain) => makeHash(plain, settings) }
  }
  const { hasher } = given
  if (!isHasher(hasher)) {
    const why =
      'hasher' in given
        ? '`hasher` needs the methods make and verify; a service that is not there yet is called in them'
        : settings
    refuse('E_MODEL_DEFINITION', model, undefined, `.${column}: ${why}`, column)
  }
  return {
    async make(plain, attribute, name) {
      const hash: unknown = await hasher.make(plain)
      if (typeof hash === 'string' && hash !== '') return hash
      const got = hash === '' ? 'an empty text' : describe(hash)
      const why = `.${attribute} cannot be stored: its hasher answered ${got}`
      return refuse('E_INVALID_VALUE', name, undefined, why, attribute)
    },
  }
}

/** Options and kind of a hashed column. Errors: `E_MODEL_DEFINITION`. */
export function hashedColumn(
  where: { readonly model: string; readonly attribute: string },
  given: HashedColumnOptions,
): { options: ColumnOptions; kind: ColumnKind } {
  const all = own(given)
  const foreign = ['isPrimary', 'generate', 'prepare', 'consume', 'serialize']
  refuseOptions('@column.hashed()', where, all, foreign)
  const { columnName, serializeAs = null, meta, encrypted } = all
  return {
    options: {
      ...(columnName !== undefined && { columnName }),
      ...(encrypted !== undefined && { encrypted }),
      serializeAs,
      meta,
      prepare: toStored,
    },
    kind: {
      hashed: behaviour(where, all),
      opaque: OPAQUE,
      reveal,
      same: (one, other) => reveal(one) === reveal(other),
      show: (read) => {
        const value = read()
        return value === null || value === undefined ? value : '[hashed]'
      },
    },
  }
}
