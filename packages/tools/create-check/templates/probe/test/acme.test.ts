import { createWatchman, defineProbeCheck } from '@watchman/core'
import { probeCases } from '@watchman/testing'
import { afterAll, expect, test } from 'vitest'
import { connect } from '../src/client.ts'
import { acme } from '../src/index.ts'
import { startBackend } from './backend.ts'
import { server } from './server.ts'

const backend = await startBackend(server())
afterAll(backend.down)

const probe = acme(connect(backend.url))
const subject = {
  up: () => backend.up().then(() => probe),
  down: () => backend.down().then(() => probe),
  hung: () => backend.hang().then(() => probe),
  held: backend.connections,
}

for (const { name, run } of probeCases(subject)) test(name, run)

test('a server that answers is ok', async () => {
  await backend.up()
  const watchman = createWatchman({ checks: [defineProbeCheck('acme', probe)] })
  expect((await watchman.run()).json).toBe('{"acme":{"ok":true}}')
})

test('a server that does not listen is named with the cause', async () => {
  await backend.down()
  const watchman = createWatchman({ checks: [defineProbeCheck('acme', { main: probe })] })
  const { port } = new URL(backend.url)
  expect((await watchman.run()).json).toBe(
    `{"acme":[{"main":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:${port}"}}]}`,
  )
})

test('what is no client is refused at once', () => {
  expect(() => acme(Object({ close() {} }))).toThrow('acme(client) wants a client that has ping()')
})
