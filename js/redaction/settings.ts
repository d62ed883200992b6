/** Settings of a connection as consoles and JSON may show them. */
import { inspect } from 'node:util'
import { readUrl } from '../database/url.ts'

const HIDDEN = '[hidden]'
/** Settings that are secrets, or hold some. */
const SECRETS = ['password', 'cursorSecret', 'encryption'] as const

/** Who connects, in a URL, and the options of it that are secrets. */
const IN_URL: readonly (readonly [RegExp, string])[] = [
  [/^([^:]*:\/\/).*@/s, `$1${HIDDEN}@`],
  [/([?&](?:\w*password|authMechanismProperties)=)[^&]*/gi, `$1${HIDDEN}`],
]

/** Nobody knows where the secrets are in what cannot be read. */
function shownUrl(url: string): string {
  if (readUrl(url) === undefined) return HIDDEN
  return IN_URL.reduce((text, [found, kept]) => text.replace(found, kept), url)
}

function shown(settings: object): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...settings }
  for (const name of SECRETS) if (copy[name] !== undefined) copy[name] = HIDDEN
  if (typeof copy.url === 'string') copy.url = shownUrl(copy.url)
  return copy
}

/** Gives settings a form for consoles and JSON in which no secret is. Answers the same object. */
export function hidingSecrets<Settings extends object>(settings: Settings): Settings {
  const value = () => shown(settings)
  Object.defineProperty(settings, inspect.custom, { value })
  return Object.defineProperty(settings, 'toJSON', { value })
}
