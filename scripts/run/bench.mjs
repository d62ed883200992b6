// Measuring, and running for a long time.
import { build, buildTypeScript } from './build.mjs'
import { inRoot } from './paths.mjs'
import { exec } from './programs.mjs'

/** @param {string[]} args */
export async function bench(args) {
  const without = args.some((arg, index) => arg === 'lucent' && args[index - 1] === '--without')
  const idle = args.includes('--list') || args.includes('--render')
  if (without || idle) await buildTypeScript()
  else await build({ release: true })
  await exec(process.execPath, ['--expose-gc', inRoot('benches', 'run.mjs'), ...args])
}

/** @param {string[]} args */
export async function benchHttp(args) {
  await build({ release: true })
  await exec(process.execPath, [inRoot('benches', 'http.mjs'), ...args])
}

/** @param {string[]} args */
export async function soak(args) {
  await build()
  await exec(process.execPath, [inRoot('scripts', 'soak.mjs'), ...args])
}
