import { createWatchman, defineProbeCheck, type Group, type Probe } from '@watchman/core'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const TIMEOUT = 100
/** Milliseconds that a run has to settle after its signal has aborted, and that fake timers add where one follows another. */
const SLACK = 5
const MAX_WAIT = 5 * 60_000

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})
afterEach(() => {
  vi.useRealTimers()
})

/** What a run does that starts during an outage. */
type Fault =
  | { readonly kind: 'lost' }
  | { readonly kind: 'rejects' }
  | { readonly kind: 'settles when aborted' }
  | { readonly kind: 'settles late'; readonly after: number }

/** A run as the probe saw it. */
interface Run {
  readonly target: string
  readonly started: number
  settled: number
  isOk: boolean
}

/** A caller and its answer. */
interface Answer {
  readonly asked: number
  readonly answered: number
  /** The state of each target, and the name in its details. */
  readonly shown: ReadonlyMap<string, readonly unknown[]>
}

const faults: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Fault>({ kind: 'lost' }) },
  fc.constant<Fault>({ kind: 'rejects' }),
  fc.constant<Fault>({ kind: 'settles when aborted' }),
  fc
    .integer({ min: TIMEOUT + 10, max: 12 * TIMEOUT })
    .map((after): Fault => ({ kind: 'settles late', after })),
)

