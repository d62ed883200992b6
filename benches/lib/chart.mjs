// The README's bar chart: throughput, the npm driver's being 1. No dependencies; light and dark.
import { number, row, shown, spread, times } from './figures.mjs'
import { roundsOf, surroundings } from './report.mjs'

/** @typedef {import('./types.d.ts').Outcome} Outcome */

const WIDTH = 800
const LABELS = 150
const VALUES = 220
const BAR = 16
const GAP = 4
const TITLE = 26
const BETWEEN = 16
const NAMES = /** @type {Record<string, string>} */ ({
  lucent: 'lucent-odm',
  driver: 'mongodb',
  mongoose: 'mongoose',
  'mongoose, lean': 'mongoose, lean',
})
/** Characters in a line of the footer. */
const FOOTER = 110

/** @param {string} text */
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

/**
 * Words in lines of at most so many characters.
 *
 * @param {string} text
 * @param {number} width
 */
function lines(text, width) {
  /** @type {string[]} */
  const found = []
  for (const word of text.split(' ')) {
    const last = found.at(-1)
    if (last !== undefined && last.length + word.length < width)
      found.push(`${found.pop()} ${word}`)
    else found.push(word)
  }
  return found
}

/**
 * @param {Outcome[]} outcomes
 * @param {import('./types.d.ts').RunInfo} run
 * @returns {string} an SVG document
 */
export function chart(outcomes, run) {
  /** @type {string[]} */
  const parts = []
  let y = 52
  for (const outcome of outcomes) {
    const driver = row(outcome, 'driver')
    const bars = shown(outcome).flatMap(({ contender, label, figures }) =>
      figures ? [{ contender, label, figures }] : [],
    )
    if (driver === undefined || bars.length < 2) continue
    const longest = Math.max(...bars.map(({ figures }) => figures.rate))
    parts.push(`<text class="title" x="0" y="${y}">${escaped(outcome.case.title)}</text>`)
    y += TITLE - BAR + 2
    for (const { contender, label, figures } of bars) {
      const length = Math.max(2, (figures.rate / longest) * (WIDTH - LABELS - VALUES))
      const middle = y + BAR - 4
      const name = NAMES[contender] + label.slice(contender.length)
      const value = `${number(figures.rate)} ${outcome.case.unit}/s ${spread(figures)}`
      parts.push(
        `<text x="${LABELS - 10}" y="${middle}" text-anchor="end">${escaped(name)}</text>`,
        `<rect class="${contender.split(',', 1)[0]}" x="${LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>`,
        `<text class="value" x="${(LABELS + length + 8).toFixed(1)}" y="${middle}">${value} · ${times(figures.rate / driver.rate)}</text>`,
      )
      y += BAR + GAP
    }
    y += BETWEEN + 12
  }
  const footer = `Medians of ${roundsOf(outcomes)} rounds of one run; ± is half the distance between the slowest and the quickest. ${surroundings(run)}.`
  for (const text of lines(footer, FOOTER)) {
    parts.push(`<text class="value" x="0" y="${y}">${escaped(text)}</text>`)
    y += 16
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-labelledby="heading">
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
