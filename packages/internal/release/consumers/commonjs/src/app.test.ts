import type { Server } from 'node:http'
import { start, watchman } from './app'

let server: Server
let url: string

beforeAll(async () => {
  ;({ server, url } = await start())
})

afterAll(async () => {
  server.close()
  await watchman.close()
})

test('one function that rejects fails the endpoint, and each driver reports its own error', async () => {
  const response = await fetch(`${url}?skip=system`)
  expect(response.status).toBe(500)
  expect(await response.json()).toEqual({
    databases: [{ orders: { ok: false, error: 'connect ECONNREFUSED 127.0.0.1:1' } }],
    caches: [{ sessions: { ok: true } }],
    services: [{ billing: { ok: false, error: 'connect ECONNREFUSED 127.0.0.1:1' } }],
    storage: [{ files: { ok: true } }],
    rejected: { ok: false, error: 'out of stock' },
  })
})

test('the dashboard shows the error', async () => {
  const response = await fetch(`${url}dashboard`)
  expect(await response.text()).toContain('out of stock')
})

test('targets that are not critical degrade the endpoint', async () => {
  const response = await fetch(`${url}?check=databases&check=caches`)
  expect([response.status, response.headers.get('x-watchman-status')]).toEqual([200, 'degraded'])
})
