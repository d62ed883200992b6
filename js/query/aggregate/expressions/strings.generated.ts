// Generated from tables/strings.md by scripts/generate_expressions.mjs.
/** Text. Text in arguments stands for itself; a field is `expr.field('name')`. */

import type { Derived, NoPath, NumberOperand, PathsOf, TextOperand, ValueOf } from '../types/operands.ts'
import { Expression } from './expression.ts'
import { list, named, operand, operation, optional } from './forms.ts'
import { letters } from './words.ts'

type Text<A> = Expression<string, PathsOf<A>>

type Trimmed<A> = Expression<Derived<ValueOf<A>, string>, PathsOf<A>>

/** What `expr.regexFind()` finds. */
export interface RegexFound {
  match: string
  /** Position in code points. */
  idx: number
  captures: (string | null)[]
}

/**
 * The texts one after the other; null where one is null or missing.
 *
 * @example
 * expr.concat(expr.field('firstName'), ' ', expr.field('lastName'))
 */
export function concat<const A extends readonly TextOperand[]>(
  ...texts: A
): Expression<Derived<ValueOf<A[number]>, string>, PathsOf<A[number]>> {
  return new Expression(operation('$concat', list(...texts)))
}

/** In capitals; empty for null. @example expr.toUpper(expr.field('code')) */
export function toUpper<const A extends TextOperand>(text: NoPath<A>): Text<A> {
  return new Expression(operation('$toUpper', operand(text)))
}

/** In small letters; empty for null. @example expr.toLower(expr.field('email')) */
export function toLower<const A extends TextOperand>(text: NoPath<A>): Text<A> {
  return new Expression(operation('$toLower', operand(text)))
}

/**
 * Without white space, or the characters of `chars`, at both ends.
 *
 * @example
 * expr.trim(expr.field('name'))
 */
export function trim<const A extends TextOperand>(text: A, chars?: TextOperand): Trimmed<A> {
  return new Expression(operation('$trim', named({ input: optional(text), chars: optional(chars) })))
}

/** As `trim`, at the start. @example expr.ltrim(expr.field('number'), '0') */
export function ltrim<const A extends TextOperand>(text: A, chars?: TextOperand): Trimmed<A> {
  return new Expression(operation('$ltrim', named({ input: optional(text), chars: optional(chars) })))
}

/** As `trim`, at the end. @example expr.rtrim(expr.field('path'), '/') */
export function rtrim<const A extends TextOperand>(text: A, chars?: TextOperand): Trimmed<A> {
  return new Expression(operation('$rtrim', named({ input: optional(text), chars: optional(chars) })))
}

/**
 * The pieces between separators.
 *
 * @example
 * expr.split(expr.field('path'), '/')
 */
export function split<const A extends TextOperand>(
  text: A,
  separator: TextOperand,
): Expression<Derived<ValueOf<A>, string[]>, PathsOf<A>> {
  return new Expression(operation('$split', list(text, separator)))
}

/**
 * `length` characters (code points) from the position `start`, counted from 0; empty for null.
 *
 * @example
 * expr.substr(expr.field('postcode'), 0, 2)
 */
export function substr<const A extends TextOperand>(
  text: A,
  start: NumberOperand,
  length: NumberOperand,
): Text<A> {
  return new Expression(operation('$substrCP', list(text, start, length)))
}

/**
 * How many characters (code points). The server refuses null.
 *
 * @example
 * expr.strLen(expr.field('name'))
 */
export function strLen<const A extends TextOperand>(text: A): Expression<number, PathsOf<A>> {
  return new Expression(operation('$strLenCP', operand(text)))
}

/**
 * The position (in code points, from 0) of the first occurrence; -1 when there is none.
 *
 * @example
 * expr.indexOf(expr.field('email'), '@')
 */
export function indexOf<const A extends TextOperand, const B extends TextOperand>(
  text: A,
  search: NoPath<B>,
): Expression<Derived<ValueOf<A>, number>, PathsOf<A> | PathsOf<B>> {
  return new Expression(operation('$indexOfCP', list(text, search)))
}

/** With the first occurrence replaced. @example expr.replaceOne(expr.field('name'), 'Mr ', '') */
export function replaceOne<const A extends TextOperand>(
  input: A,
  find: TextOperand,
  replacement: TextOperand,
): Trimmed<A> {
  return new Expression(operation('$replaceOne', named({ input: optional(input), find: optional(find), replacement: optional(replacement) })))
}

/** With every occurrence replaced. @example expr.replaceAll(expr.field('phone'), ' ', '') */
export function replaceAll<const A extends TextOperand>(
  input: A,
  find: TextOperand,
  replacement: TextOperand,
): Trimmed<A> {
  return new Expression(operation('$replaceAll', named({ input: optional(input), find: optional(find), replacement: optional(replacement) })))
}

/**
 * A comparison without regard to case: -1, 0 or 1.
 *
 * @example
 * expr.strcasecmp(expr.field('a'), expr.field('b'))
 */
export function strcasecmp<const A extends TextOperand, const B extends TextOperand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Expression<-1 | 0 | 1, PathsOf<A> | PathsOf<B>> {
  return new Expression(operation('$strcasecmp', list(a, b)))
}

/**
 * Whether the text fits a regular expression. The pattern is PCRE; never make one of what comes from
 * a request.
 *
 * @example
 * expr.regexMatch(expr.field('email'), /@example\.com$/i)
 */
export function regexMatch<const A extends TextOperand>(
  text: A,
  regex: RegExp | TextOperand,
  options?: string,
): Expression<boolean, PathsOf<A>> {
  return new Expression(operation('$regexMatch', named({ input: optional(text), regex: optional(regex), options: letters(options) })))
}

/**
 * The first match of a regular expression, or null.
 *
 * @example
 * expr.regexFind(expr.field('text'), /#\w+/)
 */
export function regexFind<const A extends TextOperand>(
  text: A,
  regex: RegExp | TextOperand,
  options?: string,
): Expression<RegexFound | null, PathsOf<A>> {
  return new Expression(operation('$regexFind', named({ input: optional(text), regex: optional(regex), options: letters(options) })))
}
