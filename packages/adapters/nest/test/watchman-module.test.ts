import { createWatchman, defineCheck } from '@watchman/core'
import { askServer, untyped } from '@watchman/test-helpers'
import { type AdapterSubject, adapterCases } from '@watchman/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { nestRequest, type WatchmanModuleOptions } from '../src/index.ts'
import { type Platform, versions } from './nests.ts'
import { moduleOf, type Parts, start } from './start.ts'

const PLATFORMS: readonly Platform[] = ['express', 'fastify']
const grid = versions.flatMap((nest) => PLATFORMS.map((platform) => [nest.version, platform, nest] as const))

const { signal } = new AbortController()
const build = defineCheck('build', () => ({ build: 1 }))

describe.each(grid)('Nest %s on %s', (_version, platform, nest) => {
  const { WatchmanModule, WATCHMAN } = nest

  async function serve(parts: Parts): Promise<string> {
    const { url, close } = await start(nest, platform, parts)
    onTestFinished(close)
    return url
  }

  async function mount(options: WatchmanModuleOptions) {
    const { url, close } = await start(nest, platform, {
      imports: [WatchmanModule.forRoot({ ...options, path: 'deep/watchman' })],
    })
    return { url: `${url}/deep/watchman`, close }
  }
  const subject: AdapterSubject = {
    mount: (watchman) => mount({ watchman }),
    mountView: (watchman) => mount({ watchman }),
    isRaw: (raw) => {
      const request = nestRequest({ raw, signal })
      return request !== undefined && (platform === 'express' ? 'baseUrl' : 'raw') in request
    },
    beside: '/beside',
    ignoresCase: platform === 'express',
  }
  for (const { name, run } of adapterCases(subject)) test(name, run)

  test('answers at /watchman where no path is given, with the options of createWatchman', async () => {
    const url = await serve({ imports: [WatchmanModule.forRoot({ checks: [build], tokens: 'T' })] })
    expect((await askServer(`${url}/watchman`)).status).toBe(403)
    expect((await askServer(`${url}/watchman/?watchman-token=T`)).text).toBe('{"build":1}')
  })

  test('passes providers of other modules to the checks', async () => {
    const TOKEN = Symbol('pool')
    const pool = { provide: TOKEN, useValue: { query: async () => 'up' } }
    const database = { module: class Database {}, providers: [pool], exports: [TOKEN] }
    const module = WatchmanModule.forRootAsync({
      imports: [database],
      inject: [TOKEN],
      useFactory: async ({ query }: typeof pool.useValue) => ({
        checks: [defineCheck('database', async () => ({ database: await query() }))],
      }),
    })
    const url = await serve({ imports: [module] })
    expect((await askServer(`${url}/watchman/`)).text).toBe('{"database":"up"}')
  })

  test('can be imported several times, also with equal options', async () => {
    const make = (value: number) => createWatchman({ checks: [defineCheck('value', () => ({ value }))] })
    const mounts = [
      { watchman: make(1), path: '/a/' },
      { watchman: make(2), path: 'a/b' },
      { watchman: make(3).bare, path: 'status' },
    ]
    // The last is mounted first: what lies below another mount has to come before it.
    const url = await serve({ imports: mounts.reverse().map((options) => WatchmanModule.forRoot(options)) })
    expect((await askServer(`${url}/a/`)).text).toBe('{"value":1}')
    expect((await askServer(`${url}/a/b/`)).text).toBe('{"value":2}')
    expect((await askServer(`${url}/status`)).text).toBe('')
  })

  test('runs after the middleware of the app, which can refuse requests', async () => {
    const url = await serve({
      imports: [WatchmanModule.forRoot({ checks: [build] })],
      prepare: (app) => guardWith(app, platform),
    })
    for (const body of [undefined, '{']) {
      const headers = { 'content-type': 'application/json' }
      const refused = await askServer(`${url}/watchman/`, { headers, ...(body && { method: 'POST', body }) })
      expect([refused.status, refused.text]).toEqual([401, 'no user'])
    }
    const { status, headers } = await askServer(`${url}/watchman/`, { headers: { 'x-user': 'me' } })
    expect([status, headers.get('x-own')]).toEqual([200, 'yes'])
  })

  test('ignores the global prefix and guards, and comes before a catch-all route', async () => {
    const url = await serve({
      imports: [WatchmanModule.forRoot({ checks: [build] })],
      prepare: (app) => {
        app.setGlobalPrefix('api')
        app.useGlobalGuards({ canActivate: () => false })
      },
    })
    expect((await askServer(`${url}/watchman/`)).text).toBe('{"build":1}')
    expect((await askServer(`${url}/api/beside`)).status).toBe(403)
  })

  test('provides the watchman for injection, also without HTTP, and closes the one that it made', async () => {
    const imports = [WatchmanModule.forRoot({ checks: [build] })]
    const context = await nest.core.NestFactory.createApplicationContext(moduleOf(nest, { imports }), {
      logger: false,
    })
    const watchman = context.get<ReturnType<typeof createWatchman>>(WATCHMAN, { strict: false })
    expect((await watchman.report()).body).toEqual({ build: 1 })
    await context.close()
    expect((await watchman.report()).body).toEqual({ error: 503, message: 'Closed' })
  })

  test('does not close a watchman that was made elsewhere', async () => {
    const watchman = createWatchman({ checks: [build] })
    const { close } = await mount({ watchman })
    await close()
    expect((await watchman.report()).state).toBe('ok')
  })

  test.each([
    [{ path: '' }, 'option path of WatchmanModule must be a path without parameters'],
    [{ path: ':tenant/watchman' }, "such as 'watchman' or 'api/health'"],
    [{ path: 'a//b' }, 'option path'],
    [{ path: '*' }, 'option path'],
    [{ path: 7 }, 'option path'],
    [{ failingStatus: 42 }, 'failingStatus'],
    [{ watchman: {} }, 'WatchmanModule expects a watchman or one of its functions'],
  ])('refuses %j at the start, and says what is expected', async (options, message) => {
    const imports = [WatchmanModule.forRoot(untyped(options))]
    await expect(start(nest, platform, { imports })).rejects.toThrow(message)
  })
})

/** Refuses requests without the header `x-user`, by a middleware of Express or a hook of Fastify. */
function guardWith(app: Parameters<NonNullable<Parts['prepare']>>[0], platform: Platform): void {
  if (platform === 'express') {
    app.use((request: NodeRequest, response: NodeResponse, next: () => void) => {
      response.setHeader('x-own', 'yes')
      if (request.headers['x-user']) return next()
      response.statusCode = 401
      response.end('no user')
    })
    return
  }
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request: NodeRequest, reply: Reply) => {
      reply.header('x-own', 'yes')
      return request.headers['x-user'] ? undefined : reply.code(401).send('no user')
    })
}

type NodeRequest = Pick<import('node:http').IncomingMessage, 'headers'>
type NodeResponse = import('node:http').ServerResponse

interface Reply {
  header(name: string, value: string): unknown
  code(status: number): Reply
  send(text: string): Reply
}
