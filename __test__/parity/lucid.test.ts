import * as lucent from 'lucent-odm'
import { BaseModel, CamelCaseNamingStrategy, column, ModelPaginator } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import names from './lucid_names.json' with { type: 'json' }
import missing from './missing_names.json' with { type: 'json' }

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
}
User.boot()

/** Where each group of public names must be found. */
const PLACES: Record<keyof typeof names, object> = {
  model: User,
  instance: new User(),
  query: User.query(),
  paginator: new ModelPaginator(0, 1, 1, [], new CamelCaseNamingStrategy()),
  exports: lucent,
}

const groups = Object.keys(PLACES) as (keyof typeof names)[]

describe.each(groups)("Lucid's public names: %s", (group) => {
  const place = PLACES[group]
  const reasons: Record<string, string> = missing[group]

  it.each(names[group])('%s', (name) => {
    const reason = Object.hasOwn(reasons, name) ? reasons[name] : undefined
    if (reason === undefined) expect(name in place, `${group}: ${name} is missing`).toBe(true)
    else {
      expect(reason.length).toBeGreaterThan(10)
      expect(name in place, `${group}: ${name} is there; its entry is stale`).toBe(false)
    }
  })

  it('no entry is for a name that Lucid does not have', () => {
    expect(Object.keys(reasons).filter((name) => !names[group].includes(name))).toEqual([])
  })
})
