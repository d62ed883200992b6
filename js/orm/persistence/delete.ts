/** Deleting an instance. */
import type { Body } from '../../codec/body.ts'
import * as native from '../../native/index.ts'
import type { StatementKind } from '../../protocol.generated.ts'
import type { Model } from '../contracts/index.ts'
import { adapterOf } from '../contracts/index.ts'
import { FLAGS, Flag } from '../contracts/state.ts'
import type { Call } from '../operation/call.ts'
import { deleting } from '../operation/dependents.ts'
import { type Moment, momentOf, writeMoment } from '../operation/moment.ts'
import { send } from '../operation/send.ts'
import { writeIdentity } from './identity.ts'
import { takeMoment } from './restore.ts'
import { InstanceWork } from './work.ts'
import { noteWritten } from './written.ts'

/** Deletes the document of an instance; where deletes keep it, `forced` deletes it all the same. */
export class DeleteWork extends InstanceWork {
  readonly operation: 'delete' | 'forceDelete'
  readonly #force: boolean
  /** What the document keeps of the delete. */
  #moment: Moment | undefined

  constructor(call: Call, instance: Model, force = false) {
    super(call, instance)
    this.#force = force
    this.operation = force ? 'forceDelete' : 'delete'
  }

  /** Writes how what is deleted is kept, or that it is not. */
  #writeKeeping(body: Body): void {
    if (this.#force) {
      body.element('force', true)
      body.element('lift', { trashed: true })
    } else if (this.definition.rules.keepsDeleted) {
      this.#moment = momentOf(this.definition, true)
      writeMoment(body, this.definition, this.#moment)
    }
  }

  /** What is not stored needs no hashes. */
  override hash(): Promise<void> {
    return Promise.resolve()
  }

  writeStatement(body: Body): boolean {
    const statement = body.beginDocument()
    const parts = body.beginDocumentElement('delete' satisfies StatementKind)
    writeIdentity(body, 'q', this.definition, this.instance)
    body.element('limit', 1)
    this.#writeKeeping(body)
    if (this.alone) {
      body.element('found', true)
      body.element('alone', true)
    }
    body.endDocument(parts)
    body.endDocument(statement)
    return true
  }

  async command(): Promise<boolean> {
    const adapter = adapterOf(this.definition.model)
    if (adapter !== undefined) {
      await adapter.delete(this.instance, this.call.limits)
      return true
    }
    await this.send()
    return true
  }

  /** Sends the command. Errors: `E_STALE_MODEL`, `E_DELETE_RESTRICTED`. */
  async send(): Promise<void> {
    const { definition, instance } = this
    const find = () => Promise.resolve([instance])
    const work = async (call: Call) => {
      const { deleted } = await send<{ deleted: number }>(call, native.Operation.delete, (body) => {
        call.writeHead(body, () => {
          writeIdentity(body, 'filter', definition, instance)
          this.#writeKeeping(body)
        })
      })
      if (deleted === 0 && this.alone) throw this.missed()
    }
    await deleting(this.call, find, work, this.#force)
  }

  settle(): void {
    const { instance } = this
    noteWritten(instance, 'delete')
    if (this.#moment !== undefined) takeMoment(this.definition, instance, this.#moment)
    instance[FLAGS] = (instance[FLAGS] | Flag.deleted) & ~Flag.persisted
  }
}
