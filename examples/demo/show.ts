/** How the demo shows what happens, and checks it. Nothing here is needed to use the package. */
import { inspect, stripVTControlCharacters, styleText } from 'node:util'
import { BaseModel } from 'lucent-odm'
import { Binary, type Db, type Document, ObjectId } from 'mongodb'
import type { Answer, Application, HookRun } from './application.ts'

type Style = Parameters<typeof styleText>[0]

const colours = process.stdout.isTTY === true && !process.env.NO_COLOR

function paint(style: Style, text: string): string {
  return colours ? styleText(style, text) : text
}

/** No line is longer, so that terminals do not break them where they please. */
const WIDTH = 159
const MARGIN = ' '.repeat(5)
const LABEL = 8

/** How wide the text is on a terminal. */
const widthOf = (text: string) => stripVTControlCharacters(text).length

/** The words of the text in lines of at most `width` characters; a longer word is cut. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width) {
      lines[lines.length - 1] = `${last} ${word}`
    } else if (widthOf(word) <= width) {
      lines.push(word)
    } else {
      const plain = stripVTControlCharacters(word)
      for (let at = 0; at < plain.length; at += width) lines.push(plain.slice(at, at + width))
    }
  }
  return lines
}

/** Prints a text behind a label; what does not fit goes on below it. */
function line(label: string, text: string): void {
  const [first = '', ...others] = wrapped(text, WIDTH - MARGIN.length - LABEL)
  console.log(`${MARGIN}${paint('dim', label.padEnd(LABEL))}${first}`)
  for (const other of others) console.log(`${MARGIN}${' '.repeat(LABEL)}${other}`)
}

/** Binary subtypes of what the package encrypts, and of the hashes by which it finds it. */
const ENVELOPE = 0xe1
const ENTRY = 0xe2

/** Stands for a value that is better described than printed. */
class Described {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  [inspect.custom](): string {
    return paint('magenta', this.#text)
  }
}

function describeBinary({ sub_type, position, buffer }: Binary): Described | undefined {
  const hex = Buffer.from(buffer.subarray(0, 8)).toString('hex')
  if (sub_type === ENVELOPE) return new Described(`<envelope of ${position} bytes: ${hex}…>`)
  if (sub_type === ENTRY) return new Described(`<blind index of ${position} bytes: ${hex}…>`)
  return undefined
}

const LONGEST = 60

/** The value with long texts, envelopes and ids made short. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string' && value.length > LONGEST) return `${value.slice(0, LONGEST)}…`
  if (value instanceof Binary) return describeBinary(value) ?? value
  if (Array.isArray(value)) return value.map(shortened)
  if (value !== null && typeof value === 'object' && isPlain(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shortened(one)]))
  }
  return value
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The value on one line, cut where it is longer than `most` characters. */
function show(value: unknown, most = 600): string {
  const options = { breakLength: Number.POSITIVE_INFINITY, compact: 9, depth: 9 }
  const plain = stripVTControlCharacters(inspect(shortened(value), options)).replace(/\s+/g, ' ')
  if (plain.length > most) return `${plain.slice(0, most)}…`
  return colours ? inspect(shortened(value), { ...options, colors: true }) : plain
}

/** What the function does, as it is written. */
function sourceOf(work: () => unknown): string[] {
  const lines = work
    .toString()
    .replace(/^(async )?\(\) => /, '')
    .split('\n')
    .map((code) => code.replace(/;$/, ''))
  const shown = lines[0] === '{' ? lines.slice(1, -1) : lines
  // The last line stands as far in as the statement itself.
  const margin = /^ */.exec(shown.at(-1) ?? '')?.[0] ?? ''
  return shown.map((code) => (code.startsWith(margin) ? code.slice(margin.length) : code))
}

/** A profiled command in a few words. */
function describe({ op, ns, command, ninserted }: Document): string {
  const collection = String(ns).split('.').slice(1).join('.')
  if (op === 'insert') {
    return `${collection}: insert ${ninserted === 1 ? 'a document' : `${ninserted} documents`}`
  }
  if (op === 'update') return `${collection}: update ${show(command.q)} with ${show(command.u)}`
  if (op === 'remove') return `${collection}: delete ${show(command.q)}`
  if (op === 'query') {
    const { filter, sort, skip, limit } = command
    const options = Object.entries({ sort, skip, limit }).filter(([, value]) => value)
    const rest = options.map(([name, value]) => `, ${name} ${show(value)}`).join('')
    return `${collection}: find ${show(filter, 300)}${rest}`
  }
  return `${collection}: ${Object.keys(command)[0] ?? op}`
}

function describeHook({ hook, message }: HookRun): string {
  return message === '' ? hook : `${hook} (${message})`
}

/** One request, and what is wanted of it. */
export interface Step {
  route: string
  body?: unknown
  token?: string
  status: number
  /** The error's code. */
  code?: string
  /** The hooks that have to run, in their order. */
  hooks?: readonly string[]
  /** Throws unless the answer is right. */
  check?(answer: Answer): void
  /** The document to be shown; checked by `checkStored`. */
  stored?: { collection: string; id(answer: Answer): string }
  checkStored?(document: Document): void
}

function fail(title: string, what: string): never {
  throw new Error(`"${title}": ${what}`)
}

/** Tells the story of one database, which the npm driver watches. */
export class Stage {
  readonly #db: Db
  #step = 0
  #seen = 0

