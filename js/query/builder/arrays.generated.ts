// Generated from tables/arrays.md by scripts/generate_builder.mjs.
import type { Joiner } from '../clauses.ts'
import {
  containsAll,
  containsAny,
  hasBits,
  hasRemainder,
  hasType,
  readSize,
} from '../conditions/arrays.ts'
import type {
  AttributePath,
  BitTest,
  BsonTypeName,
  ElementConditions,
  ElementOf,
  ElementValue,
  EmbeddedOf,
  EqualityOperator,
  OrderOperator,
} from '../types.ts'
import { PredicateMethods } from './predicates.generated.ts'

/** Conditions on arrays, and those on stored forms that only MongoDB has. */
export abstract class ArrayMethods<M> extends PredicateMethods<M> {
  /** Adds conditions on one element, which are written to a query of its own. @internal */
  abstract pushElement(joiner: Joiner, negated: boolean, key: unknown, given: unknown): this
  /** Adds conditions on embedded documents, likewise. @internal */
  abstract pushEmbedded(joiner: Joiner, negated: boolean, key: unknown, given: unknown): this

  /**
   * Array property has all of these values among its elements; the order, and what else is in the
   * array, make no difference. No values at all are in every array. A list is always read as several
   * values: write `[[1, 2]]` for an element that is itself an array. Objects are compared literally.
   *
   * Under NOT, null and missing fields are left out, and arrays with a null in them.
   *
   * Throws `E_UNDEFINED_VALUE`, `E_UNKNOWN_COLUMN`, `E_INVALID_OBJECT_ID`, `E_INVALID_VALUE`.
   *
   * @example
   * query.whereArrayContains('tags', ['red', 'round'])
   */
  whereArrayContains<P extends AttributePath<M>>(
    key: P,
    values: ElementValue<M, P> | readonly ElementValue<M, P>[],
  ): this {
    return this.push('and', false, containsAll(this.target, key, values))
  }

  /** Same as {@link whereArrayContains}. */
  andWhereArrayContains<P extends AttributePath<M>>(
    key: P,
    values: ElementValue<M, P> | readonly ElementValue<M, P>[],
  ): this {
    return this.push('and', false, containsAll(this.target, key, values))
  }

  /** {@link whereArrayContains} as an alternative. */
  orWhereArrayContains<P extends AttributePath<M>>(
    key: P,
    values: ElementValue<M, P> | readonly ElementValue<M, P>[],
  ): this {
    return this.push('or', false, containsAll(this.target, key, values))
  }

  /** Array property lacks at least one of the values. See {@link whereArrayContains}. */
  whereNotArrayContains<P extends AttributePath<M>>(
    key: P,
    values: ElementValue<M, P> | readonly ElementValue<M, P>[],
  ): this {
    return this.push('and', true, containsAll(this.target, key, values))
  }

  /** Same as {@link whereNotArrayContains}. */
  andWhereNotArrayContains<P extends AttributePath<M>>(
    key: P,
    values: ElementValue<M, P> | readonly ElementValue<M, P>[],
  ): this {
    return this.push('and', true, containsAll(this.target, key, values))
  }

  /** {@link whereNotArrayContains} as an alternative. */
  orWhereNotArrayContains<P extends AttributePath<M>>(
    key: P,
    values: ElementValue<M, P> | readonly ElementValue<M, P>[],
  ): this {
    return this.push('or', true, containsAll(this.target, key, values))
  }

  /**
   * Array property has at least one of these values among its elements; none of no values. Otherwise
   * as {@link whereArrayContains}.
   *
   * @example
   * query.whereArrayContainsAny('tags', ['red', 'blue'])
   */
  whereArrayContainsAny<P extends AttributePath<M>>(
    key: P,
    values: readonly ElementValue<M, P>[],
  ): this {
    return this.push('and', false, containsAny(this.target, key, values))
  }

  /** Same as {@link whereArrayContainsAny}. */
  andWhereArrayContainsAny<P extends AttributePath<M>>(
    key: P,
    values: readonly ElementValue<M, P>[],
  ): this {
    return this.push('and', false, containsAny(this.target, key, values))
  }

  /** {@link whereArrayContainsAny} as an alternative. */
  orWhereArrayContainsAny<P extends AttributePath<M>>(
    key: P,
    values: readonly ElementValue<M, P>[],
  ): this {
    return this.push('or', false, containsAny(this.target, key, values))
  }

  /** Array property has none of the values. See {@link whereArrayContainsAny}. */
  whereNotArrayContainsAny<P extends AttributePath<M>>(
    key: P,
    values: readonly ElementValue<M, P>[],
  ): this {
    return this.push('and', true, containsAny(this.target, key, values))
  }

  /** Same as {@link whereNotArrayContainsAny}. */
  andWhereNotArrayContainsAny<P extends AttributePath<M>>(
    key: P,
    values: readonly ElementValue<M, P>[],
  ): this {
    return this.push('and', true, containsAny(this.target, key, values))
  }

