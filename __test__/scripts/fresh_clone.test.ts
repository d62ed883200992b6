import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { root } from '../../scripts/run/paths.mjs'

describe('the scripts on a fresh clone', () => {
  const copy = mkdtempSync(join(tmpdir(), 'lucent-scripts-'))
  afterEach(() => rmSync(copy, { recursive: true, force: true }))

  it('load before anything is installed', () => {
    cpSync(join(root, 'scripts'), join(copy, 'scripts'), { recursive: true })
    const { status, stderr } = spawnSync(process.execPath, [join(copy, 'scripts', 'run.mjs')], {
      encoding: 'utf8',
    })
    expect(stderr).toMatch(/^usage: node scripts\/run\.mjs .*\btest\b/)
    expect(status).toBe(2)
  })
})
