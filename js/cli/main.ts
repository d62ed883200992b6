#!/usr/bin/env node
/** The command line of the package, for applications without a framework of commands. */
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import {
  BaseModel,
  generateEncryptionKey,
  type RotationProgress,
  rotateEncryption,
} from '../index.ts'
import { definitionOf } from '../orm/definition/index.ts'
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
      --batch-size <n>      documents in one read and one write; 500 by default
      --concurrency <n>     batches at once; 2 by default
      --dry-run             counts, and writes nothing
`

type ModelType = typeof BaseModel

function load(module: string): Promise<Record<string, unknown>> {
  return import(pathToFileURL(module).href) as Promise<Record<string, unknown>>
}

/** The models with encrypted columns that modules export, by name. */
async function modelsOf(modules: readonly string[]): Promise<Map<string, ModelType>> {
  const models = new Map<string, ModelType>()
  for (const module of modules) {
    for (const value of Object.values(await load(module))) {
      if (typeof value !== 'function' || !(value.prototype instanceof BaseModel)) continue
      const model = value as ModelType
      if (definitionOf(model).encrypted.length > 0) models.set(model.name, model)
    }
  }
  return models
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
      'batch-size': { type: 'string' },
      concurrency: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
    },
  })
  for (const module of values.import) await load(module)
  const models = await modelsOf(positionals)
  const wanted = values.model.length > 0 ? values.model : [...models.keys()]
  if (wanted.length === 0) throw new Error('no model with encrypted columns is exported')
  const batchSize = integer('batch-size', values['batch-size'])
  const concurrency = integer('concurrency', values.concurrency)
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort())
  const { isTTY } = process.stdout
  let complete = true
  try {
    for (const name of wanted) {
      const model = models.get(name)
      if (model === undefined) throw new Error(`no model with encrypted columns is named ${name}`)
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
    const databases = new Set([...models.values()].map(({ $database }) => $database))
    for (const database of databases) await database?.closeAll()
  }
  return complete
}

async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case 'encryption:key': {
      const [name = new Date().toISOString().slice(0, 10)] = args
      console.log(`${name}:${generateEncryptionKey()}`)
      return 0
    }
    case 'encryption:rotate':
      return (await rotate(args)) ? 0 : 1
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
