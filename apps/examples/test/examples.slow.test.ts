import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Running, start, TOKEN } from './start.ts'
import { withoutWatchman } from './without-watchman.ts'

const root = join(import.meta.dirname, '..')

const examples: readonly (readonly [name: string, main: string])[] = [
  ['express-4', 'src/main.js'],
  ['express-5', 'src/main.ts'],
  ['koa', 'src/main.ts'],
  ['fastify', 'src/main.js'],
  ['nest', 'src/main.ts'],
]

async function get(url: string, init?: RequestInit) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` }, ...init })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

/** Expects the pages to work, with Watchman or without. */
async function expectPages({ url, uploads }: Running): Promise<void> {
  await writeFile(join(uploads, 'a.txt'), 'a')
  const first = await get(url)
  expect(JSON.parse(first.text)).toMatchObject({ visits: 1 })
  const cookie = first.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  await expect
    .poll(async () => JSON.parse((await get(url)).text).files, { timeout: 10_000 })
    .toEqual(['a.txt'])
  expect(JSON.parse((await get(url, { headers: { cookie } })).text)).toMatchObject({ visits: 2 })
  const broken = await get(`${url}/broken`)
  expect([broken.status, broken.text]).toEqual([500, '<h1>Something went wrong</h1>'])
}

describe.each(examples)('the example %s', (name, main) => {
  const folder = join(root, name)

  describe('with watchman', () => {
    let app: Running
    beforeAll(async () => {
      app = await start(folder, main)
    })
    afterAll(() => app?.stop())

    test('serves its pages, with sessions and its own error page', () => expectPages(app))

    test('reports what works, and when something fails', async () => {
      const status = `${app.url}/watchman/`
      const healthy = '{"caches":[{"default":{"ok":true}}],"storage":{"ok":true}}'
      expect((await get(status)).text).toBe(healthy)
      await rm(app.uploads, { recursive: true })
      await expect.poll(async () => (await get(status)).status, { timeout: 10_000 }).toBe(500)
      expect((await get(status)).text).toMatch(
        /^\{"caches":\[\{"default":\{"ok":true\}\}\],"storage":\{"ok":false,"error":".*ENOENT/,
      )
      await mkdir(app.uploads)
      await expect.poll(async () => (await get(status)).text, { timeout: 10_000 }).toBe(healthy)
      await expect.poll(app.output, { timeout: 10_000 }).toMatch(/storage failed: .*ENOENT/)
      await expect.poll(app.output, { timeout: 10_000 }).toContain('storage works again')
    })

    test('starts no session for status requests, and answers unknown paths and methods in JSON', async () => {
      const unknown = await get(`${app.url}/watchman/unknown`)
      expect([unknown.status, unknown.text]).toEqual([404, '{"error":404,"message":"Not found"}'])
      expect(unknown.headers.getSetCookie()).toEqual([])
      const post = await get(`${app.url}/watchman/`, { method: 'POST', body: '{' })
      expect([post.status, post.text]).toEqual([405, '{"error":405,"message":"Method not allowed"}'])
      expect((await get(`${app.url}/watchman/ping`)).text).toBe('pong')
    })

    test('exits on SIGTERM', async () => {
      expect(await app.stop()).toBe(name === 'nest' ? 'SIGTERM' : 0) // Nest ends by the signal itself
    })
  })

  test('works without the marked lines', async () => {
    const copy = await withoutWatchman(folder)
    const app = await start(copy, main)
    try {
      await expectPages(app)
      expect((await get(`${app.url}/watchman/ping`)).status).toBe(404)
    } finally {
      await app.stop()
      await rm(copy, { recursive: true })
    }
  })
})
