/** How far a rotation is. */
export interface RotationProgress {
  scanned: number
  total: number
  rewritten: number
  conflicts: number
  failed: number
  /** Values that are under other keys than the primary one, by the id of the key. */
  left: Readonly<Record<string, number>>
}

const WIDTH = 24

/** A bar with the counts, for a terminal. */
export function progressLine(name: string, progress: RotationProgress): string {
  const { scanned, total, rewritten, conflicts, failed } = progress
  const share = total === 0 ? 1 : Math.min(scanned / total, 1)
  const full = Math.round(share * WIDTH)
  const bar = '='.repeat(full) + ' '.repeat(WIDTH - full)
  const percent = `${Math.floor(share * 100)} %`.padStart(5)
  return (
    `${name} [${bar}] ${percent} ${scanned} of ${total}: ${rewritten} rewritten, ` +
    `${conflicts} changed meanwhile, ${failed} failed`
  )
}
