import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { missing, type Server, startPostgres, startRedis } from '@watchman/servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Order, Reading } from './protocol.ts'

const CONNECTIONS = 256
const MEGABYTE = 1024 * 1024
/** Milliseconds for which a result is reused. */
const TTL = 1000

const absent = [missing('postgres'), missing('redis')].filter(Boolean)

describe.skipIf(absent.length > 0)(`a soaked endpoint ${absent}`, { timeout: 300_000 }, async () => {
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

  async function tell(order: Order): Promise<Reading> {
    const answer = once(parts.app ?? process, 'message')
    parts.app?.send(order)
    const [reading] = await answer
    return reading
  }

  /** Asks so many times over all connections at once; resolves with how often which answer came. */
  async function ask(agent: Agent, times: number): Promise<Record<string, number>> {
    const answers: Record<string, number> = {}
    const left = { count: times }
    const one = () =>
      new Promise<string>((resolve, reject) => {
        const request = get(parts.url ?? '', { agent }, (response) => {
          response.setEncoding('utf8')
          const chunks: string[] = []
          response.on('data', (chunk) => chunks.push(chunk))
          response.on('end', () => resolve(`${response.statusCode} ${chunks.join('')}`))
        })
        request.on('error', reject)
      })
    const connection = async () => {
      while (left.count > 0) {
        left.count -= 1
        const answer = await one()
        answers[answer] = (answers[answer] ?? 0) + 1
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, connection))
    return answers
  }

  test('floods no backend and holds nothing for 100,000 requests, while one backend is paused', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
    const well = '{"databases":[{"default":{"ok":true}}],"caches":[{"default":{"ok":true}}]}'
    expect(await ask(agent, CONNECTIONS)).toEqual({ [`200 ${well}`]: CONNECTIONS })
    await parts.redis?.pause()
    await ask(agent, 20_000)
    const before = await tell('read')
    const answers = await ask(agent, 100_000)
    const after = await tell('read')
    await parts.redis?.resume()

    const told = Object.keys(answers)
    expect(Object.values(answers).reduce((sum, count) => sum + count)).toBe(100_000)
    for (const answer of told) {
      expect(answer).toMatch(
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

  test('holds nothing after 10,000 runs in a row, while one backend is gone', async () => {
    await parts.postgres?.kill()
    await tell('run 1000 times')
    const before = await tell('read') // by now the socket of the last attempt has closed, as when it is read after
    for (let round = 0; round < 10; round += 1) await tell('run 1000 times')
    const after = await tell('read')
    expect(after.sockets).toBe(before.sockets)
    expect(after.heap - before.heap).toBeLessThan(5 * MEGABYTE)
    expect(after.warnings).toEqual([])
  })
})
