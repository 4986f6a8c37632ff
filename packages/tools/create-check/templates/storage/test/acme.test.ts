import { createWatchman } from '@watchman/core'
import { storage } from '@watchman/storage'
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

test('a storage that stores files is ok', async () => {
  await backend.up()
  const watchman = createWatchman({ checks: [storage({ uploads: probe })] })
  expect(JSON.stringify((await watchman.report()).body)).toBe('{"storage":[{"uploads":{"ok":true}}]}')
})

test('a storage that returns an old file fails', async () => {
  await backend.up()
  const stale = { ...connect(backend.url), read: async () => 'an old file' }
  const watchman = createWatchman({ checks: [storage({ uploads: acme(stale) })] })
  expect(JSON.stringify((await watchman.report()).body)).toBe(
    '{"storage":[{"uploads":{"ok":false,"error":"read back other content than was written"}}]}',
  )
})

test('anything but a client is refused', () => {
  const other = { read() {} }
  // @ts-expect-error: a client has more members
  expect(() => acme(other)).toThrow('acme(…) expects a client with the methods write, read and remove')
})
