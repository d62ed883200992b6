// What `src/crypto/vectors.rs` compares with: keys, an envelope and entries made with node:crypto
// alone, from the description in docs/internal/encryption.md.
//
//   node scripts/encryption_vectors.mjs
import { createCipheriv, createHmac, hkdfSync } from 'node:crypto'

const SALT = 'lucent-odm/1'
const master = Buffer.from(Array.from({ length: 32 }, (_, place) => place))
const tenant = 'acme'
const [database, collection, path] = ['app', 'users', 'ssn']

/** @param {string | Buffer} part */
function lengthy(part) {
  const bytes = Buffer.from(part)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  return Buffer.concat([length, bytes])
}

/**
 * @param {string | Buffer} key
 * @param {string} label
 * @param {(string | Buffer)[]} parts
 * @param {number} length
 */
function expand(key, label, parts, length) {
  const info = Buffer.concat([label, ...parts].map(lengthy))
  return Buffer.from(hkdfSync('sha256', key, SALT, info, length))
}

/** @param {string} value */
function string(value) {
  return Buffer.concat([lengthy(`${value}\0`)])
}

const keyId = expand(master, 'key id', [], 4)
const purpose = Buffer.concat([lengthy(collection), lengthy(path)])
const encryptionKey = expand(master, 'encrypt', [tenant, purpose], 32)
const indexKey = expand(master, 'blind index', [tenant, database, purpose], 64)

const where = Buffer.concat([database, collection, path, tenant].map(lengthy))
const id = Buffer.from([0x12, 7, 0, 0, 0, 0, 0, 0, 0])
const nonce = Buffer.from('0102030405060708090a0b0c', 'hex')

/** @param {1 | 2} binding */
function envelope(binding) {
  const header = Buffer.concat([Buffer.from([1, binding]), keyId, Buffer.from([0x02])])
  const cipher = createCipheriv('aes-256-gcm', encryptionKey, nonce)
  cipher.setAAD(Buffer.concat([header, where, binding === 1 ? id : Buffer.alloc(0)]))
  const sealed = Buffer.concat([cipher.update(string('123-45-6789')), cipher.final()])
  return Buffer.concat([header, nonce, sealed, cipher.getAuthTag()])
}

/**
 * @param {number} normalizer
 * @param {Buffer} canonical
 */
function entry(normalizer, canonical) {
  const code = createHmac('sha256', indexKey)
    .update(Buffer.from([1, normalizer]))
    .update(canonical)
    .digest()
  return Buffer.concat([keyId, code])
}

const number = Buffer.from([0x12, 42, 0, 0, 0, 0, 0, 0, 0])
for (const [name, bytes] of Object.entries({
  KEY_ID: keyId,
  ENCRYPTION_KEY: encryptionKey,
  INDEX_KEY: indexKey,
  ENVELOPE_OF_DOCUMENT: envelope(1),
  ENVELOPE_OF_COLUMN: envelope(2),
  ENTRY_OF_TEXT: entry(3, Buffer.concat([Buffer.from([0x02]), string('ada@b.c')])),
  ENTRY_OF_NUMBER: entry(3, number),
})) {
  console.log(`${name} ${bytes.toString('hex')}`)
}
