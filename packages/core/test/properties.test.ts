import { type Check, createWatchman, defineCheck, defineProbeCheck, type Probe } from '@watchman/core'
import { memberOf } from '@watchman/core/driver'
import { ask, measureLateness, untyped } from '@watchman/test-helpers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pluginOf } from './plugins.ts'
import { sleep } from './sleep.ts'

const TIMEOUT = 40

/** How a probe behaves. */
type Behaviour = (typeof behaviours)[number]
const behaviours = [
  'healthy',
  'rejects',
  'throws',
  'slow',
  'aborts',
  'late',
  'ignores the signal',
  'rejects with undefined',
  'resolves to false',
] as const

/** A probe with this behaviour, which has its name in its errors, and counts its runs. */
function behaving(name: string, behaviour: Behaviour) {
  const count = { runs: 0, running: 0, most: 0 }
  const act: Readonly<Record<Behaviour, Probe>> = {
    healthy: () => {},
    rejects: () => Promise.reject(new Error(`${name} is down`)),
    throws: () => {
      throw new Error(`${name} threw`)
    },
    slow: () => sleep(TIMEOUT / 2),
    aborts: (signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    late: async () => {
      await sleep(TIMEOUT * 1.5)
      throw new Error(`${name} is late`)
    },
    'ignores the signal': () => sleep(TIMEOUT * 3),
    'rejects with undefined': () => Promise.reject(undefined),
    'resolves to false': async () => false,
  }
  const counted = async (signal: AbortSignal) => {
    count.running += 1
    count.most = Math.max(count.most, count.running)
    try {
      return await act[behaviour](signal)
    } finally {
      count.running -= 1
    }
  }
  const probe: Probe = (signal) => {
    count.runs += 1
    return behaviour === 'throws' ? act.throws(signal) : counted(signal)
  }
  return { name, behaviour, probe, count }
}

/** What the response may say of a target with this behaviour, on a machine that was busy for `late` milliseconds. */
function expectedOf(name: string, behaviour: Behaviour, late: number): readonly unknown[] {
  const failed = (error: unknown) => ({ ok: false, error })
  const timedOut = failed(`timed out after ${TIMEOUT} ms`)
  const overdue = '1 run has not settled since '
  const whileOverdue = [
    timedOut,
    failed(expect.stringContaining(`timed out after ${TIMEOUT} ms: ${overdue}`)),
    failed(expect.stringContaining(`no result yet: ${overdue}`)),
    failed('no result yet'), // the overdue run has settled a moment ago
  ]
  const ok = { ok: true }
  // Node calls overdue timers by their delays, so that after a pause the timer of the probe may precede that of its timeout.
  const afterPause = (result: unknown) => (late > 0 ? [result] : [])
  const possible: Readonly<Record<Behaviour, readonly unknown[]>> = {
    healthy: [ok],
    rejects: [failed(`${name} is down`)],
    throws: [failed(`${name} threw`)],
    slow: [ok, timedOut], // on a busy machine
    aborts: [timedOut],
    late: [...whileOverdue, ...afterPause(failed(`${name} is late`))],
    'ignores the signal': [...whileOverdue, ...afterPause(ok)],
    'rejects with undefined': [failed('failed with undefined')],
    'resolves to false': [failed('resolved to false')],
  }
  return possible[behaviour]
}

const targets = fc.array(fc.constantFrom(...behaviours), { minLength: 1, maxLength: 4 })
const callers = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 3 * TIMEOUT }),
    choice: fc.constantFrom('check', 'skip', 'all'),
    index: fc.nat(3),
  }),
  { minLength: 1, maxLength: 12 },
)

test('each caller gets one true answer in time, whatever others ask and the probes do', async () => {
  await fc.assert(
    fc.asyncProperty(
      targets,
      targets,
      fc.constantFrom(0, 30),
      callers,
      fc.boolean(),
      async (named, single, ttl, asking, critical) => {
        const many = named.map((behaviour, index) => behaving(`many-${index}`, behaviour))
        const each = single.map((behaviour, index) => behaving(`single-${index}`, behaviour))
        const probes = Object.fromEntries(many.map(({ name, probe }) => [name, probe]))
        const policy = { timeout: TIMEOUT, ttl }
        const checks: readonly Check[] = [
          defineProbeCheck('many', probes, policy),
          ...each.map(({ name, probe }) => defineProbeCheck(name, probe, { ...policy, critical })),
          defineCheck('echo', ({ url }) => ({ echo: new URL(url).searchParams.get('caller') })),
        ]
        const completed: string[] = []
        const plugin = pluginOf((host) => host.onResult(({ id }) => completed.push(id)))
        const watchman = createWatchman({ checks, plugins: [plugin] })
        const names = checks.map(({ name }) => name)

        const asked = new Set<string>()
        const lateness = measureLateness()
        const times = await Promise.all(
          asking.map(async ({ after, choice, index }, caller) => {
            await sleep(after)
            const name = names[index % names.length] ?? ''
            const selected = names.filter(
              (one) => choice === 'all' || (one === name) === (choice === 'check'),
            )
            for (const one of selected) asked.add(one)
            const began = performance.now()
            const { status, headers, body } = await ask(
              watchman,
              `/?caller=${caller}${choice === 'all' ? '' : `&${choice}=${name}`}`,
            )
            const duration = performance.now() - began

            expect(Object.keys({ ...untyped(body) })).toEqual(selected)
            if (selected.includes('echo')) expect(memberOf(body, 'echo')).toBe(`${caller}`)
            const singles = each.filter((one) => selected.includes(one.name))
            const singleResults = singles.map(({ name }) => memberOf(body, name))
            const manyResults = selected.includes('many')
              ? many.map(({ name }, position) => memberOf(memberOf(memberOf(body, 'many'), position), name))
              : []
            for (const [position, { name, behaviour }] of singles.entries()) {
              expect(expectedOf(name, behaviour, lateness.total())).toContainEqual(singleResults[position])
            }
            for (const [position, result] of manyResults.entries()) {
              const { name = '', behaviour = 'healthy' } = many[position] ?? {}
              expect(expectedOf(name, behaviour, lateness.total())).toContainEqual(result)
            }
            const stateOf = (result: unknown) => {
              const error = memberOf(result, 'error')
              if (error === undefined) return 'ok'
              return `${error}`.startsWith('no result yet') ? 'pending' : 'failing'
            }
            const states: string[] = manyResults.map(stateOf)
            for (const state of singleResults.map(stateOf)) {
              if (critical) states.push(state)
              else if (state === 'failing') states.push('degraded') // and a pending one does not count
            }
            const worst = ['failing', 'pending', 'degraded'].find((one) => states.includes(one)) ?? 'ok'
            expect(headers.get('x-watchman-status')).toBe(worst)
            expect(status).toBe(worst === 'failing' ? 500 : worst === 'pending' ? 503 : 200)
            return duration
          }),
        )
        expect(Math.max(...times)).toBeLessThan(TIMEOUT + 250 + lateness.total())
        lateness.stop()
        for (const { count } of [...many, ...each]) expect(count.most).toBeLessThanOrEqual(1)
        const runs = [
          ...each.map(({ name, count }) => ({ id: name, check: name, count })),
          ...many.map(({ name, count }) => ({ id: `many.${name}`, check: 'many', count })),
        ]
        for (const { id, check, count } of runs) {
          expect(count.runs > 0).toBe(asked.has(check))
          // A run that had to wait goes on when its callers have been answered.
          await expect.poll(() => completed.filter((one) => one === id).length).toBe(count.runs)
        }
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)
