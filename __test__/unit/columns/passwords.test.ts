import { scryptSync } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { errors, hashPassword, prehashed, verifyPassword } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { tries } from '../../helpers/property.ts'

const CHEAP = { cost: 2 }
const FORM = /^\$scrypt\$n=16384,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{86}$/

/** RFC 7914, section 12: scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1, 64). */
const VECTOR = Buffer.from(
  '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
    'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
  'hex',
)
const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
const KNOWN = `$scrypt$n=16384,r=8,p=1$${unpadded(Buffer.from('SodiumChloride'))}$${unpadded(VECTOR)}`

describe('hashPassword', () => {
  it("writes what AdonisJS' scrypt driver writes", async () => {
    const hash = await hashPassword('secret')
    expect(hash).toMatch(FORM)
    const [, , , salt = '', key = ''] = hash.split('$')
    const bytes = Buffer.from(salt, 'base64')
    expect(bytes).toHaveLength(16)
    expect(unpadded(scryptSync('secret', bytes, 64, { N: 16384, r: 8, p: 1 }))).toBe(key)
  })

  it('is another one each time, and verifies', async () => {
    const [one, other] = await Promise.all([hashPassword('secret'), hashPassword('secret')])
    expect(one).not.toBe(other)
    expect(await verifyPassword(one, 'secret')).toBe(true)
    expect(await verifyPassword(other, 'secret')).toBe(true)
  })

  it('takes settings', async () => {
    const hash = await hashPassword('secret', { cost: 1024, blockSize: 4, parallelization: 2 })
    expect(hash).toMatch(/^\$scrypt\$n=1024,r=4,p=2\$/)
    expect(await verifyPassword(hash, 'secret')).toBe(true)
    expect(await verifyPassword(hash, 'other')).toBe(false)
  })

  it('leaves the main thread free', async () => {
    const started = performance.eventLoopUtilization()
    await Promise.all(Array.from({ length: 4 }, () => hashPassword('secret')))
    expect(performance.eventLoopUtilization(started).utilization).toBeLessThan(0.7)
  })

  it.each([
    ['a cost that is no power of two', { cost: 1000 }],
    ['a cost of one', { cost: 1 }],
    ['a cost of no number', { cost: '16384' as never }],
    ['a block size of nothing', { blockSize: 0 }],
    ['half a thread', { parallelization: 0.5 }],
    ['a cost beyond the memory', { cost: 2 ** 20 }],
    ['too little memory', { maxMemory: 1024 }],
    ['a hasher that cannot verify', { hasher: { make: () => '' } as never }],
  ])('refuses %s', async (_, options) => {
    await expect(hashPassword('secret', options)).rejects.toThrow(errors.E_INVALID_VALUE)
  })

  it.each([undefined, null, 5, {}, ['secret']])('refuses %j', async (plain) => {
    await expect(hashPassword(plain as never, CHEAP)).rejects.toThrow(errors.E_INVALID_VALUE)
  })

  it('takes a hasher in place of scrypt', async () => {
    const hasher = {
      make: (value: string) => `made of ${value}`,
      verify: async (hash: string, value: string) => hash === `made of ${value}`,
    }
    expect(await hashPassword('x', { hasher })).toBe('made of x')
    expect(await verifyPassword('made of x', 'x', { hasher })).toBe(true)
    expect(await verifyPassword('made of x', 'y', { hasher })).toBe(false)
  })
})

