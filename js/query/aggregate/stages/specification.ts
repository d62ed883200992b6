/** Options of stages, read by what each of them is. */
import { needInteger } from '../../options.ts'
import type { Document } from '../../record.ts'
import { operandOf, storedField, subjectOf } from '../expressions/compile.ts'
import type { Scope } from '../expressions/expression.ts'
import { readMatch } from '../match.ts'
import { readFlag, readList, readNumber, readWord } from '../read.ts'
import { ownName } from '../shapes/names.ts'
import { readSort } from '../sort.ts'

/** What an option is: checks what was given, and answers what is sent. `what` is its name in messages. */
export type Option = (scope: Scope, what: string, given: unknown) => unknown

/** Writes the options that are there into a stage, in the order of `kinds`. */
export function addOptions(
  stage: Document,
  scope: Scope,
  place: string,
  given: Readonly<Record<string, unknown>>,
  kinds: Readonly<Record<string, Option>>,
): Document {
  for (const [name, option] of Object.entries(kinds)) {
    const value = given[name]
    if (value !== undefined) stage[name] = option(scope, `${name} of ${place}`, value)
  }
  return stage
}

export const flag: Option = ({ shape }, what, given) => readFlag(shape, what, given)

export const finite: Option = ({ shape }, what, given) => readNumber(shape, what, given)

export const order: Option = (scope, what, given) => readSort(scope, what, given)

export const filter: Option = (scope, what, given) => readMatch(scope, what, given)

export const operand: Option = (scope, _, given) => operandOf(scope, given).value

export const subject: Option = (scope, _, given) => subjectOf(scope, given).value

/** A field that is there. */
export const stored: Option = (scope, _, given) => storedField(scope, given)

/** One of them or several, as a list. */
export const storedList: Option = (scope, _, given) =>
  readList(given).map((name) => storedField(scope, name))

/** A field that the stage makes; one that has the name keeps its stored name. */
export const made: Option = ({ shape }, what, given) => {
  const name = ownName(shape, what, given)
  return shape.field(name)?.stored ?? name
}

export function integer(least: number): Option {
  return ({ shape }, what, given) => needInteger(shape, what, given, least)
}

export function word(words: readonly string[]): Option {
  return ({ shape }, what, given) => readWord(shape, what, given, words)
}
