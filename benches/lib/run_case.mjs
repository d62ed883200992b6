// One case: its contenders in turns, round after round.
import { measure, median } from './measure.mjs'
import { Unsupported } from './unsupported.mjs'

/** @typedef {import('./types.d.ts').Case} Case */
/** @typedef {import('./types.d.ts').Figures} Figures */
/** @typedef {import('./types.d.ts').Outcome} Outcome */
/** @typedef {import('./types.d.ts').Prepared} Prepared */
/** @typedef {import('./types.d.ts').World} World */
/** @typedef {import('./measure.mjs').Sample & { heap?: number, rss?: number }} Sample */

/** Of a full run: all cases together take less than 20 minutes, on two cores. */
export const FULL = { warmUp: 2, least: 5, most: 9, seconds: 26 }

/** Of a case of which a round takes a minute and more. */
const SLOW = { warmUp: 1, least: 3, most: 3 }

/**
 * How long a case is measured: as many rounds as the time allows for, within bounds. All contenders
 * of a case have the same number.
 *
 * @typedef {object} Plan
 * @property {number} warmUp rounds that do not count
 * @property {number} least
 * @property {number} most
 * @property {number} seconds for the case, its warm-up included
 * @property {(testCase: Case, label: string) => Promise<Sample>} alone one round of an isolated case
 */

/**
 * How many rounds a case gets.
 *
 * @param {Plan} plan
 * @param {{ spent: number, last: number }} times seconds of the warm-up, and of its last round
 */
export function roundsFor({ least, most, seconds }, { spent, last }) {
  const possible = Math.floor((seconds - spent) / last)
  return Math.min(most, Math.max(least, possible))
}

/** @param {number} value */
const four = (value) => Number(value.toPrecision(4))

/**
 * The figures of one row from its rounds.
 *
 * @param {number} count
 * @param {Sample[]} samples
 * @returns {Figures}
 */
export function figures(count, samples) {
  const rates = samples.map(({ wall }) => (count * 1000) / wall)
  const rate = median(rates)
  const { heap, rss } = samples[0] ?? {}
  return {
    rate: four(rate),
    cpu: four(median(samples.map(({ cpu }) => (cpu * 1000) / count))),
    threads: four(median(samples.map(({ threads }) => (threads * 1000) / count))),
    block: four(median(samples.map((sample) => sample.block))),
    ...(heap === undefined
      ? {}
      : { heap: four(median(samples.map((sample) => sample.heap ?? 0))) }),
    ...(rss === undefined ? {} : { rss: four(median(samples.map((sample) => sample.rss ?? 0))) }),
    spread: four((Math.max(...rates) - Math.min(...rates)) / rate),
    rates: rates.map(four),
  }
}

/**
 * Throws unless every row gave the same answer.
 *
 * @param {string} what
 * @param {Map<string, unknown>} answers
 */
function agree(what, answers) {
  const [first, ...others] = answers
  for (const [label, answer] of others) {
    if (first && !Object.is(answer, first[1])) {
      throw new Error(
        `${what}: ${label} and ${first[0]} did different work (${answer} and ${first[1]})`,
      )
    }
  }
}

/**
 * @param {Case} testCase
 * @param {World} world
 * @param {Plan} given
 * @returns {Promise<Outcome>}
 */
export async function runCase(testCase, world, given) {
  const plan = testCase.slow && !world.quick ? { ...given, ...SLOW } : given
  const { warmUp, alone } = plan
  const count = testCase.count(world)
  /** @type {Outcome['figures']} */
  const result = {}
  /** @type {Map<string, Prepared>} */
  const prepared = new Map()
  for (const [label, prepare] of Object.entries(testCase.contenders)) {
    if (!world.contenders[label.split(',', 1)[0] ?? '']) continue
    try {
      prepared.set(label, await prepare(world))
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error
      result[label] = { unsupported: error.message }
    }
  }
  /** @type {Map<string, Sample[]>} */
  const samples = new Map([...prepared.keys()].map((label) => [label, []]))
  const labels = [...prepared.keys()]
  let rounds = plan.least
  const started = performance.now()
  for (let round = -warmUp; round < rounds; round += 1) {
    const roundStarted = performance.now()
    /** @type {Map<string, unknown>} */
    const answers = new Map()
    /** @type {Map<string, unknown>} */
    const stored = new Map()
    // Nobody always runs after the same neighbour.
    const shift = (((round + warmUp) % labels.length) + labels.length) % labels.length
    for (const label of [...labels.slice(shift), ...labels.slice(0, shift)]) {
      const work = /** @type {Prepared} */ (prepared.get(label))
      try {
        await work.reset?.()
        const sample = testCase.isolated
          ? await alone(testCase, label)
          : await measure(() => work.run(), { repeatable: work.reset === undefined })
        answers.set(label, sample.result)
        stored.set(label, await work.verify?.())
        if (round >= 0) samples.get(label)?.push(sample)
      } catch (error) {
        if (!(error instanceof Unsupported)) throw error
        result[label] = { unsupported: error.message }
        samples.delete(label)
        prepared.delete(label)
        labels.splice(labels.indexOf(label), 1)
      }
    }
    agree(`${testCase.name}, read`, answers)
    agree(`${testCase.name}, stored`, stored)
    if (round === -1) {
      const now = performance.now()
      rounds = roundsFor(plan, {
        spent: (now - started) / 1000,
        last: (now - roundStarted) / 1000,
      })
    }
  }
  for (const [label, list] of samples) result[label] = figures(count, list)
  return { case: testCase, count, rounds, figures: result }
}
