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

/** The largest array index: properties with such names come first in an object. */
const MOST_INDEX = 2 ** 32 - 2

function indexOf(name: string): number | undefined {
  if (!/^(?:0|[1-9]\d{0,9})$/.test(name)) return undefined
  const index = Number(name)
  return index <= MOST_INDEX ? index : undefined
}

/** The plan of a model with these columns. */
export function jsonPlan(columns: readonly Column[]): JsonPlan {
  return { values: 'text', fields: jsonFields(columns) }
}

/** What is shown of documents with these columns, in order. */
export function jsonFields(columns: readonly Column[]): readonly JsonField[] {
  const fields = columns.flatMap((column): JsonField[] => {
    const { index, stored, serializedAs: name, kind, embeds } = column
    if (typeof name !== 'string') return []
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
