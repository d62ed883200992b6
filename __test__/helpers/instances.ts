import type { BaseModel } from 'lucent-odm'

type Values = Record<string, unknown>
type Way = (model: typeof BaseModel, values: Values) => Promise<BaseModel>

/** Ways to come by an instance of a document with these values, for `describe.each`. */
export const waysToAnInstance: [how: string, Way][] = [
  ['created', (model, values) => model.create(values as never)],
  [
    'fetched',
    async (model, values) => {
      const { $primaryKeyValue } = await model.create(values as never)
      return model.findOrFail($primaryKeyValue)
    },
  ],
  ['refreshed', async (model, values) => (await model.create(values as never)).refresh()],
  [
    'created and changed',
    async (model, values) => (await model.create({})).merge(values as never).save(),
  ],
]
