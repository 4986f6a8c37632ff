import { createServer } from 'node:net'
import { listen, openSockets, untyped } from '@watchman/test-helpers'
import { expect, test } from 'vitest'
import { tcpProbe } from '../src/tcp.ts'
import { askService, HEALTHY } from './ask-service.ts'

test('is ok while the port accepts connections, and leaves none', async () => {
  const before = openSockets()
  const server = await listen(createServer())
  const { port } = server
  expect(await askService(tcpProbe('127.0.0.1', port))).toEqual(HEALTHY)
  await expect.poll(() => server.connections.size).toBe(0)
  await server.close()
  expect((await askService(tcpProbe('127.0.0.1', port))).error).toBe(`connect ECONNREFUSED 127.0.0.1:${port}`)
  expect((await askService(tcpProbe('nonexistent.invalid', 80))).error).toContain(
    'ENOTFOUND nonexistent.invalid',
  )
  await expect.poll(() => openSockets()).toBeLessThanOrEqual(before)
})

test('rejects when its signal aborts', async () => {
  const controller = new AbortController()
  const asked = tcpProbe('192.0.2.1', 80)(controller.signal) // an address reserved for documentation
  controller.abort(new Error('time is up'))
  await expect(asked).rejects.toThrow(/time is up|ENETUNREACH|EHOSTUNREACH/)
})

test.each([
  [
    'a URL for a host',
    () => tcpProbe('http://search.internal', 80),
    'tcpProbe(…) expects a host name or an IP address, without a scheme or a port, not a string',
  ],
  [
    'a host with a port',
    () => tcpProbe('search.internal:9300', 9300),
    'tcpProbe(…) expects a host name or an IP address, without a scheme or a port',
  ],
  [
    'a host from a variable that is not set',
    () => tcpProbe(untyped(undefined), 80),
    'tcpProbe(…) expects a host name or an IP address, without a scheme or a port, not undefined',
  ],
  [
    'a port as text',
    () => tcpProbe('search.internal', untyped('80')),
    'tcpProbe(…) expects a port from 1 to 65535, not a string',
  ],
  ['no port', () => tcpProbe('search.internal', 0), 'tcpProbe(…) expects a port from 1 to 65535'],
  ['half a port', () => tcpProbe('search.internal', 1.5), 'a port from 1 to 65535'],
])('refuses %s', (_what, make, message) => expect(make).toThrow(message))
