/** The statements of `bulkWrite`, checked and ready to be sent. */
import type { Body } from '../../codec/body.ts'
import type { StatementKind } from '../../protocol.generated.ts'
import { Asks, type QueryPlan } from '../../query/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Call } from '../operation/call.ts'
import { hashValues } from '../persistence/hash.ts'
import { writeDocument } from '../persistence/insert.ts'
import type { ModelQueryBuilder } from '../query_builder/index.ts'
import type { Modifications } from '../query_builder/update/modifications.ts'
import { Statement } from './statement.ts'

/** A statement that no instance waits for. */
abstract class QueryStatement extends Statement {
  protected readonly query: QueryPlan

  constructor(position: number, query: QueryPlan) {
    super(position)
    this.query = query
  }

  protected abstract readonly kind: StatementKind
  protected abstract writeParts(body: Body): void

  write(body: Body): boolean {
    const { collation, hint } = this.query.options
    const statement = body.beginDocument()
    const parts = body.beginDocumentElement(this.kind)
    this.query.writeDescription(body, Asks.filter, 'd')
    this.writeParts(body)
    body.element('everything', this.query.everything || undefined)
    body.element('collation', collation)
    body.element('hint', hint)
    body.endDocument(parts)
    body.endDocument(statement)
    return true
  }
}

/** How many documents an update means, and what it does when there is none. */
export interface UpdateMode {
  readonly multi: boolean
  readonly upsert: boolean
}

export class UpdateStatement extends QueryStatement {
  readonly #modifications: Modifications
  readonly #mode: UpdateMode
  protected readonly kind = 'update'

  constructor(position: number, query: QueryPlan, modifications: Modifications, mode: UpdateMode) {
    super(position, query)
    this.#modifications = modifications
    this.#mode = mode
  }

  override hash(): Promise<void> {
    return this.#modifications.hash()
  }

  protected writeParts(body: Body): void {
    this.#modifications.write(body, 'u')
    body.element('multi', this.#mode.multi)
    body.element('upsert', this.#mode.upsert)
    body.element('arrayFilters', this.#modifications.arrayFilters())
  }
}

export class ReplaceStatement extends QueryStatement {
  readonly #definition: ModelDefinition
  readonly #document: Model
  readonly #upsert: boolean
  protected readonly kind = 'update'

  constructor(
    position: number,
    query: QueryPlan,
    definition: ModelDefinition,
    document: Model,
    upsert: boolean,
  ) {
    super(position, query)
    this.#definition = definition
    this.#document = document
    this.#upsert = upsert
  }

  override hash(): Promise<void> {
    return hashValues(this.#definition, [this.#document], undefined)
  }

  protected writeParts(body: Body): void {
    writeDocument(body, this.#definition, this.#document, 'u')
    body.element('upsert', this.#upsert)
  }
}

export class DeleteStatement extends QueryStatement {
  readonly #limit: 0 | 1
  readonly #find: ModelQueryBuilder<Model>
  protected readonly kind = 'delete'

  constructor(position: number, query: QueryPlan, limit: 0 | 1, find: ModelQueryBuilder<Model>) {
    super(position, query)
    this.#limit = limit
    this.#find = find
  }

  override doomed(call: Call): Promise<readonly Model[]> {
    return this.#find.doomed(call, this.query, this.#limit === 1)
  }

  protected writeParts(body: Body): void {
    body.element('limit', this.#limit)
  }
}
