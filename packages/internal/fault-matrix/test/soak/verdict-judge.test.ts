import { expect, test } from 'vitest'
import { createVerdictJudge } from './verdict-judge.ts'

/** A judge with a clock that the test sets; requests take no time. */
function createJudge() {
  const clock = { time: 0, lateness: 0 }
  const times = { timeout: 1000, ttl: 500, grace: 100 }
  const { change, judge, counts } = createVerdictJudge(
    times,
    () => clock.lateness,
    () => clock.time,
  )
  const judgeAt = (time: number, isOk: boolean) => {
    clock.time = time
    return judge({ isOk, began: time, ended: time, text: 'timed out' })
  }
  return { clock, change, judge, judgeAt, counts }
}

test('an ok is wrong once the backend has been broken for longer than timeout + ttl', () => {
  const { change, judgeAt } = createJudge()
  change('broken', 'refuses')
  expect(judgeAt(1600, true)).toBeUndefined()
  expect(judgeAt(1601, true)).toBe('ok although the backend has been broken for 1601 ms (refuses)')
  expect(judgeAt(1602, true), 'said once').toBeUndefined()
  expect(judgeAt(9000, false)).toBeUndefined()
})

test('a failure is wrong once the backend has worked for longer than three timeouts + ttl', () => {
  const { change, clock, judgeAt } = createJudge()
  change('broken', 'refuses')
  clock.time = 10_000
  change('working', 'refused before')
  expect(judgeAt(13_600, false)).toBeUndefined()
  expect(judgeAt(13_601, false)).toBe(
    'not ok for 3601 ms although the backend works (refused before): timed out',
  )
})

test('a failure is wrong, too, that lasts for so long after the target was ok again', () => {
  const { judgeAt } = createJudge()
  expect(judgeAt(5000, true)).toBeUndefined()
  expect(judgeAt(8600, false)).toBeUndefined()
  expect(judgeAt(8601, false)).toMatch('not ok for 3601 ms')
})

test('a late process extends both limits, by what it was late since then', () => {
  const { change, clock, judgeAt } = createJudge()
  clock.lateness = 5000
  change('broken', 'refuses')
  clock.lateness += 200
  expect(judgeAt(1800, true)).toBeUndefined()
  expect(judgeAt(1801, true)).toMatch('broken for 1801 ms')
})

test('no verdict is wrong while the condition is unclear, or has changed since the request', () => {
  const { change, clock, judge, judgeAt, counts } = createJudge()
  change('unclear', 'slow')
  expect(judgeAt(99_000, true)).toBeUndefined()
  expect(judgeAt(99_000, false)).toBeUndefined()
  clock.time = 100_000
  change('broken', 'refuses')
  expect(judge({ isOk: true, began: 99_999, ended: 200_000, text: '' })).toBeUndefined()
  expect(counts).toEqual({ ok: 0, failing: 0 })
})