  constructor(db: Db) {
    this.#db = db
  }

  chapter(title: string): void {
    console.log(`\n${paint(['bold', 'underline'], title)}`)
  }

  /** Sends a request, shows all there is to see of it, and checks it. */
  async request(application: Application, title: string, step: Step): Promise<Answer> {
    const { route, body, token, status, code } = step
    this.#title(title, [body === undefined ? route : `${route} ${show(body)}`])
    const { result: answer, took } = await this.#watch(() => application.ask(route, body, token))
    if (answer.hooks.length > 0) line('hooks', answer.hooks.map(describeHook).join(', '))
    await this.#showSent()
    const text = answer.body === undefined ? '' : ` ${show(answer.body)}`
    const colour = answer.status < 400 ? 'green' : 'red'
    line('answer', `${paint(colour, String(answer.status))}${text} ${took}`)

    if (answer.status !== status) fail(title, `the status should be ${status}`)
    if (code !== undefined && answer.body.code !== code) fail(title, `the code should be ${code}`)
    const hooks = answer.hooks.map(({ hook }) => hook)
    if (step.hooks !== undefined && hooks.join() !== step.hooks.join()) {
      fail(title, `the hooks should be ${step.hooks.join(', ')}`)
    }
    step.check?.(answer)
    if (step.stored !== undefined) {
      const { collection, id } = step.stored
      const document = await this.#stored(collection, id(answer))
      if (document === null) fail(title, 'nothing is stored')
      line('stored', show(document))
      step.checkStored?.(document)
    }
    return answer
  }

  /** Carries out `work` in this process, and shows and checks it in the same way. */
  async step<Result>(
    title: string,
    work: () => Promise<Result> | Result,
    check: (result: Result, sent: readonly Document[]) => void,
  ): Promise<Result> {
    this.#title(title, sourceOf(work))
    const { result, took } = await this.#watch(work)
    const sent = await this.#showSent()
    if (result instanceof BaseModel) line('stored', `${show(await this.#storedOf(result))} ${took}`)
    else line('result', `${show(result)} ${took}`)
    check(result, sent)
    return result
  }

  /** The same for what has to fail with `code`. */
  async refused(title: string, code: string, work: () => Promise<unknown>): Promise<void> {
    this.#title(title, sourceOf(work))
    const { result: error, took } = await this.#watch(async () => {
      try {
        await work()
      } catch (caught) {
        return caught as Error & { code?: string }
      }
      return fail(title, 'this should be refused')
    })
    if (error.code !== code) throw error
    line('refused', `${paint('red', code)} ${error.message} ${took}`)
  }

  #title(title: string, lines: readonly string[]): void {
    this.#step++
    console.log(`\n${paint('bold', `${String(this.#step).padStart(3)}  ${title}`)}`)
    for (const text of lines) {
      const [first = '', ...others] = wrapped(text, WIDTH - MARGIN.length - 4)
      console.log(`${MARGIN}${paint('cyan', `> ${first}`)}`)
      for (const other of others) console.log(`${MARGIN}${paint('cyan', `    ${other}`)}`)
    }
  }

  async #watch<Result>(work: () => Promise<Result> | Result) {
    await this.#db.command({ profile: 2 })
    const started = performance.now()
    const result = await work()
    const milliseconds = performance.now() - started
    await this.#db.command({ profile: 0 })
    return { result, took: paint('yellow', `(${milliseconds.toFixed(1)} ms)`) }
  }

  /** The document of an instance. */
  #storedOf(model: BaseModel): Promise<Document | null> {
    const { name, namingStrategy } = model.constructor as typeof BaseModel
    return this.#stored(namingStrategy.tableName(name), String(model.$primaryKeyValue))
  }

  /** What the npm driver finds stored of an instance. */
  async look(model: BaseModel): Promise<Document> {
    const document = await this.#storedOf(model)
    if (document === null) throw new Error('nothing is stored')
    line('stored', show(document))
    return document
  }

  #stored(collection: string, id: string): Promise<Document | null> {
    return this.#db.collection(collection).findOne({ _id: new ObjectId(id) })
  }

  /** What reached the server since it was last asked, as its profiler has it. */
  async #showSent(): Promise<Document[]> {
    const profile = await this.#db.collection('system.profile').find().skip(this.#seen).toArray()
    this.#seen += profile.length
    const sent = profile.filter(({ ns }) => !/\.(system\.profile|\$cmd.*)$/.test(String(ns)))
    for (const command of sent) line('sent', describe(command))
    return sent
  }
}
