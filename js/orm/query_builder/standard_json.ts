/** Whether values still turn into JSON as their classes had it: applications replace `toJSON`. */
import { DateTime } from 'luxon'
import {
  Binary,
  Code,
  DBRef,
  Decimal128,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from '../../codec/values.ts'

const ID = '0123456789abcdef01234567'
const UUID_TEXT = 'f47ac10b-58cc-4372-a567-0e02b2c3d479'

const decimal = Decimal128.fromString('-1.50')
const long = new Long(1, 2 ** 21)
const moment = new Date(-1)

const SAMPLE = {
  plain: {},
  list: [],
  moment,
  id: new ObjectId(ID),
  long,
  decimal,
  timestamp: new Timestamp({ t: 1, i: 2 }),
  binary: new Binary(Buffer.from('abc')),
  uuid: new UUID(UUID_TEXT),
  code: new Code('f', { a: 1 }),
  reference: new DBRef('c', new ObjectId(ID), 'd', { e: 1 }),
  keys: [new MinKey(), new MaxKey()],
}

const EXPECTED =
  '{"plain":{},"list":[],"moment":"1969-12-31T23:59:59.999Z",' +
  `"id":"${ID}","long":{"high":2097152,"low":1,"unsigned":false},` +
  '"decimal":{"$numberDecimal":"-1.50"},"timestamp":{"$timestamp":"4294967298"},' +
  `"binary":"YWJj","uuid":"${UUID_TEXT}","code":{"code":"f","scope":{"a":1}},` +
  `"reference":{"$ref":"c","$id":"${ID}","e":1,"$db":"d"},"keys":[{},{}]}`

/** The methods that make what is expected: where they are the same, so is the text. */
const methods = (): readonly unknown[] => [
  (Object.prototype as Jsonable).toJSON,
  (Array.prototype as Jsonable).toJSON,
  Date.prototype.toJSON,
  Date.prototype.toISOString,
  ObjectId.prototype.toJSON,
  ObjectId.prototype.toHexString,
  (Long.prototype as Jsonable).toJSON,
  Long.prototype.toString,
  Decimal128.prototype.toJSON,
  Decimal128.prototype.toString,
  Timestamp.prototype.toJSON,
  Timestamp.prototype.toString,
  Binary.prototype.toJSON,
  UUID.prototype.toJSON,
  UUID.prototype.toHexString,
  Code.prototype.toJSON,
  DBRef.prototype.toJSON,
  (MinKey.prototype as Jsonable).toJSON,
  (MaxKey.prototype as Jsonable).toJSON,
  DateTime.prototype.toISO,
  DateTime.prototype.toISODate,
]

interface Jsonable {
  readonly toJSON?: unknown
}

/** The methods when the classes were asked last, and were as expected. */
let known: readonly unknown[] | undefined

/** Asks the classes that values are made of, which the core does without. */
export function isStandardJson(): boolean {
  const now = methods()
  if (known?.every((method, at) => method === now[at])) return true
  if (!isExpected()) return false
  known = now
  return true
}

function isExpected(): boolean {
  try {
    const luxon = DateTime.fromJSDate(moment, { zone: 'utc' })
    return (
      JSON.stringify(SAMPLE) === EXPECTED &&
      String(decimal) === '-1.50' &&
      String(long) === '9007199254740993' &&
      luxon.toISO() === '1969-12-31T23:59:59.999Z' &&
      luxon.toISODate() === '1969-12-31'
    )
  } catch {
    return false
  }
}
