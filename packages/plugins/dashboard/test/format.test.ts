import { expect, test } from 'vitest'
import { count, formatAgo, formatDuration, formatSpan, formatTime, truncate } from '../src/format.ts'

test.each([
  [0, '<1 ms'],
  [0.9, '<1 ms'],
  [1, '1 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [5321, '5.3 s'],
  [59_949, '59.9 s'],
  [60_000, '1 min'],
])('a run of %d ms took %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text)
})

test.each([
  [-5, '0 s', 'just now'],
  [999, '0 s', 'just now'],
  [59_999, '59 s', '59 s ago'],
  [3_599_999, '59 min', '59 min ago'],
  [86_399_999, '23 h', '23 h ago'],
  [864_000_000, '10 d', '10 d ago'],
])('formats %d ms as %s and %s', (milliseconds, length, past) => {
  expect([formatSpan(milliseconds), formatAgo(milliseconds)]).toEqual([length, past])
})

test('formats counts, long names and times', () => {
  expect([count(0, 'check'), count(1, 'check'), count(2, 'check')]).toEqual([
    '0 checks',
    '1 check',
    '2 checks',
  ])
  expect([truncate('x'.repeat(100)).length, truncate('x'.repeat(101))]).toEqual([100, `${'x'.repeat(99)}…`])
  expect(formatTime(Date.UTC(2026, 10, 2, 9, 30, 0, 123))).toBe('2026-11-02 09:30:00 UTC')
})
