import type { Body } from '../../codec/body.ts'
import type { Chunk } from '../../codec/chunk.ts'
import * as native from '../../native/index.ts'
import { Asks, type QueryPlan } from '../../query/index.ts'
import type { Model } from '../contracts/index.ts'
import type { PartialAttributes } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { FLAGS, Flag } from '../contracts/state.ts'
import type { Call } from '../operation/call.ts'
import { writeMoment, writeRemoval } from '../operation/moment.ts'
import { read } from '../operation/send.ts'
import { prepareReplacement } from '../persistence/embedded.ts'
import { hashes, hashValues } from '../persistence/hash.ts'
import { writeDocument } from '../persistence/insert.ts'
import { draft } from '../persistence/make.ts'
import type { UpdateBuilder, UpdateChanges } from './update/builder.ts'
import type { Modifications } from './update/modifications.ts'
import { collectChanges, finish } from './update/read.ts'
import type { UpdateResult, UpdateValues, UpsertResult } from './update/types.ts'
import { finishUpsert, giveKeys, requirePrimaryKey } from './update/upsert.ts'
import { WriteMethods } from './write_methods.ts'
import { writeUpdate } from './writing.ts'

/** Options of `findOneAndUpdate` and `findOneAndReplace`. */
export interface FindOneAndOptions {
  /** Answer the document as it is afterwards; true by default. */
  returnNew?: boolean
  /** Insert a document where none matches. */
  upsert?: boolean
}

/** Options of `upsert`. */
export interface UpsertOptions<M> {
  /** What an inserted document has beside the conditions and the values. */
  onInsert?: UpdateValues<M>
}

/** Writing to one document of those that match, with the hooks of writes by a query. */
export abstract class FindAndModifyMethods<M extends Model, Result> extends WriteMethods<
  M,
  Result
