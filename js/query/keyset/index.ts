/** Keyset pagination: places in an order, cursors for them, and the filters that go on from there. */
export { type OpenedCursor, openCursor, type Place, sealCursor } from './cursor.ts'
export { both, Keyset } from './keyset.ts'
