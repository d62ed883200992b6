import type { Connection } from './connection.ts'
import type { TransactionClient } from './transaction/index.ts'

/** Where operations run: on a connection, or in a transaction on one. */
export type QueryClient = Connection | TransactionClient
