/** Text. Text in arguments stands for itself; a field is `expr.field('name')`. */
import { record } from '../../record.ts'
import { readWord } from '../read.ts'
import type {
  Derived,
  NoPath,
  NumberOperand,
  PathsOf,
  TextOperand,
  ValueOf,
} from '../types/operands.ts'
import { make, operandOf } from './compile.ts'
import type { Expression, Scope } from './expression.ts'

type Text<A> = Expression<string, PathsOf<A>>

function values(scope: Scope, operands: readonly unknown[]): unknown[] {
  return operands.map((operand) => operandOf(scope, operand).value)
}

function named(scope: Scope, operands: Record<string, unknown>): Record<string, unknown> {
  const args = record()
  for (const [name, operand] of Object.entries(operands)) {
    if (operand !== undefined) args[name] = operandOf(scope, operand).value
  }
  return args
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
  return make('$concat', (scope) => values(scope, texts))
}

/** In capitals; empty for null. @example expr.toUpper(expr.field('code')) */
export function toUpper<const A extends TextOperand>(text: NoPath<A>): Text<A> {
  return make('$toUpper', (scope) => operandOf(scope, text).value)
}

/** In small letters; empty for null. @example expr.toLower(expr.field('email')) */
export function toLower<const A extends TextOperand>(text: NoPath<A>): Text<A> {
  return make('$toLower', (scope) => operandOf(scope, text).value)
}

type Trimmed<A> = Expression<Derived<ValueOf<A>, string>, PathsOf<A>>

function trimmed<A>(name: string, input: unknown, chars: unknown): Trimmed<A> {
  return make(name, (scope) => named(scope, { input, chars }))
}

/** Without white space, or the characters of `chars`, at both ends. @example expr.trim(expr.field('name')) */
export function trim<const A extends TextOperand>(text: A, chars?: TextOperand): Trimmed<A> {
  return trimmed('$trim', text, chars)
}

/** As `trim`, at the start. @example expr.ltrim(expr.field('number'), '0') */
export function ltrim<const A extends TextOperand>(text: A, chars?: TextOperand): Trimmed<A> {
  return trimmed('$ltrim', text, chars)
}

/** As `trim`, at the end. @example expr.rtrim(expr.field('path'), '/') */
export function rtrim<const A extends TextOperand>(text: A, chars?: TextOperand): Trimmed<A> {
  return trimmed('$rtrim', text, chars)
}

/** The pieces between separators. @example expr.split(expr.field('path'), '/') */
export function split<const A extends TextOperand>(
  text: A,
  separator: TextOperand,
): Expression<Derived<ValueOf<A>, string[]>, PathsOf<A>> {
  return make('$split', (scope) => values(scope, [text, separator]))
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
  return make('$substrCP', (scope) => values(scope, [text, start, length]))
}

/** How many characters (code points). The server refuses null. @example expr.strLen(expr.field('name')) */
export function strLen<const A extends TextOperand>(text: A): Expression<number, PathsOf<A>> {
  return make('$strLenCP', (scope) => operandOf(scope, text).value)
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
  return make('$indexOfCP', (scope) => values(scope, [text, search]))
}

/** With the first occurrence replaced. @example expr.replaceOne(expr.field('name'), 'Mr ', '') */
export function replaceOne<const A extends TextOperand>(
  input: A,
  find: TextOperand,
  replacement: TextOperand,
): Trimmed<A> {
  return make('$replaceOne', (scope) => named(scope, { input, find, replacement }))
}

/** With every occurrence replaced. @example expr.replaceAll(expr.field('phone'), ' ', '') */
export function replaceAll<const A extends TextOperand>(
  input: A,
  find: TextOperand,
  replacement: TextOperand,
): Trimmed<A> {
  return make('$replaceAll', (scope) => named(scope, { input, find, replacement }))
}

/** A comparison without regard to case: -1, 0 or 1. @example expr.strcasecmp(expr.field('a'), expr.field('b')) */
export function strcasecmp<const A extends TextOperand, const B extends TextOperand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Expression<-1 | 0 | 1, PathsOf<A> | PathsOf<B>> {
  return make('$strcasecmp', (scope) => values(scope, [a, b]))
}

const REGEX_OPTIONS = ['i', 'm', 's', 'x'] as const

function regexArgs(scope: Scope, place: string, given: readonly unknown[]) {
  const [input, regex, options] = given
  const args = named(scope, { input, regex })
  if (options !== undefined) {
    const letters = Array.from(typeof options === 'string' ? options : [options])
    for (const letter of letters) {
      readWord<string>(scope.shape, `each option of ${place}`, letter, REGEX_OPTIONS)
    }
    args.options = options
  }
  return args
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
  const given = [text, regex, options]
  return make('$regexMatch', (scope) => regexArgs(scope, 'expr.regexMatch()', given))
}

/** What `expr.regexFind()` finds. */
export interface RegexFound {
  match: string
  /** Position in code points. */
  idx: number
  captures: (string | null)[]
}

/** The first match of a regular expression, or null. @example expr.regexFind(expr.field('text'), /#\w+/) */
export function regexFind<const A extends TextOperand>(
  text: A,
  regex: RegExp | TextOperand,
  options?: string,
): Expression<RegexFound | null, PathsOf<A>> {
  const given = [text, regex, options]
  return make('$regexFind', (scope) => regexArgs(scope, 'expr.regexFind()', given))
}
