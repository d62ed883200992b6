/** Deleting an instance. */
import * as native from '../../native/index.ts'
import { FLAGS, Flag } from '../contracts/state.ts'
import { writeColumn } from '../instance/changes.ts'
import { storedValue } from '../instance/stored.ts'
import { InstanceWork } from './work.ts'

/** Deletes the document of an instance. */
export class DeleteWork extends InstanceWork {
  async command(): Promise<boolean> {
    const { instance } = this
    const { primary } = this.target.definition
    await this.send(native.Operation.delete, 'delete', (body) => {
      const head = body.beginDocument()
      const filter = body.beginDocumentElement('filter')
      writeColumn(body, primary, storedValue(instance, this.target.definition, primary), instance)
      body.endDocument(filter)
      body.endDocument(head)
    })
    return true
  }

  settle(): void {
    const instance = this.instance
    instance[FLAGS] = (instance[FLAGS] | Flag.deleted) & ~Flag.persisted
  }
}
