import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

type Route = typeof import('../next/app/watchman/[[...path]]/route.ts')

// Next.js is not installed: it calls the handlers of a route with a request, as these tests do.
describe('the example next', () => {
  let route: Route
  let uploads: string
  beforeAll(async () => {
    uploads = await mkdtemp(join(tmpdir(), 'watchman-example-'))
    vi.stubEnv('UPLOADS', uploads)
    vi.stubEnv('WATCHMAN_TOKENS', 'T')
    route = await import('../next/app/watchman/[[...path]]/route.ts')
  })
  afterAll(() => rm(uploads, { recursive: true, force: true }))

  async function get(path: string, headers = { authorization: 'Bearer T' }) {
    const response = await route.GET(new Request(`http://localhost:3000${path}`, { headers }))
    return [response.status, await response.text()]
  }

  test('reports what works, and when something fails', async () => {
    const healthy = [200, '{"caches":[{"default":{"ok":true}}],"storage":{"ok":true}}']
    expect(await get('/watchman')).toEqual(healthy)
    expect(await get('/watchman/?check=storage')).toEqual([200, '{"storage":{"ok":true}}'])
    expect((await get('/watchman', { authorization: '' }))[0]).toBe(403)
    expect(await get('/watchman/ping')).toEqual([200, 'pong'])
    expect(await get('/watchman/unknown')).toEqual([404, '{"error":404,"message":"Not found"}'])
    await rm(uploads, { recursive: true })
    await expect.poll(async () => (await get('/watchman'))[0], { timeout: 10_000 }).toBe(500)
  })

  test.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)(
    'answers %s itself',
    async (method) => {
      const response = await route[method](new Request('http://localhost:3000/watchman/ping', { method }))
      expect(response.status).toBe(method === 'HEAD' ? 200 : 405)
      expect(route.dynamic).toBe('force-dynamic')
    },
  )
})
