import { Client } from 'memjs'
import { describe, expect, test } from 'vitest'
import { missing, type Server, startMemcached } from '../src/index.ts'
import { describeLifecycle } from './lifecycle.ts'

async function store({ host, port }: Server): Promise<unknown> {
  const client = Client.create(`${host}:${port}`, { timeout: 5, retries: 0 })
  try {
    await client.set('key', 'value', { expires: 10 })
    const { value } = await client.get('key')
    expect(value?.toString()).toBe('value')
    return value
  } finally {
    client.close()
  }
}

describe.skipIf(missing('memcached'))(`startMemcached ${missing('memcached') ?? ''}`, () => {
  describeLifecycle<Server>({ start: startMemcached, ask: store })

  test('has a URL', async () => {
    const server = await startMemcached()
    expect(server.url).toBe(`memcached://${server.host}:${server.port}`)
    await server.stop()
  })
})
