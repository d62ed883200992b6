import { appendFileSync } from 'node:fs'
import { inspect, isDeepStrictEqual } from 'node:util'
import { compileQuery, encode } from '../native/index.ts'
import { toOrdinary } from './compile/record.ts'
import { compileParts } from './compiled.ts'
import { type Asked, type DescribedQuery, writeDescription } from './description.ts'

const NAMES = ['filter', 'pipeline', 'sort', 'projection', 'limit', 'skip'] as const

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return value
  return Object.entries(value).map(([key, inner]) => [key, ordered(inner)])
}

function outcome<T>(run: () => T): { value?: T; error?: { code: unknown; message: string } } {
  try {
    return { value: run() }
  } catch (error) {
    const { code, message } = error as { code: unknown; message: string }
    return { error: { code, message } }
  }
}

let seen = 0
export function probe(
  compile: () => object,
  describe: () => DescribedQuery,
  asked?: Asked,
): void {
  if (process.env.LUCENT_PROBE === undefined) return
  seen++
  if (seen % 500 === 1) appendFileSync(process.env.LUCENT_PROBE, `seen ${seen}\n`)
  const here = outcome(compile)
  const core = outcome(() => compileParts(describe(), asked))
  const say = (what: string, a: unknown, b: unknown) =>
    appendFileSync(
      process.env.LUCENT_PROBE as string,
      `DIFF ${what}\n  here ${inspect(a, false, 30)}\n  core ${inspect(b, false, 30)}\n`,
    )
  if (here.value === undefined || core.value === undefined) {
    const same =
      here.error?.code === core.error?.code &&
      (here.error?.message ?? '').endsWith(core.error?.message ?? 'x')
    if (!same) say('error', here.error ?? here.value, core.error ?? core.value)
    return
  }
  const parts: Record<string, unknown> = {}
  for (const name of NAMES) {
    const value = (here.value as Record<string, unknown>)[name]
    if (value !== undefined) parts[name] = value
  }
  const [a, b] = [toOrdinary(parts), toOrdinary({ ...core.value })]
  if (!isDeepStrictEqual(ordered(a), ordered(b))) say('held', a, b)
  const bytesHere = outcome(() => encode((body) => body.document(parts)))
  const bytesCore = outcome(() =>
    Buffer.from(compileQuery((body) => writeDescription(body, describe(), asked))),
  )
  if (bytesHere.error !== undefined || bytesCore.error !== undefined) {
    if (bytesHere.error?.code !== bytesCore.error?.code) {
      say('bytes error', [bytesHere.error, parts], bytesCore.error)
    }
  } else if (!bytesHere.value?.equals(bytesCore.value as Buffer)) say('bytes', a, b)
}
