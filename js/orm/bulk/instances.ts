/** The statements that write instances. */

import type { Body } from '../../codec/body.ts'

import { errors, type LucentError } from '../../errors/index.ts'
import { Limit, type StatementKind } from '../../protocol.generated.ts'
import type { Model } from '../contracts/index.ts'
import type { Call } from '../operation/call.ts'
import type { WriteOperation } from '../operation/run.ts'
import { DeleteWork } from '../persistence/delete.ts'
import { InsertWork } from '../persistence/insert.ts'
import { reserveKeys, reservesKeys } from '../persistence/keys.ts'
import { UpdateWork } from '../persistence/update.ts'
import type { Statement } from './run.ts'

/** What became of an instance's statement; left, when it was not tried. */
export type Outcome =
  | { readonly kind: 'done'; readonly written: boolean }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'left' }

/** The write of one instance. */
export abstract class InstanceStatement implements Statement {
  readonly position: number
  readonly instance: Model
  abstract readonly operation: WriteOperation
  abstract readonly work: InsertWork | UpdateWork | DeleteWork
  /** The instance has hooks: what becomes of it is noted, and settled by {@link HookedWrite}. */
  hooked = false
  /** What became of it, where it is {@link hooked}. */
  outcome: Outcome = { kind: 'left' }

  constructor(position: number, instance: Model) {
    this.position = position
    this.instance = instance
  }

  abstract write(body: Body): boolean

  succeeded(): void {
    this.#take({ kind: 'done', written: true })
  }

  failed(error: unknown): void {
    this.#take({ kind: 'failed', error })
  }

  clean(): void {
    this.#take({ kind: 'done', written: false })
  }

  left(): void {
    this.#take({ kind: 'left' })
  }

  #take(outcome: Outcome): void {
    this.outcome = outcome
    if (this.hooked) return
    this.settle()
    this.work.over()
  }

  /** Gives the instance its outcome. */
  settle(): void {
    const { outcome, work } = this
    if (outcome.kind === 'failed') work.restore(outcome.error)
    else if (outcome.kind === 'left') work.restore()
    else if (outcome.written) work.settle()
  }
}

export class InsertStatement extends InstanceStatement {
  readonly operation = 'create'
  readonly inserts = true
  readonly work: InsertWork
  readonly #model: string

  constructor(position: number, call: Call, instance: Model) {
    super(position, instance)
    this.work = new InsertWork(call, instance)
    this.#model = call.definition.name
  }

  hash(): Promise<void> {
    return this.work.hash()
  }

  write(body: Body): boolean {
    this.work.prepare()
    const statement = body.beginDocument()
    const start = body.position
    this.work.write(body, 'insert' satisfies StatementKind)
    if (body.position - start > Limit.documentBytes) {
      throw new errors.E_DOCUMENT_TOO_LARGE(
        `${this.#model}: the document has over ${Limit.documentBytes} bytes, MongoDB's limit`,
        { model: this.#model, operation: 'create', position: this.position },
      )
    }
    body.endDocument(statement)
    return true
  }
}

/** Fetches the primary keys of instances that are to be inserted, where they are not made here. */
export async function reserveForInserts(
  call: Call,
  statements: readonly Statement[],
): Promise<void> {
  const { definition } = call
  if (!reservesKeys(definition)) return
  const inserts = statements.filter((one) => one instanceof InsertStatement)
  try {
    const instances = inserts.map(({ instance }) => instance)
    await reserveKeys(definition, call, instances)
  } catch (error) {
    for (const statement of statements) statement.left()
    throw error
  }
}

export class UpdateInstanceStatement extends InstanceStatement {
  readonly operation = 'update'
  readonly work: UpdateWork
  /** A version that another one wrote meanwhile may be the same number. */
  readonly alone: boolean

  constructor(position: number, call: Call, instance: Model) {
    super(position, instance)
    this.work = new UpdateWork(call, instance)
    this.alone = call.definition.version !== undefined
  }

  hash(): Promise<void> {
    return this.work.hash()
  }

  write(body: Body): boolean {
    if (!this.work.prepare()) return false
    const statement = body.beginDocument()
    const parts = body.beginDocumentElement('update' satisfies StatementKind)
    this.work.write(body, 'q', 'u')
    body.element('found', true)
    if (this.alone) body.element('alone', true)
    body.endDocument(parts)
    body.endDocument(statement)
    return true
  }

  override clean(): void {
    if (this.work.forced) this.succeeded()
    else super.clean()
  }

  missed(): LucentError {
    return this.work.missed()
  }
}

export class DeleteInstanceStatement extends InstanceStatement {
  readonly operation = 'delete'
  readonly work: DeleteWork
  readonly alone: boolean

  constructor(position: number, call: Call, instance: Model) {
    super(position, instance)
    this.work = new DeleteWork(call, instance)
    this.alone = call.definition.version !== undefined
  }

  missed(): LucentError {
    return this.work.missed()
  }

  write(body: Body): boolean {
    const statement = body.beginDocument()
    const parts = body.beginDocumentElement('delete' satisfies StatementKind)
    this.work.write(body, 'q')
    body.element('limit', 1)
    if (this.alone) {
      body.element('found', true)
      body.element('alone', true)
    }
    body.endDocument(parts)
    body.endDocument(statement)
    return true
  }
}
