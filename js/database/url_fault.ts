/** What is wrong with a connection string, without anything of what it says. */
export class UrlFault extends Error {}

export function fault(what: string): never {
  throw new UrlFault(what)
}
