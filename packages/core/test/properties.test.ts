import { type Check, createWatchman, defineCheck, defineProbeCheck, type Probe } from '@watchman/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ask, lateness, sleep } from './ask.ts'

const TIMEOUT = 40

/** How a probe behaves. */
type Behaviour = 'well' | 'fails' | 'throws' | 'slow' | 'hangs' | 'late' | 'deaf' | 'odd'
const behaviours: readonly Behaviour[] = ['well', 'fails', 'throws', 'slow', 'hangs', 'late', 'deaf', 'odd']

/** A probe that behaves so, says its name in what it throws, and counts its runs. */
function behaving(name: string, behaviour: Behaviour) {
  const count = { runs: 0, running: 0, most: 0 }
  const act: Readonly<Record<Behaviour, Probe>> = {
    well: () => {},
    fails: () => Promise.reject(new Error(`${name} is down`)),
    throws: () => {
      throw new Error(`${name} threw`)
    },
    slow: () => sleep(TIMEOUT / 2),
    // Gives up when it is told to.
    hangs: (signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    late: async () => {
      await sleep(TIMEOUT * 1.5)
      throw new Error(`${name} is late`)
    },
    deaf: () => sleep(TIMEOUT * 3),
    odd: () => Promise.reject(undefined),
  }
  const counted = async (signal: AbortSignal) => {
    count.running += 1
    count.most = Math.max(count.most, count.running)
    try {
      await act[behaviour](signal)
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

/** What the response may say of a target that behaves so. */
function mayBe(name: string, behaviour: Behaviour): readonly unknown[] {
  const failed = (error: string) => ({ ok: false, error })
  const timedOut = failed(`timed out after ${TIMEOUT} ms`)
  const well = { ok: true }
  const possible: Readonly<Record<Behaviour, readonly unknown[]>> = {
    well: [well],
    fails: [failed(`${name} is down`)],
    throws: [failed(`${name} threw`)],
    slow: [well, timedOut], // it may start behind another, or on a busy machine
    hangs: [timedOut],
    late: [timedOut],
    deaf: [timedOut],
    odd: [failed('failed with undefined')],
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

test('each caller gets one true answer in time, whatever the others ask and the checks do', async () => {
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
        const watchman = createWatchman({ checks })
        const names = checks.map(({ name }) => name)

        const wanted = new Set<string>()
        const late = lateness()
        const slowest = await Promise.all(
          asking.map(async ({ after, choice, index }, caller) => {
            await sleep(after)
            const name = names[index % names.length] ?? ''
            const selected = names.filter(
              (one) => choice === 'all' || (one === name) === (choice === 'check'),
            )
            for (const one of selected) wanted.add(one)
            const began = performance.now()
            const { status, headers, body } = await ask(
              watchman,
              `/?caller=${caller}${choice === 'all' ? '' : `&${choice}=${name}`}`,
            )
            const took = performance.now() - began

            expect(Object.keys(Object(body))).toEqual(selected)
            const results: unknown[] = []
            if (selected.includes('echo')) expect(Object(body).echo).toBe(`${caller}`)
            for (const { name: target, behaviour } of each.filter((one) => selected.includes(one.name))) {
              results.push(Object(body)[target])
              expect(mayBe(target, behaviour)).toContainEqual(Object(body)[target])
            }
            const singles = results.length
            if (selected.includes('many')) {
              for (const [position, { name: target, behaviour }] of many.entries()) {
                const result = Object(body).many[position][target]
                results.push(result)
                expect(mayBe(target, behaviour)).toContainEqual(result)
              }
            }
            const isWell = results.every((result) => Object(result).ok)
            const hasFailed = results.slice(critical ? 0 : singles).some((result) => !Object(result).ok)
            expect(status).toBe(hasFailed ? 500 : 200)
            expect(headers.get('x-watchman-status')).toBe(hasFailed ? 'failing' : isWell ? 'ok' : 'degraded')
            return took
          }),
        )
        expect(Math.max(...slowest)).toBeLessThan(TIMEOUT + 250 + late())
        for (const { count } of [...many, ...each]) expect(count.most).toBeLessThanOrEqual(1)
        for (const { name, count } of each) expect(count.runs > 0).toBe(wanted.has(name))
        for (const { count } of many) expect(count.runs > 0).toBe(wanted.has('many'))
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)
