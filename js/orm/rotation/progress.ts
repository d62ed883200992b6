/** A rotation on a terminal. */
import type { RotationProgress, RotationReport } from './index.ts'

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

/** Failures that are shown; the report has more. */
const SHOWN_FAILURES = 10

/** What a report says is left, a line each; none when it is complete. */
export function leftLines(
  name: string,
  { left, plain, failures, failed }: RotationReport,
): string[] {
  const lines = Object.entries(left).map(
    ([key, count]) => `${name}: ${count} values are under the key "${key}"`,
  )
  if (plain > 0) lines.push(`${name}: ${plain} values are not encrypted`)
  for (const { id, code } of failures.slice(0, SHOWN_FAILURES)) {
    lines.push(`${name} ${String(id)}: ${code}`)
  }
  if (failed > SHOWN_FAILURES) lines.push(`${name}: ${failed - SHOWN_FAILURES} more failed`)
  return lines
}
