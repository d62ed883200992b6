import type { RotationProgress } from 'lucent-odm'

/** What is shown of a progress. */
export type Counts = Pick<
  RotationProgress,
  'scanned' | 'total' | 'rewritten' | 'conflicts' | 'failed'
>

const WIDTH = 24

/** A bar with the counts, for a terminal. */
export function progressLine(name: string, progress: Counts): string {
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
