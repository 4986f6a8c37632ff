import { Agent, request, type Server } from 'node:http'
import type { DynamicModule } from '@nestjs/common'
import { createWatchman, defineCheck } from '@watchman/core'
import { askServer, portOf, untyped, waitUntil } from '@watchman/test-helpers'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Platform, versions } from './nests.ts'
import { start } from './start.ts'

vi.mock('node:tty', () => ({ isatty: () => false }))

const PLATFORMS: readonly Platform[] = ['express', 'fastify']
const grid = versions.flatMap((nest) => PLATFORMS.map((platform) => [nest.version, platform, nest] as const))

describe.each(grid)('Nest %s on %s', (_version, platform, nest) => {
  const { WatchmanModule } = nest

  /** Starts an app that answers `/slow` when `release` is called, and records in which order its hooks are called. */
  async function serve(imports: DynamicModule[]) {
    const events: string[] = []
    const waiting: (() => void)[] = []
    const client = {
      onModuleDestroy: () => void events.push('onModuleDestroy'),
      onApplicationShutdown: () => void events.push('onApplicationShutdown'),
    }
    class Controller {
      answer() {
        return 'done'
      }
      async slow() {
        await new Promise<void>((resolve) => waiting.push(resolve))
        events.push('slow request')
        return 'done'
      }
    }
    for (const [name, path] of [
      ['answer', 'quick'],
      ['slow', 'slow'],
    ] as const) {
      const descriptor = Object.getOwnPropertyDescriptor(Controller.prototype, name) ?? {}
      nest.common.Get(path)(Controller.prototype, name, descriptor)
    }
    nest.common.Controller()(Controller)
    const app = await nest.create(
      {
        module: class Root {},
        imports,
        controllers: [Controller],
        providers: [{ provide: 'client', useValue: client }],
      },
      platform,
    )
    await app.listen(0, '127.0.0.1')
    const server: Server = app.getHttpServer()
    const agent = new Agent({ keepAlive: true })
    const closing: Promise<void>[] = []
    onTestFinished(async () => {
      agent.destroy()
      for (const release of waiting) release()
      await (closing[0] ?? app.close())
    })
    const get = (path: string) =>
      new Promise<unknown[]>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path, agent }, async (response) => {
          const parts = await response.setEncoding('utf8').toArray()
          resolve([response.statusCode, parts.join(''), response.headers.connection])
        })
          .on('error', reject)
          .end()
      })
    const port = portOf(server)
    return {
      url: `http://127.0.0.1:${port}`,
      events,
      get,
      received: () => waitUntil(() => waiting.length > 0, 20_000),
      release: () => {
        for (const release of waiting) release()
      },
      close: (signal?: string) => {
        const closed = app.close(signal)
        closing.push(closed)
        return closed
      },
    }
  }

  test('at a signal it holds readiness, accepts requests for the delay, and ends those in flight before the clients', async () => {
    const ok = defineCheck('app', () => ({ app: { ok: true } }))
    const app = await serve([WatchmanModule.forRoot({ checks: [ok], shutdown: { delay: 700 } })])
    expect(await app.get('/quick')).toEqual([200, 'done', 'keep-alive'])
    expect((await askServer(`${app.url}/watchman/bare`)).status).toBe(200)
    const closed = app.close('SIGTERM')
    await expect.poll(async () => (await askServer(`${app.url}/watchman/bare`)).status).toBe(503)
    expect((await askServer(`${app.url}/watchman/ping`)).status).toBe(200)
    expect(await app.get('/quick')).toEqual([200, 'done', 'close'])
    const slow = app.get('/slow')
    await app.received()
    await expect
      .poll(() =>
        fetch(`${app.url}/quick`).then(
          () => 'accepted',
          () => 'refused',
        ),
      )
      .toBe('refused')
    app.release()
    expect(await slow).toEqual([200, 'done', 'close'])
    await closed
    expect(app.events).toEqual(['onModuleDestroy', 'slow request', 'onApplicationShutdown'])
    expect(process.listenerCount('SIGTERM')).toBe(signalListeners)
  })

  test('it does not wait for the delay where the app is closed without a signal', async () => {
    const watchman = createWatchman()
    const app = await serve([WatchmanModule.forRoot({ watchman, shutdown: { delay: 3_600_000 } })])
    await app.get('/quick')
    await app.close()
    expect(watchman.snapshot().held).toBe('draining')
  })

  test('it cuts off what takes longer than the timeout', async () => {
    const app = await serve([WatchmanModule.forRoot({ shutdown: { delay: 0, timeout: 50 } })])
    const cut = expect(app.get('/slow')).rejects.toThrow('socket hang up')
    await app.received()
    const warn = vi.spyOn(nest.common.Logger.prototype, 'warn').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    await app.close('SIGTERM')
    await cut
    expect(warn.mock.calls.map(([line]) => line)).toEqual([
      'requests were cut off 50 ms after the server stopped accepting',
    ])
  })

  test('writes to the logger of Nest, by default and where one is given', async () => {
    const error = vi.spyOn(nest.common.Logger.prototype, 'error').mockReturnValue()
    onTestFinished(() => error.mockRestore())
    const fail = defineCheck('app', () => {
      throw new Error('broken')
    })
    const app = await serve([
      WatchmanModule.forRoot({ checks: [fail] }),
      WatchmanModule.forRoot({ checks: [fail], path: 'own', logger: new nest.common.Logger('Own') }),
    ])
    await askServer(`${app.url}/watchman/`)
    await askServer(`${app.url}/own/`)
    const lines = error.mock.calls.map(([line, second]) => [line, typeof second])
    expect(lines).toEqual([
      ['[watchman] app failed: broken', 'string'], // the stack
      ['[watchman] app failed: broken', 'object'], // the fields, as every logger gets them
    ])
  })

  test.each([
    [{ shutdown: { delay: -1 } }, 'option delay of shutdown must be a number from 0'],
    [{ shutdown: { dealy: 5 } }, 'shutdown has no option "dealy": its options are delay, timeout'],
    [{ shutdown: true }, 'options of shutdown must be an object'],
  ])('refuses %j at the start', async (options, message) => {
    const imports = [WatchmanModule.forRoot(untyped(options))]
    await expect(start(nest, platform, { imports })).rejects.toThrow(message)
  })
})

const signalListeners = process.listenerCount('SIGTERM')
