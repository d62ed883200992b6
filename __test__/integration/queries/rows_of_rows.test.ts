/** Arrays of arrays: an array is one element, and a list of several is said to be one. */
import { BaseModel, column } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Sheet extends BaseModel {
  static override collection = 'sheets'
  @column({ isPrimary: true }) declare id: string
  @column() declare rows: number[][]
  @column() declare tags: string[]
}

const sheets = db.collection('sheets')

beforeEach(async () => {
  await sheets.deleteMany({})
  await Sheet.create({ rows: [[0], [5, 6]], tags: ['a'] })
})

const all = () => Sheet.query().all()

describe('6: an element of an array of arrays is a row', () => {
  it.each<[string, () => Promise<unknown>, object]>([
    [
      'push',
      () => all().updateMany((u) => u.push('rows', [1, 2])),
      { rows: [[0], [5, 6], [1, 2]] },
    ],
    [
      'push of several',
      () => all().updateMany((u) => u.push('rows', [[1, 2], [3]], { each: true })),
      { rows: [[0], [5, 6], [1, 2], [3]] },
    ],
    [
      'push in front',
      () => all().updateMany((u) => u.push('rows', [1, 2], { position: 0 })),
      { rows: [[1, 2], [0], [5, 6]] },
    ],
    ['push of an empty row', () => all().pushTo('rows', []), { rows: [[0], [5, 6], []] }],
    ['pushTo', () => all().pushTo('rows', [1, 2]), { rows: [[0], [5, 6], [1, 2]] }],
    [
      'pushTo of several',
      () => all().pushTo('rows', [[1], [2]], { each: true, slice: -2 }),
      { rows: [[1], [2]] },
    ],
    [
      'addToSet',
      () => all().updateMany((u) => u.addToSet('rows', [5, 6])),
      { rows: [[0], [5, 6]] },
    ],
    [
      'addToSet of the query',
      () => all().addToSet('rows', [6, 5]),
      { rows: [[0], [5, 6], [6, 5]] },
    ],
    [
      'addToSet of several',
      () => all().addToSet('rows', [[0], [7]], { each: true }),
      { rows: [[0], [5, 6], [7]] },
    ],
    ['pull', () => all().pullFrom('rows', [5, 6]), { rows: [[0]] }],
    ['pullAll', () => all().updateMany((u) => u.pullAll('rows', [[0], [5, 6]])), { rows: [] }],
    ['push of a text', () => all().pushTo('tags', 'b'), { tags: ['a', 'b'] }],
    [
      'push of texts',
      () => all().pushTo('tags', ['b', 'c'], { each: true }),
      { tags: ['a', 'b', 'c'] },
    ],
  ])('%s', async (_, run, expected) => {
    await run()
    expect(await sheets.findOne()).toMatchObject(expected)
  })

  it('several that are no list are refused', async () => {
    await expect(all().pushTo('tags', 'b' as never, { each: true })).rejects.toMatchObject({
      code: 'E_INVALID_QUERY',
      column: 'tags',
    })
  })
})
