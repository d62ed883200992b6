import { expect, it } from 'vitest'
import { wrapped } from '../../examples/demo/show.ts'

it.each([
  ['nothing', '', ['']],
  ['what fits', 'a few words', ['a few words']],
  ['words', 'one two three four', ['one two', 'three four']],
  ['a long word', 'see 0123456789abcdef there', ['see', '0123456789', 'abcdef', 'there']],
  [
    'colours, which take no place',
    '\u001b[31mred\u001b[39m green',
    ['\u001b[31mred\u001b[39m green'],
  ],
  ['what is indented', '   a b', ['   a b']],
])('36: lines of the demo fit: %s', (_name, text, lines) => {
  expect(wrapped(text, 10 + (lines.length === 1 ? 2 : 0))).toEqual(lines)
})
