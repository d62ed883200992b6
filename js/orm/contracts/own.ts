const NONE: object = Object.freeze(Object.create(null))

/**
 * Options as they were given, without what objects inherit: where some other code lets a request
 * write to `Object.prototype`, that must not choose connections, columns or hooks here.
 */
export function own<Options extends object>(options: Options | undefined): Options {
  if (options === undefined || options === NONE) return NONE as Options
  return Object.assign(Object.create(null), options) as Options
}
