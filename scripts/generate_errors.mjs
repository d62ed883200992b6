// Writes js/errors/codes.generated.ts from src/error/codes.json, the table that both languages share.
// `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs'

const source = new URL('../src/error/codes.json', import.meta.url)
const target = new URL('../js/errors/codes.generated.ts', import.meta.url)
/** @type {{ code: string, status: number, summary: string }[]} */
const table = JSON.parse(readFileSync(source, 'utf8'))

const lines = [
  '// Generated from src/error/codes.json by scripts/generate_errors.mjs.',
  '',
  '/** Every error code of the package, with its HTTP status and what it means. */',
  'export const ERROR_TABLE = {',
  ...table.map(
    ({ code, status, summary }) =>
      `  ${code}: { status: ${status}, summary: ${JSON.stringify(summary)} },`,
  ),
  '} as const',
  '',
]
const text = lines.join('\n')

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('js/errors/codes.generated.ts is out of date: run npm run generate')
    process.exit(1)
  }
} else {
  writeFileSync(target, text)
}
