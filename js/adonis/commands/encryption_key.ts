import { readFile, writeFile } from 'node:fs/promises'
import { BaseCommand, flags } from '@adonisjs/core/ace'

/**
 * Makes a key for encrypted columns. With `--write` it becomes the first key of
 * `LUCENT_ENCRYPTION_KEYS` in `.env`, with which is encrypted from then on; the others stay for reading.
 */
export default class MongoEncryptionKey extends BaseCommand {
  static override commandName = 'mongo:encryption:key'
  static override description = 'Make a key for encrypted columns'

  @flags.boolean({ description: 'Write it to .env as the primary key' })
  declare write?: boolean

  @flags.string({ description: 'Name of the key; by default the year and the month' })
  declare name?: string

  override async run(): Promise<void> {
    const { generateEncryptionKey, KEYS_VARIABLE, parseEncryptionKeys, readKeys } = await import(
      '../../encryption/keys.ts'
    )
    const name = this.name ?? thisMonth()
    if (!this.write) {
      this.logger.log(`${name}:${generateEncryptionKey()}`)
      return
    }
    const file = this.app.makePath('.env')
    const text = await readFile(file, 'utf8').catch(absent)
    const line = new RegExp(`^${KEYS_VARIABLE}=(.*)$`, 'm')
    const present = unquoted(line.exec(text)?.[1] ?? '')
    const value = [`${name}:${generateEncryptionKey()}`, present].filter(Boolean).join(',')
    try {
      readKeys(parseEncryptionKeys(value))
    } catch (error) {
      this.logger.error(error instanceof Error ? error.message : String(error))
      this.exitCode = 1
      return
    }
    const entry = `${KEYS_VARIABLE}=${value}`
    const before = text === '' || text.endsWith('\n') ? text : `${text}\n`
    const after = line.test(text) ? text.replace(line, () => entry) : `${before}${entry}\n`
    await writeFile(file, after, { mode: 0o600 })
    this.logger.success(`key "${name}" is the primary one in .env; keep a copy in a safe place`)
    if (present !== '') {
      this.logger.log('node ace mongo:encryption:rotate encrypts with it what is stored already')
    }
  }
}

function thisMonth(): string {
  return new Date().toISOString().slice(0, 'yyyy-mm'.length)
}

function unquoted(value: string): string {
  return value.trim().replace(/^(["'])(.*)\1$/, '$2')
}

function absent(error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT') throw error
  return ''
}
