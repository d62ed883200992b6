/** Deleting an instance. */
import type { Body } from '../../codec/body.ts'
import type { LucentError } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { adapterOf } from '../contracts/index.ts'
import { FLAGS, Flag } from '../contracts/state.ts'
import { limitsOf, writeTimeout } from '../operation/call.ts'
import { stale, writeIdentity } from './identity.ts'
import { InstanceWork } from './work.ts'
import { noteWritten } from './written.ts'

/** Deletes the document of an instance. */
export class DeleteWork extends InstanceWork {
  /** Writes which document is meant. */
  write(body: Body, name: string): void {
    writeIdentity(body, name, this.target.definition, this.instance)
  }

  async command(): Promise<boolean> {
    const { definition, call } = this.target
    const adapter = adapterOf(definition.model)
    if (adapter !== undefined) {
      await adapter.delete(this.instance, limitsOf(call))
      return true
    }
    await this.run()
    return true
  }

  /** Sends the command. Errors: `E_STALE_MODEL`. */
  async run(): Promise<void> {
    const { definition, call } = this.target
    const { deleted } = await this.send<{ deleted: number }>(
      native.Operation.delete,
      'delete',
      (body) => {
        const head = body.beginDocument()
        this.write(body, 'filter')
        writeTimeout(body, call.timeout)
        body.endDocument(head)
      },
    )
    if (deleted === 0 && definition.version !== undefined) {
      throw this.missed()
    }
  }

  /** The error of a delete that did not find the document as it was read. */
  missed(): LucentError {
    return stale(this.target.definition, 'delete', this.details('delete'))
  }

  settle(): void {
    const { instance } = this
    noteWritten(instance, 'delete')
    instance[FLAGS] = (instance[FLAGS] | Flag.deleted) & ~Flag.persisted
  }
}
