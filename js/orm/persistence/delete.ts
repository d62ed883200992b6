/** Deleting an instance. */
import * as native from '../../native/index.ts'
import { FLAGS, Flag } from '../contracts/state.ts'
import { writeColumn } from '../instance/changes.ts'
import { storedValue } from '../instance/stored.ts'
import { writeTimeout } from './call.ts'
import { InstanceWork } from './work.ts'

/** Deletes the document of an instance. */
export class DeleteWork extends InstanceWork {
  async command(): Promise<boolean> {
    const { instance } = this
    const { definition, call } = this.target
    const { primary } = definition
    await this.send(native.Operation.delete, 'delete', (body) => {
      const head = body.beginDocument()
      const filter = body.beginDocumentElement('filter')
      writeColumn(body, primary, storedValue(instance, definition, primary), instance)
      body.endDocument(filter)
      writeTimeout(body, call.timeout)
      body.endDocument(head)
    })
    return true
  }

  settle(): void {
    const instance = this.instance
    instance[FLAGS] = (instance[FLAGS] | Flag.deleted) & ~Flag.persisted
  }
}
