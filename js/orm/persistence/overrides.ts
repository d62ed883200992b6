/** Writing instances by what their classes put in the place of `save`, `delete` and their quiet forms. */
import type { Model, ModelClass } from '../contracts/index.ts'
import type { CallLimits, WriteOptions } from '../contracts/options.ts'
import * as persist from './index.ts'

/** The methods that write an instance. */
interface WritingMethods {
  save(options?: WriteOptions): Promise<unknown>
  saveQuietly(options?: WriteOptions): Promise<unknown>
  delete(limits?: CallLimits): Promise<unknown>
  deleteQuietly(limits?: CallLimits): Promise<unknown>
}

type Method = keyof WritingMethods

let builtIn: WritingMethods | undefined

/** Says which methods are those of the package. */
export function rememberMethods(prototype: WritingMethods): void {
  const { save, saveQuietly, delete: remove, deleteQuietly } = prototype
  builtIn = { save, saveQuietly, delete: remove, deleteQuietly }
}

/** Whether instances of the class are written by a method of its own, which everything goes through. */
export function overrides({ prototype }: ModelClass, method: Method): boolean {
  return (
    builtIn !== undefined && (prototype as unknown as WritingMethods)[method] !== builtIn[method]
  )
}

/** What a method of the application gets: nothing, as with Lucid, where nothing was said. */
function given<Options extends object>(options: Options): [] | [Options] {
  const said = Object.entries(options).filter(([, value]) => value !== undefined)
  return said.length === 0 ? [] : [Object.fromEntries(said) as Options]
}

/** Saves an instance as its class has it. */
export async function saveAsClass(
  model: ModelClass,
  instance: Model,
  options: WriteOptions,
  quietly: boolean,
): Promise<void> {
  const method = quietly ? 'saveQuietly' : 'save'
  if (!overrides(model, method)) return persist.save(instance, options, quietly)
  const { signal, timeout, coalesce } = options
  const methods = instance as unknown as WritingMethods
  await methods[method](...given({ signal, timeout, coalesce } as WriteOptions))
}

/** Deletes an instance as its class has it. */
export async function deleteAsClass(
  model: ModelClass,
  instance: Model,
  limits: CallLimits,
  quietly: boolean,
): Promise<void> {
  const method = quietly ? 'deleteQuietly' : 'delete'
  if (!overrides(model, method)) return persist.remove(instance, limits, quietly)
  const { signal, timeout } = limits
  const methods = instance as unknown as WritingMethods
  await methods[method](...given({ signal, timeout } as CallLimits))
}
