// Figures in words: how a number is written, and how one row compares with another.

/** @typedef {import('./types.d.ts').Figures} Figures */
/** @typedef {import('./types.d.ts').Metric} Metric */
/** @typedef {import('./types.d.ts').Outcome} Outcome */
/** @typedef {import('./types.d.ts').Target} Target */

/**
 * @typedef {object} Verdict
 * @property {string} title of the case
 * @property {string} name who is compared with whom, and in what
 * @property {string} value
 * @property {string} target
 * @property {boolean} reached
 */

/** @param {number} value */
export function number(value) {
  if (!Number.isFinite(value)) return '–'
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** @param {number} value */
export const times = (value) => `${number(value)}×`

/**
 * Half the distance between the quickest and the slowest round.
 *
 * @param {Figures} figures
 */
export const spread = ({ spread }) => `±${Math.round(spread * 50)} %`

/** @type {Record<Metric, string>} */
const METRICS = {
  rate: 'throughput',
  cpu: 'main-thread CPU',
  block: 'longest block',
  heap: 'heap held',
  rss: 'resident memory',
}

/** @type {Record<Metric, string>} */
const UNITS = { rate: '', cpu: 'µs', block: 'ms', heap: 'MB', rss: 'MB' }

/**
 * The figures of a row; `undefined` when it did not run.
 *
 * @param {Outcome} outcome
 * @param {string} label
 * @returns {Figures | undefined}
 */
export function row(outcome, label) {
  const found = outcome.figures[label]
  return found && 'rate' in found ? found : undefined
}

/**
 * A target and what was measured; `undefined` when a row of it did not run.
 *
 * @param {Outcome} outcome
 * @param {Target} target
 * @returns {Verdict | undefined}
 */
export function judge(outcome, target) {
  const {
    metric,
    subject = 'lucent',
    over,
    atLeast = 0,
    atMost = Number.POSITIVE_INFINITY,
  } = target
  const { title } = outcome.case
  const ours = row(outcome, subject)?.[metric]
  if (ours === undefined) return undefined
  if (over === undefined) {
    const unit = UNITS[metric]
    return {
      title,
      name: `${subject}, ${METRICS[metric]}`,
      value: `${number(ours)} ${unit}`,
      target: `≤ ${atMost} ${unit}`,
      reached: ours <= atMost,
    }
  }
  const theirs = row(outcome, over)?.[metric]
  if (theirs === undefined) return undefined
  const value = metric === 'rate' ? ours / theirs : theirs / ours
  return {
    title,
    name: `${subject} / ${over}, ${METRICS[metric]}`,
    value: times(value),
    target: `≥ ${atLeast}×`,
    reached: value >= atLeast,
  }
}

/**
 * Every target of which both rows ran.
 *
 * @param {Outcome[]} outcomes
 * @returns {Verdict[]}
 */
export function verdicts(outcomes) {
  return outcomes.flatMap((outcome) =>
    outcome.case.targets.flatMap((target) => judge(outcome, target) ?? []),
  )
}

const OVERVIEW = ['lucent', 'driver', 'mongoose', 'mongoose, lean']

/**
 * The rows of a case that the overview and the chart show, one of each contender: of a case about a
 * variant its rows, where the contender has them.
 *
 * @param {Outcome} outcome
 * @returns {{ contender: string, label: string, figures: Figures | undefined }[]}
 */
export function shown(outcome) {
  const { variant } = outcome.case
  return OVERVIEW.map((contender) => {
    const special = `${contender}, ${variant}`
    const label = variant !== undefined && row(outcome, special) ? special : contender
    return { contender, label, figures: row(outcome, label) }
  })
}
