import { createWatchman } from '@watchman/core'
import { checkCases } from '@watchman/testing'
import { afterAll, expect, test } from 'vitest'
import { connect } from '../src/client.ts'
import { acme } from '../src/index.ts'
import { startBackend } from './backend.ts'
import { queue } from './queue.ts'

const backend = await startBackend(queue(['one', 'two', 'three']))
afterAll(backend.down)

const client = connect(backend.url)
const check = acme(client, { timeout: 300 })
const subject = {
  up: () => backend.up().then(() => check),
  down: () => backend.down().then(() => check),
  hung: () => backend.hang().then(() => check),
}

for (const { name, run } of checkCases(subject)) test(name, run)

test('a queue within the limit is ok', async () => {
  await backend.up()
  const watchman = createWatchman({ checks: [acme(client, { limit: 3 })] })
  expect(JSON.stringify((await watchman.report()).body)).toBe('{"acme":{"ok":true,"waiting":3}}')
})

test('a queue beyond the limit fails', async () => {
  await backend.up()
  const watchman = createWatchman({ checks: [acme(client, { limit: 2 })] })
  expect(JSON.stringify((await watchman.report()).body)).toBe(
    '{"acme":{"ok":false,"error":"3 jobs wait, more than 2","waiting":3}}',
  )
})

test('anything but a client, an invalid limit and an unknown option are refused', () => {
  const other = { close() {} }
  // @ts-expect-error: a client has the method waiting
  expect(() => acme(other)).toThrow('acme(…) expects a client with the method waiting, not an Object')
  expect(() => acme(client, { limit: -1 })).toThrow(
    'option limit of acme must be a whole number from 0, not -1',
  )
  // @ts-expect-error: the option is called limit
  expect(() => acme(client, { limits: 5 })).toThrow('acme has no option "limits"')
})