  /** {@link whereNotArrayContainsAny} as an alternative. */
  orWhereNotArrayContainsAny<P extends AttributePath<M>>(
    key: P,
    values: readonly ElementValue<M, P>[],
  ): this {
    return this.push('or', true, containsAny(this.target, key, values))
  }

  /**
   * Array property has one element that fulfils all conditions (with `where('lines.sku', …)` and
   * `where('lines.quantity', …)` two different elements may). Conditions are written in a callback or
   * as an object of equalities, with the names inside the element; for elements that are single
   * values, as an object of comparisons. A callback that adds nothing is left out.
   *
   * Inside the callback everything may be used that MongoDB's `$elemMatch` allows: not
   * {@link whereSize} with an order, which throws `E_UNSUPPORTED`.
   *
   * @example
   * query.whereElemMatch('lines', (line) => line.where('sku', 'a').where('quantity', '>', 5))
   * query.whereElemMatch('lines', { sku: 'a', quantity: 5 })
   * query.whereElemMatch('scores', { '>=': 80, '<': 85 })
   */
  whereElemMatch<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((element: ArrayMethods<ElementOf<M, P>>) => void)
      | ElementConditions<ElementOf<M, P>>,
  ): this {
    return this.pushElement('and', false, key, conditions)
  }

  /** Same as {@link whereElemMatch}. */
  andWhereElemMatch<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((element: ArrayMethods<ElementOf<M, P>>) => void)
      | ElementConditions<ElementOf<M, P>>,
  ): this {
    return this.pushElement('and', false, key, conditions)
  }

  /** {@link whereElemMatch} as an alternative. */
  orWhereElemMatch<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((element: ArrayMethods<ElementOf<M, P>>) => void)
      | ElementConditions<ElementOf<M, P>>,
  ): this {
    return this.pushElement('or', false, key, conditions)
  }

  /** Array property has no element that fulfils all conditions. See {@link whereElemMatch}. */
  whereNotElemMatch<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((element: ArrayMethods<ElementOf<M, P>>) => void)
      | ElementConditions<ElementOf<M, P>>,
  ): this {
    return this.pushElement('and', true, key, conditions)
  }

  /** Same as {@link whereNotElemMatch}. */
  andWhereNotElemMatch<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((element: ArrayMethods<ElementOf<M, P>>) => void)
      | ElementConditions<ElementOf<M, P>>,
  ): this {
    return this.pushElement('and', true, key, conditions)
  }

  /** {@link whereNotElemMatch} as an alternative. */
  orWhereNotElemMatch<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((element: ArrayMethods<ElementOf<M, P>>) => void)
      | ElementConditions<ElementOf<M, P>>,
  ): this {
    return this.pushElement('or', true, key, conditions)
  }

  /**
   * The embedded document fulfils all conditions; of an array of them one item does, as in
   * {@link whereElemMatch}. They are written with the names of the embedded model. A callback that adds nothing
   * is left out. Throws `E_INVALID_QUERY` for a column that holds no embedded documents.
   *
   * @example
   * query.whereEmbedded('address', (address) => address.where('city', 'Rome').orWhereNull('city'))
   * query.whereEmbedded('items', { sku: 'pen', price: 2 })
   */
  whereEmbedded<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((inner: ArrayMethods<EmbeddedOf<M, P>>) => void)
      | ElementConditions<EmbeddedOf<M, P>>,
  ): this {
    return this.pushEmbedded('and', false, key, conditions)
  }

  /** Same as {@link whereEmbedded}. */
  andWhereEmbedded<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((inner: ArrayMethods<EmbeddedOf<M, P>>) => void)
      | ElementConditions<EmbeddedOf<M, P>>,
  ): this {
    return this.pushEmbedded('and', false, key, conditions)
  }

  /** {@link whereEmbedded} as an alternative. */
  orWhereEmbedded<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((inner: ArrayMethods<EmbeddedOf<M, P>>) => void)
      | ElementConditions<EmbeddedOf<M, P>>,
  ): this {
    return this.pushEmbedded('or', false, key, conditions)
  }

  /**
   * The embedded document does not fulfil all conditions; no item of an array does. See {@link whereEmbedded}.
   */
  whereNotEmbedded<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((inner: ArrayMethods<EmbeddedOf<M, P>>) => void)
      | ElementConditions<EmbeddedOf<M, P>>,
  ): this {
    return this.pushEmbedded('and', true, key, conditions)
  }

  /** Same as {@link whereNotEmbedded}. */
  andWhereNotEmbedded<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((inner: ArrayMethods<EmbeddedOf<M, P>>) => void)
      | ElementConditions<EmbeddedOf<M, P>>,
  ): this {
    return this.pushEmbedded('and', true, key, conditions)
  }

  /** {@link whereNotEmbedded} as an alternative. */
  orWhereNotEmbedded<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((inner: ArrayMethods<EmbeddedOf<M, P>>) => void)
      | ElementConditions<EmbeddedOf<M, P>>,
  ): this {
    return this.pushEmbedded('or', true, key, conditions)
  }

  /**
   * Array property has so many elements. What is no array has no size and is never found. An order
   * such as `'>'` cannot use an index.
   *
   * Throws `E_INVALID_QUERY` for what is no integer from 0 on, `E_UNKNOWN_COLUMN`.
   *
   * @example
   * query.whereSize('tags', 2).whereSize('lines', '>=', 1)
   */
  whereSize(key: AttributePath<M>, size: number): this
  whereSize(key: AttributePath<M>, operator: EqualityOperator | OrderOperator, size: number): this
  whereSize(...args: readonly unknown[]): this {
    return this.pushReading('and', false, readSize(this.target, args))
  }

  /** Same as {@link whereSize}. */
  andWhereSize(key: AttributePath<M>, size: number): this
  andWhereSize(key: AttributePath<M>, operator: EqualityOperator | OrderOperator, size: number): this
  andWhereSize(...args: readonly unknown[]): this {
    return this.pushReading('and', false, readSize(this.target, args))
  }

  /** {@link whereSize} as an alternative. */
  orWhereSize(key: AttributePath<M>, size: number): this
  orWhereSize(key: AttributePath<M>, operator: EqualityOperator | OrderOperator, size: number): this
  orWhereSize(...args: readonly unknown[]): this {
    return this.pushReading('or', false, readSize(this.target, args))
  }

  /**
   * Field is stored as this type, or as one of these; for an array also when an element is (MongoDB's
   * `$type`). Names are MongoDB's, and `'number'` for all numeric types. Throws `E_INVALID_QUERY` for
   * other names.
   *
   * @example
   * query.whereType('zip', ['string', 'int'])
   */
  whereType(key: AttributePath<M>, type: BsonTypeName | readonly BsonTypeName[]): this {
    return this.push('and', false, hasType(this.target, key, type))
  }

  /** Same as {@link whereType}. */
  andWhereType(key: AttributePath<M>, type: BsonTypeName | readonly BsonTypeName[]): this {
    return this.push('and', false, hasType(this.target, key, type))
  }

  /** {@link whereType} as an alternative. */
  orWhereType(key: AttributePath<M>, type: BsonTypeName | readonly BsonTypeName[]): this {
    return this.push('or', false, hasType(this.target, key, type))
  }

  /**
   * The field is there and stored as some other type; null is a type too. See {@link whereType}.
   */
  whereNotType(key: AttributePath<M>, type: BsonTypeName | readonly BsonTypeName[]): this {
    return this.push('and', true, hasType(this.target, key, type))
  }

  /** Same as {@link whereNotType}. */
  andWhereNotType(key: AttributePath<M>, type: BsonTypeName | readonly BsonTypeName[]): this {
    return this.push('and', true, hasType(this.target, key, type))
  }

  /** {@link whereNotType} as an alternative. */
  orWhereNotType(key: AttributePath<M>, type: BsonTypeName | readonly BsonTypeName[]): this {
    return this.push('or', true, hasType(this.target, key, type))
  }

  /**
   * Property is a number that leaves `remainder` when divided by `divisor`; fractions are cut off
   * first. Throws `E_INVALID_QUERY` for what are no integers, and for a divisor of 0.
   *
   * @example
   * query.whereMod('shard', 4, 0)
   */
  whereMod(key: AttributePath<M>, divisor: number, remainder: number): this {
    return this.push('and', false, hasRemainder(this.target, key, divisor, remainder))
  }

  /** Same as {@link whereMod}. */
  andWhereMod(key: AttributePath<M>, divisor: number, remainder: number): this {
    return this.push('and', false, hasRemainder(this.target, key, divisor, remainder))
  }

  /** {@link whereMod} as an alternative. */
  orWhereMod(key: AttributePath<M>, divisor: number, remainder: number): this {
    return this.push('or', false, hasRemainder(this.target, key, divisor, remainder))
  }

  /**
   * Bits of an integer or a binary value are set or clear: those of a mask, or those at the listed
   * positions, counted from 0. Throws `E_INVALID_QUERY`.
   *
   * @example
   * query.whereBits('flags', 'allSet', [0, 3])
   */
  whereBits(key: AttributePath<M>, test: BitTest, mask: number | readonly number[]): this {
    return this.push('and', false, hasBits(this.target, key, test, mask))
  }

  /** Same as {@link whereBits}. */
  andWhereBits(key: AttributePath<M>, test: BitTest, mask: number | readonly number[]): this {
    return this.push('and', false, hasBits(this.target, key, test, mask))
  }

  /** {@link whereBits} as an alternative. */
  orWhereBits(key: AttributePath<M>, test: BitTest, mask: number | readonly number[]): this {
    return this.push('or', false, hasBits(this.target, key, test, mask))
  }
}
