/** Deleting an instance. */
import type { Body } from '../../codec/body.ts'
import type { LucentError } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { adapterOf } from '../contracts/index.ts'
import { FLAGS, Flag } from '../contracts/state.ts'
import { send } from '../operation/send.ts'
import { stale, writeIdentity } from './identity.ts'
import { InstanceWork } from './work.ts'
import { noteWritten } from './written.ts'

/** Deletes the document of an instance. */
export class DeleteWork extends InstanceWork {
  /** Writes which document is meant. */
  write(body: Body, name: string): void {
    writeIdentity(body, name, this.definition, this.instance)
  }

  async command(): Promise<boolean> {
    const adapter = adapterOf(this.definition.model)
    if (adapter !== undefined) {
      await adapter.delete(this.instance, this.call.limits)
      return true
    }
    await this.run()
    return true
  }

  /** Sends the command. Errors: `E_STALE_MODEL`. */
  async run(): Promise<void> {
    const { definition, call } = this
    const { deleted } = await send<{ deleted: number }>(call, native.Operation.delete, (body) => {
      const head = body.beginDocument()
      this.write(body, 'filter')
      call.writeTimeout(body)
      body.endDocument(head)
    })
    if (deleted === 0 && definition.version !== undefined) throw this.missed()
  }

  /** The error of a delete that did not find the document as it was read. */
  missed(): LucentError {
    return stale(this.call.as('delete'))
  }

  settle(): void {
    const { instance } = this
    noteWritten(instance, 'delete')
    instance[FLAGS] = (instance[FLAGS] | Flag.deleted) & ~Flag.persisted
  }
}
