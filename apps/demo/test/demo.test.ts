import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { missing, startRedis } from '@watchman/servers'
import getPort from 'get-port'
import { afterEach, describe, expect, test } from 'vitest'

const main = new URL('../src/main.ts', import.meta.url).pathname
const running = new Set<ChildProcess>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
})

/** Starts the demo as `npm start` does, but from its source. */
function start(environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions', '@watchman/source', main], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const output: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text))
  const ended = once(child, 'exit').then(([code]) => Number(code))
  return { child, ended, output: () => output.join('') }
}

/** Requests the endpoint until it answers with `status`, for a minute at most. */
async function waitFor(port: number, status: number): Promise<unknown> {
  const end = performance.now() + 60_000
  while (performance.now() < end) {
    const response = await fetch(`http://127.0.0.1:${port}/watchman/`).catch(() => undefined)
    if (response?.status === status) return response.json()
    await response?.arrayBuffer()
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  throw new Error(`no ${status} in time`)
}

/** The title of the start page. */
async function titleOf(port: number): Promise<string | undefined> {
  const page = await (await fetch(`http://127.0.0.1:${port}/`)).text()
  return /<title>(.*?)<\/title>/.exec(page)?.[1]
}

const healthy = {
  databases: [{ default: { ok: true } }],
  caches: [{ default: { ok: true } }],
  email: { ok: true },
  storage: [{ default: { ok: true } }],
}

describe('the demo', () => {
  test('serves the status of four embedded services, shows a failure, and exits on Ctrl-C', async () => {
    const port = await getPort()
    const demo = start({ PORT: `${port}` })
    expect(await waitFor(port, 200)).toEqual(healthy)
    expect(demo.output()).toContain(`http://127.0.0.1:${port}/watchman/ `)
    expect(demo.output()).toContain(`http://127.0.0.1:${port}/watchman/dashboard `)
    expect(await titleOf(port)).toBe('All systems go · Watchman demo')

    const folder = /rm -r (\S+)/.exec(demo.output())?.[1] ?? ''
    await rm(folder, { recursive: true })
    const failure = { ok: false, error: expect.stringContaining('ENOENT') }
    expect(await waitFor(port, 500)).toEqual({ ...healthy, storage: [{ default: failure }] })
    expect(await titleOf(port)).toBe('1 failing · Watchman demo')
    await mkdir(folder)
    expect(await waitFor(port, 200)).toEqual(healthy)

    demo.child.kill('SIGINT')
    expect(await demo.ended).toBe(0)
    expect(existsSync(folder)).toBe(false)
  })

  const reason = missing('redis')
  test.skipIf(reason)(
    `reports when a real Redis server stops and when it is back${reason ? ` (${reason})` : ''}`,
    async () => {
      const redis = await startRedis()
      const port = await getPort()
      const demo = start({ PORT: `${port}`, REDIS_URL: redis.url })
      const both = [{ default: { ok: true } }, { redis: { ok: true } }]
      expect(await waitFor(port, 200)).toEqual({ ...healthy, caches: both })
      await redis.kill()
      const lost = { ok: false, error: expect.stringContaining('ECONNREFUSED') }
      expect(await waitFor(port, 500)).toEqual({
        ...healthy,
        caches: [{ default: { ok: true } }, { redis: lost }],
      })
      await redis.restart()
      expect(await waitFor(port, 200)).toEqual({ ...healthy, caches: both })
      demo.child.kill('SIGTERM')
      expect(await demo.ended).toBe(0)
      await redis.stop()
    },
  )

  test('suggests a free port if its own is in use', async () => {
    const port = await getPort()
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    const demo = start({ PORT: `${port}` })
    expect(await demo.ended).toBe(1)
    expect(demo.output()).toMatch(new RegExp(`^Port ${port} is taken, \\d+ is free: PORT=\\d+ npm start\\n$`))
    other.close()
  })

  test.each(['0', '65536', 'http', '80.5'])('reports the mistake in PORT=%s', async (port) => {
    const demo = start({ PORT: port })
    expect(await demo.ended).toBe(1)
    expect(demo.output()).toBe(
      `PORT is "${port}", and must be a number from 1 to 65535: PORT=8000 npm start\n`,
    )
  })
})
