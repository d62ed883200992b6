/** What the core needs to know of a model to write its documents as JSON. */
import type { Column } from '../columns/index.ts'

/** The part of a model's descriptor, as `docs/internal/boundary.md` lays it out. */
export interface JsonPlan {
  /** How values without a form in JSON are written: as the classes of `bson` have it, or as text. */
  readonly values: 'classes' | 'text'
  /** The columns that are shown, in order; without it, documents are shown as they are stored. */
  readonly fields?: readonly JsonField[]
}

interface JsonField {
  readonly column: number
  readonly stored: string
  readonly name: string
  readonly dates?: 'day' | 'zoned'
  /** What is shown of the documents that it holds. */
  readonly fields?: readonly JsonField[]
}

/** The plan of documents as they are stored. */
export const STORED_JSON: JsonPlan = { values: 'classes' }

/** The largest array index. */
const MOST_INDEX = 2 ** 32 - 2

/** The array index that a name is: properties with such names come first in an object. */
export function indexOf(name: string): number | undefined {
  if (!/^(?:0|[1-9]\d{0,9})$/.test(name)) return undefined
  const index = Number(name)
  return index <= MOST_INDEX ? index : undefined
}

/** The plan of a model with these columns, of those that are `wanted` by their names in JSON. */
export function jsonPlan(columns: readonly Column[], wanted?: (name: string) => boolean): JsonPlan {
  return { values: 'text', fields: jsonFields(columns, wanted) }
}

/** What is shown of documents with these columns, in order. */
export function jsonFields(
  columns: readonly Column[],
  wanted: (name: string) => boolean = () => true,
): readonly JsonField[] {
  const fields = columns.flatMap((column): JsonField[] => {
    const { index, stored, serializedAs: name, kind, embeds } = column
    if (typeof name !== 'string' || !wanted(name)) return []
    const { shownAs = 'stored' } = kind
    return [
      {
        column: index,
        stored,
        name,
        ...(shownAs !== 'stored' && { dates: shownAs }),
        ...(embeds !== undefined && { fields: embeds.jsonFields() as readonly JsonField[] }),
      },
    ]
  })
  const rank = ({ name }: JsonField) => indexOf(name) ?? MOST_INDEX + 1
  return fields.sort((one, other) => rank(one) - rank(other))
}
