/** Writing instances by what their classes put in the place of `save`, `delete` and their quiet forms. */
import type { Model, ModelClass } from '../contracts/index.ts'
import type { OperationOptions, WriteOptions } from '../contracts/options.ts'
import type { HookChoice } from '../hooks/choice.ts'
import * as persist from './index.ts'

/** The methods that write an instance. */
interface WritingMethods {
  save(options?: WriteOptions): Promise<unknown>
  saveQuietly(options?: WriteOptions): Promise<unknown>
  delete(options?: OperationOptions): Promise<unknown>
  deleteQuietly(options?: OperationOptions): Promise<unknown>
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

/** The method that saves where no hooks, or some, are to run. */
export const savingBy = (hooks: HookChoice | undefined) =>
  hooks === false ? 'saveQuietly' : 'save'

/** Saves an instance as its class has it: by `saveQuietly` where no hooks are to run. */
export async function saveAsClass(
  model: ModelClass,
  instance: Model,
  options: WriteOptions,
): Promise<void> {
  const method = savingBy(options.hooks)
  if (!overrides(model, method)) return persist.save(instance, options)
  const { signal, timeout, coalesce, hooks, validate } = options
  const methods = instance as unknown as WritingMethods
  const said = { signal, timeout, coalesce, validate, hooks: hooks || undefined }
  await methods[method](...given(said as WriteOptions))
}

/** Deletes an instance as its class has it: by `deleteQuietly` where no hooks are to run. */
export async function deleteAsClass(
  model: ModelClass,
  instance: Model,
  options: OperationOptions,
): Promise<void> {
  const method = options.hooks === false ? 'deleteQuietly' : 'delete'
  if (!overrides(model, method)) return persist.remove(instance, options)
  const { signal, timeout, hooks } = options
  const methods = instance as unknown as WritingMethods
  await methods[method](
    ...given({ signal, timeout, hooks: hooks || undefined } as OperationOptions),
  )
}
