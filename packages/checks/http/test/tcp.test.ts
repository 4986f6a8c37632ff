import { createServer } from 'node:net'
import { expect, test, vi } from 'vitest'
import { tcp } from '../src/tcp.ts'
import { ask, sockets, WELL } from './ask.ts'
import { listen } from './listen.ts'

test('says whether anybody listens, and leaves no connection', async () => {
  const before = sockets()
  const server = await listen(createServer())
  const { port } = server
  expect(await ask(tcp('127.0.0.1', port))).toEqual(WELL)
  await vi.waitFor(() => expect(server.open.size).toBe(0))
  await server.stop()
  expect((await ask(tcp('127.0.0.1', port))).error).toBe(`connect ECONNREFUSED 127.0.0.1:${port}`)
  expect((await ask(tcp('nonexistent.invalid', 80))).error).toContain('ENOTFOUND nonexistent.invalid')
  await vi.waitFor(() => expect(sockets()).toBeLessThanOrEqual(before))
})

test('gives up when it is told to', async () => {
  const controller = new AbortController()
  const asked = tcp('192.0.2.1', 80)(controller.signal) // an address that nobody has
  controller.abort(new Error('time is up'))
  await expect(asked).rejects.toThrow(/time is up|ENETUNREACH|EHOSTUNREACH/)
})

test.each([
  ['a URL for a host', () => tcp('http://search.internal', 80), 'without a scheme'],
  ['no port', () => tcp('search.internal', 0), 'a port from 1 to 65535'],
  ['half a port', () => tcp('search.internal', 1.5), 'a port from 1 to 65535'],
])('refuses %s', (_what, make, message) => expect(make).toThrow(message))
