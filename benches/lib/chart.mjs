// The README's bar chart: throughput, the npm driver's being 1. No dependencies; light and dark.
import { row } from './report.mjs'

/** @typedef {import('./types.d.ts').Outcome} Outcome */

const WIDTH = 760
const LABELS = 150
const VALUES = 120
const BAR = 16
const GAP = 4
const TITLE = 26
const BETWEEN = 16
const SHOWN = ['lucent', 'driver', 'mongoose']
const NAMES = /** @type {Record<string, string>} */ ({
  lucent: 'lucent-odm',
  driver: 'mongodb',
  mongoose: 'mongoose',
})

/** @param {string} text */
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

/** @param {number} value */
const rounded = (value) => Math.round(value).toLocaleString('en')

/**
 * @param {Outcome[]} outcomes
 * @returns {string} an SVG document
 */
export function chart(outcomes) {
  const cases = outcomes.filter(
    (outcome) =>
      !outcome.case.name.includes('hooks') &&
      row(outcome, 'driver') !== undefined &&
      SHOWN.some((label) => label !== 'driver' && row(outcome, label) !== undefined),
  )
  /** @type {string[]} */
  const parts = []
  let y = 52
  for (const outcome of cases) {
    const rates = SHOWN.map((label) => row(outcome, label)?.rate ?? 0)
    const longest = Math.max(...rates)
    const driver = row(outcome, 'driver')?.rate ?? 1
    parts.push(`<text class="title" x="0" y="${y}">${escaped(outcome.case.title)}</text>`)
    y += TITLE - BAR + 2
    for (const [index, label] of SHOWN.entries()) {
      const rate = rates[index] ?? 0
      if (rate === 0) continue
      const length = Math.max(2, (rate / longest) * (WIDTH - LABELS - VALUES))
      const middle = y + BAR - 4
      parts.push(
        `<text class="label" x="${LABELS - 10}" y="${middle}" text-anchor="end">${NAMES[label]}</text>`,
        `<rect class="${label}" x="${LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>`,
        `<text class="value" x="${(LABELS + length + 8).toFixed(1)}" y="${middle}">` +
          `${rounded(rate)} ${outcome.case.unit}/s · ${(rate / driver).toFixed(1)}×</text>`,
      )
      y += BAR + GAP
    }
    y += BETWEEN + 12
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH + 40} ${y}" width="${WIDTH + 40}" height="${y}" role="img" aria-labelledby="heading">
<style>
  text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
  .heading { font-size: 15px; font-weight: 600; }
  .title { font-weight: 600; }
  .value { fill: #59636e; }
  .lucent { fill: #c2410c; }
  .driver { fill: #8c959f; }
  .mongoose { fill: #c6cdd5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .value { fill: #9198a1; }
    .lucent { fill: #fb923c; }
    .driver { fill: #6e7681; }
    .mongoose { fill: #3d444d; }
  }
</style>
<text class="heading" id="heading" x="0" y="18">Throughput, longer is better; × is against the npm driver</text>
${parts.join('\n')}
</svg>
`
}
