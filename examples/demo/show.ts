/** How the demo shows what happens. Nothing here is needed to use the package. */
import { inspect, styleText } from 'node:util'
import { BaseModel } from 'lucent-odm'
import { type Db, type Document, ObjectId } from 'mongodb'

type Style = Parameters<typeof styleText>[0]

const colours = process.stdout.isTTY === true && !process.env.NO_COLOR

function paint(style: Style, text: string): string {
  return colours ? styleText(style, text) : text
}

function line(label: string, text: string): void {
  console.log(`     ${paint('dim', label.padEnd(8))}${text}`)
}

function show(value: unknown): string {
  return inspect(value, {
    colors: colours,
    breakLength: Number.POSITIVE_INFINITY,
    compact: 9,
    depth: 9,
  })
}

let hooks: string[] = []

/** Writes down the calls of a model's static methods, its hooks. Call it before they are decorated. */
export function watchHooks(model: typeof BaseModel): void {
  for (const name of Object.getOwnPropertyNames(model)) {
    const method = Object.getOwnPropertyDescriptor(model, name)?.value as unknown
    if (name === 'prototype' || typeof method !== 'function') continue
    Object.defineProperty(model, name, {
      configurable: true,
      value(this: unknown, ...args: unknown[]): unknown {
        hooks.push(name)
        return method.apply(this, args)
      },
    })
  }
}

/** What the function does, as it is written. */
function sourceOf(work: () => unknown): string[] {
  const text = work.toString().replace(/^(async )?\(\) => /, '')
  if (!text.startsWith('{')) return [text]
  return text
    .split('\n')
    .slice(1, -1)
    .map((code) => code.replace(/^ {8}/, '').replace(/;$/, ''))
}

/** A profiled command in a few words. */
function describe({ op, command, ninserted }: Document): string {
  if (op === 'insert') return ninserted > 1 ? `insert ${ninserted} documents` : 'insert'
  if (op === 'update') return `update ${show(command.q)} with ${show(command.u)}`
  if (op === 'remove') return `delete ${show(command.q)}`
  if (op === 'query') {
    const { filter, sort, skip, limit } = command
    const options = Object.entries({ sort, skip, limit }).filter(([, value]) => value)
    const rest = options.map(([name, value]) => `, ${name} ${show(value)}`).join('')
    return `find ${show(filter)}${rest}`
  }
  if (command.aggregate) return `count ${show(command.pipeline[0].$match)}`
  return Object.keys(command)[0] ?? op
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

  /** Carries out `work` and shows all there is to see. */
  async step<Result>(title: string, work: () => Promise<Result> | Result): Promise<Result> {
    const { result, took } = await this.#run(title, work)
    if (result instanceof BaseModel && !result.$isDeleted) {
      const { name, namingStrategy } = result.constructor as typeof BaseModel
      const stored = await this.#db
        .collection(namingStrategy.tableName(name))
        .findOne({ _id: new ObjectId(String(result.$primaryKeyValue)) })
      line('stored', `${show(stored)} ${took}`)
    } else line('answer', `${show(result)} ${took}`)
    return result
  }

  /** The same for what has to fail with `code`. */
  async refused(title: string, code: string, work: () => Promise<unknown>): Promise<void> {
    const attempt = async () => {
      try {
        await work()
      } catch (error) {
        return error as Error & { code?: string }
      }
      throw new Error(`"${title}" was not refused`)
    }
    const { result, took } = await this.#run(title, attempt, work)
    if (result.code !== code) throw result
    line('refused', `${paint('red', code)} ${result.message} ${took}`)
  }

  async #run<Result>(
    title: string,
    work: () => Promise<Result> | Result,
    shown: () => unknown = work,
  ) {
    this.#step++
    console.log(`\n${paint('bold', `${String(this.#step).padStart(3)}  ${title}`)}`)
    for (const code of sourceOf(shown)) console.log(`     ${paint('cyan', `> ${code}`)}`)
    hooks = []
    await this.#db.command({ profile: 2 })
    const started = performance.now()
    const result = await work()
    const milliseconds = performance.now() - started
    await this.#db.command({ profile: 0 })
    if (hooks.length > 0) line('hooks', hooks.join(', '))
    for (const command of await this.#commands()) line('sent', describe(command))
    return { result, took: paint('yellow', `(${milliseconds.toFixed(1)} ms)`) }
  }

  /** What reached the server since it was last asked, as its profiler has it. */
  async #commands(): Promise<Document[]> {
    const profile = await this.#db.collection('system.profile').find().skip(this.#seen).toArray()
    this.#seen += profile.length
    return profile.filter(({ ns }) => !String(ns).endsWith('.system.profile'))
  }
}
