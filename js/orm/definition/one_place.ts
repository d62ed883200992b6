/** Where models are stored: what is one command has to be about one database. */
import { refuse } from '../../errors/index.ts'
import type { ModelDefinition } from './index.ts'

/** The connection, and the databases of tenants there. */
function placeOf({ model, rules }: ModelDefinition): string {
  const connection = model.connection ?? model.$database?.primaryConnectionName
  const databases = rules.places.map(({ database }) => database)
  return [
    ...(connection === undefined ? [] : [`the connection "${connection}"`]),
    ...databases,
  ].join(', ')
}

/** Whether both are stored in the same database, as far as their classes say. */
export function areTogether(one: ModelDefinition, other: ModelDefinition): boolean {
  const [here, there] = [placeOf(one), placeOf(other)]
  return here === there || here === '' || there === ''
}

/** Errors: `E_UNSUPPORTED` for models of which MongoDB cannot make one query. */
export function checkTogether(from: ModelDefinition, to: ModelDefinition, operation: string): void {
  if (areTogether(from, to)) return
  const what =
    `: ${to.name} is stored elsewhere (${placeOf(to)}), and MongoDB joins within one database; read it by a query of ` +
    'its own, or by preload(); if both are in one, give the name of the collection'
  refuse('E_UNSUPPORTED', from, operation, what)
}
