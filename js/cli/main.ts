#!/usr/bin/env node
/** The command line of the package, for applications without a framework of commands. */
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import {
  BaseModel,
  context,
  generateEncryptionKey,
  type RotationProgress,
  rotateEncryption,
} from '../index.ts'
import { definitionOf } from '../orm/definition/index.ts'
import { syncAll } from '../orm/indexes/sync.ts'
import { indexedModels, inOneDatabase, reportLines } from '../orm/indexes/terminal.ts'
import { leftLines, progressLine } from '../orm/rotation/progress.ts'

const HELP = `Usage:
  lucent-odm encryption:key [name]
      Prints a new key as LUCENT_ENCRYPTION_KEYS takes it: name:base64.

  lucent-odm encryption:rotate <module>... [options]
      Brings the documents of every model with encrypted columns that the modules export up to
      date: the primary key, and what the columns say now. Runs beside the application; after an
      interruption, run it again. The exit code is 1 when something is left.

      --model <name>        only this model; may be repeated
      --import <module>     loaded before: what calls BaseModel.useDatabase()
      --connection <name>   another connection than the models'
      --tenant <tenant>     whose documents are meant, of models of tenants
      --batch-size <n>      documents in one read and one write; 500 by default
      --concurrency <n>     batches at once; 2 by default
      --dry-run             counts, and writes nothing

  lucent-odm indexes <module>... [options]
      Compares indexes and collections with what the models that the modules export declare.

      --sync                creates what is missing, changes what can be changed in place
      --drop-stale          with --sync: drops indexes that no model declares
      --rebuild             with --sync: drops and builds again what cannot be changed
      --unused              shows indexes that nothing has used
      --strict              the exit code is 1 unless everything is as it is declared
      --json                prints JSON
      --tenant <tenant>     whose database is looked at; without it, models with one for each are left out
      --model, --import, --connection: as above
`

type ModelType = typeof BaseModel

function load(module: string): Promise<Record<string, unknown>> {
  return import(pathToFileURL(module).href) as Promise<Record<string, unknown>>
}

/** The models that modules export. */
async function modelsOf(modules: readonly string[]): Promise<ModelType[]> {
  const values = await Promise.all(modules.map(async (one) => Object.values(await load(one))))
  const isModel = (value: unknown): value is ModelType =>
    typeof value === 'function' && value.prototype instanceof BaseModel
  return values.flat().filter(isModel)
}

/** Models of these names, all of them where none is named. */
function wantedOf(found: Map<string, ModelType>, names: readonly string[], what: string) {
  const wanted = names.length > 0 ? names : [...found.keys()]
  if (wanted.length === 0) throw new Error(`no model ${what} is exported`)
  return wanted.map((name) => {
    const model = found.get(name)
    if (model === undefined) throw new Error(`no model ${what} is named ${name}`)
    return model
  })
}

async function closeAll(models: Iterable<ModelType>): Promise<void> {
  const databases = new Set([...models].map(({ $database }) => $database))
  for (const database of databases) await database?.closeAll()
}

/** A whole number of the command line; undefined where there is none. */
function integer(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Error(`--${name} must be a positive whole number`)
}

async function rotate(args: string[]): Promise<boolean> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      model: { type: 'string', multiple: true, default: [] },
      import: { type: 'string', multiple: true, default: [] },
      connection: { type: 'string' },
      tenant: { type: 'string' },
      'batch-size': { type: 'string' },
      concurrency: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
    },
  })
  for (const module of values.import) await load(module)
  const exported = await modelsOf(positionals)
  const encrypted = exported.filter((model) => definitionOf(model).encrypted.length > 0)
  const found = new Map(encrypted.map((model) => [model.name, model]))
  const wanted = wantedOf(found, values.model, 'with encrypted columns')
  const batchSize = integer('batch-size', values['batch-size'])
  const concurrency = integer('concurrency', values.concurrency)
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort())
  const { isTTY } = process.stdout
  let complete = true
  try {
    for (const model of wanted) {
      const { name } = model
      const report = await rotateEncryption(model, {
        ...(values.connection !== undefined && { connection: values.connection }),
        ...(batchSize !== undefined && { batchSize }),
        ...(concurrency !== undefined && { concurrency }),
        dryRun: values['dry-run'],
        signal: controller.signal,
        onProgress: (progress: RotationProgress) => {
          if (isTTY) process.stdout.write(`\r${progressLine(name, progress)}`)
        },
      })
      process.stdout.write(`${isTTY ? '\r' : ''}${progressLine(name, report)}\n`)
      for (const line of leftLines(name, report)) console.error(line)
      complete &&= report.complete
    }
  } finally {
    await closeAll(exported)
  }
  return complete
}

/** Answers whether the exit code is 0. */
async function indexes(args: string[]): Promise<boolean> {
  const flag = { type: 'boolean', default: false } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      model: { type: 'string', multiple: true, default: [] },
      import: { type: 'string', multiple: true, default: [] },
      connection: { type: 'string' },
      tenant: { type: 'string' },
      sync: flag,
      'drop-stale': flag,
      rebuild: flag,
      unused: flag,
      strict: flag,
      json: flag,
    },
  })
  for (const module of values.import) await load(module)
  const exported = await modelsOf(positionals)
  const all = indexedModels(exported)
  const found = values.tenant === undefined ? inOneDatabase(all) : all
  const wanted = wantedOf(found, values.model, 'that declares indexes')
  const { connection, rebuild, unused, sync, 'drop-stale': dropStale } = values
  const options = { dropStale, rebuild, unused, dryRun: !sync }
  try {
    const reports = await syncAll(wanted, {
      ...options,
      ...(connection !== undefined && { connection }),
    })
    if (values.json) console.log(JSON.stringify(reports, null, 2))
    else for (const line of reports.flatMap(reportLines)) console.log(line)
    return !values.strict || reports.every(({ inSync }) => inSync)
  } finally {
    await closeAll(exported)
  }
}

/** Runs a command for the tenant that it names. */
function forTenant(
  args: string[],
  command: (args: string[]) => Promise<boolean>,
): Promise<boolean> {
  const options = { tenant: { type: 'string' } } as const
  const { tenant } = parseArgs({ args, strict: false, options }).values
  return tenant === undefined ? command(args) : context.run({ tenant }, () => command(args))
}

async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case 'encryption:key': {
      const [name = new Date().toISOString().slice(0, 10)] = args
      console.log(`${name}:${generateEncryptionKey()}`)
      return 0
    }
    case 'encryption:rotate':
      return (await forTenant(args, rotate)) ? 0 : 1
    case 'indexes':
      return (await forTenant(args, indexes)) ? 0 : 1
    case 'help':
    case '--help':
    case undefined:
      console.log(HELP)
      return 0
    default:
      console.error(`there is no command "${command}"\n\n${HELP}`)
      return 2
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
