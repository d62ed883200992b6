import { Exception } from '@adonisjs/core/exceptions'

/** A status that cannot follow. What a hook throws reaches the caller as it is. */
export default class TransitionException extends Exception {
  static override status = 422
  static override code = 'E_TRANSITION'

  constructor(from: string, to: string) {
    super(`A post that is ${from} cannot become ${to}`)
  }
}
