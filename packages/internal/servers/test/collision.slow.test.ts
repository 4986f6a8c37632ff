import { once } from 'node:events'
import { createServer, type Server as NetServer } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  missing,
  startHaproxy,
  startMariadb,
  startMemcached,
  startNginx,
  startPostgres,
  startRedis,
  startSmtp,
} from '../src/index.ts'
import { HOST, type Server } from '../src/server.ts'

const taken = vi.hoisted((): number[] => [])

vi.mock(import('../src/free-port.ts'), async (original) => {
  const { freePort } = await original()
  return { freePort: async () => taken.pop() ?? freePort() }
})

const occupants: NetServer[] = []
afterEach(() => {
  for (const occupant of occupants.splice(0)) occupant.close()
})

/** Listens and closes what comes: a port that was free a moment ago. */
async function occupy(): Promise<number> {
  const occupant = createServer((socket) => socket.destroy())
  occupants.push(occupant)
  await once(occupant.listen(0, HOST), 'listening')
  const address = occupant.address()
  return typeof address === 'object' && address ? address.port : 0
}

const nginxConfig = (port: number) => `server { listen 127.0.0.1:${port}; }`
const haproxyConfig = (port: number) =>
  `defaults\n  timeout client 5s\n  mode http\nfrontend f\n  bind 127.0.0.1:${port}\n  http-request return status 204\n`

const starts: readonly (readonly [
  name: string,
  start: () => Promise<Server>,
  reason?: string | undefined,
])[] = [
  ['postgres', startPostgres, missing('postgres')],
  ['mariadb', startMariadb, missing('mariadb')],
  ['redis', startRedis, missing('redis')],
  ['memcached', startMemcached, missing('memcached')],
  ['nginx', () => startNginx({ config: nginxConfig }), missing('nginx')],
  ['HAProxy', () => startHaproxy({ config: haproxyConfig }), missing('haproxy')],
  ['smtp', startSmtp],
]

describe('when somebody takes the port first', () => {
  for (const [name, start, reason] of starts) {
    test.skipIf(reason)(`${name} takes another one`, async () => {
      const port = await occupy()
      taken.push(port)
      const server = await start()
      expect(taken).toEqual([])
      expect(server.port).not.toBe(port)
      await server.stop()
    })
  }

  test('gives up after the second time, with what the server said', async () => {
    taken.push(await occupy(), await occupy())
    await expect(startSmtp()).rejects.toThrow(/smtp did not start on port .+EADDRINUSE/s)
  })
})
