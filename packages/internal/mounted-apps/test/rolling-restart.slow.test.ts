import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, missing, type Server, startHaproxy, startNginx } from '@watchman/servers'
import { measureLateness, waitUntil } from '@watchman/test-helpers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type KeepAliveClient, keepAliveClient } from '../src/keep-alive-client.ts'
import { haproxyConfig, nginxConfig, type ProxyConfigOptions } from '../src/proxy-config.ts'
import { type Instance, runInstance } from '../src/run-instance.ts'
import { type ShutdownProgram, shutdownPrograms } from '../src/shutdown-programs.ts'

/** How often an instance is restarted. */
const RESTARTS = 10

/** Milliseconds between two requests: 40 a second. */
const INTERVAL = 25

/** The intervals of the documentation are shortened, and the delay with them. Milliseconds. */
const DELAY = 1000

/** Milliseconds after which both proxies use a restarted instance again. */
const UP_AGAIN = 1500

/** Milliseconds that a test may take. */
const PATIENCE = 300_000

/** A path and a method. */
type Kind = readonly [path: string, method: string]

/** What nginx sends again to the other instance where a connection breaks. */
const REPEATABLE: readonly Kind[] = [
  ['/', 'GET'],
  ['/slow', 'GET'],
]

type StartProxy = (options: Omit<ProxyConfigOptions, 'port'>) => Promise<Server>

const proxies: readonly (readonly [
  name: string,
  reason: string | undefined,
  start: StartProxy,
  kinds: readonly Kind[],
])[] = [
  [
    'nginx',
    missing('nginx'),
    (options) =>
      startNginx({
        config: (port) => nginxConfig({ ...options, port }).replaceAll('fail_timeout=10s', 'fail_timeout=1s'),
      }),
    REPEATABLE,
  ],
  [
    'HAProxy',
    missing('haproxy'),
    (options) => startHaproxy({ config: (port) => haproxyConfig({ ...options, port }) }),
    [...REPEATABLE, ['/', 'POST']],
  ],
]

const byName = (names: readonly string[]) =>
  shutdownPrograms
    .filter(({ name }) => names.includes(name))
    .map((program) => [program.name, program] as const)

/** Sends requests at a steady rate until it is stopped; resolves with how many were answered, and what happened to the others. */
function load(client: KeepAliveClient, kinds: readonly Kind[]) {
  const lost: string[] = []
  const all: Promise<void>[] = []
  const timer = setInterval(() => {
    const [path, method] = kinds[all.length % kinds.length] ?? ['/', 'GET']
    const sent = client.send(path, method).then(
      ({ status }) => {
        if (status !== 200) lost.push(`${method} ${path}: ${status}`)
      },
      (error) => {
        lost.push(`${method} ${path}: ${error.code}`)
      },
    )
    all.push(sent)
  }, INTERVAL)
  return async () => {
    clearInterval(timer)
    await Promise.all(all)
    return { lost, count: all.length }
  }
}

function start(
  { code }: ShutdownProgram,
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<Instance> {
  return runInstance(code, { PORT: `${port}`, ...env })
}

describe.each(proxies)('behind %s as documented', (_name, reason, startProxy, kinds) => {
  test.skipIf(reason !== undefined).each(byName(['Express', 'Fastify', 'Nest on Express']))(
    `two instances of %s that are restarted in turn lose no request ${reason ?? ''}`,
    async (_program, program) => {
      const env = { DELAY: `${DELAY}`, SLOW: '300' }
      const ports = [await freePort(), await freePort()] as const
      const instances = [await start(program, ports[0], env), await start(program, ports[1], env)]
      onTestFinished(() => {
        for (const { kill } of instances) kill('SIGKILL')
      })
      const proxy = await startProxy({
        app: ports[0],
        other: ports[1],
        mount: '/watchman',
        allowed: '127.0.0.0/8',
      })
      onTestFinished(proxy.stop)
      const client = keepAliveClient(proxy.port)
      onTestFinished(client.close)
      await waitUntil(async () => (await client.send('/')).status === 200, 20_000)
      await sleep(UP_AGAIN)

      const stop = load(client, kinds)
      for (let restart = 0; restart < RESTARTS; restart += 1) {
        const index = restart % 2
        const old = instances[index]
        old?.kill('SIGTERM')
        expect(await old?.ended).toBe(program.end)
        instances[index] = await start(program, ports[index] ?? 0, env)
        await sleep(UP_AGAIN)
      }
      const { lost, count } = await stop()
      expect(lost).toEqual([])
      expect(count).toBeGreaterThan((RESTARTS * (DELAY + UP_AGAIN)) / INTERVAL / 2)
    },
    PATIENCE,
  )
})

describe('callers that keep their connection to a route of two seconds', () => {
  test.each(byName(['Express', 'Fastify', 'Nest on Express', 'Nest on Fastify']))(
    'let %s end after the delay and their last request, and none is reset',
    async (_name, program) => {
      const { port, ended, kill } = await start(program, 0, { DELAY: `${DELAY}`, SLOW: '2000' })
      onTestFinished(() => kill('SIGKILL'))
      const results: string[] = []
      const callers = Array.from({ length: 10 }, async (_, index) => {
        const client = keepAliveClient(port)
        await sleep(index * 200)
        for (;;) {
          const result = await client.send('/slow').then(
            ({ status }) => `${status}`,
            (error) => `${error.code}`,
          )
          results.push(result)
          if (result !== '200') return client.close()
        }
      })
      await waitUntil(() => results.length > 10, 60_000)
      const lateness = measureLateness()
      onTestFinished(lateness.stop)
      const begun = performance.now()
      kill('SIGTERM')
      expect(await ended).toBe(program.end)
      const duration = performance.now() - begun
      await Promise.all(callers)
      expect(new Set(results)).toEqual(new Set(['200', 'ECONNREFUSED']))
      // A busy machine proves nothing about durations.
      if (lateness.total() < 200) expect(duration).toBeLessThan(DELAY + 2000 + 1000)
    },
    PATIENCE,
  )
})
