/** Help for tests, whatever their runner is. */
export { type DatabaseSource, MongoAssertions, type Place } from './assertions.ts'
export {
  findMongod,
  type MongodBinary,
  type Server,
  type ServerOptions,
  startServer,
} from './server/index.ts'
export {
  type Cleanup,
  MongoTestUtils,
  type TruncateOptions,
  truncateAll,
} from './test_utils.ts'
