import { expect, test } from 'vitest'
import { ago, brief, count, duration, moment, span } from '../src/words.ts'

test.each([
  [0, '<1 ms'],
  [0.9, '<1 ms'],
  [1, '1 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [5321, '5.3 s'],
  [59_949, '59.9 s'],
  [60_000, '1 min'],
])('%d ms took %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text)
})

test.each([
  [-5, '0 s', 'just now'],
  [999, '0 s', 'just now'],
  [59_999, '59 s', '59 s ago'],
  [3_599_999, '59 min', '59 min ago'],
  [86_399_999, '23 h', '23 h ago'],
  [864_000_000, '10 d', '10 d ago'],
])('%d ms are %s', (milliseconds, length, past) => {
  expect([span(milliseconds), ago(milliseconds)]).toEqual([length, past])
})

test('counts, shortens and dates', () => {
  expect([count(0, 'check'), count(1, 'check'), count(2, 'check')]).toEqual([
    '0 checks',
    '1 check',
    '2 checks',
  ])
  expect([brief('x'.repeat(100)).length, brief('x'.repeat(101))]).toEqual([100, `${'x'.repeat(99)}…`])
  expect(moment(Date.UTC(2026, 10, 2, 9, 30, 0, 123))).toBe('2026-11-02 09:30:00 UTC')
})
