// Writes every generated source, by the scripts beside this one. `--check` only compares.
import { readdirSync } from 'node:fs'

for (const name of readdirSync(new URL('.', import.meta.url))) {
  if (/^generate_(?!sources|types)\w+\.mjs$/.test(name)) await import(`./${name}`)
}
