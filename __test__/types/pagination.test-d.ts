/** Compiled, never run: `tsc -p __test__/types`. */
import {
  BaseModel,
  type CursorPage,
  type CursorPageMeta,
  column,
  type ModelPaginator,
  type PageUrl,
  type PaginatorMeta,
} from 'lucent-odm'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
}

const offset = await User.query().paginate(1, 10)
const keyset = await User.query().paginateCursor({ limit: 10, after: null, withTotal: true })
const plain = await User.query().pojo<{ name: string }>().paginateCursor()

export type Pages = [
  Expect<Equal<typeof offset, ModelPaginator<User>>>,
  Expect<Equal<typeof keyset, CursorPage<User>>>,
  Expect<Equal<typeof plain, CursorPage<{ name: string }>>>,
  Expect<Equal<(typeof keyset)['nextCursor'], string | null>>,
  Expect<Equal<(typeof keyset)['total'], number | undefined>>,
  Expect<Equal<ReturnType<(typeof offset)['toJSON']>['data'], ReturnType<User['toJSON']>[]>>,
  Expect<Equal<ReturnType<(typeof offset)['serialize']>['data'], ReturnType<User['serialize']>[]>>,
  Expect<Equal<ReturnType<(typeof plain)['toJSON']>['data'], { name: string }[]>>,
]

const names: string[] = offset.map((user) => user.name)
const kept: User[] = keyset.filter((user) => user.name !== '')
const meta: PaginatorMeta = offset.baseUrl('/users').queryString({ q: 'x' }).getMeta()
const cursorMeta: CursorPageMeta = keyset.baseUrl('/users').getMeta()
const urls: PageUrl[] = offset.getUrlsForRange(1, 3)
const json: { meta: CursorPageMeta; data: unknown[] } = keyset.serialize({ fields: ['name'] })

export { cursorMeta, json, kept, meta, names, urls }

// @ts-expect-error a cursor is text
User.query().paginateCursor({ after: 1 })
// @ts-expect-error there are two directions
User.query().paginateCursor({ direction: 'sideways' })
// @ts-expect-error page numbers are numbers; digits of a request are taken at run time
User.query().paginate('1')
// @ts-expect-error not from outside
keyset.link({})
