import {
  afterBulkWrite,
  afterCommit,
  afterCreate,
  afterDelete,
  afterDeleteQuery,
  afterFetch,
  afterFind,
  afterForceDelete,
  afterPaginate,
  afterRestore,
  afterRollback,
  afterSave,
  afterUpdate,
  afterUpdateQuery,
  afterValidate,
  BaseModel,
  beforeBulkWrite,
  beforeCreate,
  beforeDelete,
  beforeDeleteQuery,
  beforeFetch,
  beforeFind,
  beforeForceDelete,
  beforePaginate,
  beforeRestore,
  beforeSave,
  beforeUpdate,
  beforeUpdateQuery,
  beforeValidate,
  column,
  type HookEvent,
  onInit,
} from 'lucent-odm'
import { describe, expect, it } from 'vitest'

class User extends BaseModel {
  @column() declare email: string
}

const wrong = (message: string) =>
  expect.objectContaining({
    code: 'E_MODEL_DEFINITION',
    name: 'E_MODEL_DEFINITION',
    message: expect.stringContaining(message),
  })

/** What `work` throws. */
function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

type Applied = (target: unknown, property: unknown) => void

const DECORATORS: Record<Exclude<HookEvent, 'validator' | 'listeners'>, () => unknown> = {
  ...{ beforeSave, afterSave, beforeCreate, afterCreate, beforeUpdate, afterUpdate },
  ...{ beforeDelete, afterDelete, beforeFind, afterFind, beforeFetch, afterFetch },
  ...{ beforePaginate, afterPaginate, afterCommit, afterRollback },
  ...{ beforeRestore, afterRestore, beforeForceDelete, afterForceDelete },
  ...{ beforeUpdateQuery, afterUpdateQuery, beforeDeleteQuery, afterDeleteQuery },
  ...{ beforeBulkWrite, afterBulkWrite, beforeValidate, afterValidate, onInit },
}

describe('decorators', () => {
  it.each(Object.entries(DECORATORS))('@%s() belongs on a static method', (name, decorator) => {
    const apply = decorator() as Applied
    class Draft extends User {
      static value = 'text'
      method() {}
    }
    const message = `@${name}() belongs on a static method`
    expect(thrownBy(() => apply(Draft.prototype, 'method'))).toEqual(
      wrong(`Draft.method: ${message}`),
    )
    expect(thrownBy(() => apply(Draft, 'value'))).toEqual(wrong(`Draft.value: ${message}`))
    expect(thrownBy(() => apply(Draft, 'missing'))).toEqual(wrong(`Draft.missing: ${message}`))
  })

  it('say so where the class is written', () => {
    const onInstance = () => {
      class Draft extends User {
        // @ts-expect-error hooks are static
        @beforeSave()
        trim(user: User) {
          user.email = user.email.trim()
        }
      }
      return Draft
    }
    expect(thrownBy(onInstance)).toEqual(
      wrong('Draft.trim: @beforeSave() belongs on a static method'),
    )

    const onValue = () => {
      class Draft extends User {
        // @ts-expect-error hooks are methods
        @beforeCreate()
        static trim = 'not a function'
      }
      return Draft
    }
    expect(thrownBy(onValue)).toEqual(
      wrong('Draft.trim: @beforeCreate() belongs on a static method'),
    )
  })

  it('ask for the compiler option when they are called as standard decorators', () => {
    const apply = beforeSave() as unknown as Applied
    const context = { kind: 'method', name: 'trim', static: true }
    expect(thrownBy(() => apply(function trim() {}, context))).toEqual(
      wrong('@beforeSave() belongs on a static method, under "experimentalDecorators": true'),
    )
  })

  it('leave the model as it was when they are refused', async () => {
    class Draft extends User {
      static value = 'text'
    }
    const apply = beforeSave() as unknown as Applied
    expect(thrownBy(() => apply(Draft, 'value'))).toEqual(wrong('Draft.value'))
    const draft = new Draft()
    draft.email = 'ada@example.com'
    expect(draft.$dirty).toEqual({ email: 'ada@example.com' })
  })
})

describe.each(['before', 'after'] as const)('Model.%s()', (when) => {
  const add = (event: unknown, handler: unknown) =>
    Reflect.apply(User[when], User, [event, handler])
  const UNKNOWN: unknown[] = [
    ...[
      'insert',
      'Create',
      'beforeCreate',
      'afterFind',
      '',
      'toString',
      '__proto__',
      'constructor',
    ],
    ...[undefined, null, 3, {}, ['save'], Symbol('save')],
  ]
  it.each(UNKNOWN)('names the events there are when asked for %o', (event) => {
    expect(thrownBy(() => add(event, () => {}))).toEqual(
      wrong('save, create, update, delete, find, fetch, paginate'),
    )
  })

  it('names the model and the event that it does not know', () => {
    expect(thrownBy(() => add('insert', () => {}))).toEqual(
      expect.objectContaining({
        model: 'User',
        message: expect.stringContaining(`User.${when}(): there is no event "insert"`),
      }),
    )
  })

  const HANDLERS: [unknown, string][] = [
    [undefined, 'undefined'],
    [null, 'null'],
    ['text', 'string'],
    [{ handle() {} }, 'object'],
    [Promise.resolve(), 'object'],
  ]
  it.each(HANDLERS)('wants a function, not %o', (handler, type) => {
    expect(thrownBy(() => add('save', handler))).toEqual(
      wrong(
        `User: the ${when}Save hook must be a function, and is ${type === 'null' ? '' : 'of type '}${type}`,
      ),
    )
  })
})
