/**
 * Writers that learn. The objects written at one place, such as a column, mostly have the same
 * keys: a site generates a writer for each of the few key lists it meets.
 */
import { errors } from '../errors/index.ts'
import { Limit } from '../protocol.generated.ts'
import { textBuffer } from './buffers.ts'
import { Budget, compile } from './generate.ts'

/** A name as the writer puts it before a value: made by {@link compileName}. */
export class ElementName {
  /** The name as text. */
  readonly text: string
  /** Bytes of the header: type, name, NUL. */
  readonly length: number
  /**
   * The header in 32-bit little-endian words, the type byte 0. The last word may reach past the
   * header; what stands there is written over by the value.
   */
  readonly first: number
  readonly second: number
  readonly rest: Int32Array
  /** What the writer has learnt of the objects written under this name. */
  site: WriteSite | undefined = undefined

  constructor(text: string, words: Int32Array, length: number) {
    this.text = text
    this.length = length
    this.first = words[0] ?? 0
    this.second = words[1] ?? 0
    this.rest = words.slice(2)
  }
}

/**
 * Encodes a name once, for elements that are written again and again.
 *
 * @throws E_INVALID_VALUE when the name holds a NUL.
 */
export function compileName(name: string): ElementName {
  if (name.includes('\0')) {
    throw new errors.E_INVALID_VALUE('A field name must not hold a NUL character')
  }
  const bytes = textBuffer(Buffer.from(name, 'utf8'))
  const length = bytes.length + 2
  const words = new Int32Array((length + 3) >> 2)
  const padded = new DataView(words.buffer)
  bytes.forEach((byte, index) => {
    padded.setUint8(index + 1, byte)
  })
  for (let word = 0; word < words.length; word++) words[word] = padded.getInt32(4 * word, true)
  return new ElementName(name, words, length)
}

/** Names met in documents without a schema. Bounded, so that hostile keys cannot fill it. */
const MET_LIMIT = 2048
const met = new Map<string, ElementName>()

/**
 * The compiled name of a key, remembered when it is short and there is room; `undefined` when
 * the key holds a NUL.
 */
export function nameOfKey(key: string): ElementName | undefined {
  const known = met.get(key)
  if (known !== undefined) return known
  if (key.includes('\0')) return undefined
  const compiled = compileName(key)
  if (key.length <= 40 && met.size < MET_LIMIT) met.set(key, compiled)
  return compiled
}

/** What a site needs of the writer, and generated writers use of it. */
interface FieldWriter {
  fields(source: object, depth: number): number
}

/** Writes the object if it has the keys that this was made for; otherwise returns 0. */
type ShapeWriter = (writer: FieldWriter, source: object, depth: number) => number

const WATCHED = 4
const MOST_SHAPES = 4
const MOST_FIELDS = 64
const PATIENCE = 64

/** Writes the plain objects of one place: keeps what it learns from object to object. */
export class WriteSite {
  private first: ShapeWriter | null = null
  private rest: ShapeWriter[] = []
  private watched = 0
  private misses = 0
  private inItems: WriteSite | undefined
  private readonly budget: Budget

  /** `budget`: that of the place in which this one is nested. */
  constructor(budget: Budget = new Budget()) {
    this.budget = budget
  }

  /** The site of the objects in an array at this place. */
  get items(): WriteSite {
    this.inItems ??= new WriteSite(this.budget)
    return this.inItems
  }

  /** Writes a plain object and returns its BSON type. */
  write(writer: FieldWriter, source: object, depth: number): number {
    if (this.first !== null) {
      const type = this.first(writer, source, depth)
      if (type !== 0) return type
    }
    return this.other(writer, source, depth)
  }

  private other(writer: FieldWriter, source: object, depth: number): number {
    if (this.misses < PATIENCE) {
      for (const shape of this.rest) {
        const type = shape(writer, source, depth)
        if (type === 0) continue
        this.misses = 0
        return type
      }
      this.miss(source)
    }
    return writer.fields(source, depth)
  }

  private miss(source: object): void {
    if (this.watched < WATCHED) {
      this.watched++
      return
    }
    this.misses++
    const shapes = this.rest.length + (this.first === null ? 0 : 1)
    if (shapes >= MOST_SHAPES || !this.budget.isLeft) return
    const keys = Object.keys(source)
    if (keys.length > MOST_FIELDS || keys.some(isOdd)) return
    const shape = generateWriter(keys, this.budget)
    if (this.first === null) this.first = shape
    else this.rest.push(shape)
  }
}

function isOdd(key: string): boolean {
  return key === '__proto__' || key === 'toBSON' || key.length > 256 || key.includes('\0')
}

function generateWriter(keys: readonly string[], budget: Budget): ShapeWriter {
  budget.spend()
  const values: Record<string, unknown> = {}
  const names = keys.map(compileName)
  names.forEach((name, index) => {
    values[`n${index}`] = name
    values[`s${index}`] = new WriteSite(budget)
  })
  // JSON text is JavaScript source: keys cannot break out of their quotes.
  const texts = keys.map((key) => JSON.stringify(key))
  const guards = texts.map((text, index) => `case ${index}: if (k !== ${text}) return 0; break`)
  const fields = names.map((name, index) => fieldSource(name, texts[index] as string, index))
  const source = `return function (w, o, d) {
if (d > ${Limit.documentDepth}) return 0
let i = 0, x, h = 0, t = 0, v
for (const k in o) switch (i++) {
${guards.join('\n')}
default: return 0
}
if (i !== ${keys.length}) return 0
const start = w.position
w.position = start + 4
${fields.join('\n')}
return w.close(start, 3)
}`
  return compile<ShapeWriter>(source, values)
}

/** Writes one field: numbers and strings with the header as constants, the rest by the writer. */
function fieldSource(name: ElementName, text: string, index: number): string {
  const { length } = name
  return `x = o[${text}]; h = w.position
if (typeof x === 'number') {
w.need(${length + 32}); v = w.view
if ((x | 0) === x && (x !== 0 || 1 / x > 0)) {
${headerSource(name, 16)}
v.setInt32(h + ${length}, x, true); w.position = h + ${length + 4}
} else {
${headerSource(name, 1)}
v.setFloat64(h + ${length}, x, true); w.position = h + ${length + 8}
}
} else if (typeof x === 'string') {
w.need(${length + 32}); v = w.view
${headerSource(name, 2)}
w.position = h + ${length}; w.text(x)
} else {
w.path[d] = ${text}; w.name(n${index})
t = w.write(x, d + 1, s${index})
if (t === 0) w.position = h
else w.buffer[h] = t
}`
}

function headerSource(name: ElementName, type: number): string {
  const words = [name.first | type]
  if (name.length > 4) words.push(name.second)
  words.push(...name.rest)
  return words.map((word, index) => `v.setInt32(h + ${4 * index}, ${word}, true)`).join('; ')
}
