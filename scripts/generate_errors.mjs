// Writes js/errors/codes.generated.ts from src/error/codes.json, the table that both languages share.
// `--check` only compares.
import { generated, table } from './generated.mjs'

/** @type {{ code: string, status: number, summary: string }[]} */
const codes = table('src/error/codes.json')

const lines = [
  '// Generated from src/error/codes.json by scripts/generate_errors.mjs.',
  '',
  '/** Every error code of the package, with its HTTP status and what it means. */',
  'export const ERROR_TABLE = {',
  ...codes.map(
    ({ code, status, summary }) =>
      `  ${code}: { status: ${status}, summary: ${JSON.stringify(summary)} },`,
  ),
  '} as const',
  '',
]
generated('js/errors/codes.generated.ts', lines.join('\n'))
