/** Deleting an instance. */
import type { BsonWriter } from '../../codec/writer.ts'
import * as native from '../../native/index.ts'
import { FLAGS, Flag } from '../contracts/state.ts'
import { writeColumn } from '../instance/changes.ts'
import { storedValue } from '../instance/stored.ts'
import { writeTimeout } from './call.ts'
import { InstanceWork } from './work.ts'

/** Deletes the document of an instance. */
export class DeleteWork extends InstanceWork {
  /** Writes which document is meant. */
  write(body: BsonWriter, name: string): void {
    const { instance } = this
    const { definition } = this.target
    const { primary } = definition
    const filter = body.beginDocumentElement(name)
    writeColumn(body, primary, storedValue(instance, definition, primary), instance)
    body.endDocument(filter)
  }

  async command(): Promise<boolean> {
    const { call } = this.target
    await this.send(native.Operation.delete, 'delete', (body) => {
      const head = body.beginDocument()
      this.write(body, 'filter')
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
