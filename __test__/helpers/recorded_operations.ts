import { createRequire } from 'node:module'
import { Operation } from '../../js/protocol.generated.ts'

/** Name of an operation of the core. */
export type OperationName = keyof typeof Operation

const NAMES = Object.keys(Operation) as OperationName[]

/** The core's own export, as the package calls it. */
interface Addon {
  submit(...args: unknown[]): void
}

const addon: Addon = createRequire(import.meta.url)('../../lucent-odm.linux-x64-gnu.node')

/** Which operation a call of `submit` asks for: a number of its own, or the second of the bytes' head. */
function operationOf([, first, second]: readonly unknown[]): OperationName {
  const isHead = first instanceof Uint8Array
  const number = isHead ? Buffer.from(first.buffer, first.byteOffset).readUInt32LE(4) : second
  const name = NAMES[number as number]
  if (name === undefined) throw new Error(`the core has no operation ${number}`)
  return name
}

/** Names of the operations that the package submits to the core while `work` runs, in order. */
export async function operationsOf(work: () => Promise<unknown>): Promise<OperationName[]> {
  const seen: OperationName[] = []
  const { submit } = addon
  addon.submit = (...args) => {
    seen.push(operationOf(args))
    submit(...args)
  }
  try {
    await work()
  } finally {
    addon.submit = submit
  }
  return seen
}
