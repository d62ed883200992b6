/** The statements that write instances. */
import type { Body } from '../../codec/body.ts'
import { errors, type LucentError } from '../../errors/index.ts'
import { castIds, resolvePath } from '../../query/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Call } from '../operation/call.ts'
import type { WriteOperation } from '../operation/runner.ts'
import { MAX_DOCUMENT } from '../persistence/coalesce_writes.ts'
import { DeleteWork } from '../persistence/delete.ts'
import { InsertWork } from '../persistence/insert.ts'
import { reserveKeys, reservesKeys } from '../persistence/keys.ts'
import { UpdateWork } from '../persistence/update.ts'
import type { Target } from '../persistence/work.ts'
import type { Statement } from './run.ts'

/** Somebody who takes an instance's outcome in place of the statement. */
export interface Waiting {
  /** `written`: whether after hooks run. */
  done(written: boolean): void
  failed(error: unknown): void
  left(): void
}

/** The write of one instance. */
export abstract class InstanceStatement implements Statement {
  readonly position: number
  readonly instance: Model
  abstract readonly operation: WriteOperation
  abstract readonly work: InsertWork | UpdateWork | DeleteWork
  /** Without anybody waiting the instance is settled here. */
  waiting: Waiting | undefined

  constructor(position: number, instance: Model) {
    this.position = position
    this.instance = instance
  }

  abstract write(body: Body): boolean

  succeeded(): void {
    if (this.waiting === undefined) this.#end(() => this.work.settle())
    else this.waiting.done(true)
  }

  failed(error: unknown): void {
    if (this.waiting === undefined) this.#end(() => this.work.restore(error))
    else this.waiting.failed(error)
  }

  clean(): void {
    if (this.waiting === undefined) this.work.over()
    else this.waiting.done(false)
  }

  left(): void {
    if (this.waiting === undefined) this.#end(() => this.work.restore())
    else this.waiting.left()
  }

  #end(outcome: () => void): void {
    outcome()
    this.work.over()
  }
}

export class InsertStatement extends InstanceStatement {
  readonly operation = 'create'
  readonly inserts = true
  readonly work: InsertWork
  readonly #model: string

  constructor(position: number, target: Target, instance: Model) {
    super(position, instance)
    this.work = new InsertWork(target, instance)
    this.#model = target.definition.name
  }

  hash(): Promise<void> {
    return this.work.hash()
  }

  write(body: Body): boolean {
    this.work.prepare()
    const statement = body.beginDocument()
    const start = body.position
    this.work.write(body, 'insert')
    if (body.position - start > MAX_DOCUMENT) {
      throw new errors.E_DOCUMENT_TOO_LARGE(
        `${this.#model}: the document has over ${MAX_DOCUMENT} bytes, MongoDB's limit`,
        { model: this.#model, operation: 'create', position: this.position },
      )
    }
    body.endDocument(statement)
    return true
  }
}

/** Fetches the primary keys of instances that are to be inserted, where they are not made here. */
export async function reserveForInserts(
  definition: ModelDefinition,
  call: Call,
  statements: readonly Statement[],
): Promise<void> {
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
  readonly #target: Target

  constructor(position: number, target: Target, instance: Model) {
    super(position, instance)
    this.work = new UpdateWork(target, instance)
    this.#target = target
    this.alone = target.definition.version !== undefined
  }

  hash(): Promise<void> {
    return this.work.hash()
  }

  write(body: Body): boolean {
    if (!this.work.prepare()) return false
    const statement = body.beginDocument()
    const parts = body.beginDocumentElement('update')
    this.work.write(body, 'q', 'u')
    body.endDocument(parts)
    body.endDocument(statement)
    return true
  }

  override clean(): void {
    if (this.work.forced) this.succeeded()
    else super.clean()
  }

  documentId(): unknown {
    const { definition } = this.#target
    const { primary } = definition
    const id = primary.toStored(this.work.id, this.instance)
    return primary.objectId ? castIds(definition, resolvePath(definition, primary.stored), id) : id
  }

  missed(): LucentError {
    return this.work.missed()
  }
}

export class DeleteInstanceStatement extends InstanceStatement {
  readonly operation = 'delete'
  readonly work: DeleteWork
  readonly alone: boolean

  constructor(position: number, target: Target, instance: Model) {
    super(position, instance)
    this.work = new DeleteWork(target, instance)
    this.alone = target.definition.version !== undefined
  }

  missed(): LucentError {
    return this.work.missed()
  }

  write(body: Body): boolean {
    const statement = body.beginDocument()
    const parts = body.beginDocumentElement('delete')
    this.work.write(body, 'q')
    body.element('limit', 1)
    body.endDocument(parts)
    body.endDocument(statement)
    return true
  }
}
