/** The pages about the inside name what is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = path.join(root, 'docs', 'internal')
const pages = readdirSync(folder).filter((name) => name.endsWith('.md'))
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8')

/** What recipes make, and what running makes. */
const MADE = new Set(['src/ops/estimate.rs', 'src/steps/hide.rs', 'fuzz/artifacts/'])
/** What the picture shows around the house. */
const OUTSIDE = new Set(['the application', 'MongoDB'])

const PATHS = /`((?:\.github|__test__|benches|docs|examples|fuzz|js|scripts|src|stubs)\/[\w./]*)`/g
const LINKS = /\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g

/** The anchors of a page's headings. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )

describe.each(pages)('docs/internal/%s', (name) => {
  it('names files and folders that are there', () => {
    const named = [...read(name).matchAll(PATHS)].map(([, one = '']) => one)
    const gone = named.filter((one) => !MADE.has(one) && !existsSync(path.join(root, one)))
    expect(gone).toEqual([])
  })

  it('has links that lead somewhere', () => {
    for (const [link, file = '', anchor] of read(name).matchAll(LINKS)) {
      const target = file === '' ? path.join(folder, name) : path.join(folder, file)
      expect(existsSync(target), link).toBe(true)
      if (anchor !== undefined) {
        expect(anchorsOf(readFileSync(target, 'utf8')), link).toContain(anchor)
      }
    }
  })
})

it.each(pages.filter((name) => name.startsWith('adding_')))(
  '%s has eight steps at most',
  (name) => {
    const steps = [...read(name).matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number))
    expect(steps.length).toBeGreaterThan(0)
    expect(Math.max(...steps)).toBeLessThanOrEqual(8)
  },
)

describe('the picture', () => {
  const picture = read('house.svg')

  it('has colours for light and dark', () => {
    const [light = '', dark = ''] = picture.split('@media (prefers-color-scheme: dark)')
    const classesOf = (style: string) => new Set(style.match(/\.[a-z]+(?=[ ,{])/g) ?? [])
    for (const one of classesOf(dark.split('</style>')[0] ?? '')) {
      expect(classesOf(light)).toContain(one)
    }
    for (const [, name = ''] of picture.matchAll(/class="([a-z]+)"/g)) {
      expect(light, name).toContain(`.${name} {`)
    }
  })

  it('shows rooms that are there', () => {
    const named = [...picture.matchAll(/class="name"[^>]*>([^<]+)</g)]
    const rooms = named.flatMap(([, names = '']) => names.split(', '))
    const gone = rooms.filter((room) => {
      const places = ['js', 'js/orm', 'src'].map((place) => path.join(root, place, room))
      return !OUTSIDE.has(room) && !places.some((place) => existsSync(place))
    })
    expect(rooms.length).toBeGreaterThan(15)
    expect(gone).toEqual([])
  })
})