describe('verifyPassword', () => {
  it('knows the vector of RFC 7914', async () => {
    expect(await verifyPassword(KNOWN, 'pleaseletmein')).toBe(true)
    expect(await verifyPassword(KNOWN, 'pleaseletmeiN')).toBe(false)
    expect(await verifyPassword(KNOWN, '')).toBe(false)
  })

  it('any text is the password of its own hash and of no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (plain, other) => {
        const hash = await hashPassword(plain, CHEAP)
        expect(await verifyPassword(hash, plain)).toBe(true)
        expect(await verifyPassword(hash, other)).toBe(other === plain)
      }),
      tries(40),
    )
  })

  const [, , , SALT = '', KEY = ''] = KNOWN.split('$')
  it.each([
    '',
    'pleaseletmein',
    '$',
    '$scrypt$',
    KNOWN.slice(1),
    `${KNOWN} `,
    `${KNOWN}\n`,
    `${KNOWN}=`,
    `${KNOWN}$x`,
    KNOWN.replace('scrypt', 'bcrypt'),
    KNOWN.replace('n=16384', 'n=16383'),
    KNOWN.replace('n=16384', 'n=1'),
    KNOWN.replace('n=16384', 'n=0'),
    KNOWN.replace('n=16384', 'n=-16384'),
    KNOWN.replace('n=16384', 'n=016384'),
    KNOWN.replace('n=16384', 'n=1e3'),
    KNOWN.replace('r=8', 'r=0'),
    KNOWN.replace('p=1', 'p='),
    KNOWN.replace('n=16384,r=8,p=1', 'r=8,n=16384,p=1'),
    KNOWN.replace(SALT, ''),
    KNOWN.replace(SALT, 'AA'),
    KNOWN.replace(SALT, 'A'.repeat(4000)),
    KNOWN.replace(KEY, ''),
    KNOWN.replace(KEY, 'AA'),
    KNOWN.replace(KEY, KEY.slice(0, -4)),
    KNOWN.replace(KEY, `${KEY.slice(0, -1)}x`),
    KNOWN.replace(KEY, KEY.replace('/', '_')),
    'x'.repeat(1_000_000),
  ])('no hash, case %#: false', async (hash) => {
    expect(await verifyPassword(hash, 'pleaseletmein')).toBe(false)
  })

  it.each([null, undefined, 5, {}, Buffer.from(KNOWN)])(
    'a hash that is no text: false',
    async (hash) => {
      expect(await verifyPassword(hash as never, 'pleaseletmein')).toBe(false)
    },
  )

  it.each([null, undefined, 5, {}])('a password that is no text: false', async (plain) => {
    expect(await verifyPassword(KNOWN, plain as never)).toBe(false)
  })

  it.each([
    ['memory', 'n=1073741824,r=8,p=1'],
    ['memory by block size', 'n=2,r=4294967295,p=1'],
    ['time by threads', 'n=16384,r=8,p=1000000'],
    ['time by cost', 'n=1048576,r=8,p=1'],
    ['more than numbers hold', 'n=9999999999,r=9999999999,p=9999999999'],
  ])('a hash that asks for too much %s costs no more than another', async (_, parameters) => {
    const hash = KNOWN.replace('n=16384,r=8,p=1', parameters)
    const started = process.memoryUsage().rss
    const begin = process.cpuUsage()
    expect(await verifyPassword(hash, 'pleaseletmein')).toBe(false)
    expect(process.cpuUsage(begin).user).toBeLessThan(2_000_000)
    expect(process.memoryUsage().rss - started).toBeLessThan(100 * 2 ** 20)
  })

  it('the limit is the caller’s to lower', async () => {
    expect(await verifyPassword(KNOWN, 'pleaseletmein', { maxMemory: 2 ** 20 })).toBe(false)
    const wrong = verifyPassword(KNOWN, 'pleaseletmein', { maxMemory: 0 })
    await expect(wrong).rejects.toThrow(errors.E_INVALID_VALUE)
  })

  it('the strongest settings that are common are verified', async () => {
    const options = { cost: 2 ** 17, maxMemory: 2 ** 28 }
    const hash = await hashPassword('secret', options)
    expect(await verifyPassword(hash, 'secret')).toBe(true)
  })
})

describe('prehashed', () => {
  it.each([undefined, null, 5, '', {}])('refuses %j', (hash) => {
    expect(() => prehashed(hash as never)).toThrow(errors.E_INVALID_VALUE)
  })

  it('shows nothing', () => {
    const value = prehashed(KNOWN)
    expect(inspect({ value }, { depth: 9, showHidden: true })).toBe('{ value: [hashed] }')
    expect(JSON.stringify({ value })).toBe('{}')
  })
})
