import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { type Check, createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { dashboard } from '@watchman/dashboard'
import { ask, untyped, valueKinds } from '@watchman/test-helpers'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { check } from '../src/commands/check.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const ignore = () => {}
const silent = { info: ignore, warn: ignore, error: ignore }

/** Ways in which a check comes by a value, and whether it fails whatever the value is. */
const ways: readonly (readonly [
  way: string,
  fails: boolean,
  check: (name: string, make: () => unknown) => Check,
])[] = [
  ['a function returns', false, (name, make) => defineCheck(name, () => ({ [name]: untyped(make()) }))],
  [
    'a probe throws',
    true,
    (name, make) =>
      defineProbeCheck(name, () => {
        throw make()
      }),
  ],
  [
    'a probe has among its details',
    false,
    (name, make) => defineProbeCheck(name, async () => ({ ok: true, details: { value: make() } })),
  ],
]

/** All kinds of values that a check may come by, each with its check and the state that is true. */
const cases = Object.entries(valueKinds).flatMap(([kind, { make, state }]) =>
  ways.map(([way, fails, checkOf], index) => {
    const title = `${way} ${kind}`
    return { title, state: fails ? 'failing' : state, check: checkOf(`check-${index}`, make) }
  }),
)

test.each(cases)('the dashboard and the exit code say the same: $title', async ({ state, check: one }) => {
  const folder = await mkdtemp(join(tmpdir(), 'watchman-verdict-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const watchman = createWatchman({ checks: [one], plugins: [dashboard()], logger: silent })
  Object.assign(globalThis, { watchmanUnderTest: watchman })
  await writeFile(join(folder, 'watchman.config.mjs'), 'export default globalThis.watchmanUnderTest\n')

  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(`${line}`) > 0)
  const { signal } = new AbortController()
  const code = await check({ verbose: true }, { folder, environment: {}, interrupted: signal, onEnd() {} })
  const { text } = await ask(watchman, '/dashboard')

  expect(code).toBe(state === 'ok' ? 0 : 1)
  expect(stripVTControlCharacters(lines.join(''))).toMatch(new RegExp(`^${state} `))
  expect(text).toContain(`<title>${state === 'ok' ? 'All systems go' : '1 failing'} · `)
  expect(text).toContain(`class="row ${state}"`)
  await watchman.close()
})
