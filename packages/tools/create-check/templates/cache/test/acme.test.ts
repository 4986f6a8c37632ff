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
  held: backend.connections,
  residue: () => [...kept.keys()],
}

for (const { name, run } of probeCases(subject)) test(name, run)

test('a cache that keeps what it is given is ok', async () => {
  await backend.up()
  const watchman = createWatchman({ checks: [caches({ default: probe })] })
  expect((await watchman.run()).json).toBe('{"caches":[{"default":{"ok":true}}]}')
})

test('a cache that answers with an old value is not ok', async () => {
  await backend.up()
  const stale = { ...connect(backend.url), get: async () => 'an old value' }
  const watchman = createWatchman({ checks: [caches({ default: acme(stale) })] })
  expect((await watchman.run()).json).toBe(
    '{"caches":[{"default":{"ok":false,"error":"read back another value than was written"}}]}',
  )
})

test('what is no client is refused at once', () => {
  expect(() => acme(Object({ get() {} }))).toThrow('acme(client) wants a client that has set(), get() and')
})
