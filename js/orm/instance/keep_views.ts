/** Telling what after hooks of reads, and row transformers, made rows show. */
import { VALUES } from '../../codec/accessors.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { restOf } from './attributes.ts'
import { changedColumns } from './changes.ts'
import { rememberView } from './views.ts'

/** Takes what differs from the documents for views. Called when the after hooks of a read are over. */
export function keepViews(definition: ModelDefinition, rows: readonly unknown[]): void {
  for (const row of rows as readonly Model[]) {
    if (row[VALUES] === null) continue
    for (const column of changedColumns(definition, row)) {
      const rest = restOf(row)
      if (rest.meant?.has(column.index) || rest.gone?.get(column.index) === 'unset') continue
      rememberView(rest, column, row[VALUES][column.index])
    }
  }
}
