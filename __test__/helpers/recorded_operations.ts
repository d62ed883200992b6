import { createRequire } from 'node:module'
import { Operation } from '../../js/protocol.generated.ts'

/** Name of an operation of the core. */
export type OperationName = keyof typeof Operation

const NAMES = Object.keys(Operation) as OperationName[]

/** The core's own export, as the package calls it. */
interface Addon {
  submit(environment: number, request: Uint8Array, length: number): void
}

const addon: Addon = createRequire(import.meta.url)('../../lucent-odm.linux-x64-gnu.node')

/** Which operation a request asks for: the second word of its head. */
function operationOf(request: Uint8Array): OperationName {
  const number = Buffer.from(request.buffer, request.byteOffset).readUInt32LE(4)
  const name = NAMES[number]
  if (name === undefined) throw new Error(`the core has no operation ${number}`)
  return name
}

/** Names of the operations that the package submits to the core while `work` runs, in order. */
export async function operationsOf(work: () => Promise<unknown>): Promise<OperationName[]> {
  const seen: OperationName[] = []
  const { submit } = addon
  addon.submit = (environment, request, length) => {
    seen.push(operationOf(request))
    submit(environment, request, length)
  }
  try {
    await work()
  } finally {
    addon.submit = submit
  }
  return seen
}