> {
  /**
   * Updates one document that matches: the first by `orderBy`, or any. Where there is an order, a
   * document that has the values already counts as modified too. Errors: as `updateMany`; an order
   * is fine.
   */
  async updateOne(changes: UpdateChanges<M>): Promise<UpdateResult> {
    const operation = 'updateOne'
    const read = () => collectChanges(this.updateContext(operation), [changes])
    return this.written(
      'updateQuery',
      operation,
      { one: true, read },
      async (query, plan, update) => {
        const modifications = finish(update)
        if (!plan.has('sort')) return query.sendUpdate(operation, plan, modifications, false)
        if (modifications.isPlain) await modifications.hash()
        const matched = await query.countWritten(operation, plan, (body) =>
          writeUpdate(body, this.definition, modifications),
        )
        return { matched, modified: matched }
      },
    )
  }

  /**
   * Deletes one document that matches: the first by `orderBy`, or any. Errors: as `delete`; an order
   * is fine.
   *
   * @returns `[deleted]`, 1 or 0
   */
  async deleteOne(): Promise<[number]> {
    const operation = 'deleteOne'
    return this.written('deleteQuery', operation, { one: true }, async (query, plan) => {
      if (!plan.has('sort')) return [await query.sendDelete(operation, plan, false)]
      const count = (call: Call, narrowed: QueryPlan) =>
        query.countWritten(operation, narrowed, (body) => query.writeRemove(body), call)
      return [await query.deleteBy(operation, plan, true, count)]
    })
  }

  /**
   * Updates one document that matches, the first by `orderBy`, and answers it as it is then; `null`
   * where none matches. Nothing comes in between. `select` chooses what is read.
   *
   * With `upsert` a document is inserted where none matches, as by `upsert()`. Errors: as
   * `updateMany`; an order is fine.
   *
   * @example
   * const job = await Job.query()
   *   .where('status', 'queued')
   *   .orderBy('priority', 'desc')
   *   .findOneAndUpdate({ status: 'running', startedAt: new Date() })
   */
  async findOneAndUpdate(
    changes: UpdateChanges<M>,
    options?: FindOneAndOptions,
  ): Promise<Result | null> {
    const operation = 'findOneAndUpdate'
    const { returnNew = true, upsert = false } = own(options)
    const read = () => collectChanges(this.updateContext(operation), [changes])
    return this.written(
      'updateQuery',
      operation,
      { one: true, read },
      async (query, plan, update) => {
        const modifications = upsert
          ? await query.prepareUpsert(update, plan, undefined)
          : finish(update)
        if (modifications.isPlain) await modifications.hash()
        const written = await query.findAndModify(operation, plan, (body) => {
          writeUpdate(body, this.definition, modifications)
          body.element('upsert', upsert)
          body.element('returnNew', returnNew)
        })
        return query.onlyRow(written)
      },
    )
  }

  /**
   * Deletes one document that matches, the first by `orderBy`, and answers what it was; `null` where
   * none matches. Errors: as `delete`; an order is fine.
   */
  async findOneAndDelete(): Promise<Result | null> {
    const operation = 'findOneAndDelete'
    return this.written('deleteQuery', operation, { one: true }, async (query, plan) => {
      const removed = await query.deleteBy(operation, plan, true, (call, narrowed) =>
        query.findAndModify(
          operation,
          narrowed,
          (body) => query.writeRemove(body),
          query.handle(),
          call,
        ),
      )
      const row = query.onlyRow(removed)
      if (row === null || this.plain) return row
      const model = row as unknown as Model
      model[FLAGS] = (model[FLAGS] | Flag.deleted) & ~Flag.persisted
      return row
    })
  }

  /**
   * Puts a document with these values, and nothing else but its primary key, in the place of one that
   * matches, the first by `orderBy`; answers it as it is then. Dates are stamped as those of a new
   * document, and its version goes on counting. Errors: as `Model.create` and `findOneAndUpdate`.
   */
  async findOneAndReplace(
    values: PartialAttributes<M>,
    options?: FindOneAndOptions,
  ): Promise<Result | null> {
    const operation = 'findOneAndReplace'
    const { definition } = this
    const { returnNew = true, upsert = false } = own(options)
    const read = () => draft(definition.model, values, {})
    return this.written(
      'updateQuery',
      operation,
      { one: true, read },
      async (query, plan, document) => {
        if (upsert) requirePrimaryKey(definition, operation, plan)
        prepareReplacement(definition, document)
        if (hashes(definition)) {
          await hashValues(definition, [document], this.adapterOptions.signal)
        }
        const written = await query.findAndModify(operation, plan, (body) => {
          writeDocument(body, definition, document, 'replacement')
          writeMoment(body, definition)
          body.element('upsert', upsert)
          body.element('returnNew', returnNew)
        })
        return query.onlyRow(written)
      },
    )
  }

  /**
   * Updates one document that matches, or inserts one: with the fields that conditions fix to one
   * value, the values, and `onInsert`. It gets a primary key as a new model would (numbers of a
   * sequence are taken even when nothing is inserted), and its dates; defaults of the class and hooks are none of it.
   *
   * With a unique index on the fields of the conditions there is never a second document, however
   * many callers run this at once.
   *
   * Errors: as `updateMany`; `E_UNDEFINED_VALUE` where the model assigns its own primary keys and
   * none is given; `E_DUPLICATE_KEY`.
   *
   * @example
   * await Counter.query().where('name', name).upsert((counter) => counter.increment('hits'), {
   *   onInsert: { owner: 'system' },
   * })
   */
  async upsert(changes: UpdateChanges<M>, options?: UpsertOptions<M>): Promise<UpsertResult> {
    const operation = 'upsert'
    const read = () => collectChanges(this.updateContext(operation), [changes])
    return this.written('updateQuery', operation, { read }, async (query, plan, update) => {
      const modifications = await query.prepareUpsert(update, plan, own(options).onInsert)
      // Said before anything is hashed.
      modifications.arrayFilters()
      if (modifications.isPlain) await modifications.hash()
      const { matched, modified, upsertedId } = await query.sendWrite<UpsertResult>(
        native.Operation.update,
        operation,
        plan,
        (body) => {
          writeUpdate(body, this.definition, modifications)
          body.element('upsert', true)
        },
      )
      if (upsertedId === undefined) return { matched, modified }
      const { definition } = this
      const id = definition.primary.fromStored(upsertedId, new definition.model())
      return { matched, modified, upsertedId: id }
    })
  }

  /** @internal */
  async prepareUpsert(
    update: UpdateBuilder<never>,
    query: QueryPlan,
    onInsert: unknown,
  ): Promise<Modifications> {
    const upsert = finishUpsert(update, query, onInsert)
    if (upsert.lacksKey) await giveKeys(this.definition, this.call('upsert'), [upsert])
    return upsert.modifications
  }

  /** How many documents were written, where the server answers them and no counts. @internal */
  async countWritten(
    operation: string,
    query: QueryPlan,
    part: (body: Body) => void,
    call = this.call(operation),
  ): Promise<number> {
    const handle = this.definition.plainHandle()
    const { chunks } = await this.findAndModify(operation, query.forKeys(), part, handle, call)
    return chunks.reduce((count, { rows }) => count + rows, 0)
  }

  /** @internal */
  async findAndModify(
    operation: string,
    query: QueryPlan,
    part: (body: Body) => void,
    handle = this.handle(),
    call = this.call(operation),
  ): Promise<{ call: Call; chunks: Chunk[] }> {
    const encode = (body: Body) => this.writeWrite(body, query, part, Asks.rows)
    const { findAndModify } = native.Operation
    const chunks = await read(call, findAndModify, encode, this.about(query), handle)
    return { call, chunks: this.noteHeld(query, chunks) }
  }

  /** @internal */
  writeRemove(body: Body): void {
    body.element('remove', true)
    writeRemoval(body, this.definition)
  }

  /** @internal */
  onlyRow({ call, chunks }: { call: Call; chunks: Chunk[] }): Result | null {
    return this.rows(call, chunks)[0] ?? null
  }
}
