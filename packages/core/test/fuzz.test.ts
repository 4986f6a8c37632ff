import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { ask } from './ask.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.constantFrom('__proto__', '\0', '%', 'x'.repeat(5000)),
)
const name = fc.oneof(
  fc.constantFrom('check', 'skip', 'watchman-token', 'databases', 'caches', 'T0KEN'),
  text,
)

/** A query as no browser would send it: pairs encoded, half encoded or not at all. */
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

test('any query and header gets one JSON answer, and only the token opens the page', async () => {
  const runs: string[] = []
  const count = (check: string) => defineProbeCheck(check, { default: () => runs.push(check) }, { ttl: 0 })
  const watchman = createWatchman({ checks: [count('databases'), count('caches')], tokens: 'T0KEN' })
  await fc.assert(
    fc.asyncProperty(query, header, async (raw, authorization) => {
      runs.length = 0
      const headers = { authorization }
      const { status, body, text: json } = await ask(watchman, `/?${raw}`, { headers })
      const carries = `${raw} ${authorization}`.includes('T0KEN')
      expect([200, 403, 404]).toContain(status)
      expect(typeof body).toBe('object')
      expect(json).not.toContain('T0KEN')
      if (!carries) expect(status).toBe(403)
      if (status !== 200) expect(runs).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('any value from a check becomes a report that JSON can hold', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withObjectString: true,
      }),
      fc.boolean(),
      async (value, throws) => {
        const odd = vi.fn().mockImplementation(() => {
          if (throws) throw value
          return value
        })
        const checks = [defineProbeCheck('well', async () => {}), defineCheck('odd', odd)]
        const report = await createWatchman({ checks }).run()
        expect(JSON.parse(report.json)).toEqual(JSON.parse(JSON.stringify(report.body)))
        expect(report.results.map((result) => result.name)).toEqual(['well', 'odd'])
        expect(report.results[0]).toMatchObject({ state: 'ok', dict: { well: { ok: true } } })
        if (throws) expect(report.status).toBe(500)
      },
    ),
    { numRuns: 1000 },
  )
})
