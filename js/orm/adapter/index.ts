/** What models do when nobody says otherwise, as an adapter that can be extended. */
import type { Body } from '../../codec/body.ts'
import type { QueryClient } from '../../database/client.ts'
import * as native from '../../native/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import { type AdapterColumns, BUILT_IN } from '../contracts/index.ts'
import type { CallLimits, ModelAdapterOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { definitionFor } from '../instance/attributes.ts'
import { writeField } from '../instance/changes.ts'
import { type Call, callThrough, resolveClient } from '../operation/call.ts'
import { send } from '../operation/send.ts'
import { DeleteWork } from '../persistence/delete.ts'
import { stale, writeIdentity } from '../persistence/identity.ts'
import { resolveInstanceClient } from '../persistence/index.ts'
import { ModelQueryBuilder } from '../query_builder/index.ts'
import { reload } from '../query_builder/of_model.ts'
import type { AdapterContract } from './contract.ts'

/**
 * The adapter that writes to MongoDB. Extend it to see, or change, what models send.
 *
 * @example
 * class Recorder extends Adapter {
 *   readonly inserted: object[] = []
 *   override async insert(instance: Model, columns: AdapterColumns, limits?: CallLimits) {
 *     this.inserted.push(columns)
 *     return super.insert(instance, columns, limits)
 *   }
 * }
 * User.useAdapter(new Recorder())
 */
export class Adapter implements AdapterContract {
  modelClient(instance: Model): QueryClient {
    return resolveInstanceClient(definitionFor(instance), instance)
  }

  modelConstructorClient(model: ModelClass, options?: ModelAdapterOptions): QueryClient {
    const { client, connection, signal, timeout } = own(options)
    return resolveClient(definitionOf(model), { client, connection, signal, timeout })
  }

  /** Errors: `E_DUPLICATE_KEY`, `E_INVALID_VALUE`, the server's. */
  async insert(instance: Model, columns: AdapterColumns, limits?: CallLimits): Promise<void> {
    const definition = definitionFor(instance)
    const call = this.#call(definition, 'create', instance, limits)
    await send(call, native.Operation.insert, (body) => {
      call.writeHead(body)
      const document = body.beginDocument()
      for (const [name, value] of Object.entries(columns))
        writeStored(body, definition, name, value)
      body.endDocument(document)
    })
  }

  /** Errors: `E_STALE_MODEL`, `E_DUPLICATE_KEY`, `E_INVALID_VALUE`, the server's. */
  async update(instance: Model, columns: AdapterColumns, limits?: CallLimits): Promise<void> {
    const definition = definitionFor(instance)
    const call = this.#call(definition, 'update', instance, limits)
    const fields = Object.entries(columns)
    const kept = fields.filter(([, value]) => value !== undefined)
    const gone = fields.filter(([, value]) => value === undefined)
    if (fields.length === 0) return
    const { matched } = await send<{ matched: number }>(call, native.Operation.update, (body) => {
      call.writeHead(body, () => {
        writeIdentity(body, 'filter', definition, instance)
        const changes = body.beginDocumentElement('update')
        if (kept.length > 0) {
          const set = body.beginDocumentElement('$set')
          for (const [name, value] of kept) writeStored(body, definition, name, value)
          body.endDocument(set)
        }
        if (gone.length > 0) {
          const unset = body.beginDocumentElement('$unset')
          for (const [name] of gone) body.element(name, true)
          body.endDocument(unset)
        }
        body.endDocument(changes)
      })
    })
    if (matched === 0) throw stale(call)
  }

  /** Errors: `E_STALE_MODEL` where documents have a version; the server's. */
  async delete(instance: Model, limits?: CallLimits): Promise<void> {
    const call = this.#call(definitionFor(instance), 'delete', instance, limits)
    await new DeleteWork(call, instance).send()
  }

  /** Errors: `E_ROW_NOT_FOUND`. */
  refresh(instance: Model): Promise<void> {
    return reload(instance)
  }

  query<T extends ModelClass>(
    model: T,
    options?: ModelAdapterOptions,
  ): ModelQueryBuilder<InstanceType<T>> {
    return new ModelQueryBuilder<InstanceType<T>>(definitionOf(model), options)
  }

  #call(
    definition: ModelDefinition,
    operation: string,
    instance: Model,
    limits: CallLimits | undefined,
  ): Call {
    return callThrough(definition, operation, this.modelClient(instance), own(limits))
  }
}

/** What models have unless the application set another one. */
export const builtInAdapter: AdapterContract = Object.defineProperty(new Adapter(), BUILT_IN, {
  value: true,
})

/** Writes a column by its stored name. */
function writeStored(body: Body, definition: ModelDefinition, name: string, value: unknown): void {
  const column = definition.columns.find(({ stored }) => stored === name)
  writeField(body, definition, column?.element ?? name, column, value)
}
