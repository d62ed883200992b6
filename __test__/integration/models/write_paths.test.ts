import { BaseModel, column } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { storedOf, WRITE_PATHS, write } from '../../helpers/write_paths.ts'

const { db, database } = lucentDatabase()

/** Stores something else than it holds, so that a path without `prepare` shows. */
class Note extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column({
    prepare: (value: string) => `<${value}>`,
    consume: (value) => String(value).slice(1, -1),
  })
  declare text: string
}

describe.each(WRITE_PATHS)('$kind, $name', (path) => {
  it('prepares what it stores, and instances hold what was set', async () => {
    const { stored, instances } = await write(
      db,
      path,
      Note,
      { text: 'new' },
      { before: { text: 'old' } },
    )
    expect(stored.length).toBeGreaterThan(0)
    expect(stored.map(({ text }) => text)).toEqual(stored.map(() => '<new>'))
    expect(instances.map(({ text }) => text)).toEqual(instances.map(() => 'new'))
  })

  it('does so in a transaction', async () => {
    const { key } = await database
      .connection()
      .transaction((client) =>
        write(db, path, Note, { text: 'new' }, { before: { text: 'old' }, client }),
      )
    const stored = await storedOf(db, Note, key)
    expect(stored.length).toBeGreaterThan(0)
    expect(stored.map(({ text }) => text)).toEqual(stored.map(() => '<new>'))
  })
})
