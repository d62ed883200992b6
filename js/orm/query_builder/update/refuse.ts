import { type ErrorCode, errors } from '../../../errors/index.ts'

/** Throws the error of `code` with the model's name in front of the message. */
export function refuse(
  model: { readonly name: string },
  code: ErrorCode,
  operation: string,
  message: string,
  column?: string,
): never {
  const details = { model: model.name, operation, column }
  throw new errors[code](`${model.name}: ${message}`, details)
}
