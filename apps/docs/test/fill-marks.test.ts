import { expect, test } from 'vitest'
import { fillMarks } from '../src/fill-marks.ts'

test('an option stands with its type, what its comment says, and its default', () => {
  const lines = fillMarks('before\n<!-- options CheckPolicy packages/core -->\nafter').split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'before',
      '| `timeout`<br>`number` | Milliseconds until a run counts as failed and is told to give up, from 1. | `5000` |',
      '| `aliases`<br>`readonly string[]` | Other names by which `?check=` and `?skip=` know it. | `[]` |',
      'after',
    ]),
  )
})

test('a stroke in a type does not end its cell', () => {
  expect(fillMarks('<!-- options WatchmanOptions packages/core -->')).toContain("`'full' \\| 'none'`")
})

test('a function stands with what it takes and gives', () => {
  expect(fillMarks('<!-- members Watchman packages/core -->')).toContain(
    '| `close(): Promise<void>` | Stops timers and aborts what runs; from then on every answer is 503. |',
  )
})

test('the variables are those that the command reads', () => {
  expect(fillMarks('<!-- variables -->')).toContain('| `REDIS_URL` | a Redis: `redis:` or `rediss:` |')
})

test('a mark that leads nowhere fails the build', () => {
  expect(() => fillMarks('<!-- optins CheckPolicy packages/core -->')).toThrow('no such mark')
  expect(() => fillMarks('<!-- options Gone packages/core -->')).toThrow('no interface Gone in packages/core')
})

test('what is no mark stays as it is', () => {
  const text = 'some `<!-- options X y -->` and <!-- a comment -->\n<!--given\nconst x = 1\n-->'
  expect(fillMarks(text)).toBe(text)
})
