import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CASES } from '../../benches/cases/index.mjs'
import {
  blocks,
  filled,
  joined,
  readResults,
  rendered,
  withoutBlocks,
} from '../../benches/lib/pages.mjs'
import { FULL, roundsFor } from '../../benches/lib/run_case.mjs'
import type { Case, Results } from '../../benches/lib/types.d.ts'

const nothing = () => ({ run: async () => 0 })

const CASE: Case = {
  name: 'find',
  title: 'find 10 documents',
  unit: 'docs',
  count: () => 10,
  targets: [
    { metric: 'rate', over: 'driver', atLeast: 2 },
    { metric: 'rate', over: 'mongoose, lean', atLeast: 2 },
    { metric: 'block', atMost: 5 },
  ],
  contenders: {
    lucent: nothing,
    driver: nothing,
    mongoose: nothing,
    'mongoose, lean': nothing,
  },
}
const OTHER: Case = { ...CASE, name: 'hooks', title: 'find with hooks', variant: 'empty hooks' }
OTHER.contenders = { lucent: nothing, 'lucent, empty hooks': nothing, driver: nothing }

const RESULTS: Results = {
  run: {
    date: '2026-02-03',
    machine: '2 × Abacus, 1 GB, linux x64',
    node: '24.0.0',
    mongod: '8.0.0',
    versions: { 'lucent-odm': '1.2.3', mongodb: '7.0.0' },
    stored: 1000,
    mainThreadOnly: true,
  },
  cases: [
    {
      name: 'find',
      count: 10,
      rounds: 5,
      rows: {
        lucent: { rate: 1234.4, cpu: 2, block: 6, spread: 0.1 },
        driver: { rate: 500, cpu: 8, block: 9, spread: 0.42 },
        mongoose: { rate: 99.94, cpu: 80, block: 90, spread: 0.2 },
        'mongoose, lean': { rate: 2000, cpu: 8, block: 9, spread: 0.3 },
      },
    },
  ],
}

const cases = [CASE, OTHER]

describe('33: a page is rendered from the figures of one run', () => {
  const { overview = '', missed = '', targets = '' } = blocks(RESULTS, cases, 'results.md')

  it('every contender stands in the overview with its spread, losses in bold', () => {
    expect(overview).toContain(
      '| find 10 documents | 1,234 docs/s ±5 % | 500 ±21 %, 2.47× | 99.9 ±10 %, 12.4× | ' +
        '2,000 ±15 %, **0.62×** |',
    )
  })

  it('date, machine and what was not measured stand beside the figures', () => {
    expect(overview).toContain('2 × Abacus, 1 GB, linux x64, Node 24.0.0, mongod 8.0.0')
    expect(overview).toContain('lucent-odm 1.2.3, mongodb 7.0.0, 2026-02-03.')
    expect(overview).toContain('Not measured in this run: find with hooks.')
  })

  it('what is missed is counted and listed, with the same figures as everywhere', () => {
    expect(missed).toContain('Of 3 targets 2 are missed:')
    expect(missed).toContain('| lucent / mongoose, lean, throughput | 0.62× | ≥ 2× | **missed** |')
    expect(missed).toContain('| lucent, longest block | 6.00 ms | ≤ 5 ms | **missed** |')
    expect(targets).toContain('| lucent / driver, throughput | 2.47× | ≥ 2× | reached |')
  })

  it('a case about a variant shows the rows of the variant', () => {
    const run = RESULTS.cases[0]
    const rows = { lucent: run?.rows.lucent, 'lucent, empty hooks': run?.rows.driver }
    const results = { ...RESULTS, cases: [{ ...run, name: 'hooks', rows }] } as Results
    expect(blocks(results, cases, '').overview).toContain('| find with hooks | 500 docs/s ±21 % |')
  })

  it('figures of a case that is not there are refused', () => {
    expect(() => joined(RESULTS, [OTHER])).toThrow('there are no such cases: find')
  })

  it('blocks are replaced between their markers, and nothing else', () => {
    const page = 'a 7×\n<!-- bench:missed -->\nold 3×\n<!-- /bench:missed -->\nb'
    const text = filled(page, { missed: 'new\n' })
    expect(text).toBe('a 7×\n<!-- bench:missed -->\nnew\n<!-- /bench:missed -->\nb')
    expect(filled(text, { missed: 'new\n' })).toBe(text)
    expect(withoutBlocks(text)).toBe('a 7×\n\nb')
    expect(() => filled('<!-- bench:typo -->\n<!-- /bench:typo -->', {})).toThrow('"typo"')
  })
})

describe('33: the pages of the repository', () => {
  const root = new URL('../../', import.meta.url)
  const read = (file: string) => readFileSync(new URL(file, root), 'utf8')
  const pages = Object.entries(rendered(readResults(), CASES) as Record<string, string>)
  const figuresOf = (text: string): string[] => text.match(/\d[\d.,]*\s?×/g) ?? []

  it.each(pages)('%s is what benches/results.json makes it', (file, text) => {
    expect(read(file)).toBe(text)
  })

  it('README, guide and chart have no figure that is not in benches/results.md', () => {
    const known = new Set(figuresOf(read('benches/results.md')))
    for (const file of ['README.md', 'docs/guide/performance.md', 'docs/bench.svg']) {
      const said = figuresOf(read(file))
      expect(said.length, file).toBeGreaterThan(10)
      expect(
        said.filter((figure) => !known.has(figure)),
        file,
      ).toEqual([])
    }
  })

  it('outside of generated blocks there is no figure', () => {
    for (const file of ['README.md', 'docs/guide/performance.md']) {
      expect(figuresOf(withoutBlocks(read(file))), file).toEqual([])
    }
  })

  it('README and chart show Mongoose with lean()', () => {
    expect(read('README.md')).toContain('| Mongoose, lean |')
    expect(read('docs/bench.svg')).toContain('>mongoose, lean<')
  })
})

describe('33: a case gets as many rounds as its time allows for', () => {
  const plan = { ...FULL, least: 5, most: 9, seconds: 40, alone: () => Promise.reject() }

  it.each([
    ['quick', { spent: 2, last: 1 }, 9],
    ['fitting', { spent: 10, last: 5 }, 6],
    ['slow', { spent: 30, last: 15 }, 5],
  ])('%s rounds', (_name, times, rounds) => {
    expect(roundsFor(plan, times)).toBe(rounds)
  })

  it('all cases together stay under 20 minutes', () => {
    expect((CASES.length * FULL.seconds) / 60).toBeLessThan(13)
  })
})
