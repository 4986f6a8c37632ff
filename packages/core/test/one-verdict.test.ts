import { type Check, createWatchman, defineCheck, defineProbeCheck, type State } from '@watchman/core'
import { degraded, memberOf } from '@watchman/core/driver'
import { ask, nestings, untyped, valueKinds } from '@watchman/test-helpers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pluginOf } from './plugins.ts'
import { recordLog } from './record-log.ts'
import { failOnUnhandledErrors } from './unhandled-errors.ts'

failOnUnhandledErrors()

/** A kind of value, and the state of a target whose result contains it. */
interface Kind {
  readonly make: () => unknown
  readonly state: State
}

const kinds: Readonly<Record<string, Kind>> = {
  ...valueKinds,
  'a degraded error': { make: () => degraded('busy'), state: 'degraded' },
}

/** How a target comes by a value: the check, and its state where the result contains something in `state`. */
const ways: Readonly<
  Record<string, (value: unknown) => { readonly check: Check; readonly stateOf: (inside: State) => State }>
> = {
  'a function returns it': (value) => ({
    check: defineCheck('own', () => ({ own: untyped(value) }), { ttl: 1000 }),
    stateOf: (inside) => inside,
  }),
  'a function throws it': (value) => ({
    check: defineCheck(
      'own',
      () => {
        throw value
      },
      { ttl: 1000 },
    ),
    stateOf: (inside) => (inside === 'degraded' ? 'degraded' : 'failing'),
  }),
  'a probe rejects with it': (value) => ({
    check: defineProbeCheck('own', () => Promise.reject(value)),
    stateOf: (inside) => (inside === 'degraded' ? 'degraded' : 'failing'),
  }),
  'a probe has it among its details': (value) => ({
    check: defineProbeCheck('own', async () => ({ ok: true, details: { value } })),
    stateOf: (inside) => inside,
  }),
}

test('status, headers, body, log, listeners and report tell one story of any value, and never a better one than the truth', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(kinds)),
      fc.array(fc.constantFrom(...Object.keys(nestings)), { maxLength: 3 }),
      fc.constantFrom(...Object.keys(ways)),
      fc.constantFrom('full', 'none'),
      async (kindName, nested, wayName, details) => {
        const kind = kinds[kindName]
        const way = ways[wayName]
        if (!kind || !way) throw new Error('unknown name')
        const isThrown = wayName.includes('throws') || wayName.includes('rejects')
        const value = nested.reduce((inner, name) => nestings[name]?.(inner), kind.make())
        const { check, stateOf } = way(value)
        // What is thrown fails, whatever it contains; only a degraded error itself degrades.
        const expected = isThrown && nested.length > 0 ? 'failing' : stateOf(kind.state)
        const received: string[] = []
        const { lines, logger } = recordLog()
        const watchman = createWatchman({
          checks: [check],
          plugins: [pluginOf((host) => host.onResult(({ state }) => received.push(state)))],
          logger,
          details: details === 'none' ? 'none' : 'full',
        })

        const { status, headers, body, text } = await ask(watchman)
        const bare = await ask(watchman, '/bare')
        const report = await watchman.report()
        const snapshot = watchman.snapshot()

        expect(headers.get('x-watchman-status')).toBe(expected)
        expect([status, bare.status]).toEqual(expected === 'failing' ? [500, 500] : [200, 200])
        expect([report.state, snapshot.state, snapshot.results[0]?.state]).toEqual([
          expected,
          expected,
          expected,
        ])
        expect(received).toEqual([expected])
        expect(lines.map(({ level }) => level)).toEqual(
          { ok: [], degraded: ['warn'], failing: ['error'], pending: [] }[expected],
        )
        expect(JSON.parse(text)).toEqual(body)
        if (expected !== 'ok') expect(text).toContain('"ok":false')
        else expect(text).not.toContain('"ok":false')
        if (details === 'none') expect(text).not.toMatch(/down|getter/)
        expect(memberOf(body, 'own') === undefined && expected !== 'ok').toBe(false)
        await watchman.close()
      },
    ),
    { numRuns: 1500 },
  )
}, 60_000)
