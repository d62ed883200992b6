/** Deleting an instance. */
import type { Body } from '../../codec/body.ts'
import * as native from '../../native/index.ts'
import type { StatementKind } from '../../protocol.generated.ts'
import { adapterOf } from '../contracts/index.ts'
import { FLAGS, Flag } from '../contracts/state.ts'
import { deleting } from '../operation/dependents.ts'
import { send } from '../operation/send.ts'
import { writeIdentity } from './identity.ts'
import { InstanceWork } from './work.ts'
import { noteWritten } from './written.ts'

/** Deletes the document of an instance. */
export class DeleteWork extends InstanceWork {
  readonly operation = 'delete'

  /** What is not stored needs no hashes. */
  override hash(): Promise<void> {
    return Promise.resolve()
  }

  writeStatement(body: Body): boolean {
    const statement = body.beginDocument()
    const parts = body.beginDocumentElement('delete' satisfies StatementKind)
    writeIdentity(body, 'q', this.definition, this.instance)
    body.element('limit', 1)
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
    await deleting(this.call, find, async (call) => {
      const { deleted } = await send<{ deleted: number }>(call, native.Operation.delete, (body) => {
        call.writeHead(body, () => writeIdentity(body, 'filter', definition, instance))
      })
      if (deleted === 0 && this.alone) throw this.missed()
    })
  }

  settle(): void {
    const { instance } = this
    noteWritten(instance, 'delete')
    instance[FLAGS] = (instance[FLAGS] | Flag.deleted) & ~Flag.persisted
  }
}
