import { readFile, writeFile } from 'node:fs/promises'
import { BaseCommand, flags } from '@adonisjs/core/ace'
import { inspectKeys, KEYS_VARIABLE, newKey, nextId } from '../doctor/keys.ts'

/**
 * Makes a key for encrypted columns. With `--write` it becomes the first key of
 * `LUCENT_ENCRYPTION_KEYS` in `.env`, with which is encrypted from then on; the others stay for reading.
 */
export default class MongoEncryptionKey extends BaseCommand {
  static override commandName = 'mongo:encryption:key'
  static override description = 'Make a key for encrypted columns'

  @flags.boolean({ description: 'Write it to .env as the primary key' })
  declare write?: boolean

  @flags.string({ description: 'Id of the key; by default the next number' })
  declare id?: string

  override async run(): Promise<void> {
    if (!this.write) {
      const key = newKey()
      this.logger.log(this.id === undefined ? key : `${this.id}:${key}`)
      return
    }
    const file = this.app.makePath('.env')
    const text = await readFile(file, 'utf8').catch(absent)
    const line = new RegExp(`^${KEYS_VARIABLE}=(.*)$`, 'm')
    const present = unquoted(line.exec(text)?.[1] ?? '')
    const { ids, problems } = present === '' ? { ids: [], problems: [] } : inspectKeys(present)
    const id = this.id ?? nextId(ids)
    const refusal = refuse(id, ids, problems)
    if (refusal !== undefined) {
      this.logger.error(refusal)
      this.exitCode = 1
      return
    }
    const value = [`${id}:${newKey()}`, ...(present === '' ? [] : [present])].join(',')
    const entry = `${KEYS_VARIABLE}=${value}`
    const before = text === '' || text.endsWith('\n') ? text : `${text}\n`
    await writeFile(
      file,
      line.test(text) ? text.replace(line, () => entry) : `${before}${entry}\n`,
      {
        mode: 0o600,
      },
    )
    this.logger.success(`key "${id}" is the primary one in .env now; keep a copy in a safe place`)
    if (ids.length > 0) {
      this.logger.log('node ace mongo:encryption:rotate encrypts with it what is stored already')
    }
  }
}

function refuse(
  id: string,
  ids: readonly string[],
  problems: readonly string[],
): string | undefined {
  if (problems.length > 0)
    return `${KEYS_VARIABLE} in .env must be corrected: ${problems.join('; ')}`
  if (ids.includes(id)) return `there is a key with the id "${id}" already`
  if (!/^[A-Za-z0-9_-]+$/.test(id)) return 'an id has letters, digits, "_" and "-" only'
  return undefined
}

function unquoted(value: string): string {
  return value.trim().replace(/^(["'])(.*)\1$/, '$2')
}

function absent(error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT') throw error
  return ''
}
