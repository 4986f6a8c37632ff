import { describe, expect, test } from 'vitest'
import { missing, type Server, startHaproxy } from '../src/index.ts'
import { describeLifecycle } from './lifecycle.ts'

const config = (port: number) => `defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend f
  bind 127.0.0.1:${port}
  http-request return status 204
`

async function ask({ url }: Server): Promise<number> {
  const { status } = await fetch(url, { headers: { connection: 'close' } })
  expect(status).toBe(204)
  return status
}

describe.skipIf(missing('haproxy'))(`startHaproxy ${missing('haproxy') ?? ''}`, () => {
  describeLifecycle<Server>({ start: () => startHaproxy({ config }), ask })

  test('rejects with what the server says of a configuration that it cannot read', async () => {
    const started = startHaproxy({ config: () => 'nonsense' })
    await expect(started).rejects.toThrow(/haproxy did not start on port .*nonsense/s)
  })
})
