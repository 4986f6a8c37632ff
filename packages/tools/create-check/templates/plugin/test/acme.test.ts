import { createWatchman, defineProbeCheck } from '@watchman/core'
import { pluginCases } from '@watchman/testing'
import { expect, test } from 'vitest'
import { acme } from '../src/index.ts'

const subject = {
  plugin: acme,
  view: 'acme',
  showsFailure: ({ text }: { readonly text: string }) => /^failing /m.test(text),
}

for (const { name, run } of pluginCases(subject)) test(name, run)

const request = new Request('http://localhost/acme')

test('each target has a line', async () => {
  const databases = defineProbeCheck('databases', {
    default: () => 'fine',
    replica: () => Promise.reject(new Error('connect ECONNREFUSED')),
  })
  const queue = defineProbeCheck('queue', () => 'fine', { critical: false })
  const watchman = createWatchman({ checks: [databases, queue], plugins: [acme()] })
  const response = await watchman.fetch(request)
  expect(response.status).toBe(503)
  expect((await response.text()).replace(/\d+ ms/g, '… ms')).toBe(
    'ok databases.default … ms\nfailing databases.replica … ms\nok queue … ms\n',
  )
})

test('a name with a line break stays on its line', async () => {
  const watchman = createWatchman({
    checks: [defineProbeCheck('a\nfailing b', () => 'fine')],
    plugins: [acme()],
  })
  const response = await watchman.fetch(request)
  expect(await response.text()).toMatch(/^ok a\?failing b \d+ ms\n$/)
})

test('a degraded target is 200, and held readiness 503', async () => {
  const queue = defineProbeCheck('queue', () => Promise.reject(new Error('full')), { critical: false })
  const watchman = createWatchman({ checks: [queue], plugins: [acme()] })
  expect((await watchman.fetch(request)).status).toBe(200)
  watchman.holdReadiness('draining')
  expect((await watchman.fetch(request)).status).toBe(503)
})

test('without checks the reason is shown', async () => {
  const watchman = createWatchman({ plugins: [acme()] })
  const response = await watchman.fetch(request)
  expect([response.status, await response.text()]).toEqual([503, 'No checks found\n'])
})
