/** The part of `configure` that is about `@adonisjs/auth`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Codemods, ConfigureCommand } from './configure_command.ts'
import { stubsRoot } from './stubs_root.ts'

const GUARDS = ['session', 'access_tokens', 'basic_auth'] as const
type Guard = (typeof GUARDS)[number]

/** Modules of others, whose names `lucent-odm/auth` has too. */
const AUTH_MODULES =
  /(from\s+)(['"])@adonisjs\/auth\/(?:session|access_tokens|basic_auth|mixins\/lucid)\2/g
const LUCID = /['"]@adonisjs\/lucid\/orm['"]/
const LUCID_MODULE = /(from\s+)(['"])@adonisjs\/lucid\/orm\2/g
const NUMERIC_ID = /(declare id: )number\b/g
/** A type of the serializer that answers pages, whose name this package has too. */
const PAGE_META =
  /(\{ SimplePaginatorMetaKeys \} from\s+)(['"])@adonisjs\/lucid\/types\/querybuilder\2/

/** Files of a starter kit that name Lucid, by their path in the application. */
const FILES = [
  ['config', 'auth.ts'],
  ['app', 'models', 'user.ts'],
  ['database', 'schema.ts'],
  ['providers', 'api_provider.ts'],
] as const

/** Classes of a starter kit's schema that are about users. */
const OF_USERS = /^(User|AuthAccessToken|RememberMeToken)/
const CLASSES = /\bclass (\w+)/g

/** Whether the text has classes of tables that stay Lucid's. */
function isShared(text: string): boolean {
  return (
    LUCID.test(text) && [...text.matchAll(CLASSES)].some(([, name = '']) => !OF_USERS.test(name))
  )
}

/** The text with our modules in the place of Lucid's. */
function moved(text: string): string {
  const imports = text
    .replace(AUTH_MODULES, '$1$2lucent-odm/auth$2')
    .replace(PAGE_META, '$1$2lucent-odm$2')
  if (imports.match(LUCID_MODULE) === null) return imports
  return imports.replace(LUCID_MODULE, '$1$2lucent-odm$2').replace(NUMERIC_ID, '$1string')
}

/** What the flag `--guard` says, or what the application's packages suggest. */
function guardOf(command: ConfigureCommand, has: (name: string) => boolean): Guard {
  const given = command.parsedFlags?.guard
  const guard = GUARDS.find((one) => one === given)
  if (guard !== undefined) return guard
  if (given !== undefined) {
    command.logger.warning(`there is no guard of that name; it is one of ${GUARDS.join(', ')}`)
  }
  return has('@adonisjs/session') ? 'session' : 'access_tokens'
}

/** Whether users are to be models of this package: where Lucid is used too, only who says so. */
async function isWanted(
  command: ConfigureCommand,
  has: (name: string) => boolean,
): Promise<boolean> {
  if (!has('@adonisjs/auth')) return false
  const flag = command.parsedFlags?.auth
  if (typeof flag === 'boolean') return flag
  if (!has('@adonisjs/lucid')) return true
  const question = 'Shall the users of @adonisjs/auth be models of lucent-odm, in place of Lucid?'
  return command.prompt.confirm(question, { default: false })
}

/**
 * Lets `@adonisjs/auth`, where it is installed, have its users from this package. Files that are not
 * there are written; in those of a starter kit the imports change, and nothing else but the type of
 * the id.
 */
export async function configureAuth(
  command: ConfigureCommand,
  codemods: Codemods,
  has: (name: string) => boolean,
): Promise<void> {
  if (!(await isWanted(command, has))) return
  for (const path of FILES) {
    const file = command.app.makePath(...path)
    if (!existsSync(file)) continue
    const text = readFileSync(file, 'utf8')
    if (isShared(text)) {
      command.logger.warning(
        `${path.join('/')} has classes of other tables too and is left as it is: have the users' class ` +
          'import BaseModel and column from lucent-odm, with `id: string`, in a file of its own',
      )
      continue
    }
    const changed = moved(text)
    if (changed === text) continue
    writeFileSync(file, changed)
    command.logger.action(`update ${path.join('/')}`).succeeded()
  }
  const guard = guardOf(command, has)
  for (const stub of ['config', 'user', 'middleware']) {
    await codemods.makeUsingStub(stubsRoot, `auth/${stub}.stub`, { guard })
  }
  await codemods.updateRcFile((rcFile) => {
    rcFile.addProvider('@adonisjs/auth/auth_provider')
  })
  if (!existsSync(command.app.makePath('start', 'kernel.ts'))) return
  await codemods.registerMiddleware('router', [
    { path: '@adonisjs/auth/initialize_auth_middleware' },
  ])
  await codemods.registerMiddleware('named', [
    { name: 'auth', path: '#middleware/auth_middleware' },
  ])
}
