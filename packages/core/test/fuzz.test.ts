import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { handleOf } from '@watchman/core/adapter'
import { ask } from '@watchman/test-helpers'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { adapterRequest } from './adapter-request.ts'
import { healthy } from './probes.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.constantFrom('__proto__', '\0', '%', 'x'.repeat(5000)),
)
const name = fc.oneof(
  fc.constantFrom('check', 'skip', 'watchman-token', 'databases', 'databases.default', 'caches', 'T0KEN'),
  text,
)

/** A query as no browser would send it: pairs that are encoded, half encoded or not at all. */
const query = fc
  .array(
    fc.tuple(
      name,
      name,
      fc.constantFrom(encodeURIComponent, (raw: string) => raw),
    ),
    { maxLength: 8 },
  )
  .map((pairs) => pairs.map(([key, value, encode]) => `${encode(key)}=${encode(value)}`).join('&'))
  .map((raw) => Buffer.from(raw, 'utf8').toString('latin1').replace(/[#]/g, '%'))

const header = fc
  .tuple(fc.constantFrom('', 'Bearer ', 'WATCHMAN-TOKEN Token=', 'WATCHMAN-TOKEN Token="', 'Basic '), name)
  .map((parts) => parts.join('').replace(/[^\x20-\x7e\xa0-\xff]/g, ''))

/** Any value that a check may return or throw. */
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withBoxedValues: true,
  withTypedArray: true,
})

test('any query and header gets one JSON answer, and only the token opens the page', async () => {
  const runs: string[] = []
  const count = (check: string) => defineProbeCheck(check, { default: () => runs.push(check) }, { ttl: 0 })
  const watchman = createWatchman({ checks: [count('databases'), count('caches')], tokens: 'T0KEN' })
  await fc.assert(
    fc.asyncProperty(query, header, async (raw, authorization) => {
      runs.length = 0
      const {
        status,
        headers,
        body,
        text: json,
      } = await ask(watchman, `/?${raw}`, { headers: { authorization } })
      const hasToken = `${raw} ${authorization}`.includes('T0KEN')
      expect([200, 403, 404]).toContain(status)
      expect(typeof body).toBe('object')
      expect(json).not.toContain('T0KEN')
      expect((headers.get('x-watchman-unknown') ?? '').length).toBeLessThanOrEqual(500)
      if (!hasToken) expect(status).toBe(403)
      if (status !== 200) expect(runs).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('any path gets one answer, and only the exact paths of views are found', async () => {
  const handle = handleOf(createWatchman({ checks: [defineProbeCheck('email', healthy)] }), 'fuzz')
  const known = new Set(['', '/', 'ping', '/ping', 'ping/', '/ping/', 'bare', '/bare', 'bare/', '/bare/'])
  const part = fc.oneof(fc.constantFrom('/', '.', '..', 'ping', 'bare', '%2f', '%70', ';', '\\', 'x'), text)
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
      const path = parts.join('')
      const { status } = await handle({ ...adapterRequest('/'), path })
      expect(status).toBe(known.has(path) ? 200 : 404)
    }),
    { numRuns: 1000 },
  )
})

test.each([
  ['a function', () => vi.fn()],
  ['a probe', () => vi.fn()],
])('any value that %s returns or throws becomes a report that JSON can hold', async (kind, mock) => {
  await fc.assert(
    fc.asyncProperty(anything, fc.boolean(), async (value, throws) => {
      const odd = mock().mockImplementation(() => {
        if (throws) throw value
        return value
      })
      const check = kind === 'a probe' ? defineProbeCheck('odd', odd) : defineCheck('odd', odd)
      const watchman = createWatchman({ checks: [defineProbeCheck('healthy', healthy), check] })
      const { state, results, body } = await watchman.report()
      expect(JSON.parse(JSON.stringify(body))).toEqual(body)
      expect(JSON.parse(JSON.stringify(results))).toMatchObject([
        { id: 'healthy', state: 'ok' },
        { id: 'odd', state },
      ])
      if (throws) expect(state).toBe('failing')
    }),
    { numRuns: 1000 },
  )
})
