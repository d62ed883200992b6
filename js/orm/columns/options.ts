/** Options that a kind of column has no use for. */
import { errors } from '../../errors/index.ts'

/**
 * Errors: `E_MODEL_DEFINITION` when one of them is given: to leave it unheard would store another
 * value than was meant.
 */
export function refuseOptions(
  decorator: string,
  { model, attribute }: { readonly model: string; readonly attribute: string },
  options: object,
  names: readonly string[],
): void {
  for (const name of names) {
    if (!(name in options)) continue
    throw new errors.E_MODEL_DEFINITION(
      `${model}.${attribute}: ${decorator} has no option "${name}"`,
      { model, column: attribute },
    )
  }
}
