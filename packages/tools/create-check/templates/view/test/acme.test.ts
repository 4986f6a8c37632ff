import { createWatchman, defineProbeCheck } from '@watchman/core'
import { viewCases } from '@watchman/testing'
import { expect, test } from 'vitest'
import { acme } from '../src/index.ts'

const subject = { view: acme, tellsFailure: ({ text }: { readonly text: string }) => /^failing /m.test(text) }

for (const { name, run } of viewCases(subject)) test(name, run)

test('a line tells of each target', async () => {
  const databases = defineProbeCheck('databases', {
    default: () => 'fine',
    replica: () => Promise.reject(new Error('connect ECONNREFUSED')),
  })
  const queue = defineProbeCheck('queue', () => 'fine', { critical: false })
  const watchman = createWatchman({ checks: [databases, queue], views: [acme()] })
  const response = await watchman.fetch(new Request('http://localhost/acme'))
  expect(response.status).toBe(500)
  expect((await response.text()).replace(/\d+ ms/g, '… ms')).toBe(
    'ok databases.default … ms\nfailing databases.replica … ms\nok queue … ms\n',
  )
})

test('a name with a line break stays on its line', async () => {
  const watchman = createWatchman({
    checks: [defineProbeCheck('a\nfailing b', () => 'fine')],
    views: [acme()],
  })
  const response = await watchman.fetch(new Request('http://localhost/acme'))
  expect(await response.text()).toMatch(/^ok a\?failing b \d+ ms\n$/)
})

test('a query that no check answers to is told', async () => {
  const watchman = createWatchman({ views: [acme()] })
  const response = await watchman.fetch(new Request('http://localhost/acme'))
  expect([response.status, await response.text()]).toEqual([404, 'No checks found\n'])
})
