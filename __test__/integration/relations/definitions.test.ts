import {
  BaseModel,
  belongsTo,
  CamelCaseNamingStrategy,
  column,
  hasMany,
  hasManyThrough,
  hasOne,
  manyToMany,
  VerbatimNamingStrategy,
} from 'lucent-odm'
import { describe, expect, it } from 'vitest'

/** A model, with what a decorator declares on its property `others`. */
function modelWith(decorate: (target: BaseModel, name: string) => void, name = 'others') {
  class User extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
    @column.objectId() declare postId: string
    @column() declare plainId: string
    @column.json() declare settings: object
  }
  decorate(User.prototype, name)
  return User
}

class Post extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare userId: string
  @column() declare plainId: string
  @column.uuid() declare uuid: string
}

describe('errors of definitions', () => {
  it.each<[string, ReturnType<typeof hasOne>, RegExp]>([
    [
      'a key that is no column of the related model',
      hasMany(() => Post, { foreignKey: 'authorId' }),
      /User\.others: the foreignKey "authorId" is no column of Post/,
    ],
    [
      'a default key that is none',
      hasMany(() => modelWith(() => {}) as never),
      /the foreignKey "userId" is no column of User/,
    ],
    [
      'a key that is no column of the model',
      belongsTo(() => Post, { foreignKey: 'nothing' }),
      /the foreignKey "nothing" is no column of User/,
    ],
    [
      'ids of which one is stored as text',
      hasOne(() => Post, { foreignKey: 'plainId' }),
      /"id" holds ObjectIds and "plainId" does not; declare "plainId" with @column\.objectId\(\)/,
    ],
    [
      'a UUID and text',
      hasOne(() => Post, { localKey: 'name', foreignKey: 'uuid' }),
      /declare "name" with @column\.uuid\(\)/,
    ],
    [
      'a key that cannot be compared',
      hasOne(() => Post, { localKey: 'settings', foreignKey: 'plainId' }),
      /the localKey User\.settings cannot be compared/,
    ],
    [
      'two kinds of arrays',
      manyToMany(() => Post, { foreignKeys: 'postId', relatedForeignKeys: 'userId' }),
      /exclude each other/,
    ],
    [
      'one name for both keys of a pivot',
      manyToMany(() => Post, { pivotRelatedForeignKey: 'user_id' }),
      /both keys in the pivot collection are "user_id"/,
    ],
    [
      'a model that is none',
      hasMany((() => undefined) as never),
      /the related model is none; declare it as \(\) => Model/,
    ],
    [
      'a model between that is none',
      hasManyThrough([() => Post, (() => 5) as never]),
      /the model between is none/,
    ],
  ])('%s', (_, decorate, message) => {
    const model = modelWith(decorate)
    expect(model.$getRelation('others')?.booted).toBe(false)
    expect(() => model.query().preload('others' as never)).toThrow(message)
    expect(() => new model().related('others' as never)).toThrow(
      expect.objectContaining({ code: 'E_MODEL_DEFINITION', model: 'User', column: 'others' }),
    )
  })

  it.each([
    ['a column', 'name', /an attribute, and a relation/],
    ['a reserved name', '$others', /cannot be the name of a relation/],
  ])('%s', (_, name, message) => {
    expect(
      () =>
        new (modelWith(
          hasMany(() => Post),
          name,
        ))(),
    ).toThrow(message)
  })

  it('a relation that comes too late, and a misplaced decorator', () => {
    const model = modelWith(() => {})
    expect(new model()).toBeInstanceOf(BaseModel)
    expect(() => model.$addRelation('others', 'hasMany', () => Post)).toThrow(
      'before the model is first used',
    )
    expect(() => hasMany(() => Post)(model as never, 'others')).toThrow(
      'belongs on an instance property',
    )
  })
})

describe('names', () => {
  const key = { name: 'BlogPost', primaryKey: '_id' }
  const other = { name: 'User', primaryKey: 'id' }
  it.each([
    ['camelCase', new CamelCaseNamingStrategy(), 'blog_post_id'],
    ['verbatim', new VerbatimNamingStrategy(), 'blogPostId'],
  ])('%s', (_, naming, pivotKey) => {
    expect(naming.relationLocalKey('hasMany', key, other)).toBe('_id')
    expect(naming.relationLocalKey('belongsTo', key, other)).toBe('id')
    expect(naming.relationForeignKey('hasMany', key, other)).toBe('blogPostId')
    expect(naming.relationForeignKey('belongsTo', key, other)).toBe('userId')
    expect(naming.relationPivotTable('manyToMany', key, other)).toBe('blog_post_user')
    expect(naming.relationPivotTable('manyToMany', other, key)).toBe('blog_post_user')
    expect(naming.relationPivotForeignKey('manyToMany', key)).toBe(pivotKey)
  })
})

describe('inheritance', () => {
  it('gives relations to classes that extend one', () => {
    class Base extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @hasMany(() => Post, { foreignKey: 'userId' }) declare posts: unknown
    }
    class Admin extends Base {
      @hasOne(() => Post, { foreignKey: 'userId', serializeAs: 'first' }) declare post: unknown
    }
    expect([...Admin.$relationsDefinitions.keys()]).toEqual(['posts', 'post'])
    expect(Base.$hasRelation('post')).toBe(false)
    expect(Admin.$getRelation('posts')?.model).toBe(Admin)
    const admin = new Admin()
    admin.$setRelated('post', new Post())
    expect(Object.keys(admin.serialize())).toEqual(['first'])
  })

  it('sees class fields without `declare`', () => {
    class Plain extends BaseModel {
      @column({ isPrimary: true }) declare id: string
    }
    hasMany(() => Post, { foreignKey: 'userId' })(Plain.prototype, 'posts')
    const plain = new Plain() as Plain & { posts?: unknown }
    Object.defineProperty(plain, 'posts', { value: undefined, writable: true, configurable: true })
    plain.$setRelated('posts', [new Post()])
    expect(plain.posts).toHaveLength(1)
  })
})
