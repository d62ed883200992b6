import { errors } from '../../errors/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { RelationKind } from '../contracts/relation_kind.ts'
import { definitionOf } from '../definition/index.ts'
import { MorphTo } from '../relations/morph_to.ts'
import type {
  AnyRelationOptions,
  BelongsToOptions,
  LazyModel,
  ManyToManyOptions,
  MorphOptions,
  MorphToOptions,
  OwnedRelationOptions,
  ThroughRelationOptions,
} from '../relations/options.ts'
import { Relation } from '../relations/relation.ts'
import { Tree, type TreeKind } from '../relations/tree.ts'
import type { PropertyDecoratorOf } from './column.ts'

/** The related model, and the one between; none where the rows have its name. */
type RelatedModels =
  | readonly []
  | readonly [LazyModel]
  | readonly [related: LazyModel, through: LazyModel]

/** Declares a relation of a class. Errors: `E_MODEL_DEFINITION`. */
export function addRelation(
  model: ModelClass,
  kind: RelationKind,
  name: string,
  models: RelatedModels,
  options: AnyRelationOptions = {},
): void {
  const [related, through] = models
  const relation =
    related !== undefined
      ? new Relation(kind, model, name, [related, through], options)
      : options.of === undefined
        ? new MorphTo(model, name, options)
        : new Tree(kind as TreeKind, model, name, options.of)
  definitionOf(model).relations.add(relation)
}

function decorator(
  kind: RelationKind,
  models: RelatedModels,
  options: unknown,
): PropertyDecoratorOf {
  return (target: Model, property: string) => {
    if (typeof target !== 'object' || target === null || typeof property !== 'string') {
      throw new errors.E_MODEL_DEFINITION(
        `@${kind}() belongs on an instance property, under "experimentalDecorators": true`,
      )
    }
    const model = target.constructor as ModelClass
    addRelation(model, kind, property, models, options as AnyRelationOptions)
  }
}

/**
 * One row of another model that refers to this one. The related model is named by a function, so that
 * it may be declared later; keys are looked up when the relation is first used.
 *
 * Errors, on first use: `E_MODEL_DEFINITION` when a key is no column, or cannot be compared with the
 * other one.
 *
 * @example
 * class User extends BaseModel {
 *   @hasOne(() => Profile) declare profile: HasOne<typeof Profile>
 * }
 * class Profile extends BaseModel {
 *   @column.objectId() declare userId: string
 * }
 */
export function hasOne<T extends ModelClass>(
  related: LazyModel<T>,
  options?: OwnedRelationOptions<InstanceType<T>>,
): PropertyDecoratorOf {
  return decorator('hasOne', [related], options)
}

/** Rows of another model that refer to this one. Errors: as `hasOne`. */
export function hasMany<T extends ModelClass>(
  related: LazyModel<T>,
  options?: OwnedRelationOptions<InstanceType<T>>,
): PropertyDecoratorOf {
  return decorator('hasMany', [related], options)
}

/**
 * The row of another model that this one refers to. Errors: as `hasOne`.
 *
 * @example
 * class Post extends BaseModel {
 *   @column.objectId() declare userId: string | null
 *   @belongsTo(() => User) declare user: BelongsTo<typeof User>
 * }
 *
 * @example
 * // Keeps `postsCount` of users.
 * @belongsTo(() => User, { counterCache: 'postsCount' }) declare user: BelongsTo<typeof User>
 */
export function belongsTo<T extends ModelClass>(
  related: LazyModel<T>,
  options?: BelongsToOptions<InstanceType<T>>,
): PropertyDecoratorOf {
  return decorator('belongsTo', [related], options)
}

/**
 * Rows of another model that are linked with this one: by the documents of a pivot collection or, with
 * `foreignKeys` or `relatedForeignKeys`, by keys in an array on either side. Errors: as `hasOne`.
 *
 * @example
 * class User extends BaseModel {
 *   @manyToMany(() => Skill, { pivotColumns: ['level'], pivotTimestamps: true })
 *   declare skills: ManyToMany<typeof Skill>
 * }
 *
 * @example
 * class Post extends BaseModel {
 *   @column.objectId() declare tagIds: string[]
 *   @manyToMany(() => Tag, { foreignKeys: 'tagIds' }) declare tags: ManyToMany<typeof Tag>
 * }
 * class Tag extends BaseModel {
 *   @manyToMany(() => Post, { relatedForeignKeys: 'tagIds' }) declare posts: ManyToMany<typeof Post>
 * }
 */
