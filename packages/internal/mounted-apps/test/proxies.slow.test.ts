import { missing, type Server, startHaproxy, startNginx } from '@watchman/servers'
import { type MountedServer, pathSpellings } from '@watchman/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from '../src/apps.ts'
import { haproxyConfig, nginxConfig, type ProxyConfigOptions } from '../src/proxy-config.ts'
import { send } from './send.ts'
import { withDashboard } from './watchman.ts'

type StartProxy = (options: Omit<ProxyConfigOptions, 'port'>) => Promise<Server>

const NOBODY = '192.0.2.0/24' // reserved for documentation
const US = '127.0.0.0/8'

const startNginxAsDocumented: StartProxy = (options) =>
  startNginx({ config: (port) => nginxConfig({ ...options, port }) })
const startHaproxyAsDocumented: StartProxy = (options) =>
  startHaproxy({ config: (port) => haproxyConfig({ ...options, port }) })

const proxies: readonly (readonly [name: string, reason: string | undefined, start: StartProxy])[] = [
  ['nginx', missing('nginx'), startNginxAsDocumented],
  ['HAProxy', missing('haproxy'), startHaproxyAsDocumented],
]

describe.each(proxies)('behind %s as documented', (name, reason, startProxy) => {
  describe.each(apps.map((app) => [app.name, app] as const))(
    `%s ${reason ?? ''}`,
    { skip: reason !== undefined },
    (_name, app) => {
      const watchman = withDashboard()
      const open: { server?: MountedServer; denying?: Server; allowing?: Server } = {}

      beforeAll(async () => {
        open.server = await app.start(watchman)
        const { port, pathname } = new URL(open.server.url)
        const options = { app: Number(port), mount: pathname }
        open.denying = await startProxy({ ...options, allowed: NOBODY })
        open.allowing = await startProxy({ ...options, allowed: US })
      })
      afterAll(() => Promise.all([open.denying?.stop(), open.allowing?.stop(), open.server?.close()]))

      const mount = () => new URL(`${open.server?.url}`).pathname
      const viaDenying = (target: string) => send(`${open.denying?.url}`, target)
      const viaAllowing = (target: string) => send(`${open.allowing?.url}`, target)

      test('is reached from the network that the rule allows, and not from another', async () => {
        for (const target of ['', '/', '/?check=databases', '/bare', '/ping', '/dashboard']) {
          expect(await viaAllowing(mount() + target)).toMatch(
            target === '/dashboard' ? /^HTTP\/1\.1 403/ : /^HTTP\/1\.1 200/,
          )
          expect(await viaDenying(mount() + target)).toMatch(/^HTTP\/1\.1 403/)
        }
        expect(await viaAllowing(`${mount()}/ping`)).toContain('pong')
        expect(await viaAllowing('/nowhere')).toMatch(/^HTTP\/1\.1 404/)
        expect(await viaDenying('/nowhere')).toMatch(/^HTTP\/1\.1 404/)
      })

      test.each(Object.keys(pathSpellings('/watchman', 'ping')))(
        'is not reached from another network by another spelling of its path, with %s',
        async (kind) => {
          for (const target of pathSpellings(mount(), 'ping')[kind] ?? []) {
            expect([target, await viaDenying(target)]).not.toEqual([target, expect.stringContaining('pong')])
          }
          expect(await viaDenying('/nowhere')).toMatch(/^HTTP\/1\.1 404/) // the proxy still asks the app
        },
      )

      if (name === 'HAProxy') {
        test('passes the health check', async () => {
          await expect.poll(() => viaAllowing('/stats;csv')).toMatch(/^shop,a,.*,UP,.*,L7OK,200,/m)
        })
      }
    },
  )
})

describe.skipIf(missing('nginx'))(
  `nginx that compares the beginning of the path ${missing('nginx') ?? ''}`,
  () => {
    test.each(
      apps
        .filter(({ parsesUrls, ignoresCase }) => !parsesUrls && !ignoresCase)
        .map((app) => [app.name, app] as const),
    )('keeps every other spelling of the path from %s, which compares what was sent', async (_name, app) => {
      const server = await app.start(withDashboard())
      const port = Number(new URL(server.url).port)
      const location = `location /watchman/ { deny all; }\nlocation = /watchman { deny all; }\nlocation / { proxy_pass http://127.0.0.1:${port}; }`
      const nginx = await startNginx({ config: (own) => `server { listen 127.0.0.1:${own}; ${location} }` })
      const received: (readonly [string, string])[] = []
      for (const target of Object.values(pathSpellings(new URL(server.url).pathname, 'ping')).flat()) {
        received.push([target, await send(nginx.url, target)])
      }
      await Promise.all([nginx.stop(), server.close()])
      expect(received.filter(([, response]) => response.includes('pong'))).toEqual([])
    })
  },
)
