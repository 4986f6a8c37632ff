import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { missing, type Server, startPostgres, startRedis } from '@watchman/servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Command, Measurement } from './protocol.ts'

const CONNECTIONS = 256
const MEGABYTE = 1024 * 1024
/** The default `ttl` of a check, in milliseconds. */
const TTL = 1000

const skipReasons = [missing('postgres'), missing('redis')].filter(Boolean)

describe.skipIf(skipReasons.length > 0)(`an endpoint under load ${skipReasons}`, { timeout: 300_000 }, () => {
  const parts: { app?: ChildProcess; url?: string; redis?: Server; postgres?: Server } = {}
  const closers: (() => unknown)[] = []

  beforeAll(async () => {
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
    const app = fork(join(import.meta.dirname, 'app.ts'), [postgres.url, redis.url], {
      execArgv: ['--expose-gc', '--import', import.meta.resolve('tsx'), '--conditions=@watchman/source'],
    })
    closers.push(
      () => app.kill('SIGKILL'),
      () => postgres.stop(),
      () => redis.stop(),
    )
    const [{ port }] = await once(app, 'message')
    Object.assign(parts, { app, postgres, redis, url: `http://127.0.0.1:${port}/` })
  })
  afterAll(() => Promise.all(closers.map((close) => close())))

  async function send(command: Command): Promise<Measurement> {
    const response = once(parts.app ?? process, 'message')
    parts.app?.send(command)
    const [measurement] = await response
    return measurement
  }

  /** Sends `times` requests over all connections; resolves with how often each response came. */
  async function request(agent: Agent, times: number): Promise<Record<string, number>> {
    const responses: Record<string, number> = {}
    let left = times
    const requestOne = () =>
      new Promise<string>((resolve, reject) => {
        const sent = get(parts.url ?? '', { agent }, (response) => {
          response.setEncoding('utf8')
          const chunks: string[] = []
          response.on('data', (chunk) => chunks.push(chunk))
          response.on('end', () => resolve(`${response.statusCode} ${chunks.join('')}`))
        })
        sent.on('error', reject)
      })
    const connection = async () => {
      while (left > 0) {
        left -= 1
        const response = await requestOne()
        responses[response] = (responses[response] ?? 0) + 1
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, connection))
    return responses
  }

  test('does not flood its backends and leaks nothing in 100,000 requests while one backend is paused', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
    const healthy = '{"databases":[{"default":{"ok":true}}],"caches":[{"default":{"ok":true}}]}'
    expect(await request(agent, CONNECTIONS)).toEqual({ [`200 ${healthy}`]: CONNECTIONS })
    await parts.redis?.pause()
    await request(agent, 20_000)
    const before = await send('measure')
    const responses = await request(agent, 100_000)
    const after = await send('measure')
    await parts.redis?.resume()

    expect(Object.values(responses).reduce((sum, count) => sum + count)).toBe(100_000)
    for (const response of Object.keys(responses)) {
      expect(response).toMatch(
        /^500 {"databases":\[{"default":{"ok":true}}\],"caches":\[{"default":{"ok":false,/,
      )
    }
    const most = 1 + (after.now - before.now) / TTL
    expect(after.starts.database - before.starts.database).toBeLessThanOrEqual(most)
    expect(after.starts.cache - before.starts.cache).toBeLessThanOrEqual(most)
    expect(after.starts.database - before.starts.database).toBeGreaterThan(0)
    expect(after.sockets).toBe(before.sockets)
    expect(after.heap - before.heap).toBeLessThan(5 * MEGABYTE)
    expect(after.warnings).toEqual([])
    agent.destroy()
  })

  test('leaks nothing in 10,000 runs in a row while one backend is down', async () => {
    await parts.postgres?.kill()
    await send('run 1000 times')
    const before = await send('measure') // the socket of the last attempt has closed, as in the second measurement
    for (let round = 0; round < 10; round += 1) await send('run 1000 times')
    const after = await send('measure')
    expect(after.sockets).toBe(before.sockets)
    expect(after.heap - before.heap).toBeLessThan(5 * MEGABYTE)
    expect(after.warnings).toEqual([])
  })
})
