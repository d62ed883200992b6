// Bundles src/main.ts: node bundle.mjs <out file> esm|cjs [names to leave out]
import { build } from 'esbuild'

const [outfile, format, ...external] = process.argv.slice(2)
await build({
  entryPoints: ['src/main.ts'],
  outfile,
  format,
  external,
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'error',
  tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
})
