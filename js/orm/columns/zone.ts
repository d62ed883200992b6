/** Luxon's default zone for the core, which writes moments in it. */
import { Settings, type Zone } from 'luxon'

/** A zone as `docs/internal/boundary.md` lays it out. */
export interface ZoneTable {
  /** Offset from UTC in minutes; before the first change, if there are any. */
  readonly offset: number
  /** Moments end with a `Z`. */
  readonly utc?: boolean
  /** The time for which the table holds, in milliseconds; without it, always. */
  readonly from?: number
  readonly to?: number
  /** Since when, and the offset from then on: pairs of 64-bit floats. */
  readonly changes?: Uint8Array
}

const FROM = Date.UTC(1980, 0, 1)
const TO = Date.UTC(2040, 0, 1)
/** Shorter than any time that a zone has kept to an offset in these years. */
const STEP = 14 * 86_400_000
const HOUR = 3_600_000
const SECOND = 1000

const known = new Map<string, ZoneTable | undefined>()
/** Zones that are remembered. An application has few; a name may come from a request. */
const MOST_KNOWN = 32

/** Names of zones that have one offset, now and always. */
const FIXED = /^(?:UTC|UCT|GMT|Zulu|Universal|Greenwich|Etc\/.+)$/

/** The default zone; undefined where only Luxon can tell the offsets. */
export function defaultZone(): ZoneTable | undefined {
  const zone = Settings.defaultZone as Zone
  if (!zone.isValid) return undefined
  if (zone.isUniversal) return fixed(zone, true)
  if (zone.type !== 'system' && zone.type !== 'iana') return undefined
  const { name } = zone
  if (FIXED.test(name)) return fixed(zone, false)
  if (!known.has(name)) {
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(name, tableOf(zone))
  }
  return known.get(name)
}

function fixed(zone: Zone, universal: boolean): ZoneTable | undefined {
  const offset = zone.offset(0)
  return Number.isInteger(offset) ? { offset, utc: universal && offset === 0 } : undefined
}

/**
 * Asks the zone for moments all over the years, and closer where the offset changed. Luxon takes some
 * microseconds for each, so that the years are not more.
 */
function tableOf(zone: Zone): ZoneTable | undefined {
  const first = zone.offset(FROM)
  const changes: number[] = []
  let offset = first
  for (let at = FROM; at < TO; ) {
    const next = Math.min(at - ((at - FROM) % STEP) + STEP, TO)
    if (zone.offset(next) === offset) {
      at = next
      continue
    }
    at = firstChange(zone, offset, at, next)
    offset = zone.offset(at)
    changes.push(at, offset)
  }
  if (!Number.isInteger(first) || !changes.every(Number.isInteger)) return undefined
  const bytes = new Uint8Array(8 * changes.length)
  const view = new DataView(bytes.buffer)
  for (const [place, number] of changes.entries()) view.setFloat64(8 * place, number, true)
  return { offset: first, from: FROM, to: TO, changes: bytes }
}

/** The first second after `from` whose offset is another than `offset`; that of `to` is. */
function firstChange(zone: Zone, offset: number, from: number, to: number): number {
  // Nearly all changes are on the hour.
  const hour = narrowed(zone, offset, from, to, HOUR)
  if (zone.offset(hour - SECOND) === offset) return hour
  return narrowed(zone, offset, hour - HOUR, hour - SECOND, SECOND)
}

/** The first multiple of `unit` after `from`, one itself, whose offset is another than `offset`. */
function narrowed(zone: Zone, offset: number, from: number, to: number, unit: number): number {
  let before = Math.floor(from / unit)
  let after = to / unit
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (zone.offset(middle * unit) === offset) before = middle
    else after = middle
  }
  return after * unit
}
