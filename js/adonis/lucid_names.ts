/// <reference path="../../lucid_absent.d.ts" preserve="true" />
/**
 * Types of what the provider offers under Lucid's names where Lucid is not used. Import this module
 * once, `import type {} from 'lucent-odm/lucid_names'`, in applications without Lucid.
 */
import type { BaseModel } from 'lucent-odm'
import type { MongoAssertions, MongoTestUtils } from '../testing/index.ts'
import type { DocumentRule } from './vine.ts'

declare module '@adonisjs/core/test_utils' {
  interface TestUtils {
    /** Test helpers of a connection, the primary one by default. */
    db(connection?: string): MongoTestUtils
  }
}

declare module '@japa/runner/core' {
  interface TestContext {
    /** Assertions about what is stored. */
    db: MongoAssertions
  }
}

declare module '@vinejs/vine' {
  interface VineString {
    /** No document has the value. */
    unique<M extends BaseModel = BaseModel>(rule: DocumentRule<M>): this
    /** A document has the value. */
    exists<M extends BaseModel = BaseModel>(rule: DocumentRule<M>): this
  }
  interface VineNumber {
    /** No document has the value. */
    unique<M extends BaseModel = BaseModel>(rule: DocumentRule<M>): this
    /** A document has the value. */
    exists<M extends BaseModel = BaseModel>(rule: DocumentRule<M>): this
  }
}

declare module '@adonisjs/core/transformers' {
  interface BaseTransformer<T> {
    /** How many related rows the query counted. Throws when it did not. */
    withCount(relation: string): number
    /** How many related rows the query counted, if it did. */
    whenCounted(relation: string): number | undefined
    /** A value that the query added to `$extras`. Throws when it did not. */
    withAggregate(alias: string): number
    /** A value that the query added to `$extras`, if it did. */
    whenAggregated(alias: string): number | undefined
  }
}
