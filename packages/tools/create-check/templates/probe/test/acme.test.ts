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
  heldResources: backend.connections,
}

for (const { name, run } of probeCases(subject)) test(name, run)

test('a server that answers is ok', async () => {
  await backend.up()
  const watchman = createWatchman({ checks: [defineProbeCheck('acme', probe)] })
  expect(JSON.stringify((await watchman.report()).body)).toBe('{"acme":{"ok":true}}')
})

test('the error of a server that does not listen shows the cause', async () => {
  await backend.down()
  const watchman = createWatchman({ checks: [defineProbeCheck('acme', { main: probe })] })
  const { port } = new URL(backend.url)
  expect(JSON.stringify((await watchman.report()).body)).toBe(
    `{"acme":[{"main":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:${port}"}}]}`,
  )
})

test('anything but a client is refused', () => {
  const other = { close() {} }
  // @ts-expect-error: a client has more members
  expect(() => acme(other)).toThrow('acme(…) expects a client with the method ping, not an Object')
})