/** Outages one after another: how long each target is well before one, how long that lasts, and what runs do meanwhile. */
const outages = fc.array(
  fc.record({
    well: fc.integer({ min: TIMEOUT, max: 5 * TIMEOUT }),
    length: fc.integer({ min: 10, max: 120 * TIMEOUT }),
    faults: fc.array(faults, { minLength: 1, maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 3 },
)
type Outage = Parameters<Parameters<typeof outages.map>[0]>[0][number]

/** Makes a probe that is down during these outages, and the list of its runs. The result of each run names the target. */
function suffering(target: string, plan: readonly Outage[]) {
  const runs: Run[] = []
  let start = 0
  const periods = plan.map(({ well, length, faults }) => {
    const from = start + well
    start = from + length
    return { from, to: start, left: [...faults], faults }
  })
  const probe: Probe = (signal) => {
    const run: Run = { target, started: Date.now(), settled: Number.POSITIVE_INFINITY, isOk: false }
    runs.push(run)
    const outage = periods.find(({ from, to }) => from <= run.started && run.started < to)
    const fault = outage && (outage.left.shift() ?? outage.faults.at(-1))
    const end = (isOk: boolean) => {
      run.settled = Date.now()
      run.isOk = isOk
    }
    return new Promise((resolve, reject) => {
      const fail = () => {
        end(false)
        reject(new Error(`${target} is down`))
      }
      if (!fault) {
        setTimeout(() => {
          end(true)
          resolve({ ok: true, details: { target } })
        }, 3)
      }
      if (fault?.kind === 'rejects') fail()
      if (fault?.kind === 'settles when aborted') signal.addEventListener('abort', fail)
      if (fault?.kind === 'settles late') setTimeout(fail, fault.after)
    })
  }
  return { probe, runs, periods, end: start }
}

/** How long the run after `index` has to wait for it once it is overdue: three timeouts, doubled by each replacement since a success. */
function waitAfter(runs: readonly Run[], index: number): number {
  let replacements = 0
  for (let one = 0; one < index; one += 1) {
    const [run, next] = [runs[one], runs[one + 1]]
    if (run?.isOk && run.settled <= run.started + TIMEOUT) replacements = 0
    if (run && next && run.settled > next.started) replacements += 1
  }
  return Math.min(3 * TIMEOUT * 2 ** replacements, MAX_WAIT)
}

/** When the run after `index` may start. */
function earliestStart(runs: readonly Run[], index: number): number {
  const { started = 0, settled = 0 } = runs[index] ?? {}
  const overdue = started + TIMEOUT
  if (settled <= overdue) return settled
  return Math.min(Math.max(settled, overdue), overdue + waitAfter(runs, index) + SLACK)
}

/** Callers that join and leave: each asks at its time, and again after its pause, until the end. */
const callers = fc.array(
  fc.record({
    from: fc.integer({ min: 0, max: 20 * TIMEOUT }),
    pause: fc.integer({ min: 1, max: 8 * TIMEOUT }),
    rounds: fc.integer({ min: 1, max: 30 }),
  }),
  { maxLength: 4 },
)

async function askRepeatedly(
  group: Group,
  { from, pause, rounds }: { from: number; pause: number; rounds: number },
  answers: Answer[],
): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, from))
  for (let round = 0; round < rounds; round += 1) {
    const asked = Date.now()
    const { results } = await group.report()
    const shown = new Map(results.map(({ id, state, details }) => [id, [state, details?.target]]))
    answers.push({ asked, answered: Date.now(), shown })
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

/** Advances in small steps while callers wait, so that a long outage costs little. */
async function playUntil(time: number): Promise<void> {
  while (Date.now() < time) await vi.advanceTimersByTimeAsync(Math.min(10 * TIMEOUT, time - Date.now()))
}

test('runs are replaced by the rule, every caller has one answer in time, and each target its own results', async () => {
  await fc.assert(
    fc.asyncProperty(outages, outages, callers, fc.boolean(), async (first, second, others, inBackground) => {
      vi.clearAllTimers() // the callers of the round before have left
      vi.setSystemTime(0)
      const targets = [suffering('a', first), suffering('b', second)]
      const [a, b] = targets
      const policy = { timeout: TIMEOUT, ttl: 0, ...(inBackground && { interval: 40 }) }
      const probes = { a: a?.probe ?? (() => {}), b: b?.probe ?? (() => {}) }
      const watchman = createWatchman({ checks: [defineProbeCheck('main', probes, policy)] })
      const answers: Answer[] = []
      const end = Math.max(...targets.map((target) => target.end))
      const steady = { from: 0, pause: 40, rounds: Number.POSITIVE_INFINITY }
      for (const id of ['main.a', 'main.b']) {
        void askRepeatedly(watchman.select({ check: [id] }), steady, answers)
      }
      for (const caller of others) void askRepeatedly(watchman, caller, answers)
      await playUntil(2 * end + 6 * TIMEOUT)

      for (const { asked, answered, shown } of answers) {
        expect(answered - asked).toBeLessThanOrEqual(TIMEOUT + SLACK)
        for (const [id, [, target]] of shown) expect([id.at(-1), undefined]).toContain(target)
      }
      for (const { runs, end } of targets) {
        const successes = runs.flatMap(({ isOk, settled }) => (isOk ? settled : []))
        const before = successes.findLast((time) => time < end) ?? 0
        const after = successes.find((time) => time >= end) ?? Number.POSITIVE_INFINITY
        // Its own length, since the last success, and three timeouts; then a run that the next caller starts.
        expect(after - end).toBeLessThanOrEqual(Math.min(end - before + 3 * TIMEOUT, MAX_WAIT) + 2 * TIMEOUT)
        for (const [index, { started }] of runs.slice(1).entries()) {
          const earliest = earliestStart(runs, index)
          expect(started).toBeGreaterThanOrEqual(earliest - SLACK)
          // Somebody asks all the time, so that it starts then, too.
          expect(started).toBeLessThanOrEqual(earliest + 50 + SLACK)
        }
      }
      const { results } = await watchman.snapshot()
      expect(results.map(({ id, state }) => `${id} ${state}`)).toEqual(['main.a ok', 'main.b ok'])
      await watchman.close()
    }),
    { numRuns: 15, endOnFailure: true },
  )
}, 60_000)

test('close() answers everybody at once and starts nothing more, whatever runs or waits', async () => {
  await fc.assert(
    fc.asyncProperty(
      outages,
      callers,
      fc.integer({ min: 0, max: 30 * TIMEOUT }),
      async (plan, others, closing) => {
        vi.clearAllTimers() // the callers of the round before have left
        vi.setSystemTime(0)
        const { probe, runs } = suffering('a', plan)
        const check = defineProbeCheck('main', probe, { timeout: TIMEOUT, ttl: 0, interval: 70 })
        const watchman = createWatchman({ checks: [check] })
        const answers: Answer[] = []
        for (const caller of [{ from: 0, pause: 5, rounds: 1000 }, ...others]) {
          void askRepeatedly(watchman, { ...caller, rounds: 1000 }, answers)
        }
        await playUntil(closing)
        const before = runs.length
        await watchman.close()
        await vi.advanceTimersByTimeAsync(10 * TIMEOUT)
        expect(runs).toHaveLength(before)
        for (const { asked, answered } of answers) {
          if (answered > closing) expect(answered - Math.max(asked, closing)).toBeLessThanOrEqual(SLACK)
        }
      },
    ),
    { numRuns: 40, endOnFailure: true },
  )
}, 60_000)
