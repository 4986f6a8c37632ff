import { expect, test } from 'vitest'
import { fillMarks } from '../src/fill-marks.ts'

test('an option is shown with its type, its comment and its default', () => {
  const lines = fillMarks('before\n<!-- options Policy packages/core -->\nafter').split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'before',
      '| `timeout`<br>`number` | Milliseconds until a run counts as failed and its signal aborts, from 1. | `5000` |',
      'after',
    ]),
  )
  expect(fillMarks('<!-- options CheckOptions packages/core -->')).toContain(
    '| `aliases`<br>`readonly string[]` | Other names that `?check=` and `?skip=` accept. | `[]` |',
  )
})

test('a vertical bar in a type does not end its cell', () => {
  expect(fillMarks('<!-- options WatchmanOptions packages/core -->')).toContain("`'full' \\| 'none'`")
})

test('a member is shown as TypeScript declares it', () => {
  expect(fillMarks('<!-- members Watchman packages/core -->')).toContain(
    "| `close(): Promise<void>` | Stops timers and aborts what runs; from then on every report is 503. Waits for the plugins' `onClose`. |",
  )
  expect(fillMarks('<!-- members PluginSubject packages/tools/testing -->')).toContain(
    '| `plugin: () => Plugin` |',
  )
})

test('the variables are those that the command reads', () => {
  expect(fillMarks('<!-- variables -->')).toContain(
    '| `REDIS_URL` | URL of a Redis server: `redis:` or `rediss:` |',
  )
})

test('a mark that cannot be replaced fails the build', () => {
  expect(() => fillMarks('<!-- optins Policy packages/core -->')).toThrow('no such mark')
  expect(() => fillMarks('<!-- options Gone packages/core -->')).toThrow('no interface Gone in packages/core')
})

test('other comments and code are left alone', () => {
  const text = 'some `<!-- options X y -->` and <!-- a comment -->\n<!--given\nconst x = 1\n-->'
  expect(fillMarks(text)).toBe(text)
})