export function manyToMany<T extends ModelClass>(
  related: LazyModel<T>,
  options?: ManyToManyOptions<InstanceType<T>>,
): PropertyDecoratorOf {
  return decorator('manyToMany', [related], options)
}

/**
 * Rows of a model that refer to rows of another, which refer to this one; to be read only. Errors: as
 * `hasOne`.
 *
 * @example
 * class Country extends BaseModel {
 *   @hasManyThrough([() => Post, () => User]) declare posts: HasManyThrough<typeof Post>
 * }
 */
export function hasManyThrough<T extends ModelClass>(
  [related, through]: readonly [related: LazyModel<T>, through: LazyModel],
  options?: ThroughRelationOptions<InstanceType<T>>,
): PropertyDecoratorOf {
  return decorator('hasManyThrough', [related, through], options)
}

/**
 * The row of one of several models that this one refers to: by the name that the morph map has for the
 * model, in `commentableType`, and by its key, in `commentableId`.
 *
 * Errors, on first use: those of `hasOne`; `E_UNKNOWN_MORPH_TYPE` without a morph map, for a row whose
 * model it does not name, and for an instance of such a model.
 *
 * @example
 * BaseModel.morphMap = { post: () => Post, video: () => Video }
 * class Comment extends BaseModel {
 *   @column() declare commentableType: string | null
 *   @column.objectId() declare commentableId: string | null
 *   @morphTo() declare commentable: MorphTo<typeof Post | typeof Video> | null
 * }
 */
export function morphTo(options?: MorphToOptions): PropertyDecoratorOf {
  return decorator('morphTo', [], options)
}

/**
 * One row of another model whose `@morphTo()` refers to this one. Errors, on first use: those of
 * `hasOne`; `E_UNKNOWN_MORPH_TYPE` where the related model's morph map does not name this class.
 */
export function morphOne<T extends ModelClass>(
  related: LazyModel<T>,
  options: MorphOptions<InstanceType<T>>,
): PropertyDecoratorOf {
  return decorator('morphOne', [related], options)
}

/**
 * Rows of another model whose `@morphTo()` refers to this one. Errors: as `morphOne`.
 *
 * @example
 * class Post extends BaseModel {
 *   @morphMany(() => Comment, { name: 'commentable' }) declare comments: MorphMany<typeof Comment>
 * }
 */
export function morphMany<T extends ModelClass>(
  related: LazyModel<T>,
  options: MorphOptions<InstanceType<T>>,
): PropertyDecoratorOf {
  return decorator('morphMany', [related], options)
}

/**
 * The rows above this one, the nearest first: those that the relation `of`, a `@belongsTo()` to the same
 * model, leads to from one to the next. Their `$extras` have a `depth`, from 1 on. To be read only. The
 * server follows no row twice.
 *
 * Errors, on first use: `E_MODEL_DEFINITION` for another relation, and for encrypted keys.
 *
 * @example
 * class Category extends BaseModel {
 *   @column.objectId() declare parentId: string | null
 *   @belongsTo(() => Category, { foreignKey: 'parentId' })
 *   declare parent: BelongsTo<typeof Category> | null
 *   @ancestors('parent') declare ancestors: TreeRows<typeof Category>
 * }
 */
export function ancestors(of: string): PropertyDecoratorOf {
  return decorator('ancestors', [], { of })
}

/** The rows from the topmost one to this one itself, whose `depth` is 0. As `ancestors` otherwise. */
export function breadcrumbs(of: string): PropertyDecoratorOf {
  return decorator('breadcrumbs', [], { of })
}

/**
 * The rows below this one, the nearest first: those that the relation `of`, a `@hasMany()` to the same
 * model, leads to from one to the next. As `ancestors` otherwise.
 */
export function descendants(of: string): PropertyDecoratorOf {
  return decorator('descendants', [], { of })
}
