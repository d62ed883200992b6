// Compiles src/ file by file, without types: node transpile.mjs esbuild|swc <out> <defined>
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

const [tool, out, defined] = process.argv.slice(2)
const useDefineForClassFields = defined === 'true'

const tools = {
  async esbuild(code) {
    const { transform } = await import('esbuild')
    const compilerOptions = { experimentalDecorators: true, useDefineForClassFields }
    const options = { loader: 'ts', format: 'esm', target: 'es2022' }
    return transform(code, { ...options, tsconfigRaw: { compilerOptions } })
  },
  async swc(code) {
    const { default: swc } = await import('@swc/core')
    const jsc = {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields },
    }
    return swc.transform(code, { swcrc: false, configFile: false, jsc, module: { type: 'es6' } })
  },
}

mkdirSync(out, { recursive: true })
for (const name of readdirSync('src')) {
  const { code } = await tools[tool](readFileSync(`src/${name}`, 'utf8'))
  writeFileSync(`${out}/${name.replace(/\.ts$/, '.js')}`, code)
}
