import { describe, expect, test } from 'vitest'
import { missing, type Server, startNginx } from '../src/index.ts'
import { describeLifecycle } from './lifecycle.ts'

const config = (port: number) => `server { listen 127.0.0.1:${port}; return 204; }`

async function ask({ url }: Server): Promise<number> {
  const { status } = await fetch(url, { headers: { connection: 'close' } })
  expect(status).toBe(204)
  return status
}

describe.skipIf(missing('nginx'))(`startNginx ${missing('nginx') ?? ''}`, () => {
  describeLifecycle<Server>({ start: () => startNginx({ config }), ask })

  test('rejects with what the server says of a configuration that it cannot read', async () => {
    const started = startNginx({ config: () => 'nonsense on;' })
    await expect(started).rejects.toThrow(/nginx did not start on port .*nonsense/s)
  })
})
