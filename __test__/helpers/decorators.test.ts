import { expect, it } from 'vitest'

const columns: string[] = []

function column(): (target: object, key: string) => void {
  return (_target, key) => {
    columns.push(key)
  }
}

class Base {
  read = 'base'
}

Object.defineProperty(Base.prototype, 'name', {
  get: () => 'accessor',
  set() {},
  configurable: true,
})

class User extends Base {
  @column()
  declare name: string

  @column()
  age = 3
}

// What the model tests rely on: how this folder's TypeScript options reach the test transform.
it('applies legacy decorators and emits nothing for declared fields', () => {
  const user = new User()
  expect(columns).toEqual(['name', 'age'])
  expect(Object.hasOwn(user, 'name')).toBe(false)
  expect(user.name).toBe('accessor')
  expect(user.age).toBe(3)
})
