import { caches } from '@watchman/cache'
import { createWatchman } from '@watchman/core'
import { probeCases } from '@watchman/testing'
import { afterAll, expect, test } from 'vitest'
import { connect } from '../src/client.ts'
import { acme } from '../src/index.ts'
import { startBackend } from './backend.ts'
import { store } from './store.ts'

const kept = new Map<string, string>()
const backend = await startBackend(store(kept))
afterAll(backend.down)

const probe = acme(connect(backend.url))
const subject = {
  up: () => backend.up().then(() => probe),
  down: () => backend.down().then(() => probe),
  hung: () => backend.hang().then(() => probe),
  heldResources: backend.connections,
  leftovers: () => [...kept.keys()],
}

for (const { name, run } of probeCases(subject)) test(name, run)

test('a cache that stores values is ok', async () => {
  await backend.up()
  const watchman = createWatchman({ checks: [caches({ default: probe })] })
  expect(JSON.stringify((await watchman.report()).body)).toBe('{"caches":[{"default":{"ok":true}}]}')
})

test('a cache that returns an old value fails', async () => {
  await backend.up()
  const stale = { ...connect(backend.url), get: async () => 'an old value' }
  const watchman = createWatchman({ checks: [caches({ default: acme(stale) })] })
  expect(JSON.stringify((await watchman.report()).body)).toBe(
    '{"caches":[{"default":{"ok":false,"error":"read back another value than was written"}}]}',
  )
})

test('anything but a client is refused', () => {
  const other = { get() {} }
  // @ts-expect-error: a client has more members
  expect(() => acme(other)).toThrow('acme(…) expects a client with the methods set, get and delete')
})
