type Class = abstract new (...args: never) => object

/**
 * Gives a class the methods of its parts, as if they were written in it; what it has itself stays.
 *
 * A part is an abstract class that extends one that the class extends too, so that it may use what is
 * protected there. Nobody makes an instance of it: it has neither fields nor `#` names of its own. The
 * class declares the same parts by an interface of its name.
 */
export function compose(target: Class, ...parts: readonly Class[]): void {
  const own: object = target.prototype
  for (const part of parts) {
    let source: object = part.prototype
    while (!Object.prototype.isPrototypeOf.call(source, own)) {
      for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(source))) {
        if (!Object.hasOwn(own, name)) Object.defineProperty(own, name, method)
      }
      source = Object.getPrototypeOf(source)
    }
  }
}
