/**
 * Writers that learn. The objects written at one place, such as a column, mostly have the same
 * keys: a site generates a writer for each of the few key lists it meets.
 */
import { canGenerate, compile } from './generate.ts'
import { compileName } from './names.ts'
import { MAX_DEPTH } from './values.ts'

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

  /** The site of the objects in an array at this place. */
  get items(): WriteSite {
    this.inItems ??= new WriteSite()
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
    if (shapes >= MOST_SHAPES || !canGenerate()) return
    const keys = Object.keys(source)
    if (keys.length > MOST_FIELDS || keys.some(isOdd)) return
    const shape = generateWriter(keys)
    if (this.first === null) this.first = shape
    else this.rest.push(shape)
  }
}

function isOdd(key: string): boolean {
  return key === '__proto__' || key === 'toBSON' || key.length > 256 || key.includes('\0')
}

function generateWriter(keys: readonly string[]): ShapeWriter {
  const values: Record<string, unknown> = {}
  keys.forEach((key, index) => {
    values[`n${index}`] = compileName(key)
    values[`s${index}`] = new WriteSite()
  })
  // JSON text is JavaScript source: keys cannot break out of their quotes.
  const texts = keys.map((key) => JSON.stringify(key))
  const guards = texts.map((text, index) => `case ${index}: if (k !== ${text}) return 0; break`)
  const fields = texts.map(
    (text, index) => `x = o[${text}]; h = w.position; w.name(n${index})
if (typeof x === 'string') { w.text(x); w.buffer[h] = 2 }
else if (typeof x === 'number') { t = w.number(x); w.buffer[h] = t }
else {
w.path[d] = ${text}
t = w.write(x, d + 1, s${index})
if (t === 0) w.position = h
else w.buffer[h] = t
}`,
  )
  const source = `return function (w, o, d) {
if (d > ${MAX_DEPTH}) return 0
let i = 0, x, h = 0, t = 0
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
