// The documents that every contender reads and writes: deterministic, some 630 bytes of BSON,
// 13 fields with _id, 29 leaf values, names that are not all ASCII.
import { ObjectId } from 'mongodb'

const FIRST = [
  'Alice',
  'Bob',
  'Chloé',
  'Dmitri',
  'Émile',
  'Fatima',
  'Grace',
  'Hana',
  'Ingrid',
  'José',
]
const LAST = [
  'Anderson',
  'Brown',
  'Castro',
  'Dupont',
  'Eriksen',
  'García',
  'Hughes',
  'Müller',
  'Novák',
]
const CITIES = [
  'Paris',
  'Lyon',
  'Berlin',
  'Madrid',
  'São Paulo',
  'Kraków',
  'Oslo',
  'Lisbon',
  'Tokyo',
]
const STREETS = ['Station Road', 'Mill Lane', 'High Street', 'Park Avenue', 'Harbour View']
const COUNTRIES = ['FR', 'DE', 'ES', 'BR', 'PL', 'NO', 'PT', 'JP']
const STATUSES = ['active', 'pending', 'suspended', 'archived']
const TAGS = ['alpha', 'premium', 'newsletter', 'beta-tester', 'early-adopter', 'referral', 'press']
const WORDS =
  'a quiet engineer who likes long walks short reviews strong coffee old maps and new ideas'.split(
    ' ',
  )

/**
 * @typedef {object} UserData
 * @property {string} name
 * @property {string} email
 * @property {number} age
 * @property {number} score
 * @property {boolean} active
 * @property {string} status
 * @property {string} bio
 * @property {Date} createdAt
 * @property {{ street: string, city: string, zip: string, country: string }} address
 * @property {string[]} tags
 * @property {{ sku: string, qty: number, price: number }[]} items
 * @property {number} seq
 */

/**
 * A small generator of uniform numbers (mulberry32).
 *
 * @param {number} seed
 * @returns {() => number} numbers in [0, 1)
 */
export function random(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * The user number `seq`, always the same one.
 *
 * @param {number} seq
 * @returns {UserData}
 */
export function user(seq) {
  const next = random(seq * 2_654_435_761)
  const upTo = (/** @type {number} */ limit) => Math.floor(next() * limit)
  const pick = (/** @type {string[]} */ list) => /** @type {string} */ (list[upTo(list.length)])
  const [first, last] = [pick(FIRST), pick(LAST)]
  const plain = `${first}.${last}`
    .normalize('NFD')
    .replace(/[^\x20-\x7e]/g, '')
    .toLowerCase()
  return {
    name: `${first} ${last}`,
    email: `${plain}.${seq}@example.com`,
    age: 18 + upTo(60),
    score: next() * 100,
    active: next() < 0.7,
    status: pick(STATUSES),
    bio: Array.from({ length: 18 + upTo(6) }, () => pick(WORDS)).join(' '),
    createdAt: new Date(1_600_000_000_000 + upTo(1e11)),
    address: {
      street: `${1 + upTo(200)} ${pick(STREETS)}`,
      city: pick(CITIES),
      zip: String(10_000 + upTo(80_000)),
      country: pick(COUNTRIES),
    },
    tags: Array.from({ length: 4 }, () => pick(TAGS)),
    items: Array.from({ length: 3 }, () => ({
      sku: `SKU-${100_000 + upTo(900_000)}`,
      qty: 1 + upTo(9),
      // Never integral, so that it is a BSON double whoever writes it.
      price: upTo(10_000) / 100 + 0.005,
    })),
    seq,
  }
}

/**
 * Users `from` to `from + count`.
 *
 * @param {number} count
 * @param {number} [from]
 */
export function users(count, from = 0) {
  return Array.from({ length: count }, (_, index) => user(from + index))
}

/** Names of the three fields that are encrypted where something is. */
export const SECRETS = ['passport', 'iban', 'diary']

/**
 * The user number `seq` with three fields of 64 bytes more, which are nobody's business.
 *
 * @param {number} seq
 * @returns {UserData & { passport: string, iban: string, diary: string }}
 */
export function secretive(seq) {
  const next = random(seq * 40_503 + 17)
  const secret = () =>
    Array.from({ length: 64 }, () => String.fromCharCode(97 + Math.floor(next() * 26))).join('')
  return { ...user(seq), passport: secret(), iban: secret(), diary: secret() }
}

/**
 * The id under which the stored user number `seq` is found.
 *
 * @param {number} seq
 */
export function idOf(seq) {
  const bytes = Buffer.from('65000000b0a0c0ffee000000', 'hex')
  bytes.writeUIntBE(seq, 9, 3)
  return new ObjectId(bytes)
}

/**
 * Numbers below `below`, in an order that looks random and repeats.
 *
 * @param {number} count
 * @param {number} below
 * @param {number} seed
 */
export function scattered(count, below, seed) {
  const next = random(seed)
  return Array.from({ length: count }, () => Math.floor(next() * below))
}
