// Files that are written from a table both languages share: written, or with `--check` compared.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * @param {string} file below the project's root
 * @param {string} text what it is to hold
 */
export function generated(file, text) {
  const target = path.join(root, file)
  if (!process.argv.includes('--check')) writeFileSync(target, text)
  else if (readFileSync(target, 'utf8') !== text) {
    console.error(`${file} is out of date: run npm run generate`)
    process.exitCode = 1
  }
}

/**
 * @param {string} file below the project's root
 */
export function table(file) {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8'))
}
