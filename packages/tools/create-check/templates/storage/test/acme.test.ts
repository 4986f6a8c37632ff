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
  held: backend.connections,
  residue: () => [...kept.keys()],
}

for (const { name, run } of probeCases(subject)) test(name, run)

test('a storage that keeps what it is given is ok', async () => {
  await backend.up()
  const watchman = createWatchman({ checks: [storage({ uploads: probe })] })
  expect((await watchman.run()).json).toBe('{"storage":[{"uploads":{"ok":true}}]}')
})

test('a storage that answers with an old file is not ok', async () => {
  await backend.up()
  const stale = { ...connect(backend.url), read: async () => 'an old file' }
  const watchman = createWatchman({ checks: [storage({ uploads: acme(stale) })] })
  expect((await watchman.run()).json).toBe(
    '{"storage":[{"uploads":{"ok":false,"error":"read back other content than was written"}}]}',
  )
})

test('what is no client is refused at once', () => {
  expect(() => acme(Object({ read() {} }))).toThrow(
    'acme(client) wants a client that has write(), read() and',
  )
})
